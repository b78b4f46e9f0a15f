/** The store in a home of its own, for tests. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStorage, type Storage } from '../storage/index.ts';
import { fileMarks } from './marks.ts';
import { createSqliteQueueStore } from './sqlite-store.ts';
import type { Engine } from './store.contract.ts';

export const sqliteEngine = async (): Promise<Engine> => {
  const home = mkdtempSync(join(tmpdir(), 'hall24-queue-'));
  let open: Storage | null = null;
  return {
    open: async (clock) => {
      const storage = openStorage({ home, clock });
      open = storage;
      const close = async (): Promise<void> => {
        if (open !== storage) return;
        storage.close();
        open = null;
      };
      return { store: { ...createSqliteQueueStore(storage), close }, marks: fileMarks(join(home, 'queue-marks'), storage.boot.newIncarnation === 'restored') };
    },
    backup: async () => {
      const copy = join(home, 'backup.db');
      await open?.backup(copy);
      return async () => {
        for (const end of ['', '-wal', '-shm']) rmSync(join(home, `terminal.db${end}`), { force: true });
        cpSync(copy, join(home, 'terminal.db'));
      };
    },
    end: async () => {
      open?.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
};
