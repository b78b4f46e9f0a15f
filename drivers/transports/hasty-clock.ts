/** A clock for tests in which time runs `speed` times as fast: a wait of a second is over in a few milliseconds. */
import { systemDriverClock } from '../clock.ts';
import type { DriverClock } from '../contract.ts';

export const hastyClock = (speed: number): DriverClock => ({
  now: () => systemDriverClock.now() * speed,
  sleep: (ms, signal) => systemDriverClock.sleep(ms / speed, signal),
});
