import { describe, expect, test } from 'vitest';
import type { Machine, WireEffect, WireInput } from '../transports/conversation.ts';
import { walkWire } from '../walk.ts';
import type { ScanEvent } from './codec.ts';
import { COMMANDS } from './frames.ts';
import { readMachine, statusMachine, type ReadPlan } from './machine.ts';
import { PROFILES } from './profiles.ts';

const LINE: ReadPlan = PROFILES.line;
const GAP: ReadPlan = PROFILES.gap;
const GM65: ReadPlan = PROFILES.gm65;
const SERIAL: ReadPlan = PROFILES.honeywell;

const START: WireInput<ScanEvent> = { type: 'start', at: 0 };
const TIMER: WireInput<ScanEvent> = { type: 'timer', at: 0 };
/** The scanner is still plugged in. */
const HERE: WireInput<ScanEvent> = { type: 'written', at: 0 };
const DEADLINE: WireInput<ScanEvent> = { type: 'deadline', at: 0 };
const on = (message: ScanEvent): WireInput<ScanEvent> => ({ type: 'message', at: 0, message });
const bytes = (text: string) => Uint8Array.from(Buffer.from(text));
const code = (text: string, aim: string | null = null) => on({ type: 'code', bytes: bytes(text), aim });
const partial = (text: string) => on({ type: 'partial', bytes: bytes(text), aim: null });
const reply = (good = true) => on({ type: 'reply', ok: good, data: Uint8Array.of(0) });

/** Plays inputs; answers what was sent, and how it ended. */
const play = <S, P, V>(machine: Machine<S, ScanEvent, P, V>, inputs: WireInput<ScanEvent>[]) => {
  let state = machine.initial;
  const effects: WireEffect<P, V>[] = [];
  for (const input of inputs) {
    const step = machine.next(state, input);
    state = step.state;
    effects.push(...step.effects);
  }
  const results = effects.flatMap((effect) => (effect.type === 'done' ? [effect.result] : []));
  const sent = effects.flatMap((effect) => (effect.type === 'send' ? [effect.bytes] : []));
  return { state, sent, results, forgets: effects.filter(({ type }) => type === 'forget').length, looks: effects.filter(({ type }) => type === 'look').length, timers: effects.flatMap((effect) => (effect.type === 'timer' ? [effect.ms] : [])) };
};
const fault = (name: string) => [{ ok: false, fault: expect.objectContaining({ code: name }) as unknown }];

