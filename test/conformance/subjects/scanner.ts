import { startScannerEmulator } from '../../../drivers/scanner/emulator.ts';
import { sameValue } from '../same-value.ts';
import { subject } from '../subject.ts';

const SHEETS = 2;

export const scanner = subject({
  deviceClass: 'scanner',
  transports: ['http'],
  workName: 'scan',
  whenCut: ['bad-frame', 'timed-out'],
  // A job is taken away beyond the command's own time: a forgotten one blocks the next citizen.
  graceMs: 3_500,
  // The emulated scanner draws its pages with the machine's own processor.
  workMs: 60_000,
  workEvery: null,
  options: { answerMs: 10_000, pageMs: 60_000 },
  work: (driver, context) => driver.run('scan', { source: 'feeder', color: 'gray', resolution: 200, maxPages: 10 }, context),
  start: async (listen) => {
    const emulator = await startScannerEmulator({ listen, msPerPage: 0 });
    return {
      emulator,
      prepare: () => emulator.loadFeeder(SHEETS),
      accepts: (value) => sameValue(value, { pages: SHEETS }),
    };
  },
});
