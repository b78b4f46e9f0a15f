/** Where the hall's queue is kept: in the terminal's own database, or on a PostgreSQL server that several agents of the hall share. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock/index.ts';
import { createSqliteQueueStore, createSqliteRecords, fileMarks, openPostgresQueueStore, type HallRecords, type NumberMarks, type QueueStore, type RecordKind } from '../queue/index.ts';
import { keptFile, type Storage } from '../storage/index.ts';
import type { SharedAuthority } from './hall-api/authority.ts';

export interface HallStore {
  store: QueueStore;
  marks: NumberMarks;
  /** Staff, sessions, terminals, rules: what the hall role keeps beside the log. */
  records: HallRecords;
  /** Where several agents share the hall's certificate authority; null: it is this agent's own. */
  authority: SharedAuthority | null;
  /** A place for one value that is told anew in a while anyway: agreed times, what was learned of waits. */
  place: (kind: Extract<RecordKind, 'appointments' | 'estimate'>) => KeptPlace;
  /** Which life of the log it is that the platform is told of. */
  incarnation: () => string;
}

export interface KeptPlace {
  read(): unknown;
  /** Resolves when it is kept. */
  write(value: unknown): Promise<void>;
  /** Another agent wrote it. */
  onChange(listener: () => void): void;
}

const HALL_KEY_BYTES = 32;
const ONLY = 'hall';

/** What the configuration names: what stands in an environment variable (`env:NAME`), or in a file (`file:/path`). Null: neither was named. */
const elsewhere = (named: string): string | null => {
  const [, kind, where = ''] = /^(env|file):(.*)$/.exec(named) ?? [];
  if (kind === undefined) return null;
  return (kind === 'env' ? (process.env[where] ?? '') : readFileSync(where, 'utf8')).trim();
};

/**
 * The address that the configuration names: itself, what stands in an environment variable (`env:NAME`), or what stands in a file (`file:/path`).
 * @throws when there is none; what was found is not repeated, as it may hold a password
 */
export const databaseAddress = (named: string): string => {
  const found = elsewhere(named);
  const address = (found ?? named).trim();
  if (!/^postgres(ql)?:\/\//.test(address)) throw new Error(`${found === null ? "the hall's database" : named} does not hold an address that begins with postgres://`);
  return address;
};

/**
 * The key that the hall's records are sealed with: 32 bytes, as 64 hexadecimal digits or in base64 (`openssl rand -base64 32`).
 * @throws when there is none; what was found is not repeated
 */
export const hallKey = (named: string): Buffer => {
  const text = elsewhere(named) ?? '';
  const key = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64');
  if (key.byteLength !== HALL_KEY_BYTES || !/^[\w+/=-]+$/.test(text)) throw new Error(`${named} does not hold a key of 32 bytes, in base64 or hexadecimal; make one with: openssl rand -base64 32`);
  return key;
};

const ownPlace = (path: string): KeptPlace => {
  const file = keptFile(path);
  return { read: () => file.read(), write: async (value) => file.write(value), onChange: () => undefined };
};
const sharedPlace = (records: HallRecords, kind: RecordKind): KeptPlace => ({
  read: () => records.get(kind, ONLY),
  write: (value) => records.change(kind, ONLY, () => ({ answer: undefined, keep: value })),
  onChange: (listener) => void records.onChange((kinds) => kinds.has(kind) && listener()),
});

/**
 * @param serve as in the terminal's file; without a database: the terminal's own
 * @param onFault what the connection to a server met, for the log
 * @throws when a server cannot be reached or trusted, or its records were sealed with another key
 */
export const openHallStore = async (serve: { database?: string | undefined; key?: string | undefined }, { storage, hall, clock, onFault }: { storage: Storage; hall: { id: string }; clock: Clock; onFault: (what: string) => void }): Promise<HallStore> => {
  const numbers = join(storage.home, 'queue-numbers');
  const files = { appointments: join(storage.home, 'queue-appointments.json'), estimate: join(storage.home, 'queue-estimates.json') };
  if (serve.database === undefined) {
    const restored = storage.boot.newIncarnation === 'restored';
    return { store: createSqliteQueueStore(storage), marks: fileMarks(numbers, restored), records: createSqliteRecords(storage), authority: null, place: (kind) => ownPlace(files[kind]), incarnation: () => storage.incarnation };
  }
  if (serve.key === undefined) throw new Error("agents that share a hall's database need the hall's key: queue.serve.key");
  const key = hallKey(serve.key);
  const store = await openPostgresQueueStore({ url: databaseAddress(serve.database), hall: hall.id, knowledge: join(storage.home, 'queue-database'), clock, onFault });
  try {
    const records = await store.records(key);
    const authority: SharedAuthority = {
      read: () => records.get('authority', ONLY),
      keep: (made) => records.change<unknown>('authority', ONLY, (before) => (before === undefined ? { answer: made, keep: made } : { answer: before })),
    };
    return { store, marks: fileMarks(numbers, () => store.restored()), records, authority, place: (kind) => sharedPlace(records, kind), incarnation: () => store.incarnation() };
  } catch (error) {
    await store.close();
    throw error;
  }
};
