/** One worker thread and the line of jobs before it. A worker that dies or hangs is replaced; the job it had fails, the others go on. */
import { Worker } from 'node:worker_threads';
import type { JobKind, Jobs } from './jobs.ts';
import { buffersOf } from './transfer.ts';

/** What printing says to the log; pino's logger is one. Never personal data. */
export interface PrintingLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** The worker is gone, did not answer in time, or met something it was not made for. */
export class WorkLost extends Error {}

export interface WorkLine {
  /** Rejects with {@link WorkLost}, never with anything else. */
  run<K extends JobKind>(kind: K, input: Jobs[K]['input']): Promise<Jobs[K]['output']>;
  close(): Promise<void>;
}

interface Waiting {
  id: number;
  kind: JobKind;
  input: unknown;
  resolve(output: unknown): void;
  reject(error: WorkLost): void;
}

/** A page takes well under a second; twenty such pages on a slow terminal take a few. */
const PATIENCE_MS = 45_000;

/**
 * @param program path of the bundled worker
 * @param patienceMs after this long without an answer a worker is given up
 */
export const createWorkLine = ({ program, fontsDir, log, patienceMs = PATIENCE_MS }: { program: string; fontsDir?: string; log: PrintingLog; patienceMs?: number }): WorkLine => {
  const line: Waiting[] = [];
  let worker: Worker | null = null;
  let timer: NodeJS.Timeout | undefined;
  let running: Waiting | null = null;
  let lastId = 0;
  let closed = false;

  const settle = (act: (job: Waiting) => void): void => {
    clearTimeout(timer);
    const job = running;
    running = null;
    if (job !== null) act(job);
    next();
  };

  const lost = (from: Worker, why: string): void => {
    if (worker !== from) return;
    worker = null;
    void from.terminate();
    if (closed) return;
    log.warn({ why, job: running?.kind ?? null }, 'print worker is replaced');
    settle((job) => job.reject(new WorkLost(`the print worker was lost while making this (${why})`)));
  };

  const start = (): Worker => {
    const started = new Worker(program, { workerData: fontsDir === undefined ? {} : { fontsDir }, resourceLimits: { maxOldGenerationSizeMb: 768 } });
    started.on('message', (answer: { id: number; output?: unknown; error?: string }) => {
      if (running?.id !== answer.id) return;
      settle((job) => {
        if (answer.error === undefined) job.resolve(answer.output);
        else job.reject(new WorkLost(answer.error));
      });
    });
    started.on('error', (error) => lost(started, error.message));
    started.on('exit', (code) => lost(started, `exit ${code}`));
    // Waiting for work keeps nobody alive.
    started.unref();
    return started;
  };

  const next = (): void => {
    if (running !== null || closed) return;
    running = line.shift() ?? null;
    if (running === null) return;
    worker ??= start();
    const current = worker;
    timer = setTimeout(() => lost(current, 'no answer in time'), patienceMs);
    const input = ownCopy(running.input);
    current.postMessage({ id: running.id, kind: running.kind, input }, buffersOf(input));
  };

  return {
    run: <K extends JobKind>(kind: K, input: Jobs[K]['input']) =>
      new Promise<Jobs[K]['output']>((resolve, reject) => {
        if (closed) {
          reject(new WorkLost('printing is closed'));
          return;
        }
        lastId += 1;
        line.push({ id: lastId, kind, input, resolve, reject });
        next();
      }),
    close: async () => {
      closed = true;
      clearTimeout(timer);
      const gone = new WorkLost('printing is closed');
      running?.reject(gone);
      running = null;
      for (const job of line.splice(0)) job.reject(gone);
      const last = worker;
      worker = null;
      await last?.terminate();
    },
  };
};

/** Bytes go over as a copy that changes owner: the caller's stay the caller's, and the clone is one block move. */
const ownCopy = (input: unknown): unknown => {
  if (input instanceof Uint8Array) return new Uint8Array(input);
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, value instanceof Uint8Array ? new Uint8Array(value) : (value as unknown)]));
};
