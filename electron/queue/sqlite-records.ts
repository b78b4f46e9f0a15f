/** The hall's records in the terminal's own database: one agent, nothing to hear from others. */
import type { Storage } from '../storage/index.ts';
import { recordListeners, type HallRecords } from './records.ts';

export const createSqliteRecords = (storage: Storage): HallRecords => {
  const { onChange, tell } = recordListeners();
  const one = storage.prepare('SELECT value FROM hall_records WHERE kind = ? AND id = ?');
  const ofKind = storage.prepare('SELECT id, value FROM hall_records WHERE kind = ? ORDER BY id');
  const put = storage.prepare('INSERT INTO hall_records (kind, id, value) VALUES (?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET value = excluded.value');
  const drop = storage.prepare('DELETE FROM hall_records WHERE kind = ? AND id = ?');
  const get: HallRecords['get'] = (kind, id) => {
    const row = one.get(kind, id) as { value: string } | undefined;
    return row === undefined ? undefined : (JSON.parse(row.value) as unknown);
  };
  return {
    get,
    all: (kind) => (ofKind.all(kind) as { id: string; value: string }[]).map(({ id, value }) => [id, JSON.parse(value) as unknown]),
    refresh: async () => undefined,
    change: async (kind, id, decide) => {
      const { answer, keep } = storage.transaction(() => {
        const decided = decide(get(kind, id));
        if (decided.keep === null) drop.run(kind, id);
        else if (decided.keep !== undefined) put.run(kind, id, JSON.stringify(decided.keep));
        return decided;
      });
      if (keep !== undefined) tell(new Set([kind]));
      return answer;
    },
    onChange,
  };
};
