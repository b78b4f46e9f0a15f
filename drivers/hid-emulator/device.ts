/**
 * Emulated USB HID devices that unmodified node-hid finds, opens, and loses. A bus is a folder that programs are started
 * on by its environment variables; each device plugs into it. Never travels in a package.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainDescriptor, type PlainReports } from './descriptor.ts';
import { frame, Frames } from './frames.ts';
import { hidrawLibrary } from './preload.ts';
import { addToSysfs, layOut, removeFromSysfs, type SysfsDevice } from './sysfs.ts';

export interface HidDeviceSpec {
  vendorId: number;
  productId: number;
  serial?: string;
  manufacturer?: string;
  product?: string;
  /** Default 0. */
  interfaceNumber?: number;
  /** The device's own bytes, or what a plain one is made of: 64 bytes each way when left out. */
  reports?: Uint8Array | PlainReports;
}

export interface EmulatedHidDevice {
  /** `hid:0c2e:0b61:SERIAL`. */
  readonly uri: string;
  /** What the program that loads node-hid must be started with, beside its own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Programs that hold it open now. */
  readonly opened: number;
  /** Resolves when a program holds it open. */
  untilOpened(): Promise<void>;
  /** An input report to every program that has it open; numbered reports begin with their id. Lost where none has. */
  send(report: Uint8Array): void;
  /** Output reports; byte 0 is the report's id, 0 where the device numbers none. Returns the way to stop listening. */
  onReport(listener: (report: Uint8Array) => void): () => void;
  /** A program opened it. */
  onOpen(listener: () => void): () => void;
  /** Feature reports by id: whole reports, with the id as byte 0. What a program sets appears here; others than these fail. */
  readonly features: Map<number, Uint8Array>;
  onFeature(listener: (report: Uint8Array) => void): () => void;
  unplug: () => Promise<void>;
  replug: () => Promise<void>;
  close: () => Promise<void>;
}

/**
 * Stands between the devices of a bus and the programs, for tests of broken wires: what it does not hand on is lost.
 * @param toProgram the direction of this report; feature reports and descriptors do not come by here
 */
export type HidGate = (report: Uint8Array, toProgram: boolean, wires: { toProgram(report: Uint8Array): void; toDevice(report: Uint8Array): void }) => void;

export interface HidBus {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** What was plugged in, also while it is unplugged. */
  readonly devices: readonly EmulatedHidDevice[];
  /** Null: every report passes. */
  gate: HidGate | null;
  plug(spec: HidDeviceSpec): Promise<EmulatedHidDevice>;
  /** Takes all its devices away. */
  close(): Promise<void>;
}

const EIO = 5;
const EINVAL = 22;

const listenersOf = <T>(): { add: (listener: (value: T) => void) => () => void; tell: (value: T) => void } => {
  const all = new Set<(value: T) => void>();
  return {
    add: (listener) => {
      all.add(listener);
      return () => {
        all.delete(listener);
      };
    },
    tell: (value) => {
      for (const listener of all) listener(value);
    },
  };
};

const result = (count: number, bytes: Uint8Array = new Uint8Array(0)): Uint8Array => {
  const answer = new Uint8Array(4 + bytes.length);
  new DataView(answer.buffer).setInt32(0, count, true);
  answer.set(bytes, 4);
  return answer;
};

