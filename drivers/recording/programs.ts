/** Programs of the host in a recording: what each was told, fed and printed, and which files it finished. */
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DriverClock } from '../contract.ts';
import type { ProgramStart, RunningProgram, StartProgram } from '../transports/program-port.ts';
import type { Happened, RecordedEvent } from './format.ts';
import { bytesOf, hollowOf, type Piece, type ProgramMask } from './mask.ts';

const FOLDER = '{folder}';
const LINE_END = 0x0a;
/** A line longer than this names no file. */
const MOST_LINE = 4096;
/** A driver of today that does not end what was ended then is not waited for longer. */
const MOST_UNKILLED_MS = 10_000;

/** The folder is another one each time. */
const placeless = (text: string, folder: string | undefined): string => (folder === undefined ? text : text.replaceAll(folder, FOLDER));
const placed = (text: string, folder: string | undefined): string => (folder === undefined ? text : text.replaceAll(FOLDER, folder));

/** The file that a printed line names, if it is one of the folder's. */
const fileIn = (line: string, folder: string): { name: string; data: Piece } | null => {
  const path = line.trim();
  if (dirname(path) !== folder || !/^[\w.-]{1,80}$/.test(basename(path))) return null;
  try {
    return { name: basename(path), data: hollowOf(readFileSync(path)) };
  } catch {
    // It printed a name that is none.
    return null;
  }
};

/** The same programs, with somebody who listens. */
export const recordPrograms = (mask: ProgramMask, note: (happened: Happened) => void): ((start: StartProgram) => StartProgram) => {
  let runs = 0;
  return (start) => (what, on) => {
    runs += 1;
    const run = runs;
    const { command, args, folder, input = new Uint8Array(0) } = what;
    note({ type: 'start', run, command, args: mask.args(command, args).map((arg) => placeless(arg, folder)), data: mask.input(command, input) });
    const out = mask.output(command, args, 'out');
    const err = mask.output(command, args, 'err');
    const said = (stream: 'out' | 'err', data: Piece, file: { name: string; data: Piece } | null = null): void => note({ type: 'said', run, stream, data, ...(file === null ? {} : { file }) });
    let rest = Buffer.alloc(0);
    /** Lines are noted whole, each with its file: it is read before the driver, which takes it away, hears of it. */
    const lines = (chunk: Uint8Array, place: string): void => {
      rest = Buffer.concat([rest, chunk]);
      for (let end = rest.indexOf(LINE_END); end !== -1 || rest.length > MOST_LINE; end = rest.indexOf(LINE_END)) {
        const length = end === -1 ? rest.length : end + 1;
        const line = rest.subarray(0, length).toString();
        rest = rest.subarray(length);
        said('out', out(Buffer.from(placeless(line, place))), fileIn(line, place));
      }
    };
    const program = start(what, {
      out: (chunk) => {
        if (folder === undefined) said('out', out(chunk));
        else lines(chunk, folder);
        on.out(chunk);
      },
      err: (chunk) => {
        said('err', folder === undefined ? err(chunk) : err(Buffer.from(placeless(Buffer.from(chunk).toString(), folder))));
        on.err(chunk);
      },
    });
    const ended = async (): ReturnType<() => RunningProgram['ended']> => {
      const end = await program.ended;
      if (folder !== undefined && rest.length > 0) said('out', out(Buffer.from(placeless(rest.toString(), folder))));
      note({ type: 'ended', run, ...end });
      return end;
    };
    let wanted = false;
    const kill: RunningProgram['kill'] = (signal) => {
      if (!wanted) note({ type: 'kill', run });
      wanted = true;
      program.kill(signal);
    };
    return { ended: ended(), kill };
  };
};

type Started = Extract<RecordedEvent, { type: 'start' }>;

/** Never over a file that is there: a recording is somebody else's text. */
const writeNew = (path: string, bytes: Uint8Array): void => {
  const file = openSync(path, 'wx', 0o600);
  writeFileSync(file, bytes);
  closeSync(file);
};

/**
 * Programs that do what they did then, at the same pace, without being started.
 * @param next the start that follows in the recording and was not played yet, of this command and these arguments
 */
export const playPrograms = (events: readonly RecordedEvent[], clock: DriverClock, mask: ProgramMask, next: (command: string, args: readonly string[]) => Started | null): StartProgram => {
  const play = async ({ run, at }: Started, { folder }: ProgramStart, on: Parameters<StartProgram>[1], killed: AbortSignal): Promise<{ code: number | null; error: string | null }> => {
    let before = at;
    for (const event of events) {
      if (!('run' in event) || event.run !== run || event.type === 'start') continue;
      await clock.sleep(event.at - before, killed);
      before = event.at;
      // What follows is of the driver's making: it comes when the driver makes it come.
      if (event.type === 'kill') {
        await clock.sleep(MOST_UNKILLED_MS, killed);
        continue;
      }
      if (event.type === 'ended') return { code: event.code, error: event.error };
      // One that was killed then said what it said before; now it is killed when the driver wants it.
      if (killed.aborted) continue;
      if (event.file !== undefined && folder !== undefined) writeNew(join(folder, event.file.name), bytesOf(event.file.data));
      const bytes = bytesOf(event.data);
      on[event.stream](folder === undefined ? bytes : Buffer.from(placed(Buffer.from(bytes).toString(), folder)));
    }
    return { code: null, error: null };
  };
  return (what, on) => {
    const started = next(
      what.command,
      mask.args(what.command, what.args).map((arg) => placeless(arg, what.folder)),
    );
    const killed = new AbortController();
    const ended = started === null ? Promise.resolve({ code: null, error: 'ENOENT' }) : Promise.resolve().then(() => play(started, what, on, killed.signal));
    return { ended, kill: () => killed.abort() };
  };
};
