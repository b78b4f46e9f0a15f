import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IdCard } from '../contract.ts';
import type { Machine, WireEffect, WireInput } from '../transports/conversation.ts';
import { walkWire } from '../walk.ts';
import { COMMANDS, encodeCardBlocks, SW3, type ResponseEvent } from './codec.ts';
import { moduleMachine, newAddressMachine, presentMachine, readMachine, statusMachine } from './machine.ts';
import { specimen } from './specimens.ts';
import { encodeText } from './text.ts';

const card = specimen('resident')!.card;
const blocksOf = (laid: IdCard) => encodeCardBlocks({ text: encodeText(laid), photo: laid.photo! });
const answer = (sw3: number, data: Uint8Array = new Uint8Array(0)): WireInput<ResponseEvent> => ({ type: 'message', at: 0, message: { type: 'response', response: { sw3, status: '', data } } });
const event = (message: ResponseEvent): WireInput<ResponseEvent> => ({ type: 'message', at: 0, message });
const START: WireInput<ResponseEvent> = { type: 'start', at: 0 };
const TIMER: WireInput<ResponseEvent> = { type: 'timer', at: 0 };
const wrong = event({ type: 'bad-checksum' });
const found = answer(SW3.found);
const selected = answer(SW3.ok);
const absent = answer(SW3.noCard);

/** Plays inputs; answers what was sent by name, what was reported, and how it ended. */
const play = <S, P, V>(machine: Machine<S, ResponseEvent, P, V>, inputs: WireInput<ResponseEvent>[]) => {
  let state = machine.initial;
  const effects: WireEffect<P, V>[] = [];
  for (const input of inputs) {
    const step = machine.next(state, input);
    state = step.state;
    effects.push(...step.effects);
  }
  const nameOf = (bytes: Uint8Array) => Object.entries(COMMANDS).find(([, command]) => command === bytes)?.[0];
  return {
    state,
    sent: effects.flatMap((effect) => (effect.type === 'send' ? [nameOf(effect.bytes)] : [])),
    progress: effects.flatMap((effect) => (effect.type === 'progress' ? [effect.progress] : [])),
    results: effects.flatMap((effect) => (effect.type === 'done' ? [effect.result] : [])),
  };
};
const fault = (code: string) => [{ ok: false, fault: expect.objectContaining({ code }) as unknown }];
const repeat = <T>(times: number, ...items: T[]): T[] => Array.from({ length: times }, () => items).flat();

describe('read', () => {
  const read = () => readMachine(100);

  test('goes find, select, read, and reports the card when it is selected', () => {
    const { sent, progress, results } = play(read(), [START, found, selected, answer(SW3.ok, blocksOf(card))]);
    expect(sent).toEqual(['find', 'select', 'read']);
    expect(progress).toEqual([{ step: 'found' }]);
    expect(results).toEqual([{ ok: true, value: card }]);
  });

  test('selects a card that hides from find because it was read before, once', () => {
    expect(play(read(), [START, absent, selected, answer(SW3.ok, blocksOf(card))]).results).toEqual([{ ok: true, value: card }]);
    expect(play(read(), [START, absent, answer(SW3.selectFailed), TIMER, absent, TIMER, absent]).sent).toEqual(['find', 'select', 'find', 'find']);
  });

  test('reads again after a wrong checksum, and tells it only when it stays wrong', () => {
    expect(play(read(), [START, found, selected, wrong, found, selected, answer(SW3.ok, blocksOf(card))]).results).toEqual([{ ok: true, value: card }]);
    expect(play(read(), [START, ...repeat(6, found, selected, wrong)]).results).toEqual(fault('bad-checksum'));
  });

  test('tells a card that is lifted while it is read', () => {
    expect(play(read(), [START, found, selected, answer(SW3.readFailed), absent, answer(SW3.selectFailed)]).results).toEqual(fault('media-removed'));
  });

  test('takes what cannot be selected again and again for no ID card', () => {
    const tries = repeat(5, found, answer(SW3.selectFailed), TIMER);
    expect(play(read(), [START, absent, answer(SW3.selectFailed), TIMER, ...tries]).results).toEqual(fault('media-unreadable'));
  });

  test('believes a number that fails its check only when a second reading says the same', () => {
    const odd = { ...card, idNumber: `${card.idNumber.slice(0, -1)}${card.idNumber.endsWith('0') ? '1' : '0'}` };
    const once = [found, selected, answer(SW3.ok, blocksOf(odd))];
    expect(play(read(), [START, ...once, found, selected, answer(SW3.ok, blocksOf(card))]).results).toEqual([{ ok: true, value: card }]);
    expect(play(read(), [START, ...once, ...once]).results).toEqual([{ ok: true, value: odd }]);
  });

  test.each([
    ['nothing was heard', [START], 'not-responding'],
    ['no card was laid', [START, absent, answer(SW3.selectFailed), TIMER, absent], 'no-media'],
    ['an answer broke off', [START, event({ type: 'fragment', begun: true })], 'bad-frame'],
    ['the last answer was damaged', [START, found, selected, wrong], 'bad-checksum'],
  ])('at the deadline, when %s', (_when, inputs, code) => {
    expect(play(read(), [...inputs, { type: 'deadline', at: 1 }]).results).toEqual(fault(code));
  });

  test('a module that is not authorised is told at once', () => {
    expect(play(read(), [START, answer(SW3.notAuthorised)]).results).toEqual(fault('unauthorised-module'));
    expect(play(read(), [START, found, answer(SW3.selfTestFailed)]).results).toEqual(fault('unauthorised-module'));
  });
});

