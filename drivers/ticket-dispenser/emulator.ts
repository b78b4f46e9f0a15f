/** An emulated printer of queue tickets: by default one with a presenter, as ticket machines have. */
import { startReceiptPrinterEmulator, type ReceiptPrinterEmulator, type ReceiptPrinterEmulatorSettings } from '../receipt-printer/emulator.ts';

/** @throws Error in one line when its wire cannot be opened */
export const startTicketDispenserEmulator = (settings: ReceiptPrinterEmulatorSettings): Promise<ReceiptPrinterEmulator> => startReceiptPrinterEmulator({ profile: 'custom-kpm216', ...settings });
