/** Printers of queue tickets: a receipt printer by its profile, in a place of its own. */
import type { DriverFactory } from '../contract.ts';
import { createReceiptPrinterDriver } from '../receipt-printer/driver.ts';

/** Options and profiles are those of the receipt printer. */
export const createTicketDispenserDriver: DriverFactory<'ticket-dispenser'> = (uri, options, clock) => ({ ...createReceiptPrinterDriver(uri, options, clock), deviceClass: 'ticket-dispenser' });
