import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { CURSOR, callsAfter, cursorOf, isAwaited } from './calls.ts';
import { apply, emptyDay, type Day } from './rules/day.ts';
import { NINE } from './rules/fixtures.ts';

const DAY = '20261123';
/** A day on which so many numbers were called at counter 1, each finished before the next. */
const dayOf = (calls: number, from = NINE): Day => {
  const day = emptyDay(DAY);
  for (let n = 1; n <= calls; n += 1) {
    const number = `A${String(n).padStart(3, '0')}`;
    const at = from + n * 1_000;
    apply(day, { type: 'taken', at, number, class: 'insurance', ordinal: n, ticket: n.toString(16).padStart(24, '0'), by: 't1', priority: null, item: null, takenAt: at, lease: null });
    apply(day, { type: 'called', at, number, counter: '1', clerk: 'lin', reason: null });
    if (n < calls) apply(day, { type: 'finished', at, number, counter: '1', clerk: 'lin' });
  }
  return day;
};
const ids = (day: Day, cursor: string): number[] => callsAfter(day, cursor).map(({ id }) => id);

test('a place in the day is where the calls since begin, however many and however long ago', () => {
  const day = dayOf(0);
  const before = cursorOf(day);
  expect(CURSOR.test(before)).toBe(true);
  const later = dayOf(700);
  expect(ids(later, before)).toHaveLength(700);
  expect(ids(later, cursorOf(dayOf(698)))).toEqual([699, 700]);
  expect(ids(later, cursorOf(later))).toEqual([]);
});

test('calls of one moment are told apart', () => {
  const day = dayOf(3);
  const at = day.callOrder[2]?.at ?? 0;
  day.callOrder[1] = { ...(day.callOrder[1] as Day['callOrder'][number]), at };
  expect(ids(day, `${DAY}-${at}-2`)).toEqual([3]);
});

test('a place of another day, and one that was never given, is before all of today', () => {
  const day = dayOf(3);
  for (const cursor of ['20261122-1795400000000-900', 'nonsense', '']) expect(ids(day, cursor)).toEqual([1, 2, 3]);
});

test('a hall put back from before counts from lower again: what it calls then is behind every place of its later self', () => {
  const lost = dayOf(50);
  const putBack = dayOf(20);
  const since = cursorOf(lost);
  expect(ids(putBack, since)).toEqual([]);
  apply(putBack, { type: 'recalled', at: NINE + 60_000, number: 'A020', counter: '1', clerk: 'lin' });
  expect(ids(putBack, since)).toEqual([21]);
});

test('whoever was called is awaited until he came or missed it, and only by the newest call', () => {
  const day = dayOf(2);
  const awaited = (): boolean[] => day.callOrder.map((call) => isAwaited(day, call));
  expect(awaited()).toEqual([false, true]);
  apply(day, { type: 'recalled', at: NINE + 9_000, number: 'A002', counter: '1', clerk: 'lin' });
  expect(awaited()).toEqual([false, false, true]);
  apply(day, { type: 'missed', at: NINE + 10_000, number: 'A002', counter: '1', clerk: 'lin' });
  expect(awaited()).toEqual([false, false, false]);
  apply(day, { type: 'came-back', at: NINE + 11_000, number: 'A002', by: 'lin', behind: 0 });
  apply(day, { type: 'called', at: NINE + 12_000, number: 'A002', counter: '3', clerk: 'wang', reason: null });
  expect(awaited()).toEqual([false, false, false, true]);
  apply(day, { type: 'started', at: NINE + 13_000, number: 'A002', counter: '3', clerk: 'wang' });
  expect(awaited()).toEqual([false, false, false, false]);
});

test('from whichever places a board asks, it is told each call once and in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 8 }), (steps) => {
      let [made, cursor] = [0, cursorOf(dayOf(0))];
      const told: number[] = [];
      for (const step of steps) {
        made += step;
        const day = dayOf(made);
        told.push(...ids(day, cursor));
        cursor = cursorOf(day);
      }
      expect(told).toEqual(Array.from({ length: made }, (_, index) => index + 1));
    }),
    { numRuns: 30 },
  );
});
