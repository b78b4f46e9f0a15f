import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reachable } from '../walk.ts';
import { PAD_START, padNext, type PadInput, type PadSettings, type PadState } from './machine.ts';
import { HID_KEYS, SERIAL_KEYS } from './profiles.ts';

const settings = (more: Partial<PadSettings> = {}): PadSettings => ({ keys: SERIAL_KEYS, counters: null, counter: null, debounceMs: 300, ...more });
const pad = (address: number, bytes: string, at: number): PadInput => {
  const [command = 0, ...data] = Buffer.from(bytes, 'hex');
  return { type: 'frame', frame: { address, command, data: Uint8Array.from(data) }, at };
};
const keys = (usages: number[], at: number): PadInput => ({ type: 'keys', usages, at });
const play = (inputs: PadInput[], more: Partial<PadSettings> = {}) => {
  let state = PAD_START;
  const presses = inputs.flatMap((input) => {
    const step = padNext(state, input, settings(more));
    state = step.state;
    return step.presses;
  });
  return { state, presses };
};

describe('serial pads', () => {
  test('tell key and counter, by the map where there is one', () => {
    expect(play([pad(3, '0101', 0), pad(3, '0102', 0), pad(3, '0103', 0)]).presses).toEqual(['next', 'recall', 'skip'].map((key) => ({ key, counter: '3', digits: null })));
    expect(play([pad(1, '0101', 0), pad(9, '0101', 0)], { counters: { 1: '12' } }).presses.map(({ counter }) => counter)).toEqual(['12', null]);
  });
  test('tell a number that was typed before the key', () => {
    expect(play([pad(1, `0101${Buffer.from('0042').toString('hex')}`, 0)]).presses).toEqual([{ key: 'next', counter: '1', digits: '0042' }]);
  });
  test('send a press several times: it counts once, and again after the time of a bounce', () => {
    expect(play([pad(1, '0101', 0), pad(1, '0101', 100), pad(1, '0101', 350), pad(2, '0101', 360), pad(1, '0101', 700)]).presses.map(({ counter }) => counter)).toEqual(['1', '2', '1']);
  });
  test('with a key that is mapped to nothing are remembered for the technician', () => {
    expect(play([pad(7, '0a0b', 0)])).toMatchObject({ presses: [], state: { unmapped: 'pad 7: 0a0b' } });
  });
  test('take the longest bytes that fit', () => {
    expect(play([pad(1, '0102', 0)], { keys: { '01': 'next', '0102': 'skip' } }).presses).toMatchObject([{ key: 'skip' }]);
  });
});

describe('a HID keypad', () => {
  const hid = { keys: HID_KEYS, counter: '5' };
  test('types digits and then a key', () => {
    expect(play([keys([0x59], 0), keys([0x62], 10), keys([0x58], 20), keys([0x57], 400)], hid).presses).toEqual([
      { key: 'next', counter: '5', digits: '10' },
      { key: 'recall', counter: '5', digits: null },
    ]);
  });
  test('forgets digits that nobody finished, and those from before the plug was pulled', () => {
    expect(play([keys([0x59], 0), keys([0x58], 20_000)], hid).presses).toMatchObject([{ digits: null }]);
    expect(play([keys([0x59], 0), { type: 'opened' }, keys([0x58], 10)], hid).presses).toMatchObject([{ digits: null }]);
  });
});

test.each([
  ['pads on a line', settings(), [['3', '0101'], ['3', '0102'], ['4', '0101'], ['3', '0a0b'], ['3', '010131']] as const],
  ['a keypad', settings({ keys: HID_KEYS, counter: '5' }), [[0x59], [0x58], [0x57], [0x58, 0x57], [0x04], []] as const],
])('%s: in every state that can be reached every input is taken, and a key that is pressed anew counts', (_pads, one, presses) => {
  type At = { state: PadState; now: number };
  // What happens, and how long after the thing before it: within a bounce, after it, and after typed digits are forgotten.
  type Event = { what: (at: number) => PadInput; after: number };
  const whats = [...presses.map((press) => (at: number): PadInput => (typeof press[0] === 'string' ? pad(Number(press[0]), press[1], at) : keys([...press] as number[], at))), (): PadInput => ({ type: 'opened' })];
  const events: Event[] = whats.flatMap((what) => [10, 400, 20_000].map((after) => ({ what, after })));
  const step = ({ state, now }: At, { what, after }: Event) => {
    const { state: next, presses: told } = padNext(state, what(now + after), one);
    return { after: { state: next, now: now + after }, told };
  };
  const keyOf = ({ state, now }: At): string => JSON.stringify([state.typed.length, now - state.typedAt < 10_000, [...new Set(Object.entries(state.heard).flatMap(([id, at]) => (now - at < one.debounceMs ? [id.replace(/\d+$/, '#')] : [])))].sort(), state.unmapped]);
  const states = reachable<At, Event>({ first: { state: PAD_START, now: 0 }, events: () => events, next: (at, event) => step(at, event).after, keyOf });
  expect(states.length).toBeGreaterThan(10);
  const [what] = whats;
  const next = typeof presses[0][0] === 'string' ? what! : whats[1]!;
  const problems = states.flatMap((at) => {
    // No state in which a key is dead: after the time of a bounce it counts once, and its own chattering does not.
    const pressed = step(at, { what: next, after: 400 });
    const again = step(pressed.after, { what: next, after: 10 }).told.filter(({ digits }) => digits === pressed.told[0]?.digits);
    const good = at.state.typed.length <= 8 && Object.keys(at.state.heard).length <= 10 && pressed.told.length === 1 && pressed.told[0]?.key === 'next' && again.length === 0;
    return good ? [] : [keyOf(at)];
  });
  expect(problems).toEqual([]);
});

test('whatever is pressed, memory stays bounded and nothing is thrown', () => {
  const input: fc.Arbitrary<PadInput> = fc.oneof(
    fc.record({ type: fc.constant('frame' as const), frame: fc.record({ address: fc.nat(255), command: fc.nat(3), data: fc.uint8Array({ maxLength: 12 }) }), at: fc.nat(100_000) }),
    fc.record({ type: fc.constant('keys' as const), usages: fc.array(fc.nat(255), { maxLength: 6 }), at: fc.nat(100_000) }),
    fc.constant({ type: 'opened' as const }),
  );
  fc.assert(
    fc.property(fc.array(input, { maxLength: 60 }), (inputs) => {
      const { state } = play(inputs, { keys: { ...SERIAL_KEYS, ...HID_KEYS } });
      expect(state.typed.length).toBeLessThanOrEqual(8);
    }),
  );
});
