import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Machine, WireEffect, WireInput } from '../transports/conversation.ts';
import { walkWire } from '../walk.ts';
import type { Answer, Question } from './codec.ts';
import { BOARD_SIDES } from './emulator-boards.ts';
import { doorOf } from './layout.ts';
import { openMachine, surveyMachine, type OpenState, type Rhythm } from './machine.ts';
import { PROFILE_NAMES, PROFILES, requestOf } from './profiles.ts';

const profile = PROFILES['8a80'];
const side = BOARD_SIDES['8a80'];
const rhythm: Rhythm = { turnRoundMs: 30, echo: false };
const START: WireInput<Uint8Array> = { type: 'start', at: 0 };
const timer = (at = 0): WireInput<Uint8Array> => ({ type: 'timer', at });
const WRITTEN: WireInput<Uint8Array> = { type: 'written', at: 0 };
const said = (message: Uint8Array): WireInput<Uint8Array> => ({ type: 'message', message, at: 0 });
const question: Question = { kind: 'one', board: 1, cell: 3 };
const pulse = requestOf(profile, { kind: 'open', board: 1, cell: 3 })!;
const doorIn = (answer: Answer) => doorOf(answer.kind === 'all' ? answer.lowFirst.closed[2] : answer.closed, 'closed-shorts');
const opening = (more: { pulse?: boolean; echo?: boolean } = {}) => openMachine(profile, { board: 1, cell: 3, question, pulse: more.pulse ?? true, openWaitMs: 4000, doorIn }, { ...rhythm, echo: more.echo ?? false });
const door = (shorted: boolean) => said(side.one(1, 3, shorted));

const play = <S, P, V>(machine: Machine<S, Uint8Array, P, V>, inputs: WireInput<Uint8Array>[]) => {
  let state = machine.initial;
  const effects: WireEffect<P, V>[] = [];
  for (const input of inputs) {
    const step = machine.next(state, input);
    state = step.state;
    effects.push(...step.effects);
  }
  const sent = effects.flatMap((effect) => (effect.type === 'send' ? [Buffer.from(effect.bytes).toString('hex')] : []));
  return { state, sent, progress: effects.flatMap((effect) => (effect.type === 'progress' ? [effect.progress] : [])), results: effects.flatMap((effect) => (effect.type === 'done' ? [effect.result] : [])) };
};
const pulses = (sent: string[]): number => sent.filter((frame) => frame === Buffer.from(pulse).toString('hex')).length;

describe('open', () => {
  test('turns the line round, pulses once, waits for the bolt, and asks the door until it is open', () => {
    const { sent, progress, results } = play(opening(), [START, timer(), WRITTEN, said(side.opened(1, 3, [true, true, true], [])), timer(600), door(true), timer(1000), door(false)]);
    expect(sent).toEqual(['8a01031199', '80010333b1', '80010333b1']);
    expect(progress).toEqual([{ step: 'pulsed' }]);
    expect(results).toEqual([{ ok: true, value: { kind: 'open' } }]);
  });

  test("the board's own word that it opened is not enough: the door is asked", () => {
    expect(play(opening(), [START, timer(), WRITTEN, said(side.opened(1, 3, [true, true, false], []))]).results).toEqual([]);
  });

  test('a door that stays closed is a stuck cell, with the door told; one that nobody tells of is timed out', () => {
    expect(play(opening(), [START, timer(), WRITTEN, timer(600), door(true), timer(4000)]).results).toMatchObject([{ ok: false, fault: { code: 'cell-stuck', original: 'board 1 cell 3: door closed' } }]);
    expect(play(opening(), [START, timer(), WRITTEN, timer(600), timer(900), timer(4000)]).results).toMatchObject([{ ok: false, fault: { code: 'timed-out', original: 'board 1 cell 3: door unknown' } }]);
  });

  test('a line that went away after the pulse is an interruption, not a failure; before it, nothing was sent', () => {
    expect(play(opening(), [START, { type: 'closed', reason: 'gone', at: 0 }]).results).toMatchObject([{ ok: false, fault: { code: 'disconnected' } }]);
    expect(play(opening(), [START, timer(), { type: 'closed', reason: 'gone', at: 0 }]).results).toEqual([{ ok: true, value: { kind: 'interrupted', reason: 'gone' } }]);
  });

  test('taken up again after an interruption it asks and never pulses', () => {
    const { sent, results } = play(opening({ pulse: false }), [START, timer(), door(true), timer(1000), door(false)]);
    expect([pulses(sent), sent.length, results]).toEqual([0, 2, [{ ok: true, value: { kind: 'open' } }]]);
  });

  test('the echo of the pulse is not the word of a board that failed', () => {
    const echoed = play(opening({ echo: true }), [START, timer(), WRITTEN, said(pulse)]);
    expect(echoed.state).toMatchObject({ verdict: '' });
    const refused = play(opening({ echo: true }), [START, timer(), WRITTEN, said(pulse), said(pulse)]);
    expect(refused.state).toMatchObject({ verdict: ", the board's own word: closed" });
  });
});

