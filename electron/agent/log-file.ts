/**
 * The agent's log on disk: `agent.log`, and what was written before it as `agent.000001.log`, `agent.000002.log` …
 * A line is on its way to the disk before `write` returns, so that the last words of a process that dies are there; that is
 * why no library that holds lines back does it. No file spans two days (UTC), so that none is kept longer than was said.
 */
import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock/index.ts';

export interface LogLimits {
  /** A file is deleted when its newest line is older than so many days. */
  keptDays: number;
  /** All files together. */
  megabytes: number;
}

/** What holds until the hall's file was read. */
export const LOG_LIMITS: LogLimits = { keptDays: 30, megabytes: 50 };

export interface LogFile {
  /** One line or several, each with its end. Never throws: a full disk must not end the agent. */
  write(text: string): void;
  /** From now on; files beyond it go at once. */
  limit(limits: LogLimits): void;
  /** Deletes what is due also when nothing is written. */
  tidy(): void;
}

const DAY_MS = 86_400_000;
/** A full log is so many files: the oldest of them is what a new one costs. */
const PIECES = 10;
const CURRENT = 'agent.log';
const BEFORE = /^agent\.(\d{6,15})\.log$/;
const nameOf = (ordinal: number): string => `agent.${String(ordinal).padStart(6, '0')}.log`;

interface Older {
  path: string;
  ordinal: number;
  bytes: number;
  /** Wall time (ms) of its newest line. */
  at: number;
}

const olderIn = (folder: string): Older[] =>
  readdirSync(folder)
    .flatMap((name) => {
      const ordinal = BEFORE.exec(name)?.[1];
      if (ordinal === undefined) return [];
      const path = join(folder, name);
      const { size, mtimeMs } = statSync(path);
      return [{ path, ordinal: Number(ordinal), bytes: size, at: mtimeMs }];
    })
    .sort((one, other) => other.ordinal - one.ordinal);

/** Touches nothing before the first line: who is refused a home leaves the log of the one that owns it alone. */
export const openLogFile = ({ folder, clock, limits: first = LOG_LIMITS }: { folder: string; clock: Clock; limits?: LogLimits }): LogFile => {
  const path = join(folder, CURRENT);
  let limits = first;
  let open: { handle: number; bytes: number; at: number } | null = null;
  let lost = 0;

  const current = (): NonNullable<typeof open> => {
    if (open !== null) return open;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const handle = openSync(path, 'a', 0o600);
    const { size, mtimeMs } = fstatSync(handle);
    open = { handle, bytes: size, at: size === 0 ? clock.wall() : mtimeMs };
    return open;
  };
  const close = (): void => {
    if (open === null) return;
    const { handle } = open;
    open = null;
    closeSync(handle);
  };

  const prune = (): void => {
    const oldest = clock.known() ? clock.wall() - limits.keptDays * DAY_MS : -Infinity;
    const room = (limits.megabytes * 1_000_000 * (PIECES - 1)) / PIECES;
    let bytes = 0;
    for (const [index, older] of olderIn(folder).entries()) {
      bytes += older.bytes;
      if (older.at < oldest || bytes > room || index >= limits.keptDays + PIECES) rmSync(older.path, { force: true });
    }
  };

  const turn = (): void => {
    const { at } = current();
    close();
    const to = join(folder, nameOf((olderIn(folder)[0]?.ordinal ?? 0) + 1));
    renameSync(path, to);
    utimesSync(to, at / 1_000, at / 1_000);
    prune();
  };

  const isDue = (more: number): boolean => {
    const { bytes, at } = current();
    if (bytes === 0) return false;
    return bytes + more > (limits.megabytes * 1_000_000) / PIECES || Math.floor(at / DAY_MS) !== Math.floor(clock.wall() / DAY_MS);
  };

  const put = (text: string): void => {
    const data = Buffer.from(text);
    if (isDue(data.byteLength)) turn();
    const file = current();
    for (let done = 0; done < data.byteLength; ) {
      const written = writeSync(file.handle, data, done);
      done += written;
      file.bytes += written;
    }
    file.at = clock.wall();
  };

  return {
    write: (text) => {
      try {
        if (lost > 0) put(`${JSON.stringify({ level: 40, time: clock.wall(), program: 'agent', lost, msg: 'lines of the log could not be written' })}\n`);
        lost = 0;
        put(text);
      } catch {
        // A full disk: the audit, which counts, tells it; here it is told how much is missing once there is room.
        lost += 1;
      }
    },
    limit: (given) => {
      limits = given;
      try {
        prune();
      } catch {
        // No folder, or one that cannot be read: the next line tries again.
      }
    },
    tidy: () => {
      try {
        // Whoever took the file away meanwhile gets what was written; from here on there is a new one.
        close();
        if (isDue(0)) turn();
        else prune();
      } catch {
        // As above.
      }
    },
  };
};
