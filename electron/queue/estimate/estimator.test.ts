import { describe, expect, test } from 'vitest';
import { apply, emptyDay, type Day } from '../rules/day.ts';
import { decide, type Command } from '../rules/decide.ts';
import { AROUND, DAY, NINE, RULES } from '../rules/fixtures.ts';
import type { StoredEvent } from '../store.ts';
import { createEstimator, type Estimator } from './estimator.ts';

const TIME_ZONE = 'Asia/Shanghai';
const MINUTE = 60_000;
const INSURANCE = RULES.classes[0]!;

/** A hall by hand: each command at a minute after nine, told to the estimator at once. */
const hallWith = (estimator: Estimator) => {
  const day: Day = emptyDay(DAY);
  let tickets = 0;
  const run = (minute: number, command: Command): void => {
    const decision = decide(day, RULES, command, { ...AROUND, now: NINE + minute * MINUTE });
    if (!decision.ok) throw new Error(decision.refusal);
    for (const event of decision.events) {
      apply(day, event);
      estimator.note({ version: day.version, event }, day);
    }
  };
  return {
    day,
    run,
    take: (minute: number, priority: string | null = null): void => {
      tickets += 1;
      run(minute, { type: 'take', class: 'insurance', by: `t${tickets}`, priority, item: null, identified: true, ticket: tickets.toString(16).padStart(24, '0') });
    },
  };
};
const fresh = (): Estimator => createEstimator({ rules: () => RULES, timeZone: TIME_ZONE });
const one = { counter: '1', clerk: 'li' };

/** Three minutes for each of forty people, one counter. */
const morning = (estimator: Estimator) => {
  const hall = hallWith(estimator);
  hall.run(0, { type: 'open', ...one });
  for (let person = 0; person < 10; person += 1) hall.take(0);
  for (let person = 0; person < 40; person += 1) {
    hall.run(person * 3, { type: 'next', ...one });
    hall.take(person * 3 + 1);
    hall.run(person * 3 + 3, { type: 'finish', ...one });
  }
  return hall;
};

describe('the wait estimate', () => {
  test('says nothing where nobody serves the class', () => {
    expect(fresh().estimate('insurance', 3, 0, NINE)).toBeNull();
    const estimator = fresh();
    const hall = hallWith(estimator);
    hall.run(0, { type: 'open', counter: '3', clerk: 'li' });
    hall.take(0);
    expect(estimator.estimate('insurance', 0, 0, NINE)).toBeNull();
  });

  test('knows nothing on the first day, and goes by the usual service time and the open counters', () => {
    const estimator = fresh();
    const few = estimator.estimate('insurance', 5, 1, NINE)!;
    const many = estimator.estimate('insurance', 5, 3, NINE)!;
    expect(few.from).toBeLessThan(6 * INSURANCE.usualServiceMinutes);
    expect(few.to).toBeGreaterThan(6 * INSURANCE.usualServiceMinutes);
    expect(many.to).toBeLessThan(few.to);
    expect(many.from).toBeLessThan(many.to);
  });

  test('learns within a morning how long a service really takes', () => {
    const estimator = fresh();
    morning(estimator);
    const { from, to } = estimator.estimate('insurance', 9, 1, NINE + 120 * MINUTE)!;
    // Ten people of three minutes each; the configuration says eight minutes.
    expect(from).toBeLessThanOrEqual(30);
    expect(to).toBeGreaterThanOrEqual(27);
    expect(to).toBeLessThan(60);
  });

  test('puts a person with a head start where the rules put him', () => {
    const estimator = fresh();
    const hall = morning(estimator);
    hall.take(121, 'elder');
    const elder = estimator.estimate('insurance', 5, 1, NINE + 121 * MINUTE)!;
    const last = estimator.estimate('insurance', 10, 1, NINE + 121 * MINUTE)!;
    expect(elder.to).toBeLessThanOrEqual(last.to);
    expect(elder.from).toBeLessThan(last.from);
  });

  test('somebody sent to one counter by name is expected there and nowhere else', () => {
    const estimator = fresh();
    const hall = morning(estimator);
    hall.run(121, { type: 'next', ...one });
    hall.run(122, { type: 'transfer', class: 'insurance', toCounter: '3', note: '', ...one });
    // Counter 3 is closed, and does not serve the class either.
    expect(estimator.estimate('insurance', 0, 1, NINE + 122 * MINUTE)).not.toBeNull();
    hall.run(123, { type: 'open', counter: '3', clerk: 'wang' });
    expect(estimator.estimate('insurance', 0, 1, NINE + 123 * MINUTE)!.to).toBeLessThan(10);
  });

  test('tells its own record, by class and for the hall, once there is enough of it', () => {
    const estimator = fresh();
    expect(estimator.record(null)).toBeNull();
    morning(estimator);
    const { share, of } = estimator.record('insurance')!;
    expect(of).toBe(40);
    expect(share).toBeGreaterThan(0);
    expect(estimator.record(null)).toEqual({ share, of });
    expect(estimator.record('estate')).toBeNull();
    expect(estimator.days()).toEqual([expect.objectContaining({ day: DAY, class: 'insurance', of: 40 })]);
  });

  test('what it knows is JSON, and goes on where it was; an event told again teaches nothing', () => {
    const estimator = fresh();
    const { day } = morning(estimator);
    const kept: unknown = JSON.parse(JSON.stringify(estimator.save()));
    const again = fresh();
    expect(again.load(kept)).toBe(true);
    again.note({ version: 1, event: { type: 'counter-opened', at: NINE, ...one } }, day);
    for (const ahead of [0, 4, 20]) expect(again.estimate('insurance', ahead, 1, NINE + 121 * MINUTE)).toEqual(estimator.estimate('insurance', ahead, 1, NINE + 121 * MINUTE));
    expect(again.save()).toEqual(estimator.save());
  });

  test('a state that cannot be read leaves it as it is', () => {
    const estimator = fresh();
    expect(estimator.load({ format: 1, services: 'none' })).toBe(false);
    expect(estimator.load(null)).toBe(false);
    expect(estimator.estimate('insurance', 0, 1, NINE)).not.toBeNull();
  });

  test('numbers given back or given out of reach of the hall do not count in its record', () => {
    const estimator = fresh();
    const hall = hallWith(estimator);
    hall.run(0, { type: 'open', ...one });
    for (let person = 0; person < 30; person += 1) hall.take(0);
    for (const number of hall.day.open) hall.run(5, { type: 'give-back', ticket: hall.day.tickets.get(number)!.ticket });
    expect(estimator.save().pending).toEqual({});
    expect(estimator.record(null)).toBeNull();
  });

  test('after a start learns from the log what services took, and makes up no range that was never told', () => {
    const told: StoredEvent[] = [];
    const heard = fresh();
    const { day } = morning({ ...heard, note: (stored, at) => { told.push(stored); heard.note(stored, at); } });
    const late = fresh();
    late.catchUp(told, day);
    late.catchUp(told, day);
    expect(late.save().services).toEqual(heard.save().services);
    expect([late.save().pending, late.record(null)]).toEqual([{}, null]);
    expect(heard.record(null)).not.toBeNull();
  });
});
