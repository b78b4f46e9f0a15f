import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PAD_START, padNext, type PadInput, type PadSettings } from './machine.ts';
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
