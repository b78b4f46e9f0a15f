/** The print worker's thread: one job after another, so that memory holds one page at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import sharp from 'sharp';
import { createJobs, type JobKind } from './jobs.ts';
import { buffersOf } from './transfer.ts';

if (parentPort === null) throw new Error('this program runs as a worker thread');
const port = parentPort;

// Pages are personal: no decoded picture stays behind in a cache. One thread leaves the agent its core.
sharp.cache(false);
sharp.concurrency(1);

const jobs = createJobs((workerData as { fontsDir?: string }).fontsDir);

const run = async ({ id, kind, input }: { id: number; kind: JobKind; input: unknown }): Promise<void> => {
  try {
    const output = await (jobs[kind] as (input: unknown) => unknown)(input);
    port.postMessage({ id, output }, [...new Set(buffersOf(output))]);
  } catch (error) {
    port.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
};

port.on('message', (message: { id: number; kind: JobKind; input: unknown }) => void run(message));
