import { beforeAll, describe, expect, test } from 'vitest';
import { evaluate, qualityOf, type Case } from './evaluation.ts';
import { playDay } from './generator.ts';
import { hallModel } from './hall-model.ts';

/** Halls of seeds that nothing was tuned on: three days of history, then the days that count. */
const HELD_OUT = [3_001, 3_002, 3_003];
const HISTORY = 3;
const DAYS = 6;

describe('generated days', () => {
  test('are the same for the same seed, and keep the rules of the hall', () => {
    const model = hallModel(7);
    const { day, events } = playDay(model, 0, 7);
    expect(playDay(model, 0, 7).events).toEqual(events);
    expect(playDay(model, 0, 8).events).not.toEqual(events);
    expect(day.open.size).toBe(0);
    const kinds = new Set(events.map(({ event }) => event.type));
    for (const kind of ['taken', 'checked-in', 'called', 'recalled', 'missed', 'came-back', 'started', 'finished', 'parked', 'transferred', 'given-back', 'counter-paused', 'rated'] as const) expect(kinds, kind).toContain(kind);
  });
});

describe('on days and halls it never saw', () => {
  let cases: Case[] = [];
  beforeAll(() => {
    cases = HELD_OUT.flatMap((seed) => evaluate(seed, hallModel(seed), seed, DAYS).cases.filter(({ day }) => day >= HISTORY));
  });

  test('the range holds the wait in 75 to 85 of 100 cases, also when those who were called at once are left out', () => {
    expect(cases.length).toBeGreaterThan(1_500);
    for (const some of [cases, cases.filter(({ range }) => range.to > 1)]) {
      const { coverage } = qualityOf(some);
      expect(coverage).toBeGreaterThanOrEqual(0.75);
      expect(coverage).toBeLessThanOrEqual(0.85);
    }
  });

  test('on average the middle of the range is nearer to the wait than people ahead × mean ÷ counters, and than M/M/c', () => {
    const all = qualityOf(cases);
    expect(all.error).toBeLessThan(all.naive);
    expect(all.error).toBeLessThan(all.mmc);
  });
});
