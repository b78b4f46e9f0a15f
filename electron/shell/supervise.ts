/** Keeps one program running: restarted when it dies, with growing waits, until it is stopped. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
const STEADY_MS = 10_000; // a program that lived this long begins again with the first wait
const STOP_MS = 5_000;

export interface Program {
  name: string;
  /** Asked before each start; null: not yet, try again after a wait. */
  command(): Promise<{ file: string; args: string[]; env?: NodeJS.ProcessEnv } | null>;
  pidFile: string;
  /** Each whole line of standard output. */
  onLine?(line: string): void;
  /** Exit codes after which a restart is of no use. */
  fatal?: readonly number[];
  onFatal?(code: number): void;
}

export interface Supervised {
  stop(): Promise<void>;
  /** Ends the program now; it is started again at once. */
  restart(): void;
}

export const supervise = (program: Program): Supervised => {
  let child: ChildProcess | null = null;
  let stopping = false;
  let wait = FIRST_WAIT_MS;
  let timer: NodeJS.Timeout | null = null;

  const again = (): void => {
    if (stopping) return;
    timer = setTimeout(() => void start(), wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  };

  const start = async (): Promise<void> => {
    const command = await program.command();
    if (stopping) return;
    if (command === null) return again();
    const startedAt = performance.now();
    // Standard input stays open: a child that sees it end knows that nobody looks after it any more.
    const started = spawn(command.file, command.args, { stdio: ['pipe', 'pipe', 'inherit'], env: command.env ?? process.env });
    child = started;
    started.stdin.on('error', () => undefined);
    if (started.pid !== undefined) {
      mkdirSync(dirname(program.pidFile), { recursive: true });
      writeFileSync(program.pidFile, `${started.pid}\n`);
    }
    let rest = '';
    started.stdout.setEncoding('utf8');
    started.stdout.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) program.onLine?.(line);
    });
    let ended = false;
    const end = (code: number | null): void => {
      if (ended) return;
      ended = true;
      child = null;
      rmSync(program.pidFile, { force: true });
      if (stopping) return;
      if (code !== null && program.fatal?.includes(code) === true) {
        stopping = true;
        program.onFatal?.(code);
        return;
      }
      if (performance.now() - startedAt > STEADY_MS) wait = FIRST_WAIT_MS;
      again();
    };
    started.on('error', () => end(null));
    started.on('exit', (code) => end(code));
  };

  void start();

  return {
    restart: () => {
      child?.kill('SIGKILL');
    },
    stop: () =>
      new Promise((resolve) => {
        stopping = true;
        if (timer !== null) clearTimeout(timer);
        const running = child;
        if (running === null) return resolve();
        const force = setTimeout(() => running.kill('SIGKILL'), STOP_MS);
        running.once('exit', () => {
          clearTimeout(force);
          resolve();
        });
        running.kill('SIGTERM');
      }),
  };
};
