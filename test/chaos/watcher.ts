/** The two processes that look at a run from outside: `chaos-watch`, and `queue-check` on the hall's log. */
import type { ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { beside, PATIENCE } from './stage.ts';
import { lookAnswer, type LookAnswer, type LookRequest } from './watch-wire.ts';

export interface Watcher {
  look(what: Omit<LookRequest, 'id'>): Promise<LookAnswer>;
  /** Reads the queue's log from its beginning until {@link endQueueCheck}. */
  beginQueueCheck(): void;
  /** It has ended by itself: it found something. */
  queueFoundWrong(): boolean;
  /** @returns what it found wrong, and what it counted */
  endQueueCheck(): Promise<{ wrong: string[]; counted: string }>;
  close(): void;
}

/** A search of a home that has grown for hours takes seconds. */
const LOOK_MS = 180_000 * PATIENCE;
/** Longer than any run. */
const FOREVER_S = '1000000';

/** @param other home and temporary folder of a second terminal */
export const openWatcher = (home: string, temp: string, other: { home: string; temp: string } | null = null): Watcher => {
  const child = beside('chaos-watch', ['--home', home, '--temp', temp, ...(other === null ? [] : ['--other-home', other.home, '--other-temp', other.temp])]);
  const waiting = new Map<number, (answer: LookAnswer) => void>();
  let failed: (error: Error) => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    failed = reject;
  });
  // Nobody may be asking when it ends.
  ended.catch(() => undefined);
  child.once('exit', (code) => failed(new Error(`the watching process ended with ${code}`)));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = lookAnswer.parse(JSON.parse(line));
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  let id = 0;
  let queue: { child: ChildProcessByStdio<Writable, Readable, null>; out: string } | null = null;
  // However this run ends, whoever looks at it ends with it.
  process.once('exit', () => queue?.child.kill('SIGKILL'));
  return {
    look: (what) => {
      const answer = new Promise<LookAnswer>((resolve) => {
        id += 1;
        waiting.set(id, resolve);
        child.stdin.write(`${JSON.stringify({ id, ...what })}\n`);
      });
      const late = new Promise<never>((_, reject) => {
        const timer = setTimeout(() => reject(new Error('the watching process does not answer')), LOOK_MS);
        void answer.finally(() => clearTimeout(timer));
      });
      return Promise.race([answer, ended, late]);
    },
    queueFoundWrong: () => queue !== null && queue.child.exitCode !== null,
    beginQueueCheck: () => {
      const started = { child: beside('queue-check', ['--home', home, '--rules', 'kiosk-config/demo-hall/queue.yaml', '--for', FOREVER_S]), out: '' };
      started.child.stdout.setEncoding('utf8').on('data', (part: string) => (started.out += part));
      queue = started;
    },
    endQueueCheck: async () => {
      const running = queue;
      queue = null;
      if (running === null) return { wrong: [], counted: '' };
      // It ends by itself when it has found something.
      const code = running.child.exitCode ?? (await new Promise<number | null>((resolve) => {
        running.child.once('exit', (exit) => resolve(exit));
        running.child.kill('SIGTERM');
      }));
      return { wrong: code === 0 ? [] : [`queue-check ended with ${code}; its lines stand above`], counted: running.out.trim() };
    },
    close: () => {
      queue?.child.kill('SIGTERM');
      child.stdin.end();
    },
  };
};
