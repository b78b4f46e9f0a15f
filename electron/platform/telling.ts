/** Tells the platform of something that is kept here in order: at once while it can be reached, with growing jittered waits while it cannot. */
import type { Clock } from '../clock/index.ts';
import type { PlatformLink } from './link.ts';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

export interface TellingOptions {
  link: Pick<PlatformLink, 'onReachable'>;
  clock: Clock;
  /** 0 ≤ random < 1, for jitter. */
  random: () => number;
  /** Tells what comes next and keeps that it was told. An exception counts as `failed`. */
  next(signal: AbortSignal): Promise<'told' | 'nothing' | 'failed'>;
}

export interface Telling {
  start(): void;
  /** Something happened: tell it, unless the platform is waited for. */
  wake(): void;
  stop(): Promise<void>;
}

/** Never two at a time: what comes first is told first, however often it has to be tried. */
export const createTelling = (options: TellingOptions): Telling => {
  const { link, clock } = options;
  const abort = new AbortController();
  let running: Promise<void> | null = null;
  let again = false;
  let failures = 0;
  let cancelWait: () => void = () => undefined;
  let stopHearing: () => void = () => undefined;

  const work = async (): Promise<void> => {
    do {
      again = false;
      const outcome = await options.next(abort.signal).catch(() => 'failed' as const);
      if (outcome === 'failed') {
        failures += 1;
        const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
        cancelWait();
        cancelWait = clock.after(options.random() * ceiling, begin);
        return;
      }
      failures = 0;
      again ||= outcome === 'told';
    } while (again && !abort.signal.aborted);
  };
  function begin(): void {
    if (abort.signal.aborted) return;
    if (running !== null) {
      again = true;
      return;
    }
    running = work().finally(() => {
      running = null;
    });
  }

  return {
    // While an unreachable platform is waited for, news wait with it.
    wake: () => {
      if (failures === 0) begin();
    },
    start: () => {
      stopHearing = link.onReachable((reachable) => {
        if (reachable) begin();
      });
      begin();
    },
    stop: async () => {
      abort.abort();
      cancelWait();
      stopHearing();
      await running;
    },
  };
};
