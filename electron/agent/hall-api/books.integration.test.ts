import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { openPostgresQueueStore, type PostgresQueueStore } from '../../queue/index.ts';
import { startPostgres, type PostgresServer } from '../../../test/queue/postgres-server.ts';
import { NINE, RULES } from '../../queue/rules/fixtures.ts';
import { booksContract } from './books.contract.ts';

let server: PostgresServer;
let databases = 0;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

booksContract('PostgreSQL', async () => {
  const url = await server.database(`books_${(databases += 1)}`);
  const key = randomBytes(32);
  const home = mkdtempSync(join(tmpdir(), 'hall24-books-'));
  const stores: PostgresQueueStore[] = [];
  const open = async () => {
    const store = await openPostgresQueueStore({ url, hall: 'qingxi', knowledge: join(home, `agent-${stores.length}`) });
    stores.push(store);
    return store.records(key);
  };
  return {
    open,
    another: open,
    end: async () => {
      for (const store of stores) await store.close();
      rmSync(home, { recursive: true });
    },
  };
}, { NINE, RULES });
