import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPageWatch, LOOK_MS } from './page-watch.ts';

/** Looks as often as the shells do, for so long. @returns after how many ms the window was found dead, null: never */
const after = (watch: ReturnType<typeof createPageWatch>, clock: { at: number }, connected: boolean | null, ms: number): number | null => {
  const start = clock.at;
  while (clock.at < start + ms) {
    clock.at += LOOK_MS;
    if (watch.gone(connected)) return clock.at - start;
  }
  return null;
};

const fresh = () => {
  const clock = { at: 1_000 };
  return { clock, watch: createPageWatch(() => clock.at) };
};

it('gives a slow browser time to start, but less than a ticket lives', () => {
  const { clock, watch } = fresh();
  const found = after(watch, clock, false, 60_000);
  expect(found).toBeGreaterThanOrEqual(20_000);
  expect(found).toBeLessThan(30_000);
});

it('finds a page that was there within a second, which leaves two for a new one', () => {
  const { clock, watch } = fresh();
  after(watch, clock, true, 5_000);
  expect(after(watch, clock, false, 10_000)).toBeLessThan(1_000);
});

it('gives a page time to come back to an agent that was away, however long that was', () => {
  const { clock, watch } = fresh();
  after(watch, clock, true, 5_000);
  expect(after(watch, clock, null, 600_000)).toBe(null);
  expect(after(watch, clock, false, 5_500)).toBe(null);
  expect(after(watch, clock, false, 5_000)).not.toBe(null);
});

it('never finds a page dead that is seen, or while no agent tells', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ ms: fc.nat(30_000), connected: fc.constantFrom(true, false, null) })), (looks) => {
      const { clock, watch } = fresh();
      for (const { ms, connected } of looks) {
        clock.at += ms;
        expect(watch.gone(connected) && connected !== false).toBe(false);
      }
    }),
  );
});
