import { describe, expect, test } from 'vitest';
import { queue, type Queue } from '../../kiosk-config/index.ts';
import { RULES } from './rules/fixtures.ts';
import { assumptions, simulateDay, simulation, type Assumptions } from './simulate.ts';

/** From nine to noon and from one to five. */
const hours = (people: number): number[] => Array.from({ length: 24 }, (_, hour) => (hour >= 9 && hour < 17 ? people : 0));
const OPEN = [
  { from: '09:00', to: '12:00' },
  { from: '12:30', to: '17:00' },
];
const GIVEN: Assumptions = assumptions.parse({
  weekday: 1,
  classes: [
    { class: 'insurance', perHour: hours(18), serviceMinutes: 4 },
    { class: 'estate', perHour: hours(8), serviceMinutes: 8 },
  ],
  counters: ['1', '2', '3'].map((counter) => ({ counter, open: OPEN })),
  priorities: { elder: 0.1 },
  bookedShare: 0.1,
});
const changed = (change: Partial<Queue>): Queue => queue.parse({ ...RULES, ...change });

describe('a day with rules that are not live yet', () => {
  test('is the same for the same seed, and counts everybody once', () => {
    const found = simulateDay(RULES, GIVEN, 1);
    expect(simulation.parse(found)).toEqual(found);
    expect(simulateDay(RULES, GIVEN, 1)).toEqual(found);
    expect(simulateDay(RULES, GIVEN, 2)).not.toEqual(found);
    expect(found.tickets).toBeGreaterThan(150);
    expect(found.turnedAway).toBe(0);
    expect(found.wait.of + found.left).toBe(found.tickets);
    expect(found.classes.reduce((sum, { tickets }) => sum + tickets, 0)).toBe(found.tickets);
    expect(found.priorities.reduce((sum, { wait }) => sum + wait.of, 0) + found.booked.of).toBe(found.wait.of);
    expect(found.hours[3]).toBeNull();
  });

  test.each([1, 2, 3, 4, 5])('keeps the promise against starving (day %i)', (seed) => {
    const { longestOvertakingMinutes, boundMinutes } = simulateDay(RULES, GIVEN, seed);
    expect(longestOvertakingMinutes).toBeGreaterThan(0);
    expect(longestOvertakingMinutes).toBeLessThanOrEqual(boundMinutes);
  });

  test('shows what a larger head start does: to those who have it, and to those who overtake', () => {
    const before = simulateDay(RULES, GIVEN, 3);
    const after = simulateDay(changed({ priorities: [{ id: 'elder', name: { zh: '长者', en: 'Elder' }, headStartMinutes: 120 }] }), GIVEN, 3);
    const elders = ({ priorities }: typeof before): number => priorities.find(({ priority }) => priority === 'elder')?.wait.mean ?? 0;
    expect(elders(after)).toBeLessThan(elders(before));
    expect(after.longestOvertakingMinutes).toBeGreaterThan(before.longestOvertakingMinutes);
    expect(after.tickets).toBe(before.tickets);
  });

  test('one more counter shortens the wait; a counter that stays closed calls nobody', () => {
    const few = simulateDay(RULES, { ...GIVEN, counters: GIVEN.counters.filter(({ counter }) => counter !== '3') }, 4);
    const all = simulateDay(RULES, GIVEN, 4);
    expect(few.counters.map(({ counter }) => counter)).toEqual(['1', '2']);
    expect(all.wait.mean).toBeLessThan(few.wait.mean ?? 0);
  });

  test('people come to a closed class in vain, and wait in vain where no counter opens', () => {
    const mornings = changed({ classes: RULES.classes.map((one) => ({ ...one, hours: [{ days: [1], from: '00:00', to: '12:00' }] })) });
    expect(simulateDay(mornings, GIVEN, 5).turnedAway).toBeGreaterThan(40);
    expect(simulateDay(mornings, { ...GIVEN, weekday: 2, bookedShare: 0 }, 5).tickets).toBe(0);
    const nobody = simulateDay(RULES, { ...GIVEN, counters: [] }, 5);
    expect(nobody.left).toBe(nobody.tickets);
    expect(nobody.wait.median).toBeNull();
  });

  test('assumptions of an endless day are refused', () => {
    expect(assumptions.safeParse({ ...GIVEN, classes: [{ class: 'insurance', perHour: Array.from({ length: 24 }, () => 20_000), serviceMinutes: 1 }] }).success).toBe(false);
    expect(assumptions.safeParse({ ...GIVEN, priorities: { elder: 0.7, soldier: 0.7 } }).success).toBe(false);
  });
});
