/** How paper becomes pages here: by the scanner, or under the document camera. */
import type { DeviceClass } from '../../drivers/contract.ts';
import type { ScanWay, SessionEnv } from './state.ts';

export const DEVICE_OF: Readonly<Record<ScanWay, DeviceClass>> = { scanner: 'scanner', camera: 'document-camera' };
const WAYS = Object.keys(DEVICE_OF) as ScanWay[];

/**
 * The ways that this terminal has, the one to offer first at the head: what works before what does not, then the one
 * that was used last, then the scanner. Never empty: a terminal without either says so of its scanner.
 */
export const scanWays = (env: SessionEnv, last: ScanWay | null): { way: ScanWay; ready: boolean }[] => {
  const here = WAYS.filter((way) => env.terminal.devices.some((device) => device.class === DEVICE_OF[way])).map((way) => ({ way, ready: env.usable(DEVICE_OF[way]) }));
  if (here.length === 0) return [{ way: 'scanner', ready: false }];
  const rank = ({ way, ready }: { way: ScanWay; ready: boolean }): number => (ready ? 0 : 2) + (way === last ? 0 : 1);
  return here.toSorted((one, other) => rank(one) - rank(other));
};
