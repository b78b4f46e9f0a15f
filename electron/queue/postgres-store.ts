/**
 * The queue's log on PostgreSQL (13 or later), for a hall that several agents serve or that must survive the loss of a machine. Agents hold
 * nothing that the database does not; whoever appends holds the day's lock for one transaction; any of them may die at any moment.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { PoolClient } from 'pg';
import { systemClock, type Clock } from '../clock/index.ts';
import { CHANNEL, openEar } from './postgres-ear.ts';
import { digestOf, openHomeKnowledge, type LastKnown } from './postgres-home.ts';
import { asAway, firstOf, inTransaction, isFromConnection, openHallPool } from './postgres-pool.ts';
import { openPostgresRecords, RECORDS, type PostgresRecords } from './postgres-records.ts';
import { migrateHallDatabase } from './postgres-schema.ts';
import type { HallRecords } from './records.ts';
import { readEvent } from './rules/events.ts';
import type { QueueStore, StoredEvent } from './store.ts';

/** How long the fate of a commit is asked for, of which the answer was lost. */
const DOUBT_MS = 10_000;
const ASK_AGAIN_MS = 150;
/** Yesterday, today, and the days of which terminals hold numbers already. */
const DAYS_KNOWN = 4;

/** The log in the database is not the one that this agent knows: nothing was kept, and the day has to be read anew. */
export class LogReplaced extends Error {
  constructor() {
    super("the hall's database is an older copy of itself; the day is read anew");
    this.name = 'LogReplaced';
  }
}

export interface PostgresQueueStoreOptions {
  /** postgres://user:password@host:port/database, libpq's parameters behind it. */
  url: string;
  hall: string;
  /** Keeps what this agent knows of the database; beside the number marks, in no backup of the database. */
  knowledge: string;
  clock?: Pick<Clock, 'after'>;
  random?: () => number;
  onFault?: (what: string) => void;
}

export interface PostgresQueueStore extends QueueStore {
  /** Which life of the log this is: the same for all agents of the hall, another one after a restore. */
  incarnation(): string;
  /** How often the database was found to be one that may not know every number that was given from it: see `NumberMarks`. */
  restored(): number;
  /**
   * What the agents of the hall share beside the log; opened once.
   * @param key 32 bytes, the same for all of them
   * @throws when it is another one than the others'
   */
  records(key: Uint8Array): Promise<HallRecords>;
}

interface Row {
  version: number;
  event: string;
}

/** A lock's name as PostgreSQL counts them: a signed number of 64 bits, as text. */
const lockKey = (...names: string[]): string => createHash('sha256').update(['hall24 queue', ...names].join('\n')).digest().readBigInt64BE().toString();

const stored = ({ version, event }: Row): StoredEvent => ({ version, event: readEvent(event) });

const NEWER = { name: 'hall24-newer', text: 'SELECT version, event::text AS event FROM hall24.queue_events WHERE hall = $1 AND day = $2 AND version >= $3 ORDER BY version' };
/** Everything of an append in one go; the news are told when it commits. */
const KEEP = {
  name: 'hall24-keep',
  text: `
    WITH kept AS (INSERT INTO hall24.queue_events (hall, day, version, event) SELECT $1, $2, $3::integer + place, event::json FROM unnest($4::text[]) WITH ORDINALITY AS given (event, place)),
         numbers AS (INSERT INTO hall24.queue_numbers (hall, day, number) SELECT $1, $2, number FROM unnest($5::text[]) AS given (number))
    SELECT pg_current_xact_id()::text AS transaction, pg_notify('${CHANNEL}', $6)`,
};

/** From each day to the next by the index: a hall of years has millions of events. */
const DAYS = `
  WITH RECURSIVE days (day) AS (
    SELECT MIN(day) FROM hall24.queue_events WHERE hall = $1
    UNION ALL SELECT (SELECT MIN(day) FROM hall24.queue_events WHERE hall = $1 AND day > days.day) FROM days WHERE days.day IS NOT NULL
  ) SELECT day FROM days WHERE day IS NOT NULL`;

/** Refuses a server that forgets, and makes sure of what an administrator may have set otherwise. */
const checkServer = async (client: PoolClient): Promise<void> => {
  const { rows } = await client.query<{ version: number; fsync: string; recovery: boolean }>("SELECT current_setting('server_version_num')::integer AS version, current_setting('fsync') AS fsync, pg_is_in_recovery() AS recovery");
  const { version, fsync, recovery } = firstOf(rows);
  if (version < 130_000) throw new Error(`PostgreSQL ${Math.floor(version / 10_000)} is too old; 13 or later is needed`);
  if (fsync !== 'on') throw new Error('the database runs with fsync = off: a power cut would take numbers that people hold');
  if (recovery) throw new Error('the database is a standby; the address of the one that writes is needed (target_session_attrs)');
};

