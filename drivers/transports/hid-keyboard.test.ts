import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyboardReport, KeyboardReports } from './hid-keyboard.ts';

test('a key counts when it goes down, not while it is held', () => {
  const keyboard = new KeyboardReports();
  expect([[0x28], [0x28], [0x28, 0x52], [0x52], [], [0x28]].map((down) => keyboard.push(keyboardReport(down)))).toEqual([[0x28], [], [0x52], [], [], [0x28]]);
});

test('too many keys at once are no keys, and reports of another length are none', () => {
  const keyboard = new KeyboardReports();
  expect(keyboard.push(Uint8Array.of(0, 0, 1, 1, 1, 1, 1, 1))).toEqual([]);
  expect(keyboard.push(new Uint8Array(64).fill(9))).toEqual([]);
  expect(keyboard.foreignReports).toBe(1);
  expect(keyboard.push(keyboardReport([0x28]))).toEqual([0x28]);
});

test('any bytes at all are taken', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 20 }), (reports) => {
      const keyboard = new KeyboardReports();
      for (const report of reports) keyboard.push(report);
      keyboard.push(keyboardReport());
      expect(keyboard.push(keyboardReport([0x28]))).toEqual([0x28]);
    }),
  );
});
