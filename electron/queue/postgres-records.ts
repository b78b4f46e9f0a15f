/**
 * The hall's records on PostgreSQL, for all agents of the hall. Every value is sealed with a key that the database never sees, bound to its hall,
 * its name and its revision, so that who can only reach the database can neither read nor replace it. Each agent holds all of them in memory and
 * reads what is newer whenever it hears of a change; revisions are given under the hall's row, so in the order in which they become visible.
 */
import type { PoolClient } from 'pg';
import { deriveKey, seal, unseal, UnsealError } from '../storage/index.ts';
import { CHANNEL } from './postgres-ear.ts';
import { asAway, firstOf, inTransaction, type HallPool } from './postgres-pool.ts';
import { recordListeners, type HallRecords, type RecordKind } from './records.ts';

/** What of news on the channel is about records and not about a day. */
export const RECORDS = 'records';
const KEY_CHECK = 'hall24';

interface Row {
  revision: string;
  kind: RecordKind;
  id: string;
  /** The record's own revision, and its value; null: it was dropped. */
  at: string | null;
  sealed: Buffer | null;
}

interface Known {
  kind: RecordKind;
  id: string;
  at: number;
  /** As it lies in the database: tells one value from another, as no two are sealed alike. */
  sealed: Buffer | null;
  value: unknown;
}

export interface PostgresRecords extends HallRecords {
  /** Others changed something. */
  heard(): void;
  /** News may have been missed, or the database is another one: everything is read anew. */
  missed(): void;
}

export interface PostgresRecordsOptions {
  pool: HallPool;
  hall: string;
  /** 32 bytes, the same for all agents of the hall. */
  key: Uint8Array;
  /** Tells own news from those of others. */
  writer: string;
  onFault: (what: string) => void;
}

/** One question, so that the hall's revision and the rows are of the same moment. */
const NEWER = `
  SELECT hall.revision::text AS revision, found.kind, found.id, found.revision::text AS at, found.sealed
  FROM hall24.queue_halls hall LEFT JOIN hall24.hall_records found ON found.hall = hall.hall AND found.revision > $2 WHERE hall.hall = $1`;
const KEEP = `
  INSERT INTO hall24.hall_records (hall, kind, id, revision, sealed) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (hall, kind, id) DO UPDATE SET revision = excluded.revision, sealed = excluded.sealed, changed = now()`;
/** A dropped record stays a day as a mark of its own going, so that every agent hears of it. */
const FORGET = "DELETE FROM hall24.hall_records WHERE hall = $1 AND sealed IS NULL AND changed < now() - interval '1 day'";

