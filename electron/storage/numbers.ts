/**
 * Counters that never go back. The database counts; a file outside it, synced before a block of numbers is used, knows how
 * far a block goes, so that a restored database goes on above every number its later self may have given.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { readIfThere, writeDurably } from './files.ts';
import type { Numbers, Prepared } from './types.ts';

/** Numbers leased by one sync; as many are lost when a database is restored. */
const BLOCK = 500;
const marks = z.record(z.string(), z.number().int().nonnegative());

export interface LeasedNumbers extends Numbers {
  /** Does the database stand below a block that was leased for it? */
  behind(): boolean;
  /** Burns what is left of every block: the next number is above all that was leased. */
  burn(): void;
}

export const leasedNumbers = (home: string, prepare: (sql: string) => Prepared, onRollback: (callback: () => void) => void): LeasedNumbers => {
  const path = join(home, 'numbers');
  const read = (): Record<string, number> => {
    const bytes = readIfThere(path);
    if (bytes === null) return {};
    try {
      return marks.parse(JSON.parse(bytes.toString('utf8')));
    } catch {
      return {};
    }
  };
  let leased = read();
  /** What the database holds: this process is its one writer. */
  const known = new Map<string, number>();
  onRollback(() => known.clear());
  const select = prepare('SELECT value FROM counters WHERE name = ?');
  const upsert = prepare('INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value');
  const update = prepare('UPDATE counters SET value = ? WHERE name = ?');
  const value = (counter: string): number => known.get(counter) ?? (select.get(counter) as { value: number } | undefined)?.value ?? 0;
  const set = (counter: string, to: number): void => {
    if (known.has(counter)) update.run(to, counter);
    else upsert.run(counter, to);
    known.set(counter, to);
  };
  return {
    next: (counter) => {
      const next = value(counter) + 1;
      if (next > (leased[counter] ?? 0)) {
        leased = { ...leased, [counter]: next + BLOCK - 1 };
        writeDurably(path, JSON.stringify(leased));
      }
      set(counter, next);
      return next;
    },
    // A crash between the file and the commit leaves the database one number short of the block: not behind.
    behind: () => Object.entries(leased).some(([counter, end]) => value(counter) < end - BLOCK),
    burn: () => {
      for (const [counter, end] of Object.entries(leased)) if (value(counter) < end) set(counter, end);
    },
  };
};
