import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldValue, parseReportDescriptor } from './hid-descriptor.ts';

/** The boot mouse of USB HID 1.11, appendix E.10. */
const MOUSE = '05010902a1010901a100050919012903150025019503750181029501750581010501093009311581257f750895028106c0c0';
/** A boot keyboard, appendix E.6. */
const KEYBOARD = '05010906a101050719e029e71500250175019508810295017508810195057501050819012905910295017503910195067508150025650507190029658100c0';
/** Digitizer: report 5 with a tip switch, seven bits of nothing and X over 15000 thousandths of a centimetre; report 6 with a button. */
const PAD = '050d0902a1018505094215002501750195018102950781030501093026ff7f350046983a550d651175109501810285060509090115002501750195018102c0';
const bytes = (hex: string) => Buffer.from(hex, 'hex');

describe('published descriptors', () => {
  test('a mouse: three buttons, five bits of nothing, X and Y with a sign', () => {
    const layout = parseReportDescriptor(bytes(MOUSE))!;
    expect(layout.numbered).toBe(false);
    expect(layout.fields.map(({ usagePage, usage, bit, bits }) => [usagePage, usage, bit, bits])).toEqual([
      [9, 1, 0, 1],
      [9, 2, 1, 1],
      [9, 3, 2, 1],
      [1, 0x30, 8, 8],
      [1, 0x31, 16, 8],
    ]);
    expect(layout.fields.map((field) => fieldValue(layout, field, Uint8Array.of(0b101, 0xff, 0x7f)))).toEqual([1, 0, 1, -1, 127]);
    expect(fieldValue(layout, layout.fields[3]!, Uint8Array.of(0))).toBeNull();
  });

  test('a keyboard: its modifiers are fields, its array of keys is none', () => {
    expect(parseReportDescriptor(bytes(KEYBOARD))!.fields.map(({ usage }) => usage)).toEqual([0xe0, 0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7]);
  });
});

test('numbered reports keep their own places, and lengths come in millimetres', () => {
  const layout = parseReportDescriptor(bytes(PAD))!;
  expect(layout).toMatchObject({ numbered: true });
  const [tip, x, button] = layout.fields;
  expect([tip, x, button]).toMatchObject([
    { reportId: 5, bit: 0, application: { usagePage: 0x0d, usage: 2 } },
    { reportId: 5, bit: 8, logicalMaximum: 32_767, millimetres: 150 },
    { reportId: 6, bit: 0 },
  ]);
  const report = Uint8Array.of(5, 1, 0x34, 0x12);
  expect([tip!, x!, button!].map((field) => fieldValue(layout, field, report))).toEqual([1, 0x1234, null]);
});

test('any bytes at all, and any damage, are taken without an exception and without many fields', () => {
  const damaged = fc.tuple(fc.constantFrom(MOUSE, KEYBOARD), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 })).map(([hex, changes]) => {
    const copy = Uint8Array.from(bytes(hex));
    for (const [at, value] of changes) copy[at % copy.length] = value;
    return copy;
  });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), damaged), fc.uint8Array({ maxLength: 12 }), (descriptor, report) => {
      const layout = parseReportDescriptor(descriptor);
      for (const field of layout?.fields ?? []) fieldValue(layout!, field, report);
      expect(layout?.fields.length ?? 0).toBeLessThanOrEqual(2048);
    }),
  );
  expect(parseReportDescriptor(new Uint8Array(5000))).toBeNull();
});
