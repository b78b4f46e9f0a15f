/**
 * The fuzzing itself, in a thread: one that never comes back, or eats all memory, is ended from outside, and the input that did it is
 * found in the memory that both share.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { fuzz, type Fuzzed } from './fuzz.ts';
import { TARGETS } from './targets.ts';

export const SHARED_BYTES = 256 * 1024;

/** `shared`: number of the input (4 bytes), its length (4 bytes), the input. */
export interface Task {
  target: string;
  seed: number;
  ms: number;
  shared: SharedArrayBuffer;
}

const taskSchema = z.object({ target: z.string(), seed: z.number(), ms: z.number(), shared: z.instanceof(SharedArrayBuffer) });

export const runWorker = (): void => {
  const { target: name, seed, ms, shared } = taskSchema.parse(workerData);
  const target = TARGETS.find((candidate) => candidate.name === name);
  if (target === undefined) throw new RangeError(`no decoder is called ${name}`);
  const head = new Int32Array(shared, 0, 2);
  const place = new Uint8Array(shared, 8);
  const end = performance.now() + ms;
  const result: Fuzzed = fuzz(
    target,
    seed,
    () => performance.now() < end,
    (input) => {
      place.set(input.subarray(0, place.length));
      Atomics.store(head, 1, Math.min(input.length, place.length));
      Atomics.add(head, 0, 1);
    },
  );
  parentPort?.postMessage(result, []);
};