const anyInput: fc.Arbitrary<WireInput<Uint8Array>> = fc.oneof(
  fc.nat(5000).map(timer),
  fc.constantFrom(WRITTEN, said(pulse), said(side.opened(1, 3, [false, false, true], [])), said(Buffer.from('fafd9999', 'hex')), door(true)),
  fc.uint8Array({ maxLength: 60 }).map(said),
);
const ends: WireInput<Uint8Array>[] = [{ type: 'closed', reason: 'gone', at: 9 }, { type: 'cancelled', at: 9 }, { type: 'deadline', at: 9 }];

test('whatever happens, a lock is pulsed at most once and every state has a way out', () => {
  fc.assert(
    fc.property(fc.array(anyInput, { maxLength: 30 }), fc.constantFrom(...ends), fc.boolean(), (inputs, end, echo) => {
      const machine = opening({ echo });
      let state = machine.initial;
      let waits = false;
      let sent = 0;
      for (const input of [START, ...inputs]) {
        const step = machine.next(state, input);
        state = step.state;
        for (const effect of step.effects) {
          if (effect.type === 'timer') waits = effect.ms !== null;
          if (effect.type === 'send' && Buffer.compare(effect.bytes, pulse) === 0) sent += 1;
        }
        expect(sent).toBeLessThanOrEqual(1);
        if (step.effects.some(({ type }) => type === 'done')) return;
        expect(waits).toBe(true);
      }
      expect(machine.next(state, end).effects.some(({ type }) => type === 'done')).toBe(true);
    }),
  );
});

test('every state of the opening meets every event', () => {
  const phases: OpenState['phase'][] = ['idle', 'pulsing', 'resting', 'asking', 'over'];
  for (const phase of phases) {
    for (const input of [START, WRITTEN, timer(0), timer(9999), said(pulse), door(false), said(new Uint8Array(0)), ...ends]) {
      const step = opening().next({ phase, heard: new Uint8Array(0), door: 'closed', verdict: '' }, input);
      expect(phases).toContain(step.state.phase);
      expect(step.effects.some(({ type }) => type === 'done') || !ends.includes(input)).toBe(true);
    }
  }
});

describe('survey', () => {
  test('asks each question, three times where nothing answers, and goes on', () => {
    const machine = surveyMachine(profile, [question, { kind: 'all', board: 2, cells: 24 }], rhythm);
    const { sent, results } = play(machine, [START, timer(), door(false), timer(), timer(), timer(), timer(), timer(), timer()]);
    expect(sent).toEqual(['80010333b1', ...Array.from({ length: 3 }, () => '80020033b1')]);
    expect(results).toMatchObject([{ ok: true, value: [{ answer: { kind: 'one', closed: false } }, { answer: null, heard: false }] }]);
  });

  test('tells an echo that nobody told it of', () => {
    const machine = surveyMachine(profile, [question], { ...rhythm, echo: 'learn' });
    const bytes = requestOf(profile, question)!;
    expect(play(machine, [START, timer(), said(Buffer.concat([bytes, side.one(1, 3, true)]))]).results).toMatchObject([{ ok: true, value: [{ echoed: true }] }]);
    expect(play(machine, [START, timer(), said(side.one(1, 3, true))]).results).toMatchObject([{ ok: true, value: [{ echoed: false }] }]);
  });

  test.each([false, 'learn'] as const)('with echo %s: every state that can be reached takes every event, waits for an answer, and has a way out', (echo) => {
    // Two of one board: the second is asked only where the first was answered.
    const questions: Question[] = [question, { kind: 'one', board: 1, cell: 4 }];
    const events = [timer(), WRITTEN, door(true), said(side.one(1, 4, true)), ...questions.map((one) => said(requestOf(profile, one)!)), said(Uint8Array.of(0xff))];
    // Of what was heard, where an echo begins and where an answer could still end; of what was asked, what became of it.
    const told = (heard: Uint8Array): string => `${Buffer.from(heard.subarray(0, 5)).toString('hex')}…${Buffer.from(heard.subarray(-4)).toString('hex')}`;
    const { states, problems } = walkWire(surveyMachine(profile, questions, { ...rhythm, echo }), events, {
      keyOf: ({ phase, index, attempts, heard, anything, asked }) => JSON.stringify([phase, index, attempts, anything, told(heard), asked.map((one) => [one.answer === null, one.heard, one.echoed])]),
    });
    expect(problems).toEqual([]);
    expect(new Set(states.map(({ phase, index }) => `${phase} ${index}`))).toEqual(new Set(['turning 0', 'asking 0', 'turning 1', 'asking 1']));
  }, 120_000);

  test.each(PROFILE_NAMES)('%s: ends after any silence, and on any walk every event leaves a way out', (name) => {
    fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 12 }), fc.constantFrom(...ends), (inputs, end) => {
        const { boards, family } = PROFILES[name];
        const ask: Question = family.asksAll ? { kind: 'all', board: boards.least, cells: 8 } : { kind: 'one', board: boards.least, cell: 1 };
        const machine = surveyMachine(PROFILES[name], [ask, ask], rhythm);
        const { results } = play(machine, [START, ...inputs, ...Array.from({ length: 14 }, () => timer())]);
        expect(results.length).toBeGreaterThan(0);
        let state = machine.initial;
        for (const input of [START, ...inputs]) state = machine.next(state, input).state;
        expect(machine.next(state, end).effects.some(({ type }) => type === 'done')).toBe(true);
      }),
    );
  });
});
