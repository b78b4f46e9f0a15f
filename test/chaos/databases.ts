/** The databases of terminal and platform, read beside the programs that write them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { numberedTwice, paperWithoutRow, type PaperLine, type Slip } from './books.ts';

const reading = <T>(file: string, work: (db: Database.Database) => T): T => {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return db.transaction(() => work(db))();
  } finally {
    db.close();
  }
};

export interface LedgerLook {
  kept: readonly string[];
  tickets: readonly { ticket: string; day: string; number: string }[];
  replaced: boolean;
  slips: readonly Slip[];
  sheets: number;
}

/** The print ledger and the cases of a home; remembers rows over databases that are replaced. */
export const ledgerBooks = (home: string) => {
  const file = join(home, 'terminal.db');
  const papers = new Map<string, PaperLine>();
  const numbers = new Map<string, string>();
  let standing = new Set<string>();
  let queueEvents = 0;
  let deviceEvents = 0;
  return {
    look: ({ kept, tickets, replaced, slips, sheets }: LedgerLook): string[] => {
      const wrong: string[] = [];
      const found = reading(file, (db) => ({
        papers: db.prepare('SELECT id, kind, numbered, number, state, outcome FROM papers').all() as PaperLine[],
        cases: new Set((db.prepare('SELECT case_number AS number FROM cases WHERE case_number IS NOT NULL').all() as { number: string }[]).map(({ number }) => number)),
        tickets: db.prepare("SELECT day, event FROM queue_events WHERE json_extract(event, '$.ticket') IS NOT NULL").all() as { day: string; event: string }[],
        queueEvents: (db.prepare('SELECT COUNT(*) AS n FROM queue_events').get() as { n: number }).n,
        deviceEvents: (db.prepare('SELECT COALESCE(MAX(ordinal), 0) AS n FROM device_news').get() as { n: number }).n,
        damage: db.pragma('quick_check', { simple: true }) as string,
      }));
      if (found.damage !== 'ok') wrong.push(`the database is damaged: ${found.damage}`);
      ({ queueEvents, deviceEvents } = found);
      for (const row of found.papers) papers.set(row.id, row);
      const now = new Set(found.papers.map(({ id }) => id));
      if (!replaced) for (const id of standing) if (!now.has(id)) wrong.push(`row ${id} of the print ledger is gone`);
      standing = now;
      for (const number of kept) if (!found.cases.has(number)) wrong.push(`the case ${number} was told to a citizen and does not stand in the database`);
      const given = new Map<string, string>();
      for (const { day, event } of found.tickets) {
        const { ticket, number } = JSON.parse(event) as { ticket: string; number?: string };
        if (number !== undefined) given.set(ticket, `${day} ${number}`);
      }
      for (const [ticket, number] of given) numbers.set(ticket, number);
      for (const { ticket, day, number } of tickets) if (given.get(ticket) !== `${day} ${number}`) wrong.push(`the number ${day} ${number} (${ticket}) was told to somebody, and the hall's log has ${given.get(ticket) ?? 'nothing'} of it`);
      wrong.push(...numberedTwice(papers.values()), ...paperWithoutRow(slips, papers.values(), (ticket) => numbers.get(ticket) ?? null));
      const certificates = [...papers.values()].filter(({ kind, state }) => kind === 'certificate' && state !== 'intended' && state !== 'failed').length;
      if (sheets > certificates) wrong.push(`${sheets} sheets came out of the document printer, and the ledger has ${certificates} rows for them`);
      return wrong;
    },
    counts: () => ({ papers: papers.size, queueEvents, deviceEvents }),
  };
};

interface Run {
  key: string;
  version: number;
  row: number;
}

/** Told once and in order: numbers without a gap, in the order in which they came. */
const inOrder = (what: string, rows: readonly Run[]): string[] => {
  const wrong: string[] = [];
  const last = new Map<string, Run>();
  for (const row of rows) {
    const before = last.get(row.key);
    if (before !== undefined && row.version !== before.version + 1) wrong.push(`${what} ${row.key}: ${row.version} follows ${before.version}`);
    last.set(row.key, row);
  }
  return wrong;
};

export interface PlatformLook {
  arrived: readonly { caseNumber: string; item: string }[];
  final: boolean;
}

