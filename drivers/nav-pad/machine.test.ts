import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { NAV_KEYS, NAV_USAGES } from './keys.ts';
import { NAV_START, navNext } from './machine.ts';

const settings = { keys: NAV_USAGES, debounceMs: 40 };

test('arrows, Enter and the same places of a keypad are four keys and a confirm', () => {
  const pressed = Object.keys(NAV_USAGES).map((name) => navNext(NAV_START, [Number.parseInt(name, 16)], 0, settings).presses[0]?.key);
  expect(new Set(pressed)).toEqual(new Set(NAV_KEYS));
});

test('a chattering contact is one press', () => {
  let state = NAV_START;
  const count = [0, 5, 11, 200].flatMap((at) => {
    const step = navNext(state, [0x28], at, settings);
    ({ state } = step);
    return step.presses;
  });
  expect(count).toEqual([{ key: 'confirm' }, { key: 'confirm' }]);
});

test('from every state every key leads on', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.array(fc.nat(255), { maxLength: 6 }), fc.nat(1000)), { maxLength: 30 }), (inputs) => {
      let state = NAV_START;
      for (const [usages, at] of inputs) ({ state } = navNext(state, usages, at, settings));
      expect(navNext(state, [0x52], 9999, settings).presses).toEqual([{ key: 'up' }]);
    }),
  );
});
