import { describe, expect, test } from 'vitest';
import { apply, emptyDay } from '../rules/day.ts';
import { decide, type Command } from '../rules/decide.ts';
import { AROUND, DAY, NINE, RULES } from '../rules/fixtures.ts';
import { arrivalsOf, arrivalsState, type Arrivals } from './arrivals.ts';
import { createEstimator, estimatorState } from './estimator.ts';

const MINUTE = 60_000;
const CLASSES = RULES.classes;
const at = (date: string, weekday: number, hour: number, minute = 0) => ({ date, weekday, minutes: hour * 60 + minute });

/** People of an hour of a day; somebody of the next one ends it. */
const hour = (arrivals: Arrivals, date: string, weekday: number, of: number, people: number): void => {
  for (let person = 0; person < people; person += 1) arrivals.came('insurance', at(date, weekday, of, person % 60), CLASSES);
  arrivals.came('estate', at(date, weekday, of + 1), CLASSES);
};

describe('who comes', () => {
  test('is learned by class and hour, apart for weekends', () => {
    const arrivals = arrivalsOf({});
    expect(arrivals.usual('insurance', 1).every((people) => people === null)).toBe(true);
    hour(arrivals, 'd1', 1, 9, 20);
    expect([arrivals.usual('insurance', 2)[9], arrivals.usual('estate', 2)[9], arrivals.usual('insurance', 2)[10], arrivals.usual('insurance', 6)[9]]).toEqual([20, 0, null, null]);
  });

  test('a day like no other moves it a little, an hour in which nobody comes too, and it is kept in few numbers', () => {
    const arrivals = arrivalsOf({});
    hour(arrivals, 'd1', 1, 9, 20);
    hour(arrivals, 'd2', 2, 9, 60);
    expect(arrivals.usual('insurance', 3)[9]).toBeCloseTo(32, 5);
    for (const then of [8, 11]) arrivals.came('estate', at('d3', 3, then), CLASSES);
    expect(arrivals.usual('insurance', 3)[9]).toBeCloseTo(22.4, 5);
    for (let day = 4; day < 400; day += 1) for (let of = 0; of < 23; of += 1) hour(arrivals, `e${String(day).padStart(3, '0')}`, (day % 7) + 1, of, 3);
    const kept = arrivalsState.parse(JSON.parse(JSON.stringify(arrivals.state())));
    expect(JSON.stringify(kept).length).toBeLessThan(1_000);
    expect(arrivalsOf(kept).usual('insurance', 3)[9]).toBeCloseTo(3, 1);
  });

  test('an hour in which the agent was started is known in part, and teaches nothing', () => {
    const first = arrivalsOf({});
    hour(first, 'd1', 1, 9, 20);
    const again = arrivalsOf(first.state());
    hour(again, 'd2', 2, 9, 3);
    expect(again.usual('insurance', 1)[9]).toBe(20);
    hour(again, 'd3', 3, 9, 10);
    expect(again.usual('insurance', 1)[9]).toBe(17);
  });

  test('numbers that a terminal gave alone count in the hour in which they were given', () => {
    const arrivals = arrivalsOf({});
    hour(arrivals, 'd1', 1, 9, 10);
    arrivals.came('insurance', at('d1', 1, 9, 50), CLASSES);
    arrivals.came('insurance', at('d0', 7, 9, 50), CLASSES);
    arrivals.came('insurance', at('d1', 1, 10, 5), CLASSES);
    arrivals.came('estate', at('d1', 1, 11), CLASSES);
    expect(arrivals.usual('insurance', 1).slice(9, 11)).toEqual([10.3, 1]);
    expect(arrivals.usual('insurance', 7)[9]).toBeNull();
  });

  test('the estimator learns it from the events, keeps it, and reads what was kept before it learned that', () => {
    const fresh = () => createEstimator({ rules: () => RULES, timeZone: 'Asia/Shanghai' });
    const estimator = fresh();
    const day = emptyDay(DAY);
    const note = (minute: number, command: Command): void => {
      const decision = decide(day, RULES, command, { ...AROUND, now: NINE + minute * MINUTE });
      if (!decision.ok) throw new Error(decision.refusal);
      for (const event of decision.events) {
        apply(day, event);
        estimator.note({ version: day.version, event }, day);
      }
    };
    for (let person = 0; person < 12; person += 1) note(person, { type: 'take', class: 'insurance', by: `t${person}`, priority: null, item: null, identified: true, ticket: (person + 1).toString(16).padStart(24, '0') });
    note(61, { type: 'take', class: 'estate', by: 't1', priority: null, item: null, identified: true, ticket: 'f'.repeat(24) });
    expect([estimator.usual('insurance', 1)[9], estimator.usual('estate', 1)[9], estimator.usual('insurance', 1)[10]]).toEqual([12, 0, null]);
    const kept = estimator.save();
    const again = fresh();
    expect(again.load(JSON.parse(JSON.stringify(kept)))).toBe(true);
    expect(again.usual('insurance', 2)[9]).toBe(12);
    const { arrivals, ...before } = kept;
    expect(Object.keys(arrivals)).toEqual(CLASSES.map(({ id }) => id));
    expect(estimatorState.parse(before).arrivals).toEqual({});
    expect(fresh().load(before)).toBe(true);
  });
});