/** A terminal without a platform beside it: its own ledger, and what it has not told yet. */
export const lookAtOther = (home: string, final: boolean): string[] =>
  reading(join(home, 'terminal.db'), (db) => {
    const wrong: string[] = [];
    const damage = db.pragma('quick_check', { simple: true }) as string;
    if (damage !== 'ok') wrong.push(`the database in ${home} is damaged: ${damage}`);
    wrong.push(...numberedTwice(db.prepare('SELECT id, kind, numbered, number, state, outcome FROM papers').all() as PaperLine[]));
    const untold = (db.prepare('SELECT COUNT(*) AS n FROM device_news WHERE told = 0').get() as { n: number }).n;
    if (final && untold > 0) wrong.push(`${untold} things of devices of ${home} were not told to the platform, though it can be reached`);
    return wrong;
  });

/** What the platform has, against what it was to be told. */
export const lookAtPlatform = (home: string, { arrived, final }: PlatformLook): string[] => {
  const file = join(home, 'platform', 'platform.sqlite');
  if (!existsSync(file)) return [];
  const wrong = reading(file, (db) => {
    const told: string[] = [];
    const all = <T>(sql: string, ...values: unknown[]): T[] => db.prepare(sql).all(...values) as T[];
    for (const { number, kind, incarnation, n } of all<{ number: string; kind: string; incarnation: string; n: number }>("SELECT case_number AS number, kind, incarnation, COUNT(*) AS n FROM messages WHERE kind IN ('submitted', 'issued') GROUP BY 1, 2, 3 HAVING n > 1")) told.push(`the platform heard "${kind}" of case ${number} ${n} times in the life ${incarnation}`);
    for (const { number, n } of all<{ number: string; n: number }>('SELECT ywlsh AS number, COUNT(*) AS n FROM bureau_forms GROUP BY 1 HAVING n > 1')) told.push(`the bureau has ${n} forms of case ${number}`);
    for (const { number, n } of all<{ number: string; n: number }>('SELECT case_number AS number, COUNT(DISTINCT case_id) AS n FROM messages GROUP BY 1 HAVING n > 1')) told.push(`the case number ${number} stands for ${n} cases`);
    for (const { number, item } of arrived.map(({ caseNumber, item: one }) => ({ number: caseNumber, item: one }))) {
      const cases = all('SELECT 1 FROM cases WHERE case_number = ?', number).length;
      const forms = all('SELECT 1 FROM bureau_forms WHERE ywlsh = ?', number).length;
      const certificates = all('SELECT 1 FROM certificates JOIN cases ON cases.case_id = certificates.case_id AND cases.terminal = certificates.terminal WHERE case_number = ?', number).length;
      if (cases !== 1) told.push(`the case ${number} was told to a citizen and is at the platform ${cases} times`);
      if (item === 'public-rental-housing' && forms !== 1) told.push(`the case ${number} was told to a citizen and is at the bureau ${forms} times`);
      if (item === 'social-insurance-certificate' && certificates !== 1) told.push(`the case ${number} has ${certificates} certificates`);
    }
    told.push(...inOrder('messages of a case', all<Run>("SELECT terminal || ' ' || incarnation || ' ' || case_id AS key, sequence AS version, id AS row FROM messages ORDER BY id")));
    told.push(...inOrder("the queue's events", all<Run>("SELECT hall || ' ' || day || ' ' || incarnation AS key, version, rowid AS row FROM queue_events ORDER BY rowid")));
    told.push(...inOrder("the devices' events", all<Run>("SELECT terminal || ' ' || incarnation AS key, sequence AS version, rowid AS row FROM device_events ORDER BY rowid")));
    return told;
  });
  if (final) {
    const untold = reading(join(home, 'terminal.db'), (db) => ({
      cases: (db.prepare("SELECT COUNT(*) AS n FROM outbox WHERE state <> 'delivered'").get() as { n: number }).n,
      queue: (db.prepare('SELECT COUNT(*) AS n FROM queue_events WHERE told = 0').get() as { n: number }).n,
      devices: (db.prepare('SELECT COUNT(*) AS n FROM device_news WHERE told = 0').get() as { n: number }).n,
    }));
    for (const [what, n] of Object.entries(untold)) if (n > 0) wrong.push(`${n} things of ${what} were not told to the platform, though it can be reached`);
  }
  return wrong;
};
