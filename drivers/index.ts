/** The face of the drivers: one factory over all classes, and the clock they run on. */
import { createCallPadDriver } from './call-pad/driver.ts';
import type { DeviceClass, Driver, DriverClock, DriverFactory, Result } from './contract.ts';
import { createCodeScannerDriver } from './code-scanner/driver.ts';
import { createDocumentCameraDriver } from './document-camera/driver.ts';
import { createDocumentPrinterDriver } from './document-printer/driver.ts';
import { createIdCardDriver } from './id-card/driver.ts';
import { createLockerDriver } from './locker/driver.ts';
import { createNavPadDriver } from './nav-pad/driver.ts';
import { createReceiptPrinterDriver } from './receipt-printer/driver.ts';
import { recordDriver } from './recording/recorder.ts';
import { replay, replayDriver, type ReplayReport } from './recording/replay.ts';
import { createScannerDriver } from './scanner/driver.ts';
import { createSignalsDriver } from './signals/driver.ts';
import { createSignaturePadDriver } from './signature-pad/driver.ts';
import { createSoundDriver } from './sound/driver.ts';
import { createTicketDispenserDriver } from './ticket-dispenser/driver.ts';
import { createWindowDisplayDriver } from './window-display/driver.ts';
import { splitOptions } from './transports/uri.ts';

export { systemDriverClock } from './clock.ts';

const REPLAY = 'replay:';

const FACTORIES: { readonly [C in DeviceClass]: DriverFactory<C> } = {
  'id-card': createIdCardDriver,
  'code-scanner': createCodeScannerDriver,
  'receipt-printer': createReceiptPrinterDriver,
  'ticket-dispenser': createTicketDispenserDriver,
  'document-printer': createDocumentPrinterDriver,
  scanner: createScannerDriver,
  'document-camera': createDocumentCameraDriver,
  locker: createLockerDriver,
  'window-display': createWindowDisplayDriver,
  'call-pad': createCallPadDriver,
  signals: createSignalsDriver,
  'nav-pad': createNavPadDriver,
  'signature-pad': createSignaturePadDriver,
  sound: createSoundDriver,
};

const fromFactory = <C extends DeviceClass>(deviceClass: C, uri: string, options: Record<string, unknown>, clock: DriverClock): Driver<C> => FACTORIES[deviceClass](uri, options, clock);

/**
 * A driver for one device, still closed. Addresses and options are judged by its first command, which then answers `bad-input`.
 * `options`: the device's own settings from the terminal file; those in the address's query (`tcp:host:4001?profile=wkly`) go before them.
 * The option `record`, of every class, names the file that a recording is written to; the address `replay:FILE` plays one.
 */
export const createDriver = <C extends DeviceClass>(deviceClass: C, uri: string, options: Record<string, unknown>, clock: DriverClock): Driver<C> => {
  if (uri.startsWith(REPLAY)) return replayDriver(uri.slice(REPLAY.length), deviceClass, clock, fromFactory);
  const address = splitOptions(uri);
  const all = { ...options, ...address.options };
  const { record, ...own } = all;
  if (typeof record !== 'string') return fromFactory(deviceClass, address.uri, all, clock);
  return recordDriver(record, deviceClass, address.uri, own, clock, (tapped) => fromFactory(deviceClass, address.uri, own, tapped));
};

/**
 * Plays a recording to the driver of today and compares what comes of each command.
 * @returns `bad-input` when the file is no whole recording
 */
export const replayRecording = (path: string, clock: DriverClock): Promise<Result<ReplayReport>> => replay(path, clock, fromFactory);
