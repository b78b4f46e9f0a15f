/** The queue's log in the terminal's own database: one writer, durable before it answers. */
import type { Storage } from '../storage/index.ts';
import { readEvent, readEvents, type QueueEvent } from './rules/events.ts';
import type { QueueStore, StoredEvent } from './store.ts';

interface Row {
  day: string;
  version: number;
  event: string;
}
/** Rows whose texts are read as one: a text by itself costs as much again as what stands in it. */
const AT_ONCE = 500;

/** From each day to the next by the index: a hall of years has millions of events. */
const DAYS = `
  WITH RECURSIVE days (day) AS (
    SELECT MIN(day) FROM queue_events
    UNION ALL SELECT (SELECT MIN(day) FROM queue_events WHERE day > days.day) FROM days WHERE days.day IS NOT NULL
  ) SELECT day FROM days WHERE day IS NOT NULL`;

export const createSqliteQueueStore = (storage: Storage): QueueStore => {
  const newer = storage.prepare('SELECT version, event FROM queue_events WHERE day = ? AND version > ? ORDER BY version');
  const last = storage.prepare('SELECT COALESCE(MAX(version), 0) AS version FROM queue_events WHERE day = ?');
  const insert = storage.prepare('INSERT INTO queue_events (day, version, event) VALUES (?, ?, ?)');
  const claim = storage.prepare('INSERT INTO queue_numbers (day, number) VALUES (?, ?)');
  const stored = (row: Row): StoredEvent => ({ version: row.version, event: readEvent(row.event) });
  const readSync = (day: string, after: number): StoredEvent[] => {
    const rows = newer.all(day, after) as Pick<Row, 'version' | 'event'>[];
    const read: StoredEvent[] = [];
    for (let from = 0; from < rows.length; from += AT_ONCE) {
      const some = rows.slice(from, from + AT_ONCE);
      readEvents(some.map(({ event }) => event)).forEach((event, index) => read.push({ version: some[index]?.version ?? 0, event }));
    }
    return read;
  };

  return {
    append: async (day, after, decide) => {
      storage.transaction(() => {
        const events: readonly QueueEvent[] = decide(readSync(day, after));
        let { version } = last.get(day) as { version: number };
        for (const event of events) {
          version += 1;
          insert.run(day, version, JSON.stringify(event));
          if (event.type === 'taken' || event.type === 'checked-in') claim.run(day, event.number);
        }
      });
    },
    read: async (day, after) => readSync(day, after),
    days: async () => (storage.prepare(DAYS).all() as { day: string }[]).map(({ day }) => day),
    untold: async (limit) => (storage.prepare('SELECT day, version, event FROM queue_events WHERE told = 0 ORDER BY day, version LIMIT ?').all(limit) as Row[]).map((row) => ({ day: row.day, ...stored(row) })),
    told: async (day, version) => {
      storage.transaction(() => storage.prepare('UPDATE queue_events SET told = 1 WHERE day = ? AND version <= ? AND told = 0').run(day, version));
    },
    tellAgain: async (day) => {
      storage.transaction(() => storage.prepare('UPDATE queue_events SET told = 0 WHERE day = ? AND told = 1').run(day));
    },
    onTurnToTell: (listener) => {
      listener();
      return () => undefined;
    },
    // One home has one agent: nobody else appends.
    onAppend: () => () => undefined,
    close: async () => undefined,
  };
};
