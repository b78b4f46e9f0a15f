import { expect, test } from 'vitest';
import { NINE, RULES, AROUND, DAY } from '../../electron/queue/rules/fixtures.ts';
import { apply, emptyDay } from '../../electron/queue/rules/day.ts';
import { decide } from '../../electron/queue/rules/decide.ts';
import { overtakingBound } from '../../electron/queue/rules/order.ts';
import { MORNING } from '../../electron/queue/store.contract.ts';
import { createInvariants, type OrderRules } from './invariants.ts';

const order: OrderRules = { boundMinutes: overtakingBound(RULES), serves: new Map(RULES.counters.map(({ id, skills }) => [id, new Set(skills.map((skill) => skill.class))])) };

/** The events of a morning by the product's rules. */
const morning = (): Record<string, unknown>[] => {
  const day = emptyDay(DAY);
  const events: Record<string, unknown>[] = [];
  MORNING.forEach((command, index) => {
    const decision = decide(day, RULES, command, { ...AROUND, now: NINE + index * 1_000 });
    for (const event of decision.ok ? decision.events : []) {
      apply(day, event);
      events.push(event);
    }
  });
  return events;
};
const wrongIn = (events: readonly unknown[], versions = (index: number) => index + 1): string => {
  const books = createInvariants(order);
  return events.flatMap((event, index) => books.look(DAY, versions(index), event)).join('\n');
};
const about = (events: readonly Record<string, unknown>[], type: string): Record<string, unknown> => events.find((event) => event['type'] === type) ?? {};

test('a morning by the rules is right', () => {
  expect(wrongIn(morning())).toBe('');
});

test.each<[string, (events: Record<string, unknown>[]) => unknown[], string]>([
  ['a number given twice', (events) => [...events, { ...about(events, 'taken'), ticket: 'f'.repeat(24), ordinal: 77, at: NINE + 1_000_000 }], 'was given twice'],
  ['a ticket for two numbers', (events) => [...events, { ...about(events, 'taken'), number: 'A777', ordinal: 777, at: NINE + 1_000_000 }], 'stands for two numbers'],
  ['a called number that nobody took', (events) => events.filter((event) => event['number'] !== 'A004' || event['type'] !== 'taken'), 'which nobody took'],
  ['two numbers at one counter', (events) => [...events, { type: 'called', at: NINE + 1_000_000, number: 'A001', counter: '2', clerk: 'wang', reason: null }], 'to 2, where Y001 is'],
  ['one number at two counters', (events) => [...events, { type: 'called', at: NINE + 1_000_000, number: 'Y001', counter: '1', clerk: 'lin', reason: 'why not' }], 'while at 2'],
  ['a call of what is over', (events) => [...events, { type: 'given-back', at: NINE + 1_000_000, number: 'A001' }, { type: 'called', at: NINE + 1_000_000, number: 'A001', counter: '1', clerk: 'lin', reason: 'why not' }], 'which is over'],
  ['a call by somebody who does not sit there', (events) => [...events, { type: 'called', at: NINE + 1_000_000, number: 'A001', counter: '1', clerk: 'zhao', reason: 'why not' }], 'who does not sit there'],
  ['a number out of a lease', (events) => [...events.slice(0, 21), { ...about(events, 'leased'), at: NINE + 1_000_000 }, { ...about(events, 'taken'), number: 'A010', ordinal: 10, class: 'insurance', ticket: 'e'.repeat(24), at: NINE + 1_000_000 }], 'was given out of the lease of terminal-2'],
  ['a call far out of turn', (events) => [...events, { ...about(events, 'taken'), number: 'A777', class: 'insurance', ordinal: 777, ticket: 'e'.repeat(24), takenAt: NINE + 3_600_000, at: NINE + 3_600_000 }, { type: 'called', at: NINE + 3_600_000, number: 'A777', counter: '1', clerk: 'lin', reason: null }], 'before A001, who came'],
])('%s is told', (_what, change, said) => {
  expect(wrongIn(change(morning()))).toContain(said);
});

test('a call out of turn with a reason is nobody’s business; a missing version is', () => {
  const events = morning();
  const called = { type: 'called', at: NINE + 3_600_000, number: 'A777', counter: '1', clerk: 'lin', reason: 'faint' };
  expect(wrongIn([...events, { ...about(events, 'taken'), number: 'A777', class: 'insurance', ordinal: 777, ticket: 'e'.repeat(24), takenAt: NINE + 3_600_000, at: NINE + 3_600_000 }, called])).toBe('');
  expect(wrongIn(events, (index) => (index < 5 ? index + 1 : index + 2))).toContain('version 7 follows 5');
});

test('a number that was sent to a counter is called there alone while that is open, and for twenty minutes at most; then its place holds at every counter of its class', () => {
  const MINUTE = 60_000;
  const taken = (ordinal: number, at: number) => ({ type: 'taken', at, number: `A00${ordinal}`, class: 'insurance', ordinal, ticket: String(ordinal).repeat(24), by: 't1', priority: null, item: null, takenAt: at, lease: null });
  const called = (number: string, counter: string, at: number) => ({ type: 'called', at, number, counter, clerk: `c${counter}`, reason: null });
  const begin = [taken(1, NINE), ...['1', '2'].map((counter) => ({ type: 'counter-opened', at: NINE, counter, clerk: `c${counter}` })), called('A001', '1', NINE), { type: 'transferred', at: NINE, number: 'A001', counter: '1', clerk: 'c1', class: 'insurance', toCounter: '2', note: '' }];
  expect(wrongIn([...begin, called('A001', '1', NINE + 19 * MINUTE)])).toContain('1 called A001, which it does not serve');
  expect(wrongIn([...begin, called('A001', '2', NINE)])).toBe('');
  expect(wrongIn([...begin, called('A001', '1', NINE + 20 * MINUTE)])).toBe('');
  expect(wrongIn([...begin, { type: 'counter-closed', at: NINE, counter: '2', clerk: 'c2' }, called('A001', '1', NINE)])).toBe('');
  const late = [...begin, taken(2, NINE + 60 * MINUTE), called('A002', '1', NINE + 60 * MINUTE)];
  expect(wrongIn(late)).toContain('1 called A002 before A001, who came 60 minutes earlier');
});
