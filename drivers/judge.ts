/** Judges what a terminal file says of a device, without the device: no port is opened, no packet sent. */
import { createDriver, systemDriverClock } from './index.ts';
import { type DeviceClass } from './contract.ts';

/**
 * Drivers judge address and options before they touch the wire, and a command that is cancelled before it begins touches none.
 * @returns what is wrong with the address or the options, in the driver's words; null: nothing, as far as can be told from here
 */
export const judgeDevice = async (deviceClass: DeviceClass, uri: string, options: Record<string, unknown>): Promise<string | null> => {
  if (uri.startsWith('page:')) return null;
  const driver = createDriver(deviceClass, uri, options, systemDriverClock);
  try {
    const opened = await driver.open({ signal: AbortSignal.abort(), deadlineMs: 1 });
    if (opened.ok || opened.fault.code !== 'bad-input') return null;
    return opened.fault.message;
  } finally {
    await driver.close();
  }
};
