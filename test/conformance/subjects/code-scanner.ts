import { startCodeScannerEmulator, type CodeScannerEmulatorSettings } from '../../../drivers/code-scanner/emulator.ts';
import type { ProfileName } from '../../../drivers/code-scanner/profiles.ts';
import { subject, type Subject, type Transport } from '../subject.ts';

const CODE = '预约 A-2026-001';
/** The emulated engines that look all the time look four times a second. */
const EVERY_MS = 250;
/** Where silence ends a code, two that follow each other too soon are one: on a busy machine silence is waited for longer. */
const APART_MS = 1_000;
const LINES: readonly Transport[] = ['serial', 'tcp'];
const HID: readonly Transport[] = ['hid'];

interface Make {
  profile: ProfileName;
  /** The emulated one, and what it puts behind a code. */
  engine: NonNullable<CodeScannerEmulatorSettings['engine']>;
  ending?: CodeScannerEmulatorSettings['ending'];
  transports: readonly Transport[];
  inShort: readonly Transport[];
  /** Can it be asked how it is? */
  answers?: true;
}

const MAKES: readonly Make[] = [
  { profile: 'line', engine: 'line', transports: LINES, inShort: ['serial'] },
  { profile: 'gap', engine: 'line', ending: 'none', transports: LINES, inShort: [] },
  { profile: 'gm65', engine: 'gm65', transports: LINES, inShort: ['tcp'], answers: true },
  { profile: 'honeywell', engine: 'honeywell', transports: LINES, inShort: [] },
  { profile: 'hid-pos', engine: 'line', transports: HID, inShort: ['hid'] },
  { profile: 'honeywell-hid', engine: 'honeywell', transports: HID, inShort: [] },
  { profile: 'newland-fm430', engine: 'newland', transports: HID, inShort: [] },
  { profile: 'microscan', engine: 'microscan', transports: HID, inShort: [] },
];

const codeScanner = ({ profile, engine, ending, transports, inShort, answers }: Make): Subject =>
  subject({
    name: `code-scanner ${profile}`,
    deviceClass: 'code-scanner',
    transports,
    inShort,
    workName: 'read',
    workEvery: 50,
    oneWay: answers !== true,
    noiseIsForeign: transports === HID,
    options: { profile },
    work: (driver, context) => driver.run('read', undefined, context),
    start: async (listen) => {
      const emulator = await startCodeScannerEmulator({ listen, engine, everyMs: ending === 'none' ? APART_MS : EVERY_MS, ...(ending === undefined ? {} : { ending }) });
      return {
        emulator,
        prepare: () => emulator.lay(CODE),
        nobody: () => emulator.lay(null),
        accepts: (value) => typeof value === 'object' && value !== null && 'text' in value && value.text === CODE,
      };
    },
  });

export const codeScanners: readonly Subject[] = MAKES.map(codeScanner);