/** Reads all of them. @throws when the database cannot be reached, or holds records under another key */
export const openPostgresRecords = async ({ pool, hall, key, writer, onFault }: PostgresRecordsOptions): Promise<PostgresRecords> => {
  const sealing = deriveKey(key, hall, 'records of the hall');
  const { onChange, tell } = recordListeners();
  let known = new Map<string, Known>();
  let revision = 0;
  /** The newest revision that this agent read or wrote. */
  let newest = 0;
  const nameOf = (kind: RecordKind, id: string): string => `${kind}/${id}`;
  const context = (kind: RecordKind, id: string, at: number) => ({ incarnation: hall, owner: nameOf(kind, id), table: 'hall_records', sequence: at });
  const opened = (kind: RecordKind, id: string, at: number, sealed: Buffer | null): unknown => {
    if (sealed === null) return undefined;
    try {
      return JSON.parse(unseal(sealing, context(kind, id, at), sealed).toString('utf8')) as unknown;
    } catch (error) {
      if (!(error instanceof UnsealError)) throw error;
      if (kind === 'check') throw new Error("the key of the hall's records is not the one that those in the database were sealed with", { cause: error });
      // Somebody wrote it who has no key, or put an old one in its place: it is no record.
      onFault(`the record ${kind} in the database is not one that this hall wrote`);
      return undefined;
    }
  };
  const note = (one: Known): boolean => {
    const name = nameOf(one.kind, one.id);
    if ((known.get(name)?.at ?? 0) >= one.at) return false;
    known.set(name, one);
    newest = Math.max(newest, one.at);
    return true;
  };

  /** What is newer; all of it with `anew`, or when the database turns out to be an older copy of itself. */
  const read = async (anew: boolean): Promise<void> => {
    const [from, before] = [anew ? 0 : revision, newest];
    const { rows } = await pool.reading((client) => client.query<Row>(NEWER, [hall, from]));
    const now = Number(firstOf(rows).revision);
    if (now < before && !anew) return read(true);
    const was = known;
    // What this agent wrote while it read is newer than what it read.
    if (anew) known = new Map([...was].filter(([, { at }]) => at > before && at > now));
    revision = anew ? now : Math.max(revision, now);
    newest = anew ? Math.max(now, ...[...known.values()].map(({ at }) => at)) : Math.max(newest, now);
    const fresh = rows.flatMap(({ kind, id, at, sealed }) => (at !== null && note({ kind, id, at: Number(at), sealed, value: opened(kind, id, Number(at), sealed) }) ? [kind] : []));
    const differs = (name: string): boolean => {
      const [then, since] = [was.get(name)?.sealed ?? null, known.get(name)?.sealed ?? null];
      return then === null || since === null ? then !== since : !then.equals(since);
    };
    tell(new Set(anew ? [...was, ...known].filter(([name]) => differs(name)).map(([, { kind }]) => kind) : fresh));
  };
  let reading: Promise<void> | null = null;
  /** The next one, shared by all who asked since the one that runs began. */
  let next: Promise<void> | null = null;
  let anewNext = false;
  const refresh = (anew = false): Promise<void> => {
    anewNext ||= anew;
    next ??= (reading ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => {
        const all = anewNext;
        anewNext = false;
        next = null;
        reading = read(all).catch((error: unknown) => {
          // Owed until it was done.
          anewNext ||= all;
          throw asAway(error);
        });
        return reading;
      });
    return next;
  };

  const change = async <T>(client: PoolClient, kind: RecordKind, id: string, decide: (before: unknown) => { answer: T; keep?: unknown }): Promise<{ answer: T; kept: Known | null }> => {
    // The hall's row is the lock: whoever has it, changes.
    const at = Number(firstOf((await client.query<{ revision: string }>('UPDATE hall24.queue_halls SET revision = revision + 1 WHERE hall = $1 RETURNING revision::text AS revision', [hall])).rows).revision);
    const [row] = (await client.query<{ at: string; sealed: Buffer | null }>('SELECT revision::text AS at, sealed FROM hall24.hall_records WHERE hall = $1 AND kind = $2 AND id = $3', [hall, kind, id])).rows;
    const { answer, keep } = decide(row === undefined ? undefined : opened(kind, id, Number(row.at), row.sealed));
    if (keep === undefined) return { answer, kept: null };
    const sealed = keep === null ? null : seal(sealing, context(kind, id, at), Buffer.from(JSON.stringify(keep)));
    await client.query(KEEP, [hall, kind, id, at, sealed]);
    if (keep === null) await client.query(FORGET, [hall]);
    await client.query('SELECT pg_notify($1, $2)', [CHANNEL, `${writer} ${hall} ${RECORDS}`]);
    return { answer, kept: { kind, id, at, sealed, value: keep ?? undefined } };
  };

  const records: PostgresRecords = {
    get: (kind, id) => known.get(nameOf(kind, id))?.value,
    all: (kind) => [...known.values()].filter((one) => one.kind === kind && one.value !== undefined).map(({ id, value }): [string, unknown] => [id, value]).sort(([a], [b]) => (a < b ? -1 : 1)),
    refresh: () => refresh(),
    change: async (kind, id, decide) => {
      try {
        const { answer, kept } = await pool.borrowed((client) => inTransaction(client, () => change(client, kind, id, decide)));
        if (kept !== null && note(kept)) tell(new Set([kind]));
        return answer;
      } catch (error) {
        throw asAway(error);
      }
    },
    onChange,
    // Out of reach: whoever connects again reads all of it.
    heard: () => void refresh().catch(() => undefined),
    missed: () => void refresh(true).catch(() => undefined),
  };
  await records.change('check', KEY_CHECK, (before) => (before === undefined ? { answer: null, keep: KEY_CHECK } : { answer: null }));
  await read(true);
  return records;
};
