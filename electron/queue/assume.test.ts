import { describe, expect, test } from 'vitest';
import { assumedDay } from './assume.ts';
import type { DayLog } from './figures.ts';
import type { QueueEvent } from './rules/events.ts';
import { NINE, RULES } from './rules/fixtures.ts';
import { assumptions, simulateDay } from './simulate.ts';

const ZONE = 'Asia/Shanghai';
const MINUTE = 60_000;
/** So many served within the hour after nine, six minutes each, every second one an elder. */
const dayOf = (people: number): DayLog => ({
  day: '20261123',
  events: Array.from({ length: people }, (_, index): QueueEvent[] => {
    const number = `A${String(index + 1).padStart(3, '0')}`;
    const at = NINE + index * MINUTE;
    const who = { number, counter: '1', clerk: 'lin' };
    return [
      { type: 'taken', at, number, class: 'insurance', ordinal: index + 1, ticket: index.toString(16).padStart(24, '0'), by: 't', priority: index % 2 === 0 ? 'elder' : null, item: null, takenAt: at, lease: null },
      { type: 'called', at: at + MINUTE, ...who, reason: null },
      { type: 'started', at: at + 2 * MINUTE, ...who },
      { type: 'finished', at: at + 8 * MINUTE, ...who },
    ];
  }).flat(),
});

describe('a day to try rules on', () => {
  test('is like the days that are over, people by hour, services and shares', () => {
    const { given, days } = assumedDay([dayOf(20), dayOf(40), { day: '20261122', events: [] }], RULES, ZONE, 1);
    expect(days).toBe(2);
    expect(given.classes.find((one) => one.class === 'insurance')).toMatchObject({ serviceMinutes: 6 });
    expect(given.classes.find((one) => one.class === 'insurance')?.perHour[9]).toBe(30);
    expect(given.classes.find((one) => one.class === 'estate')?.perHour.every((one) => one === 0)).toBe(true);
    expect(given.priorities).toEqual({ elder: 0.5 });
  });

  test('has the people of such a day of the week where the hall has learned them: a Saturday is no working day', () => {
    const learned = (classId: string, weekday: number): (number | null)[] => Array.from({ length: 24 }, (_, hour) => (classId === 'insurance' && weekday === 6 && hour === 9 ? 4.567 : null));
    const hoursOf = (weekday: number): number[] | undefined => assumedDay([dayOf(20), dayOf(40)], RULES, ZONE, weekday, learned).given.classes.find((one) => one.class === 'insurance')?.perHour.slice(9, 11);
    expect([hoursOf(6), hoursOf(1)]).toEqual([[4.57, 0], [30, 0]]);
  });

  test('is the usual day where nothing was counted, and can be tried as it is', () => {
    const { given, days } = assumedDay([], RULES, ZONE, 1);
    expect(days).toBe(0);
    const read = assumptions.parse(given);
    const tried = simulateDay(RULES, read, 1);
    expect(tried.tickets).toBeGreaterThan(50);
    expect(tried.served).toBeGreaterThan(0.8 * tried.tickets);
  });
});
