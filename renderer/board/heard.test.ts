import { expect, test } from 'vitest';
import { comesBackIn, streamOf } from './coming-back.ts';
import { hear, isDue, type BoardCall, type Calls } from './heard.ts';

const iso = (second: number): string => `${new Date(Date.parse('2026-11-23T09:00:00Z') + second * 1_000).toISOString().slice(0, 19)}+00:00`;
const call = (id: number, second = id, awaited = true): BoardCall => ({ id, number: `A${String(id).padStart(3, '0')}`, counter: '1', at: iso(second), again: false, awaited });
const view = (calls: readonly BoardCall[], day = '20261123'): Calls => ({ day, now: iso(9_999), calls: [...calls].sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || b.id - a.id) });
const ids = ({ fresh }: { fresh: readonly BoardCall[] }): number[] => fresh.map(({ id }) => id);

test('a board that was just switched on has heard everything; from then on each call is new once, oldest first', () => {
  const first = hear(null, view([call(1), call(2)]));
  expect(ids(first)).toEqual([]);
  const second = hear(first.heard, view([call(2), call(3), call(4)]));
  expect(ids(second)).toEqual([3, 4]);
  expect(ids(hear(second.heard, view([call(3), call(4)])))).toEqual([]);
});

test('before the first call of a day nothing is heard, so that the first is new', () => {
  expect(ids(hear(hear(null, view([])).heard, view([call(1)])))).toEqual([1]);
});

test('calls of one second are each new once', () => {
  const { heard } = hear(hear(null, view([])).heard, view([call(1, 5), call(2, 5)]));
  expect(ids(hear(heard, view([call(1, 5), call(2, 5), call(3, 5)])))).toEqual([3]);
});

test('a new day begins anew, and a hall that was put back from before is heard though it counts from lower', () => {
  const { heard } = hear(hear(null, view([])).heard, view([call(500, 100)]));
  expect(ids(hear(heard, view([call(1, 0)], '20261124')))).toEqual([1]);
  const putBack = hear(heard, view([call(300, 90), call(301, 130)]));
  expect(ids(putBack)).toEqual([301]);
  expect(ids(hear(putBack.heard, view([call(301, 130), call(302, 140)])))).toEqual([302]);
});

test('a call is told while it is new, or while somebody is awaited who may still come', () => {
  const due = (awaited: boolean, age: number): boolean => isDue(call(1, 0, awaited), iso(age));
  expect([due(true, 0), due(false, 5), due(false, 31), due(true, 31), due(true, 599), due(true, 601)]).toEqual([true, true, false, true, true, false]);
});

test('a board that is away comes back within a quarter of a second of a restart and two seconds of a long absence, never at once, and asks for what it missed', () => {
  for (const random of [0, 0.5, 0.999]) {
    for (let failures = 0; failures < 40; failures += 1) {
      expect(comesBackIn(failures, random)).toBeLessThanOrEqual(failures < 60 ? 250 : 2_000);
      expect(comesBackIn(failures, random)).toBeGreaterThanOrEqual(75);
    }
  }
  expect(streamOf('/hall/board/stream', null)).toBe('/hall/board/stream');
  expect(streamOf('/hall/board/stream', '20261123-5-1')).toBe('/hall/board/stream?after=20261123-5-1');
});
