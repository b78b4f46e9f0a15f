import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Machine, WireEffect, WireInput } from '../transports/conversation.ts';
import { EJECT_TORN, ORDERED_STATUS, type EncodedSlip } from './codec.ts';
import { printMachine, statusMachine } from './machine.ts';
import { DEFAULT_PROFILE } from './profiles.ts';

const slip: EncodedSlip = { segments: [Uint8Array.of(1), new Uint8Array(9000), Uint8Array.of(3)], lengthMm: 80 };
const START: WireInput<number> = { type: 'start', at: 0 };
const WRITTEN: WireInput<number> = { type: 'written', at: 10 };
const timer = (at = 0): WireInput<number> => ({ type: 'timer', at });
const byte = (message: number, at = 0): WireInput<number> => ({ type: 'message', message, at });
const look = (...bytes: number[]) => (bytes.length === 0 ? [0x12, 0x12, 0x12, 0x12] : bytes).map((value) => byte(value));
const lookAt = (at: number) => [0x12, 0x12, 0x12, 0x12].map((value) => byte(value, at));

const play = <S, P, V>(machine: Machine<S, number, P, V>, inputs: WireInput<number>[]) => {
  let state = machine.initial;
  const effects: WireEffect<P, V>[] = [];
  for (const input of inputs) {
    const step = machine.next(state, input);
    state = step.state;
    effects.push(...step.effects);
  }
  return {
    sent: effects.flatMap((effect) => (effect.type === 'send' && effect.bytes[0] !== 0x10 ? [effect.bytes] : [])),
    progress: effects.filter(({ type }) => type === 'progress').length,
    results: effects.flatMap((effect) => (effect.type === 'done' ? [effect.result] : [])),
  };
};
const fault = (code: string) => [{ ok: false, fault: expect.objectContaining({ code }) as unknown }];
const confirmed = [{ ok: true, value: { delivery: 'confirmed-no-sensor' } }];
const print = (torn = false, profile = DEFAULT_PROFILE) => printMachine(slip, profile, torn);
/** Look before, all segments with a look after the large one, and the first look of the end. */
const handedOver = [START, ...look(), WRITTEN, WRITTEN, ...look(), WRITTEN];

describe('print', () => {
  test('is confirmed by the ordered answer and a good look after it, not before', () => {
    const before = play(print(), [...handedOver, ...look(), byte(0x00)]);
    expect(before.sent).toEqual([...slip.segments, ORDERED_STATUS]);
    expect(before.results).toEqual([]);
    expect(play(print(), [...handedOver, ...look(), byte(0x00), ...look()])).toMatchObject({ results: confirmed, progress: 1 });
    expect(play(print(), [...handedOver, ...look(), byte(0x00), ...look(0x1a, 0x52, 0x1a, 0x12)]).results).toEqual(fault('cutter-fault'));
  });

  test('sends nothing to a printer that cannot print', () => {
    expect(play(print(), [START, ...look(0x1a, 0x32, 0x12, 0x72)])).toMatchObject({ sent: [], progress: 0, results: fault('paper-out') });
  });

  test('stops between two segments when the paper ends, and after the last', () => {
    expect(play(print(), [START, ...look(), WRITTEN, WRITTEN, ...look(0x1a, 0x32, 0x12, 0x72)])).toMatchObject({ results: fault('paper-out'), progress: 1 });
    expect(play(print(), [...handedOver, ...look(0x1a, 0x32, 0x12, 0x72)]).results).toEqual(fault('paper-out'));
  });

  test('cuts the rest of a broken slip away first, and waits until late answers have come', () => {
    const { sent } = play(print(true), [START, ...look(), byte(0x00), timer(), WRITTEN]);
    expect(sent.slice(0, 2)).toEqual([EJECT_TORN, slip.segments[0]]);
  });

  test('without an ordered answer is believed after its time, unless the answer is required', () => {
    const waiting = [...handedOver, ...look(), timer(1000), ...lookAt(1010)];
    expect(play(print(), waiting).results).toEqual([]);
    expect(play(print(), [...waiting, timer(5000), ...lookAt(5010)]).results).toEqual(confirmed);
    expect(play(print(false, { ...DEFAULT_PROFILE, orderedStatus: 'required' }), [...waiting, timer(5000), ...lookAt(5010)]).results).toEqual([]);
  });

  test('asks a silent printer three times', () => {
    expect(play(print(), [START, timer(), timer()]).results).toEqual([]);
    expect(play(print(), [START, timer(), timer(), timer()]).results).toEqual(fault('not-responding'));
    expect(play(print(), [START, byte(0xff), timer(), byte(0xff), timer(), byte(0xff), timer()]).results).toEqual(fault('bad-frame'));
  });

  test('at the deadline tells whether anything was sent', () => {
    expect(play(print(), [START, { type: 'deadline', at: 9 }]).results).toEqual(fault('not-responding'));
    expect(play(print(), [...handedOver, { type: 'deadline', at: 9 }]).results).toEqual(fault('timed-out'));
  });
});

const anyInput: fc.Arbitrary<WireInput<number>> = fc.oneof(
  fc.nat(255).map((value) => byte(value)),
  fc.constantFrom(byte(0x12), byte(0x12), byte(0x00), WRITTEN),
  fc.nat(20_000).map((at) => timer(at)),
);

test.each([
  ['status', () => statusMachine(DEFAULT_PROFILE)],
  ['print', () => print()],
  ['print after a broken slip', () => print(true)],
] as const)('%s: in every state every event leaves a way out', (_name, make) => {
  fc.assert(
    fc.property(fc.array(anyInput, { maxLength: 60 }), fc.constantFrom('closed', 'cancelled', 'deadline' as const), (inputs, end) => {
      const machine = make() as Machine<unknown, number, unknown, unknown>;
      let state = machine.initial;
      for (const input of [START, ...inputs]) {
        const step = machine.next(state, input);
        state = step.state;
        if (step.effects.some(({ type }) => type === 'done')) return;
      }
      const last = machine.next(state, end === 'closed' ? { type: end, reason: 'gone', at: 9 } : { type: end, at: 9 });
      expect(last.effects.some(({ type }) => type === 'done')).toBe(true);
    }),
  );
});
