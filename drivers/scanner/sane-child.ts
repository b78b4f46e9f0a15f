/** SANE's `scanimage` as a child process: bounded in what it says, in what it writes, and in how long it takes to die. */
import { spawn } from 'node:child_process';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { after } from '../clock.ts';
import { fail, ok } from '../contract.ts';
import type { DriverClock, Fault, Result } from '../contract.ts';

/** What is kept of the child's standard error, from its end. */
const MAX_SAID = 8 * 1024;
/** A child that was asked to end lets the carriage go home; after this it is killed. */
const KILL_AFTER_MS = 3000;
/** How often the growth of an unfinished page is looked at. */
const GROWTH_MS = 500;

export interface Ended {
  /** null: killed by a signal. */
  code: number | null;
  said: string;
}

export interface Child {
  /** Resolves when the process is gone and everything it printed was given on. */
  ended: Promise<Ended>;
  /** Asks it to end, then kills it. */
  stop: () => void;
}

/**
 * @param onLine each line of standard output; the next one waits for it
 * @param onFault the program cannot be started, or says more than it may
 */
export function startChild(
  program: string,
  args: readonly string[],
  clock: DriverClock,
  on: { line: (line: string) => Promise<void>; fault: (fault: Fault) => void; maxOutput: number },
): Child {
  // English messages, whatever the terminal speaks: some faults are told in words alone.
  // A process group of its own: what the program starts goes with it.
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C' }, detached: true });
  const gone = new AbortController();
  let said = '';
  let printed = 0;
  let rest = '';
  let work: Promise<void> = Promise.resolve();
  const kill = (signal: 'SIGTERM' | 'SIGKILL'): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // It is gone already.
    }
  };
  const stop = (): void => {
    if (gone.signal.aborted) return;
    kill('SIGTERM');
    void after(clock, KILL_AFTER_MS, gone.signal, () => kill('SIGKILL'));
  };
  const fault = (found: Fault): void => {
    on.fault(found);
    stop();
  };
  const take = (line: string): void => {
    work = work.then(() => on.line(line)).catch((error: unknown) => fault(fail('device-fault', 'a page could not be taken over', { original: error instanceof Error ? error.name : 'error' }).fault));
  };
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-MAX_SAID);
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text.length;
    if (printed > on.maxOutput) {
      child.stdout.destroy();
      fault(fail('bad-frame', 'scanimage does not stop printing').fault);
      return;
    }
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
  const ended = new Promise<Ended>((resolve) => {
    const finish = (code: number | null): void => {
      gone.abort();
      void work.then(() => resolve({ code, said }));
    };
    child.once('error', (error) => {
      const missing = 'code' in error && error.code === 'ENOENT';
      on.fault(fail('device-fault', missing ? 'SANE is not installed: scanimage is missing' : 'scanimage cannot be started', { original: 'code' in error ? String(error.code) : error.name }).fault);
      if (child.pid === undefined) finish(null);
    });
    // What the program left running in its group would hold the pipes open.
    child.once('exit', () => kill('SIGKILL'));
    child.once('close', (code) => finish(code));
  });
  return { ended, stop };
}

/** Runs a child to its end and answers what it printed; the signal stops it. */
export async function printedBy(program: string, args: readonly string[], clock: DriverClock, signal: AbortSignal, maxOutput: number): Promise<Result<{ text: string; ended: Ended }>> {
  const lines: string[] = [];
  const faults: Fault[] = [];
  const child = startChild(program, args, clock, { line: (line) => Promise.resolve(void lines.push(line)), fault: (found) => faults.push(found), maxOutput });
  signal.addEventListener('abort', child.stop, { once: true });
  if (signal.aborted) child.stop();
  const ended = await child.ended;
  signal.removeEventListener('abort', child.stop);
  const [fault] = faults;
  return fault === undefined ? ok({ text: lines.join('\n'), ended }) : { ok: false, fault };
}

/** Takes a finished page out of the folder. A name that points elsewhere is refused. */
export async function takePage(folder: string, line: string, maxBytes: number): Promise<Result<Uint8Array>> {
  const name = basename(line.trim());
  if (!/^page\d{1,6}\.png$/.test(name) || join(folder, name) !== line.trim()) return fail('bad-frame', 'scanimage named a file that it was not told to write');
  const path = join(folder, name);
  const { size } = await stat(path);
  if (size > maxBytes) return fail('media-too-large', `the page has ${size} bytes`);
  const data = await readFile(path);
  await rm(path, { force: true });
  return ok(data);
}

/** Watches what grows in the folder until `over`: a page without end must not fill the memory. */
export async function watchGrowth(folder: string, maxBytes: number, clock: DriverClock, over: AbortSignal, onTooLarge: () => void): Promise<void> {
  while (!over.aborted) {
    await clock.sleep(GROWTH_MS, over);
    const sizes = await Promise.all((await readdir(folder).catch(() => [])).map((name) => stat(join(folder, name)).then(({ size }) => size, () => 0)));
    if (!over.aborted && sizes.some((size) => size > maxBytes)) {
      onTooLarge();
      return;
    }
  }
}
