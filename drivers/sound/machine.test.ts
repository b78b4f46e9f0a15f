import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { reachable } from '../walk.ts';
import { MOST_WAITING, QUEUE_START, queueNext, type QueueEffect, type QueueInput, type QueueState } from './machine.ts';

const play = (inputs: QueueInput[]) => {
  let state = QUEUE_START;
  const effects: QueueEffect[] = [];
  for (const input of inputs) {
    const step = queueNext(state, input);
    ({ state } = step);
    effects.push(...step.effects);
  }
  return { state, effects };
};
const say = (id: number): QueueInput => ({ type: 'say', id });

test('one is spoken, the others follow in their order', () => {
  expect(play([say(1), say(2), say(3), { type: 'ended', id: 1 }, { type: 'ended', id: 2 }]).effects).toEqual([1, 2, 3].map((id) => ({ type: 'start', id })));
});

test('a cancelled one is stopped where it is spoken and dropped where it waits', () => {
  expect(play([say(1), say(2), { type: 'cancel', id: 2 }, { type: 'cancel', id: 1 }, { type: 'cancel', id: 9 }]).effects.slice(1)).toEqual([
    { type: 'drop', id: 2 },
    { type: 'stop', id: 1 },
  ]);
});

test('hushing stops what is spoken and drops what waits', () => {
  expect(play([say(1), say(2), { type: 'hush' }])).toEqual({ state: { speaking: 1, waiting: [] }, effects: [{ type: 'start', id: 1 }, { type: 'drop', id: 2 }, { type: 'stop', id: 1 }] });
  expect(play([{ type: 'hush' }]).effects).toEqual([]);
});

test('in every state that can be reached every event is taken, no sentence is lost, and the queue empties', () => {
  const NEW = 1_000;
  const GONE = 2_000;
  const all = ({ speaking, waiting }: QueueState): number[] => [...(speaking === null ? [] : [speaking]), ...waiting];
  const events = (state: QueueState): QueueInput[] => [say(NEW), { type: 'hush' }, ...[...all(state), GONE].flatMap((id): QueueInput[] => [{ type: 'ended', id }, { type: 'cancel', id }])];
  // Who waits is told by the place alone: the first sentence of each state is 1.
  const renamed = (state: QueueState): QueueState => ({ speaking: state.speaking === null ? null : 1, waiting: state.waiting.map((_id, at) => at + 2) });
  const states = reachable<QueueState, QueueInput>({ first: QUEUE_START, events, next: (state, event) => renamed(queueNext(state, event).state) });
  // Nobody speaks, or one does and nobody to MOST_WAITING wait: there is no other state, and none in which sentences wait for nobody.
  expect(states.map((state) => all(state).length).sort((one, other) => one - other)).toEqual(Array.from({ length: MOST_WAITING + 2 }, (_one, count) => count));
  for (const state of states) {
    for (const event of events(state)) {
      const { state: after, effects } = queueNext(state, event);
      const over = [...effects.flatMap(({ type, id }) => (type === 'drop' || type === 'refuse' ? [id] : [])), ...(event.type === 'ended' && event.id === state.speaking ? [event.id] : [])];
      expect([...all(after), ...over].sort((one, other) => one - other)).toEqual([...all(state), ...(event.type === 'say' ? [NEW] : [])].sort((one, other) => one - other));
      // Whoever begins to be spoken is started, and nobody else.
      expect(effects.flatMap(({ type, id }) => (type === 'start' ? [id] : []))).toEqual(after.speaking !== null && after.speaking !== state.speaking ? [after.speaking] : []);
    }
    let left = state;
    for (let ends = 0; ends <= MOST_WAITING && left.speaking !== null; ends += 1) left = queueNext(left, { type: 'ended', id: left.speaking }).state;
    expect(left).toEqual(QUEUE_START);
  }
});

test('every sentence ends exactly once, whatever happens, and no more wait than may', () => {
  const inputs = fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant('say' as const) }, fc.constant('hush' as const), fc.constant('cancel' as const), fc.constant('ended' as const)), { maxLength: 200 });
  fc.assert(
    fc.property(inputs, fc.nat(), (kinds, seed) => {
      let state: QueueState = QUEUE_START;
      let last = 0;
      const open = new Set<number>();
      const take = (input: QueueInput): void => {
        const step = queueNext(state, input);
        ({ state } = step);
        const over = step.effects.filter(({ type }) => type === 'drop' || type === 'refuse');
        expect(over.filter(({ id }) => !open.delete(id))).toEqual([]);
      };
      for (const kind of kinds) {
        if (kind === 'say') {
          open.add((last += 1));
          take(say(last));
        } else if (kind === 'hush') take({ type: 'hush' });
        else if (kind === 'cancel') take({ type: 'cancel', id: seed % (last + 1) });
        else if (state.speaking !== null) {
          open.delete(state.speaking);
          take({ type: 'ended', id: state.speaking });
        }
        expect(state.waiting.length).toBeLessThanOrEqual(MOST_WAITING);
        expect([...open].sort((a, b) => a - b)).toEqual([...(state.speaking === null ? [] : [state.speaking]), ...state.waiting]);
      }
      while (state.speaking !== null) {
        open.delete(state.speaking);
        take({ type: 'ended', id: state.speaking });
      }
      expect(open.size).toBe(0);
    }),
  );
});
