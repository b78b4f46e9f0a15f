/** Point-of-sale scanners on a bus of emulated HID devices: the reports of each make, and what turns them on. */
import type { EmulatedWire, HidListen } from '../emulator.ts';
import type { HidDeviceSpec } from '../hid-emulator/device.ts';
import { wordsIn, type Mouth, type ScannerEngine } from './emulator-engines.ts';
import { HONEYWELL_DESCRIPTOR, reportsOf } from './specimens.ts';

/** The feature that turns a Honeywell from keyboard (0) to point of sale (1), and the output report for its words. */
const MODE = 254;
const WORDS = 253;
const POINT_OF_SALE = 1;
const REPORT_BYTES = 64;

/** Makes without a sign for "goes on": a code longer than one report comes as several codes. */
const plainReports = (id: number, room: number) => (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: Math.max(1, Math.ceil(bytes.length / room)) }, (_, index) => {
    const part = bytes.subarray(index * room, (index + 1) * room);
    const report = new Uint8Array(REPORT_BYTES);
    report.set([id, part.length]);
    report.set(part, 2);
    return report;
  });
const plainly = (id: number): HidDeviceSpec['reports'] => ({ usagePage: 0x8c, usage: 2, reportId: id, inputBytes: REPORT_BYTES - 1 });

type Make = { descriptor: HidDeviceSpec['reports']; reports: (bytes: Uint8Array, more: boolean) => Uint8Array[] };
const honeywell: Make = { descriptor: HONEYWELL_DESCRIPTOR, reports: (bytes, more) => reportsOf(bytes, ']Q1', more) };
const MAKES: Readonly<Record<Exclude<ScannerEngine, 'gm65'>, Make>> = {
  line: honeywell,
  honeywell,
  newland: { descriptor: plainly(2), reports: plainReports(2, 56) },
  microscan: { descriptor: plainly(1), reports: plainReports(1, 62) },
};

/**
 * Plugs a scanner into the bus.
 * @param light hears of the words of an engine that is told when to look
 */
export const plugEngine = async ({ bus, vendorId = 0x0c2e, productId = 0x0b61, serial }: HidListen, engine: keyof typeof MAKES, light: (on: boolean) => void): Promise<{ wire: EmulatedWire; say: Mouth }> => {
  const { descriptor, reports } = MAKES[engine];
  const device = await bus.plug({ vendorId, productId, product: 'Scanner', ...(descriptor === undefined ? {} : { reports: descriptor }), ...(serial === undefined ? {} : { serial }) });
  const asKeyboard = (): void => void device.features.set(MODE, Uint8Array.of(MODE, 0));
  if (descriptor === HONEYWELL_DESCRIPTOR) asKeyboard();
  const hear = wordsIn(light);
  device.onReport((report) => {
    if (engine === 'honeywell' && report[0] === WORDS) hear(report.subarray(2, 2 + (report[1] ?? 0)));
  });
  /** What a scanner that is a keyboard says, goes to another reader than ours. */
  const speaks = (): boolean => engine !== 'honeywell' || device.features.get(MODE)?.[1] === POINT_OF_SALE;
  return {
    wire: {
      uri: device.uri,
      unplug: async () => {
        await device.unplug();
        // It forgets with its power what it was turned to.
        if (engine === 'honeywell') asKeyboard();
      },
      replug: device.replug,
      close: device.close,
    },
    say: (bytes, more) => {
      if (speaks()) for (const report of reports(bytes, more)) device.send(report);
    },
  };
};
