/** Placeholder until the driver stands. */
import { fail, type Driver, type DriverClock } from '../contract.ts';

export const createSoundDriver = (_uri: string, _options: Record<string, unknown>, _clock: DriverClock): Driver<'sound'> => ({
  deviceClass: 'sound',
  open: () => Promise.resolve(fail('bad-input', 'no driver')),
  run: () => Promise.resolve(fail('bad-input', 'no driver')),
  close: () => Promise.resolve(),
});
