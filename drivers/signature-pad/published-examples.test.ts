/**
 * What real pen digitizers tell of themselves, as others recorded it: an XP-Pen Artist 24 (28bd:093a) in the Linux kernel's HID tests, and the
 * pen of a 13 inch 3:2 tablet PC in a public log of its start. Neither is a signature pad; both are the standard that pads here must keep.
 */
import { expect, test } from 'vitest';
import { parseReportDescriptor } from '../transports/hid-descriptor.ts';
import { decodePadReport, padLayout, type PadLayout } from './codec.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const layoutOf = (descriptor: string): PadLayout => padLayout(parseReportDescriptor(bytes(descriptor))!, { widthMm: null, heightMm: null }) as PadLayout;

/** Inches with three places, pushed and popped globals, numbered reports. */
const ARTIST_24 =
  '05 0d 09 02 a1 01 85 07 09 20 a1 00 09 42 09 44 09 45 15 00 25 01 75 01 95 03 81 02 95 02 81 03 09 32 95 01 81 02 95 02 81 03 75 10 95 01 35 00 a4 05 01 09 30 65 13 55 0d 46 f0 50 26 ff 7f 81 02 09 31 46 91 2d 26 ff 7f 81 02 b4 09 30 45 00 26 ff 1f 81 42 09 3d 15 81 25 7f 75 08 95 01 81 02 09 3e 15 81 25 7f 81 02 c0 c0';
/** Centimetres with two places; tilt in hundredths of degrees; its own time in tenths of milliseconds; the tip is the second bit. */
const TABLET_PC =
  '05 0d 09 02 a1 01 85 01 09 20 35 00 a1 00 09 32 09 42 09 44 09 3c 09 45 15 00 25 01 75 01 95 05 81 02 95 03 81 03 05 01 09 30 75 10 95 01 a4 55 0e 65 11 46 b3 0a 26 80 25 81 02 09 31 46 22 07 26 20 1c 81 02 b4 05 0d 09 30 26 00 10 81 02 a4 55 0e 65 14 36 d8 dc 46 28 23 26 50 46 09 3d 81 02 09 3e 81 02 55 0c 66 01 10 35 00 47 ff ff 00 00 27 ff ff 00 00 09 56 81 02 b4 06 00 ff 09 01 75 08 95 01 81 02 81 03 c0 c0';

test('XP-Pen Artist 24: 20.720 by 11.665 inches are the 526 by 296 mm of its glass, and pressure has 8192 steps', () => {
  const pad = layoutOf(ARTIST_24);
  expect(pad.widthMm).toBeCloseTo(526.3, 1);
  expect(pad.heightMm).toBeCloseTo(296.3, 1);
  expect(pad).toMatchObject({ tip: { reportId: 7, bit: 0 }, pressure: { logicalMaximum: 8191 }, scanTime: null });
  // Tip and in range; X, Y and pressure at their ends, low byte first; no tilt.
  expect(decodePadReport(pad, bytes('07 21 ff 7f ff 7f ff 1f 00 00')).pen).toEqual({ down: true, x: 52_629, y: 29_629, p: 1, scanTime: null });
  expect(decodePadReport(pad, bytes('07 20 00 00 00 00 00 00 00 00')).pen).toMatchObject({ down: false, x: 0, y: 0, p: 0 });
});

test('a tablet PC: 27.39 by 18.26 cm, 4096 steps of pressure, and its own time', () => {
  const pad = layoutOf(TABLET_PC);
  expect(pad.widthMm).toBeCloseTo(273.9, 1);
  expect(pad.heightMm).toBeCloseTo(182.6, 1);
  expect(pad).toMatchObject({ tip: { reportId: 1, bit: 1 }, pressure: { logicalMaximum: 4096 }, scanTime: { logicalMaximum: 65_535 } });
  // In range and tip; half of X, all of Y, half of the pressure, level, 1.0000 s by its own clock.
  expect(decodePadReport(pad, bytes('01 03 c0 12 20 1c 00 08 28 23 28 23 10 27 00 00')).pen).toEqual({ down: true, x: 13_695, y: 18_260, p: 0.5, scanTime: 10_000 });
});
