import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { NAV_KEYS, NAV_USAGES } from './keys.ts';
import { reachable } from '../walk.ts';
import { NAV_START, navNext, type NavState } from './machine.ts';

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

test('in every state that can be reached every key is taken, counts once when it is pressed anew, and its chattering does not', () => {
  type At = { state: NavState; now: number };
  type Event = { usages: readonly number[]; after: number };
  const usagesOf = (wanted: string): number[] => Object.entries(NAV_USAGES).flatMap(([name, key]) => (key === wanted ? [Number.parseInt(name, 16)] : []));
  const chords: (readonly number[])[] = [...NAV_KEYS.map((key) => usagesOf(key).slice(0, 1)), usagesOf('up'), [0x04], [], [0x52, 0x51, 0x28]];
  const events: Event[] = chords.flatMap((usages) => [5, 200].map((after) => ({ usages, after })));
  const step = ({ state, now }: At, { usages, after }: Event) => {
    const { state: next, presses } = navNext(state, usages, now + after, settings);
    return { after: { state: next, now: now + after }, presses };
  };
  const fresh = ({ state, now }: At): string[] => Object.entries(state.heard).filter(([, at]) => now - at < settings.debounceMs).map(([key]) => key).sort();
  const keyOf = (at: At): string => JSON.stringify([fresh(at), Object.keys(at.state.heard).sort(), at.state.unmapped]);
  const states = reachable<At, Event>({ first: { state: NAV_START, now: 0 }, events: () => events, next: (at, event) => step(at, event).after, keyOf });
  expect(states.length).toBeGreaterThan(NAV_KEYS.length);
  const problems = states.flatMap((at) =>
    NAV_KEYS.filter((key) => {
      const usages = usagesOf(key).slice(0, 1);
      const pressed = step(at, { usages, after: 200 });
      const again = step(pressed.after, { usages, after: 5 });
      return pressed.presses.length !== 1 || pressed.presses[0]?.key !== key || again.presses.length > 0;
    }).map((key) => `${key}: ${keyOf(at)}`),
  );
  expect(problems).toEqual([]);
});

test('after any walk every key leads on', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.array(fc.nat(255), { maxLength: 6 }), fc.nat(1000)), { maxLength: 30 }), (inputs) => {
      let state = NAV_START;
      for (const [usages, at] of inputs) ({ state } = navNext(state, usages, at, settings));
      expect(navNext(state, [0x52], 9999, settings).presses).toEqual([{ key: 'up' }]);
    }),
  );
});
