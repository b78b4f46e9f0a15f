/** The face of the drivers: one factory over all classes, and the clock they run on. */
import type { DeviceClass, Driver, DriverClock, DriverFactory } from './contract.ts';
import { createIdCardDriver } from './id-card/driver.ts';

export { systemDriverClock } from './clock.ts';

const FACTORIES: { [C in DeviceClass]?: DriverFactory<C> } = {
  'id-card': createIdCardDriver,
};

/**
 * A driver for one device, still closed. Addresses and options are judged by its first command, which then answers `bad-input`.
 * `options`: the device's own settings from the terminal file.
 */
export const createDriver = <C extends DeviceClass>(deviceClass: C, uri: string, options: Record<string, unknown>, clock: DriverClock): Driver<C> => {
  const factory = FACTORIES[deviceClass];
  if (factory === undefined) throw new RangeError(`no driver for ${deviceClass}`);
  return factory(uri, options, clock);
};
