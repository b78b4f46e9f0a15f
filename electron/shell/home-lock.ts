/**
 * One launcher per home. The lock is the operating system's, taken through SQLite as the agent takes its own, and ends
 * with the process however it dies: a file with a process id in it would outlive a power cut and name a stranger.
 */
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** A handle that nothing refers to would be closed by the garbage collector, and the lock with it. */
const held = new Set<Database.Database>();

/**
 * @param run the home's folder `run`, which exists
 * @returns what gives the lock back; null when another launcher has it
 */
export const lockLauncher = (run: string): (() => void) | null => {
  const database = new Database(join(run, 'launch.lock'), { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null;
    throw error;
  }
  held.add(database);
  return () => {
    held.delete(database);
    database.close();
  };
};
