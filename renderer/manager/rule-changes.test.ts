import { describe, expect, test } from 'vitest';
import { queue } from '../../kiosk-config/index.ts';
import { RULES } from '../../electron/queue/rules/fixtures.ts';
import { prefixesIn, withAge, withAppointments, withCounter, withoutClass, withPriority, withWeight } from './rule-changes.ts';

const holds = (rules: unknown): boolean => queue.safeParse(rules).success;

describe('what the forms do to the rules', () => {
  test('a counter comes with a number of its own and something to do, so that the rules hold at once', () => {
    const rules = withCounter(withCounter(RULES));
    expect(holds(rules)).toBe(true);
    expect(rules.counters.slice(-2).map(({ id }) => id)).toEqual(['4', '5']);
    expect(withCounter({ ...RULES, counters: [{ ...RULES.counters[0]!, id: '2' }] }).counters.at(-1)?.id).toBe('3');
  });

  test('a weight of none takes the class from the counter, and the last one leaves a mistake that the check says', () => {
    const none = RULES.counters[0]!.skills.reduce((rules, skill) => withWeight(rules, 0, skill.class, 0), RULES);
    expect(none.counters[0]?.skills).toEqual([]);
    expect(holds(none)).toBe(false);
    const again = withWeight(none, 0, 'estate', 3);
    expect(again.counters[0]?.skills).toEqual([{ class: 'estate', weight: 3 }]);
    expect(holds(again)).toBe(true);
  });

  test('a class that goes is served nowhere', () => {
    const rules = withoutClass(RULES, 0);
    expect(rules.classes.map(({ id }) => id)).toEqual(['estate']);
    expect(rules.counters.every(({ skills }) => skills.every((skill) => skill.class === 'estate'))).toBe(true);
  });

  test('priorities come with words of their own, by age or not', () => {
    const rules = withPriority(withPriority(RULES, { zh: '带小孩的', en: 'With a child' }), { zh: '孕妇', en: 'Pregnant' });
    expect(holds(rules)).toBe(true);
    expect(new Set(rules.priorities.map(({ id }) => id)).size).toBe(rules.priorities.length);
    const last = rules.priorities.length - 1;
    const aged = withAge(rules, last, 75);
    expect(aged.priorities[last]).toMatchObject({ fromAge: 75 });
    expect(withAge(aged, last, null).priorities[last]).not.toHaveProperty('fromAge');
    expect(aged.priorities.slice(0, last)).toEqual(rules.priorities.slice(0, last));
  });

  test('appointments are switched on under free letters, and off without a trace', () => {
    const off = withAppointments(RULES, false);
    expect(off).not.toHaveProperty('appointments');
    const on = withAppointments(off, true);
    expect(on.appointments).toEqual({ prefix: 'Y', earlyMinutes: 30, lateMinutes: 15, headStartMinutes: 20 });
    expect(holds(on)).toBe(true);
    const taken = withAppointments({ ...off, classes: [{ ...off.classes[0]!, prefix: 'Y' }, off.classes[1]!] }, true);
    expect(taken.appointments?.prefix).not.toBe('Y');
    expect(holds(taken)).toBe(true);
  });

  test('letters are read as people write them', () => {
    expect(prefixesIn(' k,l  M、n ')).toEqual(['K', 'L', 'M', 'N']);
    expect(prefixesIn('')).toEqual([]);
  });
});
