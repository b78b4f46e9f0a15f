/** Placeholder until the driver stands. */
import { fail, type Driver, type DriverClock } from '../contract.ts';

export const createDocumentCameraDriver = (_uri: string, _options: Record<string, unknown>, _clock: DriverClock): Driver<'document-camera'> => ({
  deviceClass: 'document-camera',
  open: () => Promise.resolve(fail('bad-input', 'no driver')),
  run: () => Promise.resolve(fail('bad-input', 'no driver')),
  close: () => Promise.resolve(),
});
