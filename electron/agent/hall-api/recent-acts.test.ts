import { expect, test } from 'vitest';
import type { QueueEvent, StoredEvent } from '../../queue/index.ts';
import { NINE } from '../../queue/rules/fixtures.ts';
import { recentActs } from './recent-acts.ts';

const at = (minute: number): number => NINE + minute * 60_000;
const desk = (type: 'recalled' | 'started' | 'finished' | 'missed', number: string, minute: number, counter = '3'): QueueEvent => ({ type, at: at(minute), number, counter, clerk: 'lin' });
const called = (number: string, minute: number, counter = '3'): QueueEvent => ({ type: 'called', at: at(minute), number, counter, clerk: 'lin', reason: null });
const stored = (...events: QueueEvent[]): StoredEvent[] => events.map((event, index) => ({ version: index + 1, event }));

test('a call says when its person came, a service how long it took, a miss how often it was called', () => {
  const acts = recentActs('Asia/Shanghai');
  acts.note(stored(called('B041', 0), desk('recalled', 'B041', 1), desk('missed', 'B041', 2), called('B043', 3), desk('started', 'B043', 4), desk('finished', 'B043', 12), called('B044', 13)));
  expect(acts.of('3').map(({ number, what, minutes, calls }) => [number, what, minutes, calls])).toEqual([
    ['B044', 'called', null, 1],
    ['B043', 'finished', 8, 1],
    ['B043', 'called', null, 1],
    ['B041', 'missed', null, 2],
    ['B041', 'recalled', null, 2],
    ['B041', 'called', null, 1],
  ]);
  expect(acts.of('3').map(({ arrivedAt }) => arrivedAt?.slice(11, 16) ?? null)).toEqual([null, null, '09:04', null, null, null]);
  acts.note(stored(desk('started', 'B044', 14)));
  expect(acts.of('3')[0]).toMatchObject({ what: 'called', arrivedAt: '2026-11-23T09:14:00+08:00' });
  // Nobody pressed start: it counts from the call. Another counter's are its own.
  acts.note(stored(called('C001', 20, '4'), desk('finished', 'C001', 27, '4')));
  expect(acts.of('4')[0]).toMatchObject({ what: 'finished', minutes: 7 });
  expect(acts.of('3')).toHaveLength(6);
});

test('remembers eight, whatever happens; a call of which it does not know is no fault', () => {
  const acts = recentActs('Asia/Shanghai');
  acts.note(stored(called('B001', 0), ...Array.from({ length: 20 }, (_, index) => desk('recalled', 'B001', index + 1)), desk('started', 'B001', 30), desk('finished', 'B777', 31)));
  expect(acts.of('3')).toHaveLength(8);
  expect(acts.of('3').slice(0, 2)).toMatchObject([{ number: 'B777', minutes: null }, { number: 'B001', what: 'started' }]);
  acts.clear();
  expect(acts.of('3')).toEqual([]);
});
