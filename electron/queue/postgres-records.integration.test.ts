/** The hall's records on a real PostgreSQL server: what every engine must do, and what several agents and a curious administrator do. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startPostgres, type PostgresServer } from '../../test/queue/postgres-server.ts';
import { asAdministrator } from './postgres-engine.fixture.ts';
import { openPostgresQueueStore, type PostgresQueueStore } from './postgres-store.ts';
import { recordsContract } from './records.contract.ts';
import type { HallRecords } from './records.ts';
import { HALL } from './store.contract.ts';
import { StoreAway } from './store.ts';

let server: PostgresServer;
let databases = 0;
const database = (): Promise<string> => server.database(`records_${(databases += 1)}`);
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

/** Agents of one hall, each with a home of its own. */
const agentsOn = (url: string, key: Buffer) => {
  const open: { store: PostgresQueueStore; home: string }[] = [];
  return {
    said: [] as string[],
    async open(withKey = key, hall = HALL.id): Promise<HallRecords> {
      const home = mkdtempSync(join(tmpdir(), 'hall24-records-'));
      const store = await openPostgresQueueStore({ url, hall, knowledge: join(home, 'queue-database'), onFault: (what) => this.said.push(what) });
      open.push({ store, home });
      return store.records(withKey);
    },
    async end(): Promise<void> {
      for (const { store, home } of open) {
        await store.close();
        rmSync(home, { recursive: true, force: true });
      }
    },
  };
};

recordsContract('PostgreSQL', async () => {
  const agents = agentsOn(await database(), randomBytes(32));
  return { open: () => agents.open(), end: () => agents.end() };
});

describe('records that several agents share', () => {
  let url = '';
  let agents: ReturnType<typeof agentsOn>;
  beforeEach(async () => {
    url = await database();
    agents = agentsOn(url, randomBytes(32));
  });
  afterEach(() => agents.end());
  const keep = (records: HallRecords, id: string, value: unknown): Promise<null> => records.change('staff', id, () => ({ answer: null, keep: value }));

  test('are heard of by the others, going as coming', async () => {
    const [a, b] = [await agents.open(), await agents.open()];
    await keep(a, 'lin', 1);
    await vi.waitFor(() => expect(b.get('staff', 'lin')).toBe(1), { timeout: 10_000 });
    await keep(b, 'lin', null);
    await vi.waitFor(() => expect(a.get('staff', 'lin')).toBeUndefined(), { timeout: 10_000 });
  });

  test('are known without any news to whoever asks for the newest', async () => {
    const [a, b] = [await agents.open(), await agents.open()];
    await keep(a, 'lin', 1);
    await b.refresh();
    expect(b.get('staff', 'lin')).toBe(1);
  });

  test('count right though two change them at once', async () => {
    const both = [await agents.open(), await agents.open()] as const;
    const counted = await Promise.all(Array.from({ length: 40 }, (_, n) => (both[n % 2] as HallRecords).change('staff', 'count', (before) => ({ answer: Number(before ?? 0) + 1, keep: Number(before ?? 0) + 1 }))));
    expect(new Set(counted).size).toBe(40);
    for (const one of both) {
      await one.refresh();
      expect(one.get('staff', 'count')).toBe(40);
    }
  });

  test('of one hall are not those of another on the same database', async () => {
    await keep(await agents.open(), 'lin', 1);
    expect((await agents.open(randomBytes(32), 'nanhe')).all('staff')).toEqual([]);
  });

  test('lie sealed in the database: nobody without the key reads them, opens them, or puts an old one back', async () => {
    const a = await agents.open();
    await keep(a, 'lin', { secret: 'the-word' });
    const dump = await asAdministrator(url, async (client) => JSON.stringify((await client.query("SELECT kind, id, encode(sealed, 'escape') AS sealed FROM hall24.hall_records")).rows));
    expect([dump.includes('lin'), dump.includes('the-word')]).toEqual([true, false]);
    await expect(agents.open(randomBytes(32))).rejects.toThrow("the key of the hall's records is not the one");
    await asAdministrator(url, (client) => client.query("CREATE TABLE before AS SELECT sealed FROM hall24.hall_records WHERE kind = 'staff'"));
    await keep(a, 'lin', { secret: 'another' });
    await asAdministrator(url, (client) => client.query("UPDATE hall24.hall_records SET sealed = (SELECT sealed FROM before) WHERE kind = 'staff'"));
    expect((await agents.open()).get('staff', 'lin')).toBeUndefined();
    expect(agents.said).toContainEqual(expect.stringContaining('is not one that this hall wrote'));
  });

  test('are what the database says after it was put back from before', async () => {
    const [a, b] = [await agents.open(), await agents.open()];
    await keep(a, 'lin', 1);
    await asAdministrator(url, (client) => client.query('CREATE TABLE aside_halls AS TABLE hall24.queue_halls; CREATE TABLE aside AS TABLE hall24.hall_records'));
    await keep(a, 'lin', 2);
    await keep(a, 'wang', 2);
    await asAdministrator(url, (client) => client.query('BEGIN; TRUNCATE hall24.hall_records; INSERT INTO hall24.hall_records SELECT * FROM aside; UPDATE hall24.queue_halls SET revision = (SELECT revision FROM aside_halls); COMMIT'));
    for (const one of [a, b]) {
      await one.refresh();
      expect(one.all('staff')).toEqual([['lin', 1]]);
    }
  });

  test('are still known, and refused to be changed, while the database is away; then all goes on', async () => {
    const [a, b] = [await agents.open(), await agents.open()];
    await keep(a, 'lin', 1);
    await server.down('immediate');
    try {
      await expect(keep(a, 'lin', 2)).rejects.toThrow(StoreAway);
      await expect(b.refresh()).rejects.toThrow(StoreAway);
      expect(a.get('staff', 'lin')).toBe(1);
    } finally {
      await server.up();
    }
    await vi.waitFor(() => keep(a, 'lin', 3), { timeout: 20_000, interval: 200 });
    await vi.waitFor(() => expect(b.get('staff', 'lin')).toBe(3), { timeout: 20_000 });
  });
});
