/** Devices that break in the middle of a command while the real device host serves them: what the tests in `electron/devices` share. */
import { expect } from 'vitest';
import { FAULT_CODES, type DeviceClass, type Result } from '../../drivers/contract.ts';
import { systemClock } from '../../electron/clock/index.ts';
import { createDevices, type Devices, type DevicesOptions } from '../../electron/devices/index.ts';
import { pointsOf } from './bench.ts';
import type { FaultyWire } from './breaker.ts';

/** The promise, counted from the moment a device is back. */
const BACK_MS = 10_000;
const ALL = process.env['HALL24_STEPS'] === 'all';
const MOST = 200;
const FEWEST = 2;

export type StepWire = Pick<FaultyWire, 'uri' | 'arm' | 'happened' | 'passed' | 'unplug' | 'replug' | 'close'>;

/** One case on one device: how it begins, and how whoever gave the command goes on when the device is back. */
export interface StepCase {
  /** Of the device, and of its wire. */
  id: string;
  wire: string;
  /** Milliseconds that the command gets. */
  deadlineMs: number;
  /** Messages that are tried in the short form; left out: the first and the last. */
  points?: number;
  /**
   * @param ready now the break may come: called by cases that must first wait until their command listens (`getsReady`)
   */
  begin: (deadlineMs: number, ready: () => void) => Promise<Result<unknown>>;
  getsReady?: true;
  /** The same case, to its end. @param broken what the command ended with */
  goOn: (broken: Result<unknown>, when: string) => Promise<void>;
}

/** What the terminal file says of a device, and the wire before it. */
export interface StepDevice {
  class: DeviceClass;
  wire: StepWire;
  options?: Record<string, unknown>;
}

type Logged = [fields: Record<string, unknown>, message: string];

/** The devices of one terminal in the real host, with a wire that breaks before each. */
export interface StepHall {
  devices: Devices;
  /** Starts the host, and does the work of each case once undisturbed. */
  start(cases: readonly StepCase[]): Promise<void>;
  /**
   * Walks one case: at each step cut and stalled, back, and gone on with.
   * @returns how many steps there were, and how many of the two breaks at each came while the command ran: at least as many, since a
   *   command of HTTP questions takes one message more or less each time
   */
  walk(one: StepCase): Promise<{ steps: number; broke: number }>;
  stop(): Promise<void>;
}

interface Undisturbed {
  messages: number;
  took: number;
}

export const until = async (what: string, met: () => boolean, ms: number): Promise<void> => {
  const begin = performance.now();
  while (!met()) {
    if (performance.now() - begin > ms) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

/** Milliseconds that a walk may take on a slow machine. */
export const WALK_MS = 240_000 * (ALL ? MOST / 10 : 1);

/**
 * Nothing runs before `start`. The devices are each other's neighbours in one host: what one does must leave the others alone, so that
 * cases may be walked at once.
 * @param table the devices by their id
 */
export const openStepHall = ({ dir, table, spawn }: { dir: string; table: Readonly<Record<string, StepDevice>>; spawn?: DevicesOptions['spawn'] }): StepHall => {
  const logged: Logged[] = [];
  const note = (fields: Record<string, unknown>, message: string): void => void logged.push([fields, message]);
  const devices = createDevices({
    terminal: { id: 't1', number: 1, panel: { widthMm: 398, lowerEdgeMm: 760 }, devices: Object.entries(table).map(([id, one]) => ({ id, class: one.class, transport: one.wire.uri, where: { zh: '下', en: 'below' }, options: one.options ?? {} })) },
    clock: systemClock,
    log: { info: note, warn: note },
    audit: () => undefined,
    runDir: dir,
    places: {},
    ...(spawn === undefined ? {} : { spawn }),
  });
  const statusOf = (id: string) => devices.health().find((device) => device.id === id)!.status;
  const well = (id: string): boolean => statusOf(id).online && !statusOf(id).conditions.some(({ severity }) => severity === 'error');
  const wireOf = ({ id }: StepCase): StepWire => table[id]!.wire;
  const alone: Record<string, Undisturbed> = {};

  /** How many messages pass while the command runs undisturbed, and how long it takes. */
  const undisturbed = async (one: StepCase): Promise<Undisturbed> => {
    const wire = wireOf(one);
    const count = (): void => void wire.arm(null);
    if (one.getsReady !== true) count();
    const began = performance.now();
    const result = await one.begin(one.deadlineMs, count);
    expect(result.ok ? 'ok' : result.fault, one.id).toBe('ok');
    return { messages: wire.passed(), took: performance.now() - began };
  };

  const told = (id: string, from: number): boolean =>
    logged.slice(from).some(([fields, message]) => fields['device'] === id && message === 'device condition began' && fields['code'] === 'disconnected' && typeof fields['original'] === 'string');

  const walk = async (one: StepCase): Promise<{ steps: number; broke: number }> => {
    const { id, begin, goOn, deadlineMs } = one;
    const wire = wireOf(one);
    const { messages, took } = alone[id]!;
    const steps = pointsOf(messages, ALL ? MOST : (one.points ?? FEWEST));
    expect(steps.length).toBeGreaterThan(0);
    let broke = 0;
    for (const at of steps) {
      for (const act of ['cut', 'stall'] as const) {
        const when = `${id} ${act} at message ${at} of ${messages}`;
        const from = logged.length;
        const arm = (): void => void wire.arm({ at, act });
        if (one.getsReady !== true) arm();
        const result = await begin(act === 'stall' ? Math.round(took * 2) + 1_000 : deadlineMs, arm);
        expect(['ok', ...FAULT_CODES], when).toContain(result.ok ? 'ok' : result.fault.code);
        // The message before the last may be the last now: what did not break during the command counts as broken after it.
        if (wire.happened()) broke += 1;
        // The plug is pulled, or the power of what hangs is taken away.
        await wire.unplug();
        await until(`${when}: told, with what the system said`, () => told(id, from), 30_000);
        await wire.replug();
        await until(`${when}: known again`, () => well(id), BACK_MS);
        await goOn(result, when).catch((error: unknown) => {
          throw new Error(`${when}, ended with ${result.ok ? 'ok' : result.fault.code}, ${error instanceof Error ? error.message : String(error)}; the log: ${JSON.stringify(logged.slice(from))}`, { cause: error });
        });
        await until(`${when}: well after it`, () => well(id), BACK_MS);
      }
    }
    return { steps: steps.length, broke };
  };

  return {
    devices,
    start: async (cases) => {
      await devices.start();
      await until('all served', () => cases.every(({ id }) => well(id)), 120_000);
      // One after another: an emulated scanner makes its first page with the whole thread, and its neighbours would seem to be silent meanwhile.
      for (const one of cases) alone[one.id] = await undisturbed(one);
    },
    walk,
    stop: () => devices.stop(),
  };
};
