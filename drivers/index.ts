/** The face of the drivers: one factory over all classes, and the clock they run on. */
import type { DeviceClass, Driver, DriverClock, DriverFactory } from './contract.ts';
import { createDocumentPrinterDriver } from './document-printer/driver.ts';
import { createIdCardDriver } from './id-card/driver.ts';
import { createReceiptPrinterDriver } from './receipt-printer/driver.ts';
import { createScannerDriver } from './scanner/driver.ts';

export { systemDriverClock } from './clock.ts';

const FACTORIES: { readonly [C in DeviceClass]: DriverFactory<C> } = {
  'id-card': createIdCardDriver,
  'receipt-printer': createReceiptPrinterDriver,
  'document-printer': createDocumentPrinterDriver,
  scanner: createScannerDriver,
};

/**
 * A driver for one device, still closed. Addresses and options are judged by its first command, which then answers `bad-input`.
 * `options`: the device's own settings from the terminal file.
 */
export const createDriver = <C extends DeviceClass>(deviceClass: C, uri: string, options: Record<string, unknown>, clock: DriverClock): Driver<C> =>
  FACTORIES[deviceClass](uri, options, clock);
