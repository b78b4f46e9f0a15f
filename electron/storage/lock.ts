/**
 * One writer per home. The lock is the operating system's, taken through SQLite on a file of its own, and ends with the
 * process however it dies. Who is refused leaves a line, so that the owner can put the attempt on record.
 */
import { appendFileSync, mkdirSync, statSync, truncateSync, watch, closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { StorageFault } from './fault.ts';

const REFUSALS = 'refusals';
/** A machine that keeps starting second agents must not fill the disk. */
const MOST_BYTES = 64 * 1024;

export interface HomeLock {
  onRefusal(listener: (at: string) => void): () => void;
  release(): void;
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

const readFrom = (path: string, offset: number): string => {
  const size = sizeOf(path);
  if (size <= offset) return '';
  const buffer = Buffer.alloc(size - offset);
  const handle = openSync(path, 'r');
  try {
    return buffer.toString('utf8', 0, readSync(handle, buffer, 0, buffer.length, offset));
  } finally {
    closeSync(handle);
  }
};

/**
 * Takes the home, making it (mode 0700) where it is missing. `at`: ISO time that a refused start leaves behind.
 * @throws {StorageFault} `home-in-use`
 */
export const lockHome = (home: string, at: string): HomeLock => {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const refusals = join(home, REFUSALS);
  const database = new Database(join(home, 'lock'), { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      if (sizeOf(refusals) < MOST_BYTES) appendFileSync(refusals, `${at}\n`, { mode: 0o600 });
      throw new StorageFault('home-in-use', `another agent owns ${home}`, { cause: error });
    }
    throw error;
  }

  const missed = readFrom(refusals, 0);
  appendFileSync(refusals, '', { mode: 0o600 });
  truncateSync(refusals);
  let offset = 0;
  const pending = missed.split('\n').filter((line) => line !== '');
  const listeners = new Set<(at: string) => void>();
  const drain = (): void => {
    const more = readFrom(refusals, offset);
    const end = more.lastIndexOf('\n') + 1;
    offset += Buffer.byteLength(more.slice(0, end));
    pending.push(...more.slice(0, end).split('\n').filter((line) => line !== ''));
    if (listeners.size === 0) return;
    for (const line of pending.splice(0)) for (const listener of listeners) listener(line);
  };
  const watcher = watch(refusals, { persistent: false }, drain);
  // Without notice (a network file system) a refusal is put on record at the next start.
  watcher.on('error', () => watcher.close());
  return {
    onRefusal: (listener) => {
      listeners.add(listener);
      drain();
      return () => listeners.delete(listener);
    },
    release: () => {
      watcher.close();
      database.close();
    },
  };
};