const plugIn = async (folder: string, env: Readonly<Record<string, string>>, spec: HidDeviceSpec, gate: () => HidGate | null): Promise<EmulatedHidDevice> => {
  const number = await freeNumber(folder);
  const { vendorId, productId, reports = { usagePage: 0xff00, usage: 1, inputBytes: 64, outputBytes: 64 } } = spec;
  const device: SysfsDevice = {
    number,
    vendorId,
    productId,
    serial: spec.serial ?? `E${number + 1}`,
    manufacturer: spec.manufacturer ?? 'Emulated',
    product: spec.product ?? 'HID device',
    interfaceNumber: spec.interfaceNumber ?? 0,
    reportDescriptor: reports instanceof Uint8Array ? reports : plainDescriptor(reports),
  };
  const outputs = listenersOf<Uint8Array>();
  const openings = listenersOf<undefined>();
  const featureSets = listenersOf<Uint8Array>();
  const features = new Map<number, Uint8Array>();
  for (const { id, bytes } of reports instanceof Uint8Array ? [] : (reports.features ?? [])) features.set(id, Uint8Array.of(id, ...new Uint8Array(bytes)));
  const programs = new Set<Socket>();
  const sockets = new Set<Socket>();
  let server: Server | null = null;

  const wires = {
    toProgram: (report: Uint8Array): void => {
      for (const socket of programs) socket.write(frame(report));
    },
    toDevice: outputs.tell,
  };
  const pass = (report: Uint8Array, toProgram: boolean): void => {
    const stands = gate();
    if (stands !== null) stands(report, toProgram, wires);
    else wires[toProgram ? 'toProgram' : 'toDevice'](report);
  };

  const answer = (operation: string, payload: Uint8Array): Uint8Array => {
    const id = payload[0] ?? 0;
    switch (operation) {
      case 'd':
        return result(device.reportDescriptor.length, device.reportDescriptor);
      case 'i': {
        const info = new DataView(new ArrayBuffer(8));
        info.setUint32(0, 3, true);
        info.setUint16(4, vendorId, true);
        info.setUint16(6, productId, true);
        return result(0, new Uint8Array(info.buffer));
      }
      case 'n': {
        const name = Buffer.from(`${device.manufacturer} ${device.product}\0`);
        return result(name.length, name);
      }
      case 'g': {
        const kept = features.get(id);
        return kept === undefined ? result(-EIO) : result(kept.length, kept);
      }
      case 's':
        if (!features.has(id)) return result(-EIO);
        features.set(id, payload.slice());
        featureSets.tell(payload.slice());
        return result(payload.length);
      default:
        return result(-EINVAL);
    }
  };

  const serve = (socket: Socket): void => {
    const frames = new Frames();
    let carries = false;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      programs.delete(socket);
    });
    socket.on('data', (chunk) => {
      for (const payload of frames.push(chunk)) {
        if (carries) pass(payload, false);
        else if (payload[0] === 'R'.charCodeAt(0)) {
          carries = true;
          programs.add(socket);
          openings.tell(undefined);
        } else socket.write(frame(answer(String.fromCharCode(payload[0] ?? 0), payload.subarray(1))));
      }
    });
  };

  const replug = async (): Promise<void> => {
    if (server !== null) return;
    const next = createServer(serve);
    server = next;
    await new Promise<void>((resolve, reject) => {
      next.once('error', reject);
      next.listen(join(folder, 'sockets', `hidraw${number}`), resolve);
    });
    await addToSysfs(folder, device);
  };
  const unplug = async (): Promise<void> => {
    const current = server;
    server = null;
    if (current === null) return;
    await removeFromSysfs(folder, device);
    await new Promise<void>((resolve) => {
      current.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  };
  await replug();

  return {
    uri: `hid:${vendorId.toString(16).padStart(4, '0')}:${productId.toString(16).padStart(4, '0')}:${device.serial}`,
    env,
    get opened() {
      return programs.size;
    },
    untilOpened: () =>
      new Promise((resolve) => {
        if (programs.size > 0) resolve();
        else {
          const stop = openings.add(() => {
            stop();
            resolve();
          });
        }
      }),
    send: (report) => {
      if (programs.size > 0) pass(report, true);
    },
    onReport: outputs.add,
    onOpen: (listener) => openings.add(() => listener()),
    features,
    onFeature: featureSets.add,
    unplug,
    replug,
    close: async () => {
      await unplug();
      await rm(join(folder, 'taken', String(number)), { recursive: true, force: true });
    },
  };
};

/** Several programs may plug devices into one bus: whoever makes the folder has the number. */
const freeNumber = async (folder: string): Promise<number> => {
  for (let number = 0; number < 64; number += 1) {
    const taken = await mkdir(join(folder, 'taken', String(number))).then(
      () => true,
      () => false,
    );
    if (taken) return number;
  }
  throw new RangeError(`${folder} has 64 devices already`);
};

/**
 * A bus, still empty.
 * @param at folder of a bus that several programs share; made where there is none. Left out: a new temporary folder, which goes with the bus
 * @throws Error in one line when umockdev or gcc is missing
 */
export const startHidBus = async (at?: string): Promise<HidBus> => {
  const library = await hidrawLibrary();
  const folder = at ?? (await mkdtemp(join(tmpdir(), 'hid-bus-')));
  await layOut(folder);
  for (const name of ['sockets', 'taken']) await mkdir(join(folder, name), { recursive: true });
  const env = { UMOCKDEV_DIR: folder, HIDRAW_SOCKETS: join(folder, 'sockets'), LD_PRELOAD: `${library}:libumockdev-preload.so.0` };
  const devices: EmulatedHidDevice[] = [];
  const closers: (() => Promise<void>)[] = [];
  const bus: HidBus = {
    folder,
    env,
    devices,
    gate: null,
    async plug(spec) {
      const device = await plugIn(folder, env, spec, () => bus.gate);
      devices.push(device);
      closers.push(device.close);
      return device;
    },
    async close() {
      for (const close of closers) await close();
      if (at === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
  return bus;
};

/** One device on a bus of its own; closing it closes the bus. */
export const startHidDevice = async (spec: HidDeviceSpec): Promise<EmulatedHidDevice> => {
  const bus = await startHidBus();
  const device = await bus.plug(spec);
  return Object.defineProperty(device, 'close', { value: () => bus.close() });
};
