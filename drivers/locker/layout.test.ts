import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { packedAnswer, type Answer } from './codec.ts';
import { cellsOf, learnLayout, ORDERS, POLARITIES } from './layout.ts';

type All = Extract<Answer, { kind: 'all' }>;
/** Status bytes of a board of `count` cells on which only `openCell` is open. */
const board = (count: number, bytes: number, openCell: number, polarity: (typeof POLARITIES)[number], order: (typeof ORDERS)[number], unused: boolean): All => {
  const data = new Uint8Array(bytes);
  for (let cell = 1; cell <= bytes * 8; cell += 1) {
    const shorted = cell > count ? unused : (cell === openCell) === (polarity === 'open-shorts');
    if (shorted) data[(cell - 1) >> 3] = data[(cell - 1) >> 3]! | (1 << ((cell - 1) & 7));
  }
  return packedAnswer(order === 'low-first' ? data : data.toReversed(), null) as All;
};

test('one open door tells polarity and byte order, whatever unused inputs say', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 24 }), fc.integer({ min: 1, max: 24 }), fc.constantFrom(...POLARITIES), fc.constantFrom(...ORDERS), fc.boolean(), (count, cell, polarity, order, unused) => {
      const openCell = ((cell - 1) % count) + 1;
      const learned = learnLayout(board(count, 3, openCell, polarity, order, unused), openCell, count, true);
      // Never a wrong answer: either the wiring, or a word that this door cannot tell.
      expect(learned.ok ? learned : learned.why).toEqual(learned.ok ? { ok: true, polarity, order } : 'ambiguous');
    }),
  );
});

test('a door of the middle byte cannot tell the order, one of the first byte can', () => {
  expect(learnLayout(board(24, 3, 12, 'closed-shorts', 'low-first', true), 12, 24, true)).toEqual({ ok: false, why: 'ambiguous' });
  expect(learnLayout(board(24, 3, 3, 'closed-shorts', 'high-first', true), 3, 24, true)).toEqual({ ok: true, polarity: 'closed-shorts', order: 'high-first' });
});

test('two open doors, or another one than was told, are no match', () => {
  expect(learnLayout(board(24, 3, 5, 'closed-shorts', 'low-first', true), 6, 24, true)).toEqual({ ok: false, why: 'no-match' });
});

test('sensors on spare inputs tell what lies in a cell', () => {
  const answer = packedAnswer(Uint8Array.of(0b1111_1101, 0b0001_0000, 0), null) as All;
  const cells = cellsOf(answer, 8, { polarity: 'closed-shorts', order: 'low-first', sensors: 9, sensorPolarity: 'occupied-shorts' });
  expect(cells.filter(({ door }) => door === 'open').map(({ cell }) => cell)).toEqual([2]);
  expect(cells.filter(({ occupied }) => occupied).map(({ cell }) => cell)).toEqual([5]);
});
