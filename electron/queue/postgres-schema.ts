/** Every schema the hall's database on PostgreSQL has had, in order. A migration only adds, so that an agent of the version before still runs on the result. */
import type { ClientBase } from 'pg';

/** Any number that no other program of the same server takes: agents that start together migrate one after the other. */
const MIGRATING = '7204915638120';

export const MIGRATIONS: readonly string[] = [
  `
  -- Which life of the log this is, by hall: another one after the database was found to be an older copy of itself.
  CREATE TABLE hall24.queue_halls (hall text PRIMARY KEY, incarnation text NOT NULL);
  -- What happened in a hall's queue, by business day; nothing in it names a person. Not told: the platform has not confirmed it.
  -- event is json and not jsonb: what was written is read again to the letter.
  CREATE TABLE hall24.queue_events (
    hall text NOT NULL,
    day text NOT NULL CHECK (day ~ '^[0-9]{8}$'),
    version integer NOT NULL CHECK (version > 0),
    event json NOT NULL,
    told boolean NOT NULL DEFAULT false,
    PRIMARY KEY (hall, day, version)
  );
  CREATE INDEX queue_untold ON hall24.queue_events (hall, day, version) WHERE NOT told;
  -- The last defence of "no two people hold the same number": the rules never get here with a number twice.
  CREATE TABLE hall24.queue_numbers (hall text NOT NULL, day text NOT NULL, number text NOT NULL, PRIMARY KEY (hall, day, number));
  `,
  `
  -- How often anything of the hall's records was changed; the row is the lock of whoever changes.
  ALTER TABLE hall24.queue_halls ADD COLUMN revision bigint NOT NULL DEFAULT 0;
  -- Staff, sessions, terminals, rules and whatever else the agents of a hall share, sealed with a key that is not here. NULL: gone, and not yet forgotten.
  CREATE TABLE hall24.hall_records (
    hall text NOT NULL,
    kind text NOT NULL,
    id text NOT NULL,
    revision bigint NOT NULL,
    sealed bytea,
    changed timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (hall, kind, id)
  );
  CREATE INDEX hall_records_newer ON hall24.hall_records (hall, revision);
  `,
];

/**
 * Brings the schema up to date, once for however many agents start at the same time. One newer than this program is left as it is.
 * @param client outside of a transaction
 */
export const migrateHallDatabase = async (client: Pick<ClientBase, 'query'>, migrations: readonly string[] = MIGRATIONS): Promise<void> => {
  await client.query('BEGIN');
  try {
    await client.query(`SELECT pg_advisory_xact_lock(${MIGRATING})`);
    // Asked first, so that an agent whose account may make nothing still runs on a database that a person has prepared.
    const there = await client.query<{ there: boolean }>("SELECT to_regclass('hall24.migrations') IS NOT NULL AS there");
    if (there.rows[0]?.there !== true) await client.query('CREATE SCHEMA IF NOT EXISTS hall24; CREATE TABLE hall24.migrations (version integer PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())');
    const done = await client.query<{ version: number }>('SELECT COALESCE(MAX(version), 0) AS version FROM hall24.migrations');
    for (let version = done.rows[0]?.version ?? 0; version < migrations.length; version += 1) {
      await client.query(migrations[version] ?? '');
      await client.query('INSERT INTO hall24.migrations (version) VALUES ($1)', [version + 1]);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
};
