import { describe, expect, it } from 'vitest';
import { ManualClock } from '../clock/index.ts';
import { createLanes, waitFor } from './lanes.ts';

describe('waiting', () => {
  it('never takes longer than the cap and spreads over all of it', () => {
    expect(waitFor(0, { baseMs: 1_000, capMs: 60_000, random: () => 0.5 })).toBe(500);
    expect(waitFor(50, { baseMs: 1_000, capMs: 60_000, random: () => 0.9999 })).toBeLessThanOrEqual(60_000);
    expect(waitFor(50, { baseMs: 1_000, capMs: 60_000, random: () => 0 })).toBe(0);
  });
  it('ends when its time has come or when somebody wakes it', () => {
    const clock = new ManualClock();
    const lanes = createLanes(clock, { baseMs: 1_000, capMs: 60_000, random: () => 1 });
    let woken = 0;
    const wake = (): void => {
      woken += 1;
    };
    lanes.hold('a', 'x', wake);
    lanes.hold('a', 'x', wake);
    expect([lanes.free('a'), lanes.state('a')?.attempts, lanes.heldCount()]).toEqual([false, 2, 1]);
    clock.advance(1_999);
    expect(woken).toBe(0);
    clock.advance(1);
    expect([woken, lanes.free('a')]).toEqual([1, true]);
    lanes.hold('a', 'x', wake);
    lanes.wakeAll();
    expect(lanes.free('a')).toBe(true);
    lanes.clear('a');
    expect(lanes.state('a')).toBeNull();
  });
});
