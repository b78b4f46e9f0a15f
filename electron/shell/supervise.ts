/** Keeps one program running: restarted when it dies, with growing waits, until it is stopped. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
const NOT_YET_MS = 250;
const STEADY_MS = 10_000; // a program that lived this long begins again with the first wait
const STOP_MS = 5_000;
const LONGEST_LINE = 64 * 1024; // characters; a program that never ends its line must not fill the memory

/** On POSIX each program leads a process group of its own: it can be ended with all that it started, and Ctrl+C reaches the launcher alone. */
const GROUPS = process.platform !== 'win32';

export interface Program {
  name: string;
  /** Asked before each start; null: not yet, asked again after a moment. */
  command(): Promise<{ file: string; args: string[]; env?: NodeJS.ProcessEnv } | null>;
  pidFile: string;
  /** Each whole line of standard output. */
  onLine?(line: string): void;
  /** After each end, and when a command that was asked for is not started any more. */
  onEnd?(): void;
  /** Exit codes after which a restart is of no use. */
  fatal?: readonly number[];
  onFatal?(code: number): void;
}

export interface Supervised {
  /** Ends the program and all that it started: asked first, after 5 s by force. */
  stop(): Promise<void>;
  /** Ends the program now; it is started again at once. */
  restart(): void;
  /** From now on it is not started again. What ends everything calls this first, so that nothing comes back meanwhile. */
  letEnd(): void;
}

const complain = (program: Program, error: unknown): void => void process.stderr.write(`${program.name}: ${error instanceof Error ? error.message : String(error)}\n`);

const killAll = (child: ChildProcess): void => {
  try {
    if (GROUPS && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // Nothing of it was left.
  }
};

/** Whole lines of a stream of text. */
const lines = (take: (line: string) => void): ((chunk: string) => void) => {
  let rest = '';
  return (chunk) => {
    const whole = (rest + chunk).split('\n');
    rest = (whole.pop() ?? '').slice(0, LONGEST_LINE);
    for (const line of whole) take(line);
  };
};

/** Starts the program and keeps it. Its standard input stays open: a child that sees it end knows that nobody looks after it any more. */
export const supervise = (program: Program): Supervised => {
  let child: ChildProcess | null = null;
  let stopping = false;
  let wait = FIRST_WAIT_MS;
  let timer: NodeJS.Timeout | null = null;

  const again = (ms: number): void => {
    if (!stopping) timer = setTimeout(() => void start(), ms);
  };
  const againLater = (): void => {
    again(wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  };
  const notePid = (pid: number): void => {
    try {
      mkdirSync(dirname(program.pidFile), { recursive: true });
      writeFileSync(program.pidFile, `${pid}\n`);
    } catch (error) {
      // A full disk is no reason to leave a terminal without its programs.
      complain(program, error);
    }
  };

  const run = (command: { file: string; args: string[]; env?: NodeJS.ProcessEnv }): void => {
    const startedAt = performance.now();
    const started = spawn(command.file, command.args, { stdio: ['pipe', 'pipe', 'inherit'], env: command.env ?? process.env, detached: GROUPS });
    child = started;
    started.stdin.on('error', () => undefined);
    started.stdout.setEncoding('utf8').on('data', lines((line) => program.onLine?.(line)));
    if (started.pid !== undefined) notePid(started.pid);
    let ended = false;
    const end = (code: number | null, why: string): void => {
      if (ended) return;
      ended = true;
      child = null;
      killAll(started);
      rmSync(program.pidFile, { force: true });
      program.onEnd?.();
      if (stopping) return;
      if (code !== null && program.fatal?.includes(code) === true) {
        stopping = true;
        program.onFatal?.(code);
        return;
      }
      if (performance.now() - startedAt > STEADY_MS) wait = FIRST_WAIT_MS;
      complain(program, `${why}; started again in ${wait} ms`);
      againLater();
    };
    started.on('error', (error) => {
      if (started.pid !== undefined) return; // it lives; only a signal did not reach it
      end(null, error.message);
    });
    started.on('exit', (code, signal) => end(code, signal === null ? `ended with ${code}` : `ended by ${signal}`));
  };

  const start = async (): Promise<void> => {
    timer = null;
    try {
      const command = await program.command();
      if (stopping) return program.onEnd?.();
      if (command === null) return again(NOT_YET_MS);
      run(command);
    } catch (error) {
      complain(program, error);
      againLater();
    }
  };

  void start();

  const letEnd = (): void => {
    stopping = true;
    if (timer !== null) clearTimeout(timer);
  };
  return {
    letEnd,
    restart: () => {
      wait = FIRST_WAIT_MS;
      if (child !== null) killAll(child);
    },
    stop: () =>
      new Promise((resolve) => {
        letEnd();
        const running = child;
        if (running === null) return resolve();
        const force = setTimeout(() => killAll(running), STOP_MS);
        running.once('exit', () => {
          clearTimeout(force);
          resolve();
        });
        running.kill('SIGTERM');
      }),
  };
};
