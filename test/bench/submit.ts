/** submit-rate: the real submission beside bare durable transactions that write as many rows and bytes to the same disk. */
import Database from 'better-sqlite3';
import { createCipheriv, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { closeSync, copyFileSync, cpSync, fsyncSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { SessionState } from '../../electron/session/index.ts';
import { load, median, round, type Effort, type Figure } from './figures.ts';
import { profileParts } from './profile.ts';
import { openMemory, type Memory } from './terminal-memory.ts';

const BATCH = 150;
/** Of each kind and round, before time is taken: a connection prepares its statements when it first needs them. */
const FIRST = 50;
const ROUNDS = 15;
const GOAL = 0.6;

/** One statement that a submission ran, as it ran it. */
interface Written {
  sql: string;
  values: unknown[];
  bytes: number;
  inserts: boolean;
}

const bytesOf = (value: unknown): number => (Buffer.isBuffer(value) ? value.byteLength : typeof value === 'string' ? Buffer.byteLength(value) : value === null ? 0 : 8);

/** Runs `work` and answers what it wrote, one list per transaction. */
const recording = (work: () => void): Written[][] => {
  const sample = new Database(':memory:');
  const prototype = Object.getPrototypeOf(sample.prepare('SELECT 1')) as { run: (this: Database.Statement, ...values: unknown[]) => Database.RunResult };
  sample.close();
  const original = prototype.run;
  const transactions: Written[][] = [];
  let running: Written[] = [];
  prototype.run = function (...values) {
    const result = original.apply(this, values);
    if (/^BEGIN/i.test(this.source)) running = [];
    else if (/^COMMIT/i.test(this.source)) transactions.push(running);
    else if (result.changes > 0) running.push({ sql: this.source, values: values.map((value) => (Buffer.isBuffer(value) ? Buffer.from(value) : value)), bytes: values.reduce((sum: number, value) => sum + bytesOf(value), 0), inserts: /^INSERT(?!.*ON CONFLICT)/is.test(this.source) });
    return result;
  };
  try {
    work();
  } finally {
    prototype.run = original;
  }
  return transactions;
};

const opened = (file: string): Database.Database => {
  const database = new Database(file);
  for (const pragma of ['journal_mode = WAL', 'synchronous = FULL']) database.pragma(pragma);
  return database;
};
const timed = (work: () => void): number => {
  const began = performance.now();
  work();
  return performance.now() - began;
};

const signingKey = generateKeyPairSync('ed25519').privateKey;
const sealingKey = randomBytes(32);
/** What no submission can do without: its statement's signature and the seals of what it writes. */
const signAndSeal = (written: readonly Written[]): void => {
  sign(null, Buffer.alloc(300), signingKey);
  for (const { values } of written) {
    for (const value of values) {
      if (!Buffer.isBuffer(value) || value.byteLength < 100) continue;
      const cipher = createCipheriv('aes-256-gcm', sealingKey, randomBytes(12));
      cipher.update(value);
      cipher.final();
      cipher.getAuthTag();
    }
  }
};

/** A bare transaction at a time, beside a submission at a time. */
interface Bare {
  step: (index: number) => void;
  close: () => void;
}

/** As many inserts and updates with as many bytes, in one table without a second index; `also` is done inside each. */
const onePlainTable = (file: string, transactions: readonly Written[][], also: (written: readonly Written[]) => void = () => undefined): Bare => {
  const database = opened(file);
  database.exec('CREATE TABLE bare (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)');
  const insert = database.prepare('INSERT INTO bare (bytes) VALUES (?)');
  const update = database.prepare('UPDATE bare SET bytes = ? WHERE id = ?');
  // Rows that every submission changes stand there already.
  for (let row = 0; row < 20; row += 1) insert.run(Buffer.alloc(16));
  const rows = transactions.map((written) => ({ written, changes: written.map(({ bytes, inserts }, index) => ({ inserts, id: index + 1, bytes: Buffer.alloc(bytes, index) })) }));
  const [begin, commit] = [database.prepare('BEGIN IMMEDIATE'), database.prepare('COMMIT')];
  return {
    step: (index) => {
      const { written, changes } = rows[index] as (typeof rows)[number];
      begin.run();
      also(written);
      for (const { inserts, id, bytes } of changes) {
        if (inserts) insert.run(bytes);
        else update.run(bytes, id);
      }
      commit.run();
    },
    close: () => void database.close(),
  };
};

/** The very same statements with the very same values on a copy of the database as it was before. */
const sameTables = (file: string, transactions: readonly Written[][]): Bare => {
  const database = opened(file);
  database.pragma('foreign_keys = ON');
  database.pragma('secure_delete = ON');
  // As the terminal's own connection: see electron/storage/open.ts.
  database.pragma('cache_size = -16384');
  database.pragma('wal_autocheckpoint = 16000');
  database.pragma('integrity_check');
  const prepared = new Map<string, Database.Statement>();
  const steps = transactions.map((written) =>
    written.map(({ sql, values }) => {
      const statement = prepared.get(sql) ?? database.prepare(sql);
      prepared.set(sql, statement);
      return { statement, values };
    }),
  );
  const [begin, commit] = [database.prepare('BEGIN IMMEDIATE'), database.prepare('COMMIT')];
  return {
    step: (index) => {
      begin.run();
      for (const { statement, values } of steps[index] ?? []) statement.run(...values);
      commit.run();
    },
    close: () => void database.close(),
  };
};

type Kind = 'real' | 'bare' | 'sealed' | 'same';
type Times = Record<Kind | 'processor', number>;

/**
 * A batch, one transaction of each kind after another: a submission comes every few minutes at a terminal, with the processor's
 * caches full of something else, and so does each bare transaction here: none follows right after another one, and whose turn
 * it is first goes round. @returns ms of the whole batch by kind
 */
const turnAbout = (memory: Memory, drafts: readonly SessionState[], others: Record<Exclude<Kind, 'real'>, Bare>): Times => {
  const none = (): Times => ({ real: 0, processor: 0, bare: 0, sealed: 0, same: 0 });
  let times = none();
  const kinds = ['real', 'bare', 'same', 'sealed'] as const;
  for (const [index, draft] of drafts.entries()) {
    if (index === FIRST) times = none();
    for (let turn = 0; turn < kinds.length; turn += 1) {
      const kind = kinds[(index + turn) % kinds.length] ?? 'real';
      memory.signing(draft);
      if (kind === 'real') {
        const before = process.cpuUsage();
        times.real += timed(() => memory.submit(draft));
        const { user, system } = process.cpuUsage(before);
        times.processor += (user + system) / 1_000;
      } else times[kind] += timed(() => others[kind].step(index));
    }
  }
  for (const other of Object.values(others)) other.close();
  return times;
};

/** Puts a copy on the disk: else the first commits beside it would wait for that. */
const onDisk = (file: string): string => {
  const handle = openSync(file, 'r+');
  fsyncSync(handle);
  closeSync(handle);
  return file;
};

/**
 * Every round begins with the same terminal: its home as it was before these drafts were submitted, opened anew. So the
 * bare transactions find tables as large, logs as new and files as they are for the submissions; with a terminal that grows
 * from round to round beside copies that do not, the commit alone took a quarter longer. What was scanned stays away: nobody reads it.
 */
const homes = (folder: string, original: string) => {
  let copies = 0;
  return {
    again: (): string => {
      const home = join(folder, `home-${(copies += 1)}`);
      cpSync(original, home, { recursive: true, filter: (path) => basename(path) !== 'materials' });
      onDisk(join(home, 'terminal.db'));
      return home;
    },
    databaseAgain: (): string => {
      const file = join(folder, `copy-${(copies += 1)}.db`);
      copyFileSync(join(original, 'terminal.db'), file);
      return onDisk(file);
    },
    freshFile: (): string => join(folder, `fresh-${(copies += 1)}.db`),
  };
};

const withMemory = <T>(home: string, work: (memory: Memory) => T): T => {
  const memory = openMemory(home);
  try {
    return work(memory);
  } finally {
    memory.close();
  }
};

export const measureSubmit = async (_effort: Effort): Promise<Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'hall24-bench-'));
  const original = join(folder, 'home');
  mkdirSync(original);
  try {
    const drafts = withMemory(original, (memory) => {
      for (const draft of memory.drafts(BATCH)) memory.submit(draft);
      return memory.drafts(FIRST + BATCH);
    });
    const { again, databaseAgain, freshFile } = homes(folder, original);
    const transactions = withMemory(again(), (memory) =>
      recording(() => {
        for (const draft of drafts) {
          memory.signing(draft);
          memory.submit(draft);
        }
      }),
    );
    if (transactions.length !== drafts.length) throw new Error(`${drafts.length} submissions made ${transactions.length} transactions`);
    const rounds: Times[] = [];
    for (let turn = 0; turn < ROUNDS; turn += 1) {
      const others = { bare: onePlainTable(freshFile(), transactions), sealed: onePlainTable(freshFile(), transactions, signAndSeal), same: sameTables(databaseAgain(), transactions) };
      rounds.push(withMemory(again(), (memory) => turnAbout(memory, drafts, others)));
    }
    const times = Object.fromEntries((['real', 'processor', 'bare', 'sealed', 'same'] as const).map((kind) => [kind, rounds.map((one) => one[kind])])) as Record<keyof Times, number[]>;
    const parts = await profileParts(() =>
      withMemory(again(), (memory) => {
        for (const draft of drafts) memory.submit(draft);
      }),
    );
    const rows = median(transactions.map((written) => written.length));
    const bytes = median(transactions.map((written) => written.reduce((sum, one) => sum + one.bytes, 0)));
    const rate = (ms: readonly number[]): string => `${round(BATCH / (median(ms) / 1_000), 0)}/s`;
    const each = (ms: readonly number[]): number => round(median(ms) / BATCH, 2);
    const ratio = (other: readonly number[], to: readonly number[]): number => round(median(other.map((ms, index) => ms / (to[index] ?? Number.NaN))), 2);
    const against = (other: readonly number[]): number => ratio(other, times.real);
    const facts = `${rows} rows and ${round(bytes / 1_000)} kB each as recorded from the submissions, WAL, synchronous=FULL, same disk, medians of ${ROUNDS} rounds of ${BATCH}, each round from the same home, one of each turn about, ${load()}`;
    return [
      { name: 'submit-rate', value: against(times.same), unit: 'ratio', against: `${rate(times.real)} submissions ÷ ${rate(times.same)} bare transactions of the very same rows and bytes in the same tables, goal at least ${GOAL}; ${facts}; a submission takes ${each(times.real)} ms, ${each(times.processor)} ms of them on the processor (bare ${each(times.same)} ms): ${parts}`, goal: { atLeast: GOAL } },
      { name: 'submit-rate-one-table', value: against(times.bare), unit: 'ratio', against: `${rate(times.real)} submissions ÷ ${rate(times.bare)} bare transactions that put as many rows and bytes into one plain table without an index; ${facts}`, goal: null },
      { name: 'submit-rate-one-table-ceiling', value: ratio(times.bare, times.sealed), unit: 'ratio', against: `${rate(times.sealed)} of the bare transactions in one plain table that also make one Ed25519 signature and the same seals, and do nothing else ÷ ${rate(times.bare)} without; ${facts}`, goal: null },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
