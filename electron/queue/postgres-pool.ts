/** An agent's connections to the hall's database: how long is waited for it, what is asked twice, what it is called when it does not answer. */
import { DatabaseError, Pool, type ClientConfig, type PoolClient } from 'pg';
import { StoreAway } from './store.ts';

/** Longer than this no clerk waits for a database that does not answer. */
const CONNECT_MS = 3_000;
const ANSWER_MS = 7_000;
/** An agent that stopped in the middle of its transaction keeps the others waiting so long, then the database ends it. */
const DEAD_IN_TRANSACTION_MS = 4_000;
const WAIT_FOR_LOCK_MS = 6_000;
const MOST_CONNECTIONS = 4;

/** What the server says has an SQLSTATE; anything else says that it did not answer. */
export const isFromConnection = (error: unknown): boolean => error instanceof Error && !(error instanceof DatabaseError);

/** Starting, stopping, full, or another one's turn for too long: it will pass. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const PASSES = /^(57P|53|08|55P03|25P03)/;

/** @returns `error`, or the same as {@link StoreAway} when it says that the database could not be reached */
export const asAway = (error: unknown): unknown => {
  if (error instanceof StoreAway || !(error instanceof Error)) return error;
  const away = error instanceof DatabaseError ? PASSES.test(error.code ?? '') : 'code' in error || /connect|terminated|timeout/i.test(error.message);
  return away ? new StoreAway(error.message, { cause: error }) : error;
};

export const firstOf = <T>(rows: readonly T[]): T => {
  const [row] = rows;
  if (row === undefined) throw new Error('the database answered nothing');
  return row;
};

export interface HallPool {
  readonly config: ClientConfig;
  connect: () => Promise<PoolClient>;
  /** A connection for one piece of work; one that failed is thrown away. */
  borrowed: <T>(work: (client: PoolClient) => Promise<T>) => Promise<T>;
  /** For what only reads: asked a second time when the connection that was at hand turned out to be dead. */
  reading: <T>(work: (client: PoolClient) => Promise<T>) => Promise<T>;
  /** Whatever connections there are may be dead and not know it: others are made. */
  renew(): void;
  end(): Promise<void>;
}

export const inTransaction = async <T>(client: PoolClient, work: () => Promise<T>): Promise<T> => {
  try {
    await client.query('BEGIN');
    const answer = await work();
    await client.query('COMMIT');
    return answer;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
};

/** @param url as libpq takes it */
export const openHallPool = (url: string, onFault: (what: string) => void): HallPool => {
  const config: ClientConfig = {
    connectionString: url,
    application_name: 'hall24 hall',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    lock_timeout: WAIT_FOR_LOCK_MS,
    idle_in_transaction_session_timeout: DEAD_IN_TRANSACTION_MS,
    keepAlive: true,
  };
  const openPool = (): Pool => {
    const opened = new Pool({ ...config, max: MOST_CONNECTIONS, idleTimeoutMillis: 0 });
    opened.on('error', (error) => onFault(error.message));
    // A connection that dies while somebody uses it fails what he asked; the event itself says nothing new.
    opened.on('connect', (client) => void client.on('error', () => undefined));
    return opened;
  };
  let pool = openPool();
  const checked = new WeakSet<PoolClient>();
  const connect = async (): Promise<PoolClient> => {
    const client = await pool.connect();
    if (checked.has(client)) return client;
    try {
      // A stricter setting of the administrator stands; only "do not wait for the disk" does not.
      await client.query("SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'");
    } catch (error) {
      client.release(true);
      throw error;
    }
    checked.add(client);
    return client;
  };
  const borrowed: HallPool['borrowed'] = async (work) => {
    const client = await connect();
    let broken = true;
    try {
      const answer = await work(client);
      broken = false;
      return answer;
    } finally {
      client.release(broken);
    }
  };
  return {
    config,
    connect,
    borrowed,
    reading: (work) =>
      borrowed(work).catch((error: unknown) => {
        if (isFromConnection(error)) return borrowed(work);
        throw error;
      }),
    renew: () => {
      const before = pool;
      pool = openPool();
      void before.end().catch(() => undefined);
    },
    end: () => pool.end(),
  };
};