const anyInput: fc.Arbitrary<WireInput<ResponseEvent>> = fc.oneof(
  fc.constantFrom(TIMER, wrong, found, selected, absent, event({ type: 'bad-length', length: 9999 }), event({ type: 'fragment', begun: false }), event({ type: 'fragment', begun: true }), { type: 'written', at: 0 } as const),
  fc.constantFrom(...Object.values(SW3)).map((sw3) => answer(sw3)),
  fc.uint8Array({ maxLength: 1300 }).map((data) => answer(SW3.ok, data)),
);

const odd = (idNumber: string) => answer(SW3.ok, blocksOf({ ...card, idNumber }));
const wrongNumbers = ['0', '1', '2'].filter((digit) => !card.idNumber.endsWith(digit)).map((digit) => odd(`${card.idNumber.slice(0, -1)}${digit}`));
const EVENTS: WireInput<ResponseEvent>[] = [
  TIMER,
  { type: 'written', at: 0 },
  wrong,
  event({ type: 'bad-length', length: 9999 }),
  event({ type: 'fragment', begun: false }),
  event({ type: 'fragment', begun: true }),
  ...Object.values(SW3).map((sw3) => answer(sw3)),
  answer(0x77),
  answer(SW3.ok, blocksOf(card)),
  // Two that fail their own check, and differ: neither confirms the other.
  ...wrongNumbers.slice(0, 2),
];
/** Faults by their code: what else they say changes nothing that follows. */
const keyOf = (state: object): string => JSON.stringify(state, (name, value: unknown) => (['noted', 'last'].includes(name) && typeof value === 'object' && value !== null && 'code' in value ? value.code : value instanceof Uint8Array ? Buffer.from(value.subarray(0, 160)).toString('hex') : value));

test.each([
  ['read', readMachine(100), ['finding', 'selecting', 'reading', 'waiting']],
  ['status', statusMachine(), ['status', 'id']],
  ['present', presentMachine(), ['address', 'find']],
  ['newAddress', newAddressMachine(), ['address', 'find', 'select', 'selected-address']],
  ['module', moduleMachine(), ['status', 'id']],
] as unknown as [string, Machine<{ phase?: string; question?: string }, ResponseEvent, unknown, unknown>, string[]][])('%s: every state that can be reached takes every event, waits for an answer, and has a way out', (_name, machine, phases) => {
  const { states, problems } = walkWire(machine, EVENTS, { keyOf });
  expect(problems).toEqual([]);
  expect(new Set(states.map(({ phase, question }) => phase ?? question))).toEqual(new Set(phases));
}, 120_000);

test('silence after any beginning ends in a fault', () => {
  fc.assert(
    fc.property(fc.array(anyInput, { maxLength: 10 }), (inputs) => {
      const { results } = play(readMachine(100), [START, ...inputs, ...repeat(60, TIMER)]);
      expect(results.length).toBeGreaterThan(0);
    }),
  );
});
