import { describe, expect, it } from 'vitest';
import { why } from '../../electron/queue/index.ts';
import type { Person, Why } from '../api/hall-types.ts';
import { en } from '../staff/en.ts';
import { whyNext } from './why.ts';

const person = (number: string, waitedMinutes: number, ...rules: Why[]): Person => ({
  number,
  class: 'real-estate',
  className: { zh: '不动产登记', en: 'Real estate' },
  itemName: null,
  state: 'waiting',
  since: new Date(Date.parse('2026-11-23T10:41:00+08:00') - waitedMinutes * 60_000).toISOString(),
  waitedMinutes,
  calls: 0,
  misses: 0,
  calledAt: null,
  startedAt: null,
  counter: null,
  note: null,
  why: rules.length === 0 ? [{ rule: 'waited-longest' }] : rules,
});
const elder: Why = { rule: 'priority', priority: 'elder', name: { zh: '长者优先', en: 'Elders first' }, headStartMinutes: 15 };
const keys = (...mine: Person[]): string[] => whyNext({ next: mine[0] ?? null, mine, expected: [] }).map(({ key }) => key);

describe('why the next one is next', () => {
  it('says nothing when nobody waits, and that one is alone when he is', () => {
    expect(keys()).toEqual([]);
    expect(keys(person('B047', 31))).toEqual(['alone']);
  });

  it('names who is set back, and who is helped and still behind, before it says who waited longest', () => {
    const reasons = whyNext({ next: person('B047', 31), mine: [person('B047', 31), person('C019', 10, elder), person('B041', 45, { rule: 'behind', callsLeft: 2 })], expected: [] });
    expect(reasons.map(({ key }) => key)).toEqual(['behind', 'helped', 'waitedLongest']);
    expect(reasons[0]?.values).toMatchObject({ number: 'B041', calls: 2 });
    expect(reasons[1]?.values).toMatchObject({ number: 'C019', minutes: 15, waited: 10 });
  });

  it('owns up to somebody who waited longer, and gives the rule that decided', () => {
    expect(keys(person('C019', 26, elder), person('B047', 31))).toEqual(['longer', 'priority', 'soFirst']);
  });

  it('names who is booked and would be next, had he come; nobody else who is booked', () => {
    const booked = (place: number, late = false) => ({ at: '2026-11-23T10:45:00+08:00', class: 'real-estate', className: { zh: '', en: '' }, itemName: null, late, place });
    const told = (...expected: ReturnType<typeof booked>[]) => whyNext({ next: person('B047', 31), mine: [person('B047', 31), person('B048', 3)], expected }).map(({ key }) => key);
    expect(told(booked(0), booked(1))).toEqual(['expected', 'waitedLongest']);
    expect(told(booked(1), booked(0, true))).toEqual(['waitedLongest']);
  });

  it('has words for every rule that the queue knows', () => {
    const rules: Why[] = [elder, { rule: 'appointment', at: '2026-11-23T10:45:00+08:00' }, { rule: 'appointment-late', at: '2026-11-23T10:45:00+08:00' }, { rule: 'came-back' }, { rule: 'weight', weight: 2 }, { rule: 'for-this-counter' }, { rule: 'behind', callsLeft: 1 }, { rule: 'waited-longest' }];
    expect(new Set(rules.map(({ rule }) => rule))).toEqual(new Set(why.options.map((option) => option.shape.rule.value)));
    for (const one of rules) for (const key of keys(person('B047', 31, one), person('B048', 3))) expect(en.why).toHaveProperty(key);
  });
});
