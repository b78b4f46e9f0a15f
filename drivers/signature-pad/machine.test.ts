import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reachable } from '../walk.ts';
import { CAPTURE_START, captureNext, type CaptureEffect, type CaptureInput, type CaptureSettings, type CaptureState } from './machine.ts';

const settings = (more: Partial<CaptureSettings> = {}): CaptureSettings => ({ confirm: 1, clear: 2, idleMs: null, scanRange: null, ...more });
const pen = (down: boolean, at: number, scanTime: number | null = null): CaptureInput => ({ type: 'report', at, report: { pen: { down, x: at, y: 0, p: 0.5, scanTime }, buttons: [] } });
const key = (number: number, down = true): CaptureInput => ({ type: 'report', at: 0, report: { pen: null, buttons: [1, 2].map((one) => ({ number: one, down: down && one === number })) } });
const play = (inputs: CaptureInput[], more: Partial<CaptureSettings> = {}) => {
  let state = CAPTURE_START;
  const effects: CaptureEffect[] = [];
  for (const input of inputs) {
    const step = captureNext(state, input, settings(more));
    ({ state } = step);
    effects.push(...step.effects);
  }
  return { state, ends: effects.filter(({ type }) => type === 'done' || type === 'lost'), timers: effects.flatMap((effect) => (effect.type === 'timer' ? [effect.ms] : [])) };
};
const WRITTEN = [pen(false, 5), pen(true, 10), pen(true, 20), pen(false, 30), pen(true, 90), pen(false, 95)];

describe('strokes', () => {
  test('begin where the pen comes down and end where it is lifted, timed from the first point', () => {
    expect(play(WRITTEN).state.strokes.map((stroke) => stroke.map(({ t }) => t))).toEqual([[0, 10], [80]]);
  });
  test("take the pad's own time, also when it begins again", () => {
    const { state } = play([pen(true, 0, 65_500), pen(true, 0, 14), pen(true, 0, 64)], { scanRange: 65_536 });
    expect(state.strokes[0]!.map(({ t }) => t)).toEqual([0, 5, 10]);
  });
  test('are cleared by the key, and confirmed by the other only when there are any', () => {
    expect(play([key(1), key(1, false), ...WRITTEN, key(2), key(2, false), key(1)]).ends).toEqual([]);
    expect(play([...WRITTEN, key(1)]).ends).toEqual([{ type: 'done', outcome: 'signed' }]);
  });
  test('of a pad without keys are finished when the pen has rested', () => {
    const resting = play(WRITTEN, { idleMs: 3000 });
    expect(resting.timers.at(-1)).toBe(3000);
    expect(play([...WRITTEN, { type: 'timer' }], { idleMs: 3000 }).ends).toEqual([{ type: 'done', outcome: 'signed' }]);
    expect(play([pen(true, 1), { type: 'timer' }], { idleMs: 3000 }).ends).toEqual([]);
  });
  test('end in nothing at a deadline or a cancel', () => {
    expect(play([{ type: 'deadline' }]).ends).toEqual([{ type: 'done', outcome: 'nothing' }]);
    expect(play([...WRITTEN, { type: 'deadline' }]).ends).toEqual([{ type: 'done', outcome: 'unfinished' }]);
    expect(play([...WRITTEN, { type: 'cancelled' }, key(1)]).ends).toEqual([{ type: 'done', outcome: 'cancelled' }]);
  });
});

test('a hand that rests on the pad fills no memory', () => {
  const { state } = play(Array.from({ length: 6000 }, (_one, at) => pen(true, at)));
  expect(state.strokes[0]).toHaveLength(5000);
});

test.each([
  ['with keys', settings()],
  ['without keys', settings({ idleMs: 3000 })],
  ['with a time of its own', settings({ scanRange: 65_536 })],
])('a pad %s: every state that can be reached takes every event, ends once by each end, and is finished by a key or by rest', (_pad, one) => {
  const both = (confirm: boolean, clear: boolean): CaptureInput => ({ type: 'report', at: 0, report: { pen: null, buttons: [{ number: 1, down: confirm }, { number: 2, down: clear }] } });
  const events: CaptureInput[] = [pen(true, 10), pen(false, 10), pen(true, 10, 7), both(false, false), both(true, false), both(false, true), both(true, true), key(3), { type: 'report', at: 0, report: { pen: { down: true, x: 1, y: 1, p: null, scanTime: null }, buttons: [{ number: 1, down: true }] } }, { type: 'timer' }];
  const ends: CaptureInput[] = [{ type: 'closed', reason: 'gone' }, { type: 'cancelled' }, { type: 'deadline' }];
  type At = { state: CaptureState; waits: boolean };
  const step = ({ state, waits }: At, input: CaptureInput): { after: At; effects: CaptureEffect[] } => {
    const { state: after, effects } = captureNext(state, input, one);
    return { after: { state: after, waits: effects.reduce((still, effect) => (effect.type === 'timer' ? effect.ms !== null : still), waits && input.type !== 'timer') }, effects };
  };
  // How much was written changes nothing short of the limits, which have a test of their own.
  const keyOf = ({ state, waits }: At): string => JSON.stringify([state.strokes.length > 0, state.down, state.beganAt !== null, state.scan !== null, [...state.pressed].sort((left, right) => left - right), state.over, waits]);
  const states = reachable<At, CaptureInput>({ first: { state: CAPTURE_START, waits: false }, events: () => events, next: (at, input) => step(at, input).after, keyOf });
  const alive = states.filter(({ state }) => !state.over);
  const ended = (effects: CaptureEffect[]): number => effects.filter(({ type }) => type === 'done' || type === 'lost').length;
  expect(alive.length).toBeGreaterThan(8);
  for (const at of alive) {
    for (const end of ends) expect([keyOf(at), ended(step(at, end).effects)]).toEqual([keyOf(at), 1]);
    const inked = at.state.strokes.length > 0;
    // A written page is finished by the key, wherever the fingers lie; a pad without keys is by a pen that rests.
    const confirmed = step(step(at, both(false, false)).after, both(true, false));
    expect([keyOf(at), ended(confirmed.effects)]).toEqual([keyOf(at), inked ? 1 : 0]);
    expect([keyOf(at), at.waits || one.idleMs === null || !inked || at.state.down]).toEqual([keyOf(at), true]);
  }
  // Over is over.
  for (const at of states.filter(({ state }) => state.over)) for (const input of [...events, ...ends]) expect(step(at, input).effects).toEqual([]);
});

test('on any walk every event leaves a way out, exactly once', () => {
  const report: fc.Arbitrary<CaptureInput> = fc.record({
    type: fc.constant('report' as const),
    at: fc.nat(1000),
    report: fc.record({
      pen: fc.option(fc.record({ down: fc.boolean(), x: fc.nat(100), y: fc.nat(100), p: fc.option(fc.double({ min: 0, max: 1, noNaN: true })), scanTime: fc.option(fc.nat(65_535)) })),
      buttons: fc.array(fc.record({ number: fc.integer({ min: 1, max: 3 }), down: fc.boolean() }), { maxLength: 3 }),
    }),
  });
  const ends = fc.constantFrom<CaptureInput>({ type: 'closed', reason: 'gone' }, { type: 'cancelled' }, { type: 'deadline' });
  fc.assert(
    fc.property(fc.array(fc.oneof(report, fc.constant<CaptureInput>({ type: 'timer' })), { maxLength: 40 }), ends, ends, (inputs, end, again) => {
      expect(play([...inputs, end, again], { idleMs: 100, scanRange: 65_536 }).ends).toHaveLength(1);
    }),
  );
});
