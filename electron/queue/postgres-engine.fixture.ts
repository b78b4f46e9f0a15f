/** The store on a database of its own, for tests; each home is an agent's. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { fileMarks } from './marks.ts';
import { openPostgresQueueStore, type PostgresQueueStore } from './postgres-store.ts';
import { HALL, type Engine } from './store.contract.ts';
import type { NumberMarks } from './store.ts';

export interface Agent {
  store: PostgresQueueStore;
  marks: NumberMarks;
}

/** Runs something on a connection of its own. */
export const asAdministrator = async <T>(url: string, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

export const openAgent = async (url: string, home: string): Promise<Agent> => {
  const store = await openPostgresQueueStore({ url, hall: HALL.id, knowledge: join(home, 'queue-database') });
  return { store, marks: fileMarks(join(home, 'queue-marks'), () => store.restored()) };
};

/** Copies every table aside; the answer puts them back as a restored dump would. */
export const copyAside = async (url: string): Promise<() => Promise<void>> => {
  const tables = ['queue_halls', 'queue_events', 'queue_numbers'];
  await asAdministrator(url, async (client) => {
    await client.query('CREATE SCHEMA aside');
    for (const table of tables) await client.query(`CREATE TABLE aside.${table} AS TABLE hall24.${table}`);
  });
  return () =>
    asAdministrator(url, async (client) => {
      await client.query(`BEGIN; TRUNCATE ${tables.map((table) => `hall24.${table}`).join(', ')}`);
      for (const table of tables) await client.query(`INSERT INTO hall24.${table} SELECT * FROM aside.${table}`);
      await client.query('COMMIT');
    });
};

/** @param database makes an empty one */
export const postgresEngine = async (database: () => Promise<string>): Promise<Engine & { url: string }> => {
  const url = await database();
  const home = mkdtempSync(join(tmpdir(), 'hall24-queue-'));
  return {
    url,
    open: () => openAgent(url, home),
    backup: () => copyAside(url),
    end: async () => rmSync(home, { recursive: true, force: true }),
  };
};
