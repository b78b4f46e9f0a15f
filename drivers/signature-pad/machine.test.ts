import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CAPTURE_START, captureNext, type CaptureEffect, type CaptureInput, type CaptureSettings } from './machine.ts';

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

test('in every state every event leaves a way out, exactly once', () => {
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
