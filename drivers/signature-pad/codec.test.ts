import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseReportDescriptor } from '../transports/hid-descriptor.ts';
import { decodePadReport, padLayout, type PadLayout } from './codec.ts';
import { padDescriptor, penReport, type SignaturePadSettings } from './emulator.ts';

const UNSAID = { widthMm: null, heightMm: null };
const layoutOf = (settings: SignaturePadSettings = {}, size: { widthMm: number | null; heightMm: number | null } = UNSAID) => padLayout(parseReportDescriptor(padDescriptor(settings))!, size);
const pad = (settings: SignaturePadSettings = {}) => layoutOf(settings, { widthMm: 120, heightMm: 60 }) as PadLayout;

describe('what a pad tells of itself', () => {
  test('its size in millimetres, its keys, whether it feels pressure', () => {
    expect(layoutOf()).toMatchObject({ widthMm: 120, heightMm: 60, pressure: { bits: 16 }, scanTime: { logicalMaximum: 65_535 } });
    expect([...pad().buttons.keys()]).toEqual([1, 2]);
    expect(pad({ pressure: false, keys: false })).toMatchObject({ pressure: null, buttons: new Map() });
  });
  test('a size that it does not tell must be told', () => {
    expect(layoutOf({ size: false })).toBe('no-size');
    expect(layoutOf({ size: false }, { widthMm: 90, heightMm: 40 })).toMatchObject({ widthMm: 90, heightMm: 40 });
  });
  test('a mouse is no pad', () => {
    expect(padLayout(parseReportDescriptor(Buffer.from('05010902a1010901a100050919012903150025019503750181029501750581010501093009311581257f750895028106c0c0', 'hex'))!, UNSAID)).toBe('no-digitizer');
  });
});

test('every place and pressure comes back as it was written, to a hundredth of a millimetre', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.nat(12_000), fc.nat(6_000), fc.nat(1023), fc.nat(65_535), (down, x, y, steps, at) => {
      const p = steps / 1023;
      expect(decodePadReport(pad(), penReport(down, { x, y, p }, at))).toEqual({ pen: { down, x, y, p: expect.closeTo(p, 3) as number, scanTime: at }, buttons: [] });
      expect(decodePadReport(pad({ pressure: false }), penReport(down, { x, y, p }, at, false)).pen?.p).toBeNull();
    }),
  );
});

test('any bytes at all are taken, and nothing lies outside of the pad', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), (report) => {
      const { pen } = decodePadReport(pad(), report);
      expect(pen === null || (pen.x >= 0 && pen.x <= 12_000 && pen.y >= 0 && pen.y <= 6_000)).toBe(true);
    }),
  );
});
