/** What the suite must know of a class: how its emulated device is started, and what its work is. About twenty lines for each class. */
import type { CommandContext, DeviceClass, DeviceStatus, Driver, DriverClock, FaultCode, Result } from '../../drivers/contract.ts';
import type { Emulator, Listen } from '../../drivers/emulator.ts';
import { driverOnBus, type FarDriver } from '../../drivers/hid-emulator/far-driver.ts';
import { heldNow, type Held } from '../../drivers/hid-emulator/held.ts';
import { createDriver } from '../../drivers/index.ts';

/** How the bytes travel. `http` is TCP with requests and answers; `file` a device file; `hid` reports, through unmodified node-hid in a process of its own; `program` programs of the host. */
export type Transport = 'serial' | 'tcp' | 'http' | 'file' | 'hid' | 'program';

/** One emulated device under test. */
export interface Peer {
  emulator: Emulator;
  /** Lays what the work needs, and takes away what the work before left. Called before each work, never during one. */
  prepare(): void | Promise<void>;
  /** Is this the value of a work that was done? A value that noise made up must not pass. A device that says nothing may need a moment to do it. */
  accepts(value: unknown): boolean | Promise<boolean>;
  /** The person's part of the work (a key, a code under the window): done again and again while the work waits. */
  person?(): void;
  /** Takes away what the work needs: nobody comes. */
  nobody?(): void;
  /**
   * What the device did to the outside world since `prepare` (slips cut, locks pulsed). A work that succeeds does it once, one that
   * fails at most once: nothing is repeated blindly.
   */
  effects?(): number;
  /** Takes the power away and gives it back; what lies in the device stays there. Default: `unplug` and `replug` of the emulator. */
  restart?: () => Promise<void>;
  /** Over `program`: the device behind the programs. */
  behind?: Behind;
}

/** A device that programs of the host reach. */
export interface Behind {
  /** Variables that the programs get beside their own. */
  env: Readonly<Record<string, string>>;
  /** How a program ends under which the device goes away; null: it does not need the device. */
  endsWith(command: string): number | null;
  /** What a program is told as things stand now; left out: what the driver tells it. */
  asks?(args: readonly string[]): readonly string[];
  unplug(): Promise<void>;
  replug(): Promise<void>;
}

/** An opened driver, its class forgotten. */
export interface Session {
  open(context: CommandContext): Promise<Result<DeviceStatus>>;
  status(context: CommandContext): Promise<Result<DeviceStatus>>;
  work(context: CommandContext): Promise<Result<unknown>>;
  close(): Promise<void>;
  /** What the driver's process holds. */
  held(signal: AbortSignal): Promise<Held>;
  /** Closes, and ends a process that was the driver's own. */
  end(): Promise<void>;
}

interface Common {
  /** Where one class has several makes: `locker wkly`. */
  name: string;
  deviceClass: DeviceClass;
  transports: readonly Transport[];
  /** Of these, the ones that `npm test` takes its time for; the command takes all. */
  inShort: readonly Transport[];
  /** What the work is called in reports. */
  workName: string;
  /** Milliseconds that the work may take on a slow machine. */
  workMs: number;
  /** Milliseconds after its deadline in which a command must have ended. */
  graceMs: number;
  /** Faults that a work may end with when the plug is pulled, beside `disconnected`. */
  whenCut: readonly FaultCode[];
  /** Why noise is not sent to the device; null: it is. */
  noNoiseToDevice: string | null;
  /** The device only ever speaks, or only ever listens: its silence says nothing, and `status` is well as long as the wire is up. */
  oneWay: boolean;
  /** Why a second command is no busy one; null: it is. */
  queues: string | null;
  /** The device answers nothing at all: a work is done when its bytes are handed over, and nobody can tell what became of them. */
  neverAnswers: boolean;
  /** HID: noise is a report that is none of the device's own, because every report of its own form means something, as every key does. */
  noiseIsForeign: boolean;
  /** In the long run every so many commands is a work, the others ask for the status; null: none is. A work that waits for a bolt or a hand is rarer. */
  workEvery: number | null;
  start(listen: Listen): Promise<Peer>;
}

export interface Subject extends Common {
  /**
   * @param env of the bus of HID devices; null: the driver runs in this process
   * @param clock with the tap of a wire of programs; else the machine's own
   */
  session(uri: string, env: Readonly<Record<string, string>> | null, clock: DriverClock): Session;
}

type Given<C extends DeviceClass> = Pick<Common, 'transports' | 'workName' | 'start'> &
  Partial<Omit<Common, 'deviceClass'>> & {
    deviceClass: C;
    /** The device's own settings, as in a terminal file. */
    options?: Record<string, unknown>;
    work(driver: Driver<C>, context: CommandContext): Promise<Result<unknown>>;
  };

/** A class as the suite sees it. */
export const subject = <C extends DeviceClass>(given: Given<C>): Subject => ({
  name: given.deviceClass,
  inShort: given.transports,
  workMs: 8_000,
  graceMs: 1_500,
  whenCut: [],
  noNoiseToDevice: null,
  oneWay: false,
  neverAnswers: false,
  queues: null,
  noiseIsForeign: false,
  workEvery: 10,
  ...given,
  session: (uri, env, clock) => {
    const far: FarDriver<C> | null = env === null ? null : driverOnBus(env, given.deviceClass, uri, given.options ?? {});
    const driver = far ?? createDriver(given.deviceClass, uri, given.options ?? {}, clock);
    // Every class has `status`, without input.
    const any = driver as unknown as Driver<'id-card'>;
    return {
      open: (context) => driver.open(context),
      status: (context) => any.run('status', undefined, context),
      work: (context) => given.work(driver, context),
      close: () => driver.close(),
      held: async (signal) => {
        const held = far === null ? await heldNow(signal) : await far.held();
        if (held === null) throw new Error('the process of the driver has ended');
        return held;
      },
      end: async () => {
        await driver.close();
        await far?.end();
      },
    };
  },
});
