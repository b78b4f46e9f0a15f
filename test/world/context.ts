/** What every route of the bench works with. */
import type { DocumentPrinterEmulator } from '../../drivers/document-printer/emulator.ts';
import type { Emulator } from '../../drivers/emulator.ts';
import type { IdCardEmulator } from '../../drivers/id-card/emulator.ts';
import type { ReceiptPrinterEmulator } from '../../drivers/receipt-printer/emulator.ts';
import type { ScannerEmulator } from '../../drivers/scanner/emulator.ts';
import type { CutProxy } from './cut-proxy.ts';

export const DEVICES = ['id-card', 'receipt-printer', 'document-printer', 'scanner'] as const;
export type DeviceName = (typeof DEVICES)[number];

export interface World {
  idCard: IdCardEmulator;
  receiptPrinter: ReceiptPrinterEmulator;
  documentPrinter: DocumentPrinterEmulator;
  scanner: ScannerEmulator;
  proxy: CutProxy;
  platform: string;
  runDir: string;
  /** What each device plays now; null: nothing. */
  faults: Record<DeviceName, string | null>;
  /** Name of the specimen on the reader. */
  card: string | null;
  glass: string | null;
  unplugged: boolean;
}

export const emulatorOf = (world: World, device: DeviceName): Emulator => ({ 'id-card': world.idCard, 'receipt-printer': world.receiptPrinter, 'document-printer': world.documentPrinter, scanner: world.scanner })[device];
