/** The log of a hall's queue as it lies in its database, read beside the agents that write it. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Client } from 'pg';

export interface LogRow {
  hall: string;
  day: string;
  version: number;
  event: unknown;
}

export interface LogReader {
  /** What was appended since the last call, each day in order; and the numbers that stand in the table of numbers given, as of the same moment. */
  next(): Promise<{ rows: LogRow[]; numbers: Map<string, Set<string>> }>;
  /** The rules as a manager changed them, where the database holds them. */
  rules(): unknown;
  close(): Promise<void>;
}

const keyOf = (hall: string, day: string): string => `${hall} ${day}`;

const gather = (numbers: readonly { hall: string; day: string; number: string }[]): Map<string, Set<string>> => {
  const byDay = new Map<string, Set<string>>();
  for (const { hall, day, number } of numbers) {
    const key = keyOf(hall, day);
    const known = byDay.get(key) ?? new Set();
    known.add(number);
    byDay.set(key, known);
  }
  return byDay;
};

/** @param home of an agent; read only */
export const readHome = (home: string): LogReader => {
  const database = new Database(join(home, 'terminal.db'), { readonly: true, fileMustExist: true });
  const seen = new Map<string, number>();
  const read = database.transaction(() => {
    const days = (database.prepare('SELECT DISTINCT day FROM queue_events ORDER BY day').all() as { day: string }[]).map(({ day }) => day);
    const rows = days.flatMap((day) => (database.prepare('SELECT version, event FROM queue_events WHERE day = ? AND version > ? ORDER BY version').all(day, seen.get(day) ?? 0) as { version: number; event: string }[]).map(({ version, event }) => ({ hall: '', day, version, event: JSON.parse(event) as unknown })));
    return { rows, numbers: (database.prepare('SELECT day, number FROM queue_numbers').all() as { day: string; number: string }[]).map((row) => ({ hall: '', ...row })) };
  });
  return {
    next: async () => {
      const { rows, numbers } = read();
      for (const { day, version } of rows) seen.set(day, version);
      return { rows, numbers: gather(numbers) };
    },
    rules: () => {
      const row = database.prepare("SELECT value ->> 'rules' AS rules FROM hall_records WHERE kind = 'rules' ORDER BY id DESC LIMIT 1").get() as { rules: string } | undefined;
      return row === undefined ? null : (JSON.parse(row.rules) as unknown);
    },
    close: async () => void database.close(),
  };
};

/** @param url of the hall's database; one snapshot for each reading */
export const readDatabase = async (url: string): Promise<LogReader> => {
  const client = new Client({ connectionString: url, application_name: 'hall24 check' });
  await client.connect();
  const seen = new Map<string, number>();
  return {
    next: async () => {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const days = (await client.query<{ hall: string; day: string }>('SELECT DISTINCT hall, day FROM hall24.queue_events ORDER BY hall, day')).rows;
      const rows: LogRow[] = [];
      for (const { hall, day } of days) {
        const found = await client.query<{ version: number; event: unknown }>('SELECT version, event FROM hall24.queue_events WHERE hall = $1 AND day = $2 AND version > $3 ORDER BY version', [hall, day, seen.get(keyOf(hall, day)) ?? 0]);
        for (const row of found.rows) rows.push({ hall, day, ...row });
      }
      const numbers = (await client.query<{ hall: string; day: string; number: string }>('SELECT hall, day, number FROM hall24.queue_numbers')).rows;
      await client.query('COMMIT');
      for (const { hall, day, version } of rows) seen.set(keyOf(hall, day), version);
      return { rows, numbers: gather(numbers) };
    },
    rules: () => null,
    close: () => client.end(),
  };
};
