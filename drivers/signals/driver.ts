/** Placeholder until the driver stands. */
import { fail, type Driver, type DriverClock } from '../contract.ts';

export const createSignalsDriver = (_uri: string, _options: Record<string, unknown>, _clock: DriverClock): Driver<'signals'> => ({
  deviceClass: 'signals',
  open: () => Promise.resolve(fail('bad-input', 'no driver')),
  run: () => Promise.resolve(fail('bad-input', 'no driver')),
  close: () => Promise.resolve(),
});
