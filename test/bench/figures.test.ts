import { describe, expect, it } from 'vitest';
import { isMet, median, percentile, seeded } from './figures.ts';

describe('figures of the benchmark', () => {
  it('takes percentiles between ranks, whatever the order of the samples', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(percentile([10, 0, 20, 30, 40], 0.95)).toBeCloseTo(38);
    expect(() => median([])).toThrow('no samples');
  });

  it('knows from which side a goal is met, and that some figures have none', () => {
    const figure = { name: 'x', value: 60, unit: 'ms', against: '' };
    expect(isMet({ ...figure, goal: { atMost: 60 } })).toBe(true);
    expect(isMet({ ...figure, goal: { atLeast: 61 } })).toBe(false);
    expect(isMet({ ...figure, goal: { between: [50, 60] } })).toBe(true);
    expect(isMet({ ...figure, goal: { between: [61, 70] } })).toBe(false);
    expect(isMet({ ...figure, goal: null })).toBe(null);
  });

  it('repeats its moments for the same seed', () => {
    const [one, two, other] = [seeded(24), seeded(24), seeded(25)];
    const numbers = Array.from({ length: 100 }, one);
    expect(Array.from({ length: 100 }, two)).toEqual(numbers);
    expect(Array.from({ length: 100 }, other)).not.toEqual(numbers);
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  });
});