describe('a read', () => {
  test('takes the first code that comes after the line was at rest', () => {
    expect(play(readMachine(LINE), [START, TIMER, code('A1', ']Q0')]).results).toEqual([{ ok: true, value: { text: 'A1', symbology: 'qr-code' } }]);
    expect(play(readMachine(LINE), [START, code('tail of an old one'), TIMER, code('A1')]).results).toEqual([{ ok: true, value: { text: 'A1', symbology: 'unknown' } }]);
  });

  test('forgets what came before the line was at rest', () => {
    for (const plan of [LINE, GAP, GM65, SERIAL]) expect(play(readMachine(plan), [START, partial('tail'), TIMER]).forgets).toBe(1);
    expect(play(readMachine(GAP), [START, TIMER, partial('A'), partial('AB')]).forgets).toBe(1);
  });

  test('waits for the end of a code that comes in pieces, and tells one that broke off', () => {
    expect(play(readMachine(LINE), [START, TIMER, partial('A'), partial('AB'), code('ABC')]).results).toMatchObject([{ value: { text: 'ABC' } }]);
    expect(play(readMachine(LINE), [START, TIMER, partial('A'), TIMER]).results).toEqual(fault('bad-frame'));
    expect(play(readMachine(LINE), [START, TIMER, partial('A'), DEADLINE]).results).toEqual(fault('bad-frame'));
  });

  test('ends a code by silence where the engine sends no ending', () => {
    const { results, timers } = play(readMachine(GAP), [START, TIMER, partial('A'), partial('AB'), TIMER, HERE]);
    expect(results).toEqual([{ ok: true, value: { text: 'AB', symbology: 'unknown' } }]);
    expect(timers).toEqual([80, null, 80, 80, null]);
  });

  test('takes silence for the end of a code only while the scanner is plugged in, and what goes on after all for more of it', () => {
    const silent = [START, TIMER, partial('A'), TIMER];
    expect(play(readMachine(GAP), silent)).toMatchObject({ looks: 1, results: [] });
    expect(play(readMachine(GAP), [...silent, { type: 'closed', reason: 'gone', at: 0 }]).results).toEqual(fault('disconnected'));
    expect(play(readMachine(GAP), [...silent, partial('AB'), HERE, TIMER, HERE]).results).toMatchObject([{ value: { text: 'AB' } }]);
  });

  test('takes the AIM identifier off where the engine puts one in the text', () => {
    expect(play(readMachine({ ...LINE, aim: true }), [START, TIMER, code(']C0A1')]).results).toEqual([{ ok: true, value: { text: 'A1', symbology: 'code-128' } }]);
    expect(play(readMachine(LINE), [START, TIMER, code(']C0A1')]).results).toMatchObject([{ value: { text: ']C0A1' } }]);
  });

  test('lights the engine, tells it again before its own time is over, and puts the light out at the end', () => {
    expect(play(readMachine(GM65), [START, TIMER, reply(), TIMER, reply(), code('A1')]).sent).toEqual([COMMANDS.trigger, COMMANDS.trigger, COMMANDS.stop]);
    expect(play(readMachine(GM65), [START, TIMER, code('A1')]).results).toMatchObject([{ ok: true }]);
    expect(play(readMachine(SERIAL), [START, TIMER, TIMER, code('A1')]).sent.map((word) => Buffer.from(word).toString('latin1'))).toEqual(['\x16T\r', '\x16T\r', '\x16U\r']);
  });

  test('tells an engine that does not answer, or answers nonsense three times', () => {
    expect(play(readMachine(GM65), [START, TIMER, TIMER, TIMER, TIMER]).results).toEqual(fault('not-responding'));
    expect(play(readMachine(GM65), [START, TIMER, reply(false), reply(false), reply(false)]).results).toEqual(fault('not-responding'));
    expect(play(readMachine(GM65), [START, TIMER, TIMER, DEADLINE]).results).toEqual(fault('not-responding'));
  });

  test.each([
    ['nothing is shown', [START, TIMER], 'no-media'],
    ['the line never comes to rest', [START, partial('A'), partial('B')], 'bad-frame'],
  ])('at the deadline, when %s', (_when, inputs, name) => {
    expect(play(readMachine(LINE), [...inputs, DEADLINE]).results).toEqual(fault(name));
  });

  test.each([
    ['control characters', code('A\u001b1'), 'media-unreadable'],
    ['too many bytes', on({ type: 'too-long' }), 'media-too-large'],
    ['a report that does not fit', on({ type: 'bad-report' }), 'bad-frame'],
  ])('%s end it with a fault, and nothing of the code is in it', (_what, event, name) => {
    const { results, state } = play(readMachine(LINE), [START, TIMER, event]);
    expect(results).toEqual(fault(name));
    expect(JSON.stringify([results, state])).not.toContain('A\\u001b1');
    expect(state.held).toBeNull();
  });
});

test('status asks an engine that answers, and of another only tells that its port is open', () => {
  expect(play(statusMachine(null, 'line'), [START]).results).toMatchObject([{ ok: true, value: { online: true, media: 'no-sensor' } }]);
  expect(play(statusMachine(COMMANDS.settings, 'gm65'), [START, reply()]).results).toMatchObject([{ ok: true, value: { model: 'gm65' } }]);
  expect(play(statusMachine(COMMANDS.settings, 'gm65'), [START, code('A1'), reply(false), TIMER, TIMER, TIMER]).results).toEqual(fault('not-responding'));
});

const EVENTS: WireInput<ScanEvent>[] = [TIMER, { type: 'written', at: 0 }, reply(), reply(false), partial('A'), partial('AB'), code('A1'), code('A\u001b1'), on({ type: 'too-long' }), on({ type: 'bad-report' })];

test.each([
  ['read by line', readMachine(LINE), ['settling', 'listening', 'collecting']],
  ['read by gap', readMachine(GAP), ['settling', 'listening', 'collecting', 'checking']],
  ['read with answers', readMachine(GM65), ['settling', 'arming', 'listening', 'collecting']],
  ['read without answers', readMachine(SERIAL), ['settling', 'listening', 'collecting']],
  ['status', statusMachine(COMMANDS.settings, null), ['asking']],
] as unknown as [string, Machine<{ phase: string }, ScanEvent, unknown, unknown>, string[]][])('%s: every state that can be reached takes every event, waits for something, and has a way out', (_name, machine, phases) => {
  const { states, problems } = walkWire(machine, EVENTS, { mayListen: ({ phase }) => phase === 'listening' || phase === 'checking' });
  expect(problems).toEqual([]);
  expect(new Set(states.map(({ phase }) => phase))).toEqual(new Set(phases));
});
