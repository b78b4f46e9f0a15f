/** The machine's own clock behind the port that drivers see. */
import type { DriverClock } from './contract.ts';

export const systemDriverClock: DriverClock = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal?.addEventListener('abort', end, { once: true });
    }),
};

/** Reason of an abort that nobody reads. Without one, a DOMException with its stack is made each time: with a dozen devices polled all day that is felt. */
export const OVER = 'over';

/** Calls back after `ms` unless the signal aborts before. */
export const after = async (clock: DriverClock, ms: number, signal: AbortSignal, callback: () => void): Promise<void> => {
  await clock.sleep(ms, signal);
  if (!signal.aborted) callback();
};
