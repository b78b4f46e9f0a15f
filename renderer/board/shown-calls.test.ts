import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BoardCall } from './heard.ts';
import { atTime, changesIn, CROWD_MS, hearCalls, LEAST_MS, ROWS, type ShownCalls } from './shown-calls.ts';

const NOW = '2026-11-23T10:00:00+08:00';
const AT = '2026-11-23T09:59:59+08:00';
const call = (id: number, counter = String(id)): BoardCall => ({ id, number: `A${String(id).padStart(3, '0')}`, counter, at: AT, again: false, awaited: true });
const view = (day: string, calls: readonly BoardCall[], now = NOW) => ({ day, now, calls: [...calls] });
/** Plays the board until nothing waits: for each call, when it stood in the light first, and when it left the board. */
const played = (start: ShownCalls, from: number): { lit: Map<number, number>; left: Map<number, number> } => {
  const [lit, left] = [new Map<number, number>(), new Map<number, number>()];
  let [state, now] = [start, from];
  for (;;) {
    const [first] = state.shown;
    if (first !== undefined && !lit.has(first.id)) lit.set(first.id, state.since);
    for (const id of lit.keys()) if (!left.has(id) && !state.shown.some((one) => one.id === id)) left.set(id, now);
    const wait = changesIn(state, now);
    if (wait === null) return { lit, left };
    now += wait;
    state = atTime(state, now);
  }
};

describe('calls on the board', () => {
  test('of sixty counters within one second: each stands in the light, in order, and on the board long enough to be read', () => {
    let state = hearCalls(null, view('d', []), 0);
    // As the hall tells them: a view after each of a few transactions, every call in it.
    const calls: BoardCall[] = [];
    for (let id = 1; id <= 60; id += 1) {
      calls.unshift(call(id));
      if (id % 7 === 0 || id === 60) state = hearCalls(state, view('d', calls), id * 16);
    }
    const { lit, left } = played(state, 960);
    expect([...lit.keys()]).toEqual([...Array(60).keys()].map((index) => index + 1));
    for (const [id, gone] of left) expect(gone - (lit.get(id) ?? 0)).toBeGreaterThanOrEqual(ROWS * CROWD_MS);
    // The whole crowd is on within a minute and a half.
    expect(Math.max(...lit.values())).toBeLessThan(90_000);
  });

  test('of two counters at once: the first stands in the light before the second takes its place', () => {
    let state = hearCalls(hearCalls(null, view('d', []), 0), view('d', [call(2), call(1)]), 1_000);
    expect(state.shown.map(({ id }) => id)).toEqual([1]);
    expect(changesIn(state, 1_000)).toBe(LEAST_MS);
    state = atTime(state, 1_000 + LEAST_MS);
    expect(state.shown.map(({ id }) => id)).toEqual([2, 1]);
    // Much later a single call is shown at once.
    expect(hearCalls(state, view('d', [call(3), call(2)]), 60_000).shown[0]?.id).toBe(3);
  });

  test('called again stands there once, and a new day begins with an empty board', () => {
    let state = hearCalls(null, view('d', [call(2), call(1)]), 0);
    state = hearCalls(state, view('d', [{ ...call(3), number: 'A001', again: true }, call(2), call(1)]), 9_000);
    expect(state.shown.map(({ id }) => id)).toEqual([3, 2]);
    expect(hearCalls(state, view('e', []), 10_000).shown).toEqual([]);
    expect(hearCalls(state, view('e', [call(1)]), 10_000).shown.map(({ id }) => id)).toEqual([1]);
  });

  test('a board that is switched on shows a number that was called twice once, at its newest counter', () => {
    const numbers = ['B001', 'A001', 'C003', 'C003', 'A001', 'D001', 'D002'];
    const calls = numbers.map((number, index) => ({ ...call(7 - index), number }));
    expect(hearCalls(null, view('d', calls), 0).shown.map(({ number, id }) => `${number} ${String(id)}`)).toEqual(['B001 7', 'A001 6', 'C003 5', 'D001 2', 'D002 1']);
  });

  test('after half an hour without a line: whoever is awaited stands in the light, and below stand the last calls of the hall', () => {
    const state = hearCalls(null, view('d', [{ ...call(1), at: '2026-11-23T09:30:00+08:00' }]), 0);
    const away = Array.from({ length: 300 }, (_, index): BoardCall => ({ ...call(index + 2), at: '2026-11-23T09:40:00+08:00', awaited: false }));
    const awaited = call(302);
    const back = hearCalls(state, view('d', [awaited, ...away.reverse()]), 1_800_000);
    expect(back.shown.map(({ id }) => id)).toEqual([302, 301, 300, 299, 298]);
    expect(changesIn(back, 1_800_000)).toBe(null);
    // Nobody is awaited: the hall's last calls all the same.
    expect(hearCalls(state, view('d', away), 1_800_000).shown.map(({ id }) => id)).toEqual([301, 300, 299, 298, 297]);
  });

  test('whatever views come and are missed, none is left out and none goes back in time', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 3_000 })), { maxLength: 15 }), (steps) => {
        let state = hearCalls(null, view('d', []), 0);
        let [now, made] = [0, 0];
        const seen = new Set<number>();
        for (const [more, ms] of steps) {
          now += ms;
          made += more;
          state = hearCalls(atTime(state, now), view('d', Array.from({ length: made }, (_, index) => call(made - index))), now);
          for (const { id } of state.shown) seen.add(id);
          expect([...state.shown].sort((a, b) => b.id - a.id)).toEqual(state.shown);
        }
        for (const id of played(state, now).lit.keys()) seen.add(id);
        expect(seen.size).toBe(made);
      }),
    );
  });
});
