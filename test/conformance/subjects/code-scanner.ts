import { startCodeScannerEmulator } from '../../../drivers/code-scanner/emulator.ts';
import { subject, type Subject } from '../subject.ts';

const CODE = '预约 A-2026-001';

const codeScanner = (engine: 'line' | 'gm65'): Subject =>
  subject({
    name: `code-scanner ${engine}`,
    deviceClass: 'code-scanner',
    transports: ['serial', 'tcp'],
    inShort: [engine === 'line' ? 'serial' : 'tcp'],
    workName: 'read',
    // The emulated engine looks four times a second.
    workEvery: 50,
    oneWay: engine === 'line',
    ...(engine === 'gm65' ? { options: { profile: 'gm65' } } : {}),
    work: (driver, context) => driver.run('read', undefined, context),
    start: async (listen) => {
      const emulator = await startCodeScannerEmulator({ listen, engine, everyMs: 250 });
      return {
        emulator,
        prepare: () => emulator.lay(CODE),
        nobody: () => emulator.lay(null),
        accepts: (value) => typeof value === 'object' && value !== null && 'text' in value && value.text === CODE,
      };
    },
  });

/** A point-of-sale scanner: the same emulated engine, whose wire is the HID bus. */
const pointOfSale = subject({
  name: 'code-scanner hid-pos',
  deviceClass: 'code-scanner',
  transports: ['hid'],
  workName: 'read',
  workEvery: 50,
  oneWay: true,
  noiseIsForeign: true,
  work: (driver, context) => driver.run('read', undefined, context),
  start: async (listen) => {
    const emulator = await startCodeScannerEmulator({ listen, everyMs: 250 });
    return {
      emulator,
      prepare: () => emulator.lay(CODE),
      nobody: () => emulator.lay(null),
      accepts: (value) => typeof value === 'object' && value !== null && 'text' in value && value.text === CODE,
    };
  },
});

export const codeScanners: readonly Subject[] = [codeScanner('line'), codeScanner('gm65'), pointOfSale];
