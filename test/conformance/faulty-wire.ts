/**
 * A wire between a driver and an emulated device that breaks where it is told: cut in the middle of the n-th message, gone
 * silent from it on, noise before or instead of it. The driver's side is a TCP port or a real PTY; so is the device's.
 */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { SerialPort } from 'serialport';
import { openEmulatedWire, type EmulatedLink } from '../../drivers/emulator-wire.ts';

/** What happens to one message, counted in both directions from the moment of arming, the first is 1. */
export type Break =
  /** Half of it gets through, then the plug is pulled. */
  | { at: number; act: 'cut' }
  /** It and all after it are swallowed; the wire stays up. */
  | { at: number; act: 'stall' }
  /** It and all after it wait for `release`. */
  | { at: number; act: 'hold' }
  /** Bytes reach the driver before it. */
  | { at: number; act: 'noise-before'; noise: Uint8Array }
  /** Bytes reach the driver in its place; a message to the device is only preceded by them. */
  | { at: number; act: 'noise-instead'; noise: Uint8Array }
  /** Bytes reach the device before it. */
  | { at: number; act: 'noise-to-device'; noise: Uint8Array }
  /** Nothing; somebody wants to know. */
  | { at: number; act: 'tell' };

export interface FaultyWire {
  /** The address for the driver: the device's own with this wire's port in it. */
  readonly uri: string;
  /** Sets the next break and counts from zero again; null: everything passes. Resolves when it has happened. */
  arm(next: Break | null): Promise<void>;
  /** Has the armed break happened? */
  happened(): boolean;
  /** Messages since the last arming. */
  passed(): number;
  /** Lets through what is held, and everything after it. */
  release(): void;
  unplug(): Promise<void>;
  replug(): Promise<void>;
  close(): Promise<void>;
}

/** One side of the wire while it is up. */
interface End {
  send(bytes: Uint8Array): void;
  close(): void;
}

type Join = (driver: End) => { toDevice: (chunk: Uint8Array) => void; ended: () => void };

interface NearSide {
  readonly place: string;
  unplug(): Promise<void>;
  replug(): Promise<void>;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

const listen = async (server: Server, port: number): Promise<void> => {
  const listening = once(server, 'listening');
  server.listen(port, HOST);
  await listening;
};

const nearTcp = async (join: Join): Promise<NearSide> => {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    const { toDevice, ended } = join({ send: (bytes) => socket.destroyed || socket.write(bytes), close: () => socket.end() });
    socket.on('data', toDevice).on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      ended();
    });
  });
  await listen(server, 0);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const unplug = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { place: `${HOST}:${port}`, unplug, replug: async () => (server.listening ? undefined : listen(server, port)), close: unplug };
};

const nearPty = async (link: string, join: Join): Promise<NearSide> => {
  const wire = await openEmulatedWire(
    { kind: 'pty', link },
    {
      baud: 115_200,
      paced: false,
      onLink: (far: EmulatedLink) => {
        const { toDevice, ended } = join({ send: (bytes) => far.send(bytes), close: () => undefined });
        return { onData: toDevice, onEnd: ended };
      },
    },
  );
  return { place: link, unplug: () => wire.unplug(), replug: () => wire.replug(), close: () => wire.close() };
};

const PLACES = { tcp: /(?:127\.0\.0\.1|localhost):\d+/, pty: /(?<=serial:)[^?]+/ } as const;

/** Opens the device's side: the port, or the PTY, in the emulator's address. */
const openDevice = (uri: string): Duplex => {
  const path = PLACES.pty.exec(uri)?.[0];
  if (path !== undefined) {
    const settings = new URLSearchParams(uri.split('?')[1] ?? '');
    const parity = settings.get('parity');
    return new SerialPort({ path, baudRate: Number(settings.get('baud') ?? 115_200), parity: parity === 'even' || parity === 'odd' ? parity : 'none', lock: false });
  }
  const [host = HOST, port = '0'] = (PLACES.tcp.exec(uri)?.[0] ?? '').split(':');
  return connect({ host, port: Number(port), noDelay: true });
};

/**
 * Puts a wire before an emulated device. The driver's side is of the kind of the device's own address.
 * @param uri the emulator's address
 * @param link where the driver's PTY appears; used for serial devices alone
 */
export const startFaultyWire = async (uri: string, link: string): Promise<FaultyWire> => {
  let next: Break | null = null;
  let passed = 0;
  let happened = false;
  let tell: () => void = () => undefined;
  let swallowing = false;
  let held: (() => void)[] | null = null;

  /** Plugging in waits for the pulling out before it. */
  let turn: Promise<void> = Promise.resolve();
  const inTurn = (step: () => Promise<void>): Promise<void> => {
    turn = turn.then(step);
    return turn;
  };

  const breakAt = (what: Break, chunk: Uint8Array, toDriver: boolean, deliver: (bytes: Uint8Array) => void, driver: End, device: Duplex): void => {
    next = null;
    happened = true;
    switch (what.act) {
      case 'cut':
        deliver(chunk.subarray(0, chunk.length >> 1));
        swallowing = true;
        void inTurn(() => near.unplug()).then(tell);
        return;
      case 'stall':
        swallowing = true;
        break;
      case 'hold':
        held = [() => deliver(chunk)];
        break;
      case 'noise-before':
        driver.send(what.noise);
        deliver(chunk);
        break;
      case 'noise-instead':
        driver.send(what.noise);
        if (!toDriver) deliver(chunk);
        break;
      case 'noise-to-device':
        device.write(what.noise);
        deliver(chunk);
        break;
      case 'tell':
        deliver(chunk);
        break;
    }
    tell();
  };

  const join: Join = (driver) => {
    const device = openDevice(uri);
    const pass = (chunk: Uint8Array, toDriver: boolean): void => {
      const deliver = (bytes: Uint8Array): void => {
        if (toDriver) driver.send(bytes);
        else if (!device.destroyed) device.write(bytes);
      };
      if (swallowing) return;
      if (held !== null) {
        held.push(() => deliver(chunk));
        return;
      }
      passed += 1;
      if (next !== null && passed >= next.at) breakAt(next, chunk, toDriver, deliver, driver, device);
      else deliver(chunk);
    };
    device.on('data', (chunk: Uint8Array) => pass(chunk, true)).on('error', () => undefined);
    device.on('close', () => driver.close());
    // A device that closes its end has said all: so does the wire.
    device.on('end', () => driver.close());
    return {
      toDevice: (chunk) => pass(chunk, false),
      ended: () => {
        if (device instanceof SerialPort) {
          if (device.isOpen) device.close(() => undefined);
        } else device.destroy();
      },
    };
  };

  const through = (): void => {
    swallowing = false;
    const waiting = held ?? [];
    held = null;
    for (const deliver of waiting) deliver();
  };
  const near = PLACES.pty.test(uri) ? await nearPty(link, join) : await nearTcp(join);
  return {
    uri: uri.replace(PLACES.pty.test(uri) ? PLACES.pty : PLACES.tcp, near.place),
    arm: (what) => {
      through();
      next = what;
      passed = 0;
      happened = false;
      return new Promise((resolve) => {
        tell = resolve;
      });
    },
    happened: () => happened,
    passed: () => passed,
    release: through,
    unplug: () => inTurn(() => near.unplug()),
    replug: () =>
      inTurn(() => {
        next = null;
        swallowing = false;
        held = null;
        return near.replug();
      }),
    close: () => inTurn(() => near.close()),
  };
};