/** Opens the log of one hall. @throws when the database cannot be reached, migrated or trusted */
export const openPostgresQueueStore = async (options: PostgresQueueStoreOptions): Promise<PostgresQueueStore> => {
  const { url, hall, clock = systemClock, random = Math.random, onFault = () => undefined } = options;
  const pool = openHallPool(url, onFault);
  const { borrowed, reading, connect } = pool;
  let records: PostgresRecords | null = null;
  const home = openHomeKnowledge(options.knowledge);
  /** Tells own news from those of others. */
  const writer = randomBytes(6).toString('hex');
  const newsListeners = new Set<(day: string) => void>();
  const turnListeners = new Set<() => void>();
  let incarnation = '';
  let restored = 0;
  /** The last event of each day that this agent knows; of days that are long over nothing is kept. */
  const last = new Map((home.before?.last ?? []).map((one) => [one.day, one]));
  /** Days that anybody here asked for: whoever did is told what was missed. */
  const asked = new Set<string>();
  const ask = (day: string): void => {
    asked.add(day);
    for (const oldest of [...asked].sort().slice(0, -DAYS_KNOWN)) asked.delete(oldest);
  };
  const forget = (): void => {
    last.clear();
    home.note(incarnation, []);
  };
  /** The others see another incarnation and burn up to their marks, too; the platform is told each day from its first event on. */
  const beginNewLife = async (client: PoolClient): Promise<void> => {
    await client.query('UPDATE hall24.queue_halls SET incarnation = $3 WHERE hall = $1 AND incarnation = $2', [hall, incarnation, randomBytes(6).toString('hex')]);
    const { rows } = await client.query<{ incarnation: string }>('SELECT incarnation FROM hall24.queue_halls WHERE hall = $1', [hall]);
    incarnation = firstOf(rows).incarnation;
    restored += 1;
    forget();
  };
  const know = (day: string, { version, event }: Row): void => {
    if (version <= (last.get(day)?.version ?? 0)) return;
    last.set(day, { day, version, digest: digestOf(event) });
    for (const oldest of [...last.keys()].sort().slice(0, -DAYS_KNOWN)) last.delete(oldest);
    home.note(incarnation, [...last.values()]);
  };
  /**
   * Does the log go on where this agent left it?
   * @param rows all from `after` on (from the first for 0)
   * @param expected what this agent knew of the day before it asked
   * @returns the rows behind `after`; null when the log is another one
   */
  const goesOn = (after: number, rows: readonly Row[], expected: LastKnown | undefined): Row[] | null => {
    if (after > 0 && rows[0]?.version !== after) return null;
    if (expected !== undefined && expected.version >= after) {
      const same = rows[expected.version - Math.max(after, 1)];
      if (same?.version !== expected.version || digestOf(same.event) !== expected.digest) return null;
    }
    return rows.filter(({ version }) => version > after);
  };

  const rowsFrom = async (client: PoolClient, day: string, after: number): Promise<Row[]> => (await client.query<Row>({ ...NEWER, values: [hall, day, Math.max(after, 1)] })).rows;
  /** Tells the database that its log began a new life. @returns what to throw */
  const replaced = async (): Promise<LogReplaced> => {
    await borrowed((client) => inTransaction(client, () => beginNewLife(client)));
    onFault('the database is an older copy of itself');
    return new LogReplaced();
  };

  /** The answer to a commit was lost: whoever gets the day's lock knows that the transaction is over, and how it ended. */
  const wasCommitted = async (day: string, transaction: string): Promise<boolean> => {
    const end = performance.now() + DOUBT_MS;
    for (;;) {
      try {
        return await borrowed((client) =>
          inTransaction(client, async () => {
            await client.query(`SELECT pg_advisory_xact_lock(${lockKey(hall, day)})`);
            const { rows } = await client.query<{ status: string | null }>('SELECT pg_xact_status($1::xid8) AS status', [transaction]);
            return firstOf(rows).status === 'committed';
          }),
        );
      } catch (error) {
        if (performance.now() > end) throw error;
        await new Promise<void>((resolve) => void clock.after(ASK_AGAIN_MS, resolve));
      }
    }
  };

  /** An append up to its commit. @returns what was written by which transaction, not yet known to be kept; null: nothing to keep */
  const write = async (client: PoolClient, day: string, after: number, decide: Parameters<QueueStore['append']>[2]): Promise<{ transaction: string; newest: Row } | 'replaced' | null> => {
    const expected = last.get(day);
    await client.query(`BEGIN; SELECT pg_advisory_xact_lock(${lockKey(hall, day)})`);
    const newer = goesOn(after, await rowsFrom(client, day, after), expected);
    if (newer === null) return 'replaced';
    const events = decide(newer.map(stored));
    const head = newer.at(-1);
    if (head !== undefined) know(day, head);
    if (events.length === 0) return null;
    const texts = events.map((event) => JSON.stringify(event));
    const numbers = events.flatMap((event) => (event.type === 'taken' || event.type === 'checked-in' ? [event.number] : []));
    const { rows } = await client.query<{ transaction: string }>({ ...KEEP, values: [hall, day, head?.version ?? after, texts, numbers, `${writer} ${hall} ${day}`] });
    return { transaction: firstOf(rows).transaction, newest: { version: (head?.version ?? after) + events.length, event: texts.at(-1) ?? '' } };
  };
  const append: QueueStore['append'] = async (day, after, decide) => {
    ask(day);
    const client = await connect();
    let broken = false;
    let written: Awaited<ReturnType<typeof write>> = null;
    let doubtful = false;
    try {
      written = await write(client, day, after, decide);
      if (written === null || written === 'replaced') await client.query('ROLLBACK');
      else {
        doubtful = true;
        const { command } = await client.query('COMMIT');
        doubtful = false;
        if (command !== 'COMMIT') throw new Error('the database did not keep it');
      }
    } catch (error) {
      // A connection that does not answer is not asked to roll back: the server does it when the connection is gone.
      broken = doubtful || !(isFromConnection(error) ? false : await client.query('ROLLBACK').then(() => true, () => false));
      if (!doubtful) throw error;
    } finally {
      client.release(broken);
    }
    if (written === 'replaced') throw await replaced();
    if (written === null) return;
    if (doubtful && !(await wasCommitted(day, written.transaction))) throw new Error('the database did not keep it');
    know(day, written.newest);
  };

  const open = (): Promise<void> =>
    borrowed(async (client) => {
      await checkServer(client);
      await migrateHallDatabase(client);
      await inTransaction(client, async () => {
        await client.query('INSERT INTO hall24.queue_halls (hall, incarnation) VALUES ($1, $2) ON CONFLICT (hall) DO NOTHING', [hall, randomBytes(6).toString('hex')]);
        const { rows } = await client.query<{ incarnation: string }>('SELECT incarnation FROM hall24.queue_halls WHERE hall = $1 FOR UPDATE', [hall]);
        ({ incarnation } = firstOf(rows));
        // A home that knows nothing has no number marks either, or they are all that is left of what it knew.
        restored = home.before?.incarnation === incarnation ? 0 : 1;
        for (const { day, version, digest } of last.values()) {
          const [row] = await rowsFrom(client, day, version);
          if (row?.version === version && digestOf(row.event) === digest) continue;
          await beginNewLife(client);
          break;
        }
        home.note(incarnation, [...last.values()]);
      });
    });
  try {
    await open();
  } catch (error) {
    await pool.end().catch(() => undefined);
    home.close();
    throw error;
  }

  const tellNews = (day: string): void => {
    for (const listener of newsListeners) listener(day);
  };
  const ear = openEar({
    config: pool.config,
    clock,
    hall,
    tellingKey: lockKey(hall, 'telling'),
    random,
    onNews: (payload) => {
      const [from, about, day] = payload.split(' ');
      if (from === writer || about !== hall || day === undefined) return;
      if (day === RECORDS) records?.heard();
      else tellNews(day);
    },
    onLost: () => pool.renew(),
    onConnected: () => {
      records?.missed();
      for (const day of asked) tellNews(day);
    },
    onIncarnation: (found) => {
      if (found === incarnation) return;
      // Another agent found the database to be an older one.
      incarnation = found;
      restored += 1;
      forget();
      records?.missed();
      for (const day of asked) tellNews(day);
    },
    onTurn: () => {
      for (const listener of turnListeners) listener();
    },
  });

  return {
    incarnation: () => incarnation,
    restored: () => restored,
    records: async (key) => (records ??= await openPostgresRecords({ pool, hall, key, writer, onFault })),
    append: (day, after, decide) =>
      append(day, after, decide).catch((error: unknown) => {
        throw asAway(error);
      }),
    read: async (day, after) => {
      ask(day);
      const expected = last.get(day);
      const rows = await reading((client) => rowsFrom(client, day, after)).catch((error: unknown) => {
        throw asAway(error);
      });
      const newer = goesOn(after, rows, expected);
      if (newer === null) throw await replaced();
      const newest = newer.at(-1);
      if (newest !== undefined) know(day, newest);
      return newer.map(stored);
    },
    days: async () => (await reading((client) => client.query<{ day: string }>(DAYS, [hall]))).rows.map(({ day }) => day),
    untold: async (limit) => {
      // The others keep quiet: what one tells in order, two would tell twice.
      if (!ear.tells()) return [];
      const { rows } = await reading((client) => client.query<Row & { day: string }>('SELECT day, version, event::text AS event FROM hall24.queue_events WHERE hall = $1 AND NOT told ORDER BY day, version LIMIT $2', [hall, limit]));
      return rows.map((row) => ({ day: row.day, ...stored(row) }));
    },
    told: async (day, version) => void (await borrowed((client) => client.query('UPDATE hall24.queue_events SET told = true WHERE hall = $1 AND day = $2 AND version <= $3 AND NOT told', [hall, day, version]))),
    tellAgain: async (day) => void (await borrowed((client) => client.query('UPDATE hall24.queue_events SET told = false WHERE hall = $1 AND day = $2 AND told', [hall, day]))),
    onAppend: (listener) => {
      newsListeners.add(listener);
      return () => newsListeners.delete(listener);
    },
    onTurnToTell: (listener) => {
      turnListeners.add(listener);
      if (ear.tells()) listener();
      return () => turnListeners.delete(listener);
    },
    close: async () => {
      newsListeners.clear();
      turnListeners.clear();
      await ear.close();
      await pool.end();
      home.close();
    },
  };
};
