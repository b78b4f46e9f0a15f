/** Tries days beside the agent's own work: one thread at a time, given up when it takes too long. */
import { Worker } from 'node:worker_threads';
import type { Queue } from '../../kiosk-config/index.ts';
import { entry } from '../entry.ts';
import type { Assumptions, Simulation } from './simulate.ts';

/** A day of 20,000 people takes a slow machine about ten seconds. */
const PATIENCE_MS = 60_000;
const MOST_WAITING = 4;
const MOST_MEMORY_MB = 512;

export interface TriedDay {
  rules: Queue;
  given: Assumptions;
  seed: number;
}

/** Tries all days in one thread. Null: too many are tried at once, or it took too long. */
export type TryDays = (days: readonly TriedDay[]) => Promise<Simulation[] | null>;

const once = (program: string, days: readonly TriedDay[]): Promise<Simulation[] | null> =>
  new Promise((resolve) => {
    const worker = new Worker(program, { workerData: { days }, resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB } });
    const timer = setTimeout(() => end(null), PATIENCE_MS);
    const end = (tried: Simulation[] | null): void => {
      clearTimeout(timer);
      resolve(tried);
      void worker.terminate();
    };
    worker.on('message', (tried: Simulation[]) => end(tried));
    worker.on('error', () => end(null));
    worker.on('exit', () => end(null));
  });

/** @param program path of the bundled worker */
export const tryDaysAside = (program: string = entry('simulate-worker')): TryDays => {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return (days) => {
    if (waiting >= MOST_WAITING) return Promise.resolve(null);
    waiting += 1;
    const tried = last.then(() => once(program, days)).finally(() => (waiting -= 1));
    last = tried;
    return tried;
  };
};
