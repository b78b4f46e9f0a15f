/**
 * The contract of all devices: what each class can be told, and what every driver promises. The words it is written in
 * (conditions, faults, remedies, results) are in vocabulary.ts.
 */
import type { z } from 'zod';
import type { callPadCommands } from './call-pad/commands.ts';
import type { codeScannerCommands } from './code-scanner/commands.ts';
import type { documentCameraCommands } from './document-camera/commands.ts';
import type { lockerCommands } from './locker/commands.ts';
import type { navPadCommands } from './nav-pad/commands.ts';
import type { signalsCommands } from './signals/commands.ts';
import type { signaturePadCommands } from './signature-pad/commands.ts';
import type { soundCommands } from './sound/commands.ts';
import type { CommandContext, DeviceStatus, DriverClock, IdCard, PrintJob, PrintJobSpec, Result, ScannedPage, ScanRequest, SecurityModule, SlipDocument, SlipOutcome } from './vocabulary.ts';
import type { windowDisplayCommands } from './window-display/commands.ts';

export * from './vocabulary.ts';

/** The types of a class's commands, from the schemas in its commands.ts. */
type Typed<S extends Record<string, { input: z.ZodType; value: z.ZodType; progress: z.ZodType }>> = {
  [K in keyof S]: { input: z.infer<S[K]['input']>; value: z.infer<S[K]['value']>; progress: z.infer<S[K]['progress']> };
};

/** Every command of every class: input, value, and what it reports while it runs. */
export interface DeviceCommands {
  'id-card': {
    status: { input: void; value: DeviceStatus; progress: never };
    /** Waits for a card, reads it once. `found` is reported when a card lies there and is being read. */
    read: { input: void; value: IdCard; progress: { step: 'found' } };
    /** Does a card lie on the reader, and is it the one that was read last (`same`)? */
    present: { input: void; value: { present: boolean; same: boolean }; progress: never };
    /** The newer address that the card on the reader carries beside the printed one; null when it has none. One look: `no-media` without a card. */
    newAddress: { input: void; value: { address: string | null; /** U+E123 … that no table knows */ unmapped: string[] }; progress: never };
    /** Number and state of the security module in the reader. */
    module: { input: void; value: SecurityModule; progress: never };
  };
  'receipt-printer': {
    status: { input: void; value: DeviceStatus; progress: never };
    /** Status before, the slip, status after. `sent`: bytes of the slip leave now; `uncut`: the fault that follows is the last cut's alone. */
    print: { input: SlipDocument; value: SlipOutcome; progress: { step: 'sent' | 'uncut' } };
    /** Holds what was printed out of the mouth and waits until it is taken; without a presenter `bad-input`. */
    present: { input: undefined; value: SlipOutcome; progress: never };
    /** Draws back what nobody took; without a presenter that can, `bad-input`. */
    retract: { input: undefined; value: { retracted: boolean }; progress: never };
  };
  /** A printer of queue tickets: the commands of a receipt printer, on a machine of its own. */
  'ticket-dispenser': DeviceCommands['receipt-printer'];
  'document-printer': {
    status: { input: void; value: DeviceStatus; progress: never };
    /** Validate-Job then Create-Job; nothing is printed yet, so the job id can be kept before any byte is sent. */
    createJob: { input: PrintJobSpec; value: { jobId: number; /** Tray that was asked for; null: the printer chooses. */ tray: string | null; /** Sheets in it before the job, where it counts. */ trayLeft: number | null }; progress: never };
    /** Send-Document with `last-document`. */
    sendDocument: { input: { jobId: number; pdf: Uint8Array }; value: Record<string, never>; progress: never };
    /** Follows a job to its end, reporting each change; also the way to ask about a job after a crash. */
    /** `mostStillMs`: how long the printer may hold the job up (jam, cover, no paper) before it is given up; default: the caller's whole time. */
    followJob: { input: { jobId: number; mostStillMs?: number | undefined }; value: PrintJob; progress: PrintJob };
    /** One look at a job, without waiting. */
    jobState: { input: { jobId: number }; value: PrintJob; progress: never };
    cancelJob: { input: { jobId: number }; value: PrintJob; progress: never };
    /** Hold-Job: a job that has not begun waits until it is released. */
    holdJob: { input: { jobId: number }; value: PrintJob; progress: never };
    releaseJob: { input: { jobId: number }; value: PrintJob; progress: never };
  };
  scanner: {
    status: { input: void; value: DeviceStatus; progress: never };
    /** Pages arrive as progress; the value tells how many there were. */
    scan: { input: ScanRequest; value: { pages: number }; progress: ScannedPage };
  };
  'code-scanner': Typed<typeof codeScannerCommands>;
  'document-camera': Typed<typeof documentCameraCommands>;
  locker: Typed<typeof lockerCommands>;
  'window-display': Typed<typeof windowDisplayCommands>;
  'call-pad': Typed<typeof callPadCommands>;
  signals: Typed<typeof signalsCommands>;
  'nav-pad': Typed<typeof navPadCommands>;
  'signature-pad': Typed<typeof signaturePadCommands>;
  sound: Typed<typeof soundCommands>;
}

export type DeviceClass = keyof DeviceCommands;
export type CommandName<C extends DeviceClass> = keyof DeviceCommands[C] & string;
export type CommandInput<C extends DeviceClass, K extends CommandName<C>> = DeviceCommands[C][K] extends { input: infer I } ? I : never;
export type CommandValue<C extends DeviceClass, K extends CommandName<C>> = DeviceCommands[C][K] extends { value: infer V } ? V : never;
export type CommandProgress<C extends DeviceClass, K extends CommandName<C>> = DeviceCommands[C][K] extends { progress: infer P } ? P : never;

export const DEVICE_CLASSES = [
  'id-card',
  'code-scanner',
  'receipt-printer',
  'ticket-dispenser',
  'document-printer',
  'scanner',
  'document-camera',
  'locker',
  'window-display',
  'call-pad',
  'signals',
  'nav-pad',
  'signature-pad',
  'sound',
] as const satisfies readonly DeviceClass[];

/** One device of one class over one transport. One command runs at a time; a second one gets `busy`. */
export interface Driver<C extends DeviceClass> {
  readonly deviceClass: C;
  /** Opens the transport and asks the device where it stands. May be called again after a failure. */
  open(context: CommandContext): Promise<Result<DeviceStatus>>;
  run<K extends CommandName<C>>(
    command: K,
    input: CommandInput<C, K>,
    context: CommandContext,
    onProgress?: (progress: CommandProgress<C, K>) => void,
  ): Promise<Result<CommandValue<C, K>>>;
  /** Idempotent; ends whatever runs with `cancelled`. */
  close(): Promise<void>;
}

/**
 * What a class's `driver.ts` exports as `create<Class>Driver`.
 * `options` are the device's own settings of the terminal file (model profile, poll interval), parsed there by a schema.
 */
export type DriverFactory<C extends DeviceClass> = (uri: string, options: Record<string, unknown>, clock: DriverClock) => Driver<C>;
