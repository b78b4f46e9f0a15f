import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../clock/index.ts';
import { openStorage, type Storage } from '../storage/index.ts';
import { recordsContract } from './records.contract.ts';
import { createSqliteRecords } from './sqlite-records.ts';

recordsContract('SQLite', async () => {
  const home = mkdtempSync(join(tmpdir(), 'hall24-records-'));
  let storage: Storage | null = null;
  return {
    open: async () => {
      storage?.close();
      storage = openStorage({ home, clock: systemClock });
      return createSqliteRecords(storage);
    },
    end: async () => {
      storage?.close();
      rmSync(home, { recursive: true });
    },
  };
});
