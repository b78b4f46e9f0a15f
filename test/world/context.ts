/** What every route of the bench works with. */
import type { CallPadEmulator } from '../../drivers/call-pad/emulator.ts';
import type { CodeScannerEmulator } from '../../drivers/code-scanner/emulator.ts';
import type { DocumentPrinterEmulator } from '../../drivers/document-printer/emulator.ts';
import type { IdCardEmulator } from '../../drivers/id-card/emulator.ts';
import type { LockerEmulator } from '../../drivers/locker/emulator.ts';
import type { PrintedSlip, ReceiptPrinterEmulator } from '../../drivers/receipt-printer/emulator.ts';
import type { ScannerEmulator } from '../../drivers/scanner/emulator.ts';
import type { SignalsEmulator } from '../../drivers/signals/emulator.ts';
import type { WindowDisplayEmulator } from '../../drivers/window-display/emulator.ts';
import type { CutProxy } from './cut-proxy.ts';

/** In the order of `--device-ports`. */
export const DEVICES = ['id-card', 'receipt-printer', 'document-printer', 'scanner', 'ticket-dispenser', 'code-scanner', 'locker', 'window-display', 'call-pad', 'signals'] as const;
export type DeviceName = (typeof DEVICES)[number];

/** What plays each device. */
export interface Emulators {
  'id-card': IdCardEmulator;
  'receipt-printer': ReceiptPrinterEmulator;
  'document-printer': DocumentPrinterEmulator;
  scanner: ScannerEmulator;
  'ticket-dispenser': ReceiptPrinterEmulator;
  'code-scanner': CodeScannerEmulator;
  locker: LockerEmulator;
  'window-display': WindowDisplayEmulator;
  'call-pad': CallPadEmulator;
  signals: SignalsEmulator;
}

export interface World {
  devices: Emulators;
  proxy: CutProxy;
  platform: string;
  runDir: string;
  /** Where the loudspeaker's sentences are written, 0001.wav and on. */
  soundDir: string;
  /** What each device plays now; null: nothing. */
  faults: Record<DeviceName, string | null>;
  /** Name of the specimen on the reader. */
  card: string | null;
  glass: string | null;
  /** Does a hand take each ticket out of the mouth after a while? */
  hand: boolean;
  /** Is somebody in front of the terminal? */
  near: boolean;
  /** Devices whose cable is out. */
  unplugged: Record<DeviceName, boolean>;
}

export const emulatorOf = (world: World, device: DeviceName): Emulators[DeviceName] => world.devices[device];

/** Each printer keeps its newest; so many of both together fall out oldest first. */
const KEPT = 50;

/** Everything that the printers of slips and tickets cut off, oldest first. */
export const slipsOf = ({ devices }: World): readonly (PrintedSlip & { printer: DeviceName })[] =>
  [...devices['receipt-printer'].slips().map((slip) => ({ ...slip, printer: 'receipt-printer' as const })), ...devices['ticket-dispenser'].slips().map((slip) => ({ ...slip, printer: 'ticket-dispenser' as const }))].sort((one, other) => one.at - other.at).slice(-KEPT);
