import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WireEffect, WireInput } from '../transports/conversation.ts';
import { framed, type Reply, type Request } from './codec.ts';
import { nextSteady, steadyAt } from './debounce.ts';
import { roundMachine, type RoundState } from './machine.ts';

const requests: Request[] = [{ kind: 'write-coil', address: 2, on: true }, { kind: 'read-inputs', address: 0, count: 3 }];
const machine = () => roundMachine({ framing: 'rtu', unit: 1, transaction: 1, requests });
const START: WireInput<Uint8Array> = { type: 'start', at: 0 };
const TIMER: WireInput<Uint8Array> = { type: 'timer', at: 0 };
const said = (message: Uint8Array): WireInput<Uint8Array> => ({ type: 'message', message, at: 0 });
const written = said(framed('rtu', 0, [1, 5, 0, 2, 0xff, 0]));
const contacts = said(framed('rtu', 0, [1, 2, 1, 0b101]));
const exception = (code: number) => said(framed('rtu', 0, [1, 0x85, code]));
const ends: WireInput<Uint8Array>[] = [{ type: 'closed', reason: 'gone', at: 9 }, { type: 'cancelled', at: 9 }, { type: 'deadline', at: 9 }];

const play = (inputs: WireInput<Uint8Array>[]) => {
  let state = machine().initial;
  const effects: WireEffect<never, Reply[]>[] = [];
  for (const input of inputs) {
    const step = machine().next(state, input);
    state = step.state;
    effects.push(...step.effects);
  }
  return { sent: effects.filter(({ type }) => type === 'send').length, results: effects.flatMap((effect) => (effect.type === 'done' ? [effect.result] : [])) };
};
const fault = (code: string) => [{ ok: false, fault: expect.objectContaining({ code }) as unknown }];

describe('a round', () => {
  test('puts its questions one after the other, with silence between', () => {
    const { sent, results } = play([START, TIMER, written, TIMER, contacts]);
    expect([sent, results]).toEqual([2, [{ ok: true, value: [{ kind: 'written' }, { kind: 'bits', bits: [true, false, true] }] }]]);
  });

  test('asks three times, and tells silence from noise', () => {
    const silent = [START, ...Array.from({ length: 6 }, () => TIMER)];
    expect(play(silent)).toMatchObject({ sent: 3, results: fault('not-responding') });
    expect(play([START, TIMER, TIMER, TIMER, TIMER, TIMER, said(Uint8Array.of(9, 9)), TIMER]).results).toEqual(fault('bad-frame'));
  });

  test.each([[1, 'refused'], [2, 'refused'], [3, 'refused'], [4, 'device-fault'], [11, 'not-responding'], [77, 'device-fault']])('exception %i is told as %s at once', (code, told) => {
    expect(play([START, TIMER, exception(code)])).toMatchObject({ sent: 1, results: fault(told) });
  });

  test('a board that is busy is asked again', () => {
    expect(play([START, TIMER, exception(6), TIMER, exception(5), TIMER, written, TIMER, contacts]).results).toMatchObject([{ ok: true }]);
    expect(play([START, TIMER, exception(6), TIMER, exception(6), TIMER, exception(6)]).results).toEqual(fault('device-fault'));
  });
});

test('every state meets every event, and every state has a way out', () => {
  const phases: RoundState['phase'][] = ['idle', 'pausing', 'asking', 'over'];
  for (const phase of phases) {
    for (const input of [START, TIMER, { type: 'written', at: 0 } as const, written, contacts, exception(6), exception(2), said(new Uint8Array(0)), ...ends]) {
      const step = machine().next({ phase, index: 0, attempts: 0, heard: new Uint8Array(0), replies: [] }, input);
      expect(phases).toContain(step.state.phase);
      expect(step.effects.some(({ type }) => type === 'done') || !ends.includes(input)).toBe(true);
    }
  }
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(TIMER, written, contacts, exception(6)), fc.uint8Array({ maxLength: 40 }).map(said)), { maxLength: 20 }), (inputs) => {
      expect(play([START, ...inputs, ...Array.from({ length: 14 }, () => TIMER)]).results.length).toBeGreaterThan(0);
    }),
  );
});

describe('a contact', () => {
  const times = { enterMs: 300, leaveMs: 8000 };
  /** Levels told of raw levels at their times. */
  const told = (...raw: [number, boolean][]) => {
    let state = steadyAt(false);
    return raw.map(([at, level]) => (state = nextSteady(state, level, at, times)).level);
  };

  test('counts as on after it was on for a while, not for a flicker', () => {
    expect(told([0, true], [200, true], [250, false], [300, true], [599, true], [600, true])).toEqual([false, false, false, false, false, true]);
  });

  test('counts as off only long after it went off', () => {
    expect(told([0, true], [300, true], [400, false], [8000, false], [8100, true], [8200, false], [16_199, false], [16_200, false])).toEqual([false, true, true, true, true, true, true, false]);
  });
});
