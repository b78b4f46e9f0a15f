/** SANE's `scanimage` as a child process: bounded in what it says, in what it writes, and in how long it takes to die. */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { after } from '../clock.ts';
import { fail, ok } from '../contract.ts';
import type { DriverClock, Fault, Result } from '../contract.ts';
import { programsOf } from '../transports/program.ts';

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
 * `line`: each line of standard output; the next one waits for it. `fault`: the program cannot be started, or says more than it may.
 * `folder`: where it writes pages.
 */
export function startChild(
  program: string,
  args: readonly string[],
  clock: DriverClock,
  { line: onLine, fault: onFault, maxOutput, folder }: { line: (line: string) => Promise<void>; fault: (fault: Fault) => void; maxOutput: number; folder?: string },
): Child {
  const gone = new AbortController();
  let said = '';
  let printed = 0;
  let rest = '';
  let work: Promise<void> = Promise.resolve();
  const stop = (): void => {
    if (gone.signal.aborted) return;
    child.kill('SIGTERM');
    void after(clock, KILL_AFTER_MS, gone.signal, () => child.kill('SIGKILL'));
  };
  const fault = (found: Fault): void => {
    onFault(found);
    stop();
  };
  const take = (line: string): void => {
    work = work.then(() => onLine(line)).catch((error: unknown) => fault(fail('device-fault', 'a page could not be taken over', { original: error instanceof Error ? error.name : 'error' }).fault));
  };
  const stderr = new TextDecoder();
  const stdout = new TextDecoder();
  // English messages, whatever the terminal speaks: some faults are told in words alone.
  const child = programsOf(clock)(
    { command: program, args, env: { LC_ALL: 'C' }, group: true, ...(folder === undefined ? {} : { folder }) },
    {
      err: (chunk) => {
        said = (said + stderr.decode(chunk, { stream: true })).slice(-MAX_SAID);
      },
      out: (chunk) => {
        if (printed > maxOutput) return;
        const text = stdout.decode(chunk, { stream: true });
        printed += text.length;
        if (printed > maxOutput) {
          fault(fail('bad-frame', 'scanimage does not stop printing').fault);
          return;
        }
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const one of lines) take(one);
      },
    },
  );
  const end = async (): Promise<Ended> => {
    const { code, error } = await child.ended;
    gone.abort();
    // A line that broke off may have named a page: it must not be lost in silence.
    if (rest.trim() !== '' && printed <= maxOutput) take(rest);
    if (error !== null) onFault(fail('device-fault', error === 'ENOENT' ? 'SANE is not installed: scanimage is missing' : 'scanimage cannot be started', { original: error }).fault);
    await work;
    return { code, said };
  };
  return { ended: end(), stop };
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
