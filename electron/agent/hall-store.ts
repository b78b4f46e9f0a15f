/** Where the hall's queue is kept: in the terminal's own database, or on a PostgreSQL server that several agents of the hall share. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock/index.ts';
import { createSqliteQueueStore, fileMarks, openPostgresQueueStore, type NumberMarks, type QueueStore } from '../queue/index.ts';
import type { Storage } from '../storage/index.ts';

export interface HallStore {
  store: QueueStore;
  marks: NumberMarks;
  /** Which life of the log it is that the platform is told of. */
  incarnation: () => string;
}

/**
 * The address that the configuration names: itself, what stands in an environment variable (`env:NAME`), or what stands in a file (`file:/path`).
 * @throws when there is none; what was found is not repeated, as it may hold a password
 */
export const databaseAddress = (named: string): string => {
  const [, kind, where = ''] = /^(env|file):(.*)$/.exec(named) ?? [];
  const address = (kind === 'env' ? (process.env[where] ?? '') : kind === 'file' ? readFileSync(where, 'utf8') : named).trim();
  if (!/^postgres(ql)?:\/\//.test(address)) throw new Error(`${kind === undefined ? "the hall's database" : named} does not hold an address that begins with postgres://`);
  return address;
};

/**
 * @param database as in the terminal's file; undefined: the terminal's own
 * @param onFault what the connection to a server met, for the log
 * @throws when a server cannot be reached or trusted
 */
export const openHallStore = async (database: string | undefined, { storage, hall, clock, onFault }: { storage: Storage; hall: { id: string }; clock: Clock; onFault: (what: string) => void }): Promise<HallStore> => {
  const numbers = join(storage.home, 'queue-numbers');
  if (database === undefined) {
    const restored = storage.boot.newIncarnation === 'restored';
    return { store: createSqliteQueueStore(storage), marks: fileMarks(numbers, restored), incarnation: () => storage.incarnation };
  }
  const store = await openPostgresQueueStore({ url: databaseAddress(database), hall: hall.id, knowledge: join(storage.home, 'queue-database'), clock, onFault });
  return { store, marks: fileMarks(numbers, () => store.restored()), incarnation: () => store.incarnation() };
};
