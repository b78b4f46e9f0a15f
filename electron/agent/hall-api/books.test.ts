import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../clock/index.ts';
import { createSqliteRecords } from '../../queue/index.ts';
import { openStorage, type Storage } from '../../storage/index.ts';
import { NINE, RULES } from '../../queue/rules/fixtures.ts';
import { booksContract } from './books.contract.ts';

booksContract('SQLite', async () => {
  const home = mkdtempSync(join(tmpdir(), 'hall24-books-'));
  let storage: Storage | null = null;
  const open = async () => {
    storage?.close();
    storage = openStorage({ home, clock: systemClock });
    return createSqliteRecords(storage);
  };
  return {
    open,
    another: open,
    end: async () => {
      storage?.close();
      rmSync(home, { recursive: true });
    },
  };
}, { NINE, RULES });
