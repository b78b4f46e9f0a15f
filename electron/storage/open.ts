/** Opens a home: lock, database, keys, incarnation, in this order; each step has its own coded refusal. */
import { createHmac } from 'node:crypto';
import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { caseKeyRing } from './case-keys.ts';
import { asStorageFault, StorageFault } from './fault.ts';
import { syncFolder } from './files.ts';
import { settleIncarnation, type MetaStore } from './incarnation.ts';
import { createIdentity, defaultKeyProvider, keyIdOf, loadIdentity } from './keys.ts';
import { lockHome, type HomeLock } from './lock.ts';
import { materialStore } from './materials.ts';
import { MIGRATIONS } from './migrations.ts';
import { leasedNumbers } from './numbers.ts';
import { deriveKey, seal, unseal } from './seal.ts';
import { sessionStore } from './sessions.ts';
import { createTransactions } from './transactions.ts';
import type { OpenStorageOptions, Prepared, Storage } from './types.ts';

const DATABASE = 'terminal.db';
/** Bytes of a new database's pages. A submission adds a little to each of some fifteen tables and indexes, and of each a whole page goes to the disk. */
const PAGE = 1_024;
/**
 * Pages in the write-ahead log before a commit has to empty it; it is emptied when a citizen left ({@link Storage.tidy}),
 * so that nobody waits for it.
 */
const LONGEST_LOG = 16_000;
/** Of pages kept at hand: with SQLite's own 2 MB a submission reads its indexes anew once there are some thousand cases. */
const CACHE_KIB = 16_384;
/** How old a copy of the database may be and still be taken for the one that runs here, when it is put back after a crash. */
const ROTATE_MS = 60_000;
/** How long deleted keys may stay in the write-ahead log before it is emptied. */
const TIDY_AFTER_MS = 1_000;

/** The WAL-reset bug was fixed in 3.51.3, 3.50.7 and 3.44.6. https://sqlite.org/changes.html */
export const hasWalResetBug = (version: string): boolean => {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (major !== 3 || minor < 7) return major < 3;
  if (minor === 50) return patch < 7;
  if (minor === 44) return patch < 6;
  return minor < 51 || (minor === 51 && patch < 3);
};

const openDatabase = (file: string): Database.Database => {
  const database = new Database(file);
  try {
    const version = (database.prepare('SELECT sqlite_version() AS version').get() as { version: string }).version;
    if (hasWalResetBug(version)) throw new StorageFault('sqlite-too-old', `SQLite ${version} can lose a write-ahead log; 3.51.3 or later is needed`);
    for (const pragma of [`page_size = ${PAGE}`, 'journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON', 'secure_delete = ON', 'trusted_schema = OFF', 'temp_store = MEMORY', `cache_size = -${CACHE_KIB}`, `wal_autocheckpoint = ${LONGEST_LOG}`]) database.pragma(pragma);
    const findings = database.pragma('integrity_check(3)') as { integrity_check: string }[];
    if (findings[0]?.integrity_check !== 'ok') throw new StorageFault('database-damaged', findings.map((row) => row.integrity_check).join('; '));
    if ((database.pragma('foreign_key_check') as unknown[]).length > 0) throw new StorageFault('database-damaged', 'rows refer to rows that are gone');
    chmodSync(file, 0o600);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
};

/** Brings the schema up to date. A schema newer than this program is left as it is: migrations only add. */
export const migrate = (database: Database.Database, migrations: readonly string[] = MIGRATIONS): void => {
  for (let version = database.pragma('user_version', { simple: true }) as number; version < migrations.length; version++) {
    database.exec(`BEGIN IMMEDIATE; ${migrations[version] ?? ''}; PRAGMA user_version = ${version + 1}; COMMIT;`);
  }
};

const assemble = (options: OpenStorageOptions, database: Database.Database, lock: HomeLock): Storage => {
  const { home, clock } = options;
  const statements = new Map<string, Prepared>();
  const prepare = (sql: string): Prepared => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = database.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
  migrate(database);
  const { transaction, afterCommit, atEnd, onRollback } = createTransactions(database, home);
  const meta: MetaStore = {
    get: (name) => (prepare('SELECT value FROM meta WHERE name = ?').get(name) as { value: string } | undefined)?.value ?? null,
    set: (values) =>
      transaction(() => {
        for (const [name, value] of Object.entries(values)) prepare('INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value').run(name, value);
      }),
  };

  const provider = options.keys ?? defaultKeyProvider(home);
  const keyCheck = meta.get('key-check');
  const held = provider.load();
  if (held === null && keyCheck !== null) throw new StorageFault('key-lost', 'the key that sealed this home is gone');
  const terminalKey = held ?? provider.create();
  const check = createHmac('sha256', deriveKey(terminalKey, '', 'check')).digest('hex');
  if (keyCheck !== null && keyCheck !== check) throw new StorageFault('key-lost', 'this home was sealed under another key');
  const knownIdentity = meta.get('identity');
  const identity = loadIdentity(home) ?? (knownIdentity === null ? createIdentity(home) : null);
  if (identity === null) throw new StorageFault('key-lost', "the terminal's signing key is gone");
  const keyId = keyIdOf(identity.publicKey);
  if (knownIdentity !== null && knownIdentity !== keyId) throw new StorageFault('key-lost', 'the signing key is not the one this home was made with');
  if (keyCheck === null || knownIdentity === null) meta.set({ 'key-check': check, identity: keyId });

  const numbers = leasedNumbers(home, prepare, onRollback);
  const { incarnation, findings, rotate } = settleIncarnation(home, meta, numbers.behind());
  if (findings.newIncarnation !== null) transaction(() => numbers.burn());

  const wrappingKey = deriveKey(terminalKey, '', 'wrap');
  const recordKey = deriveKey(terminalKey, '', 'records');
  const lookUpKey = deriveKey(terminalKey, '', 'look-up');
  const caseKeys = caseKeyRing(prepare, wrappingKey, () => incarnation, { inside: () => database.inTransaction, atEnd });
  const materials = materialStore(home, prepare, caseKeys, afterCommit);
  materials.sweep();

  let closed = false;
  let tidying = false;
  const tidy = (): void => {
    if (!closed && !database.inTransaction) database.pragma('wal_checkpoint(TRUNCATE)');
  };
  // What was deleted still stands in the write-ahead log; emptying it costs a sync, so it waits until the citizen was answered.
  const tidySoon = (): void =>
    afterCommit(() => {
      if (tidying) return;
      tidying = true;
      clock.after(TIDY_AFTER_MS, () => {
        tidying = false;
        tidy();
      });
    });

  let cancelRotation: (() => void) | null = null;
  let rotating = false;
  /** Once something was kept: what nobody changed since is no older than a copy of it. */
  const rotateInTime = (): void => {
    if (cancelRotation !== null || rotating || closed) return;
    cancelRotation = clock.after(ROTATE_MS, () => {
      cancelRotation = null;
      rotating = true;
      try {
        rotate();
      } catch {
        // A full disk: the token stays until there is room.
      } finally {
        rotating = false;
      }
    });
  };
  atEnd(rotateInTime);
  rotateInTime();

  return {
    home,
    incarnation,
    boot: findings,
    keyProtection: provider.protection,
    identity: { ...identity, keyId },
    transaction,
    afterCommit,
    onRollback,
    prepare,
    caseKeys: {
      ...caseKeys,
      drop: (caseId) => {
        caseKeys.drop(caseId);
        tidySoon();
      },
    },
    materials,
    sessions: sessionStore(prepare, wrappingKey, () => incarnation, { dropped: tidySoon, onRollback }),
    numbers,
    lookUpHash: (idNumber) => createHmac('sha256', lookUpKey).update(idNumber.trim().toUpperCase()).digest(),
    // The incarnation is not part of this context: what belongs to no case must be readable after a restore.
    seal: (context, plain) => seal(recordKey, { incarnation: '', ...context }, plain),
    open: (context, sealed) => unseal(recordKey, { incarnation: '', ...context }, sealed),
    tidy,
    backup: async (file) => {
      const temporary = `${file}.new`;
      rmSync(temporary, { force: true });
      await database.backup(temporary);
      const copy = new Database(temporary);
      copy.pragma('journal_mode = DELETE');
      copy.prepare("DELETE FROM meta WHERE name IN ('token', 'token-before')").run();
      copy.prepare("UPDATE meta SET value = '' WHERE name = 'incarnation'").run();
      copy.close();
      chmodSync(temporary, 0o600);
      renameSync(temporary, file);
      syncFolder(join(file, '..'));
    },
    onRefusal: (listener) => lock.onRefusal(listener),
    close: () => {
      if (closed) return;
      cancelRotation?.();
      rotating = true;
      rotate();
      tidy();
      closed = true;
      database.close();
      lock.release();
    },
  };
};

/**
 * Opens the terminal's memory under `home`, making it where there is none.
 * @throws {StorageFault} with a code that has a screen
 */
export const openStorage = (options: OpenStorageOptions): Storage => {
  const { home, clock } = options;
  let lock: HomeLock | null = null;
  let database: Database.Database | null = null;
  try {
    lock = lockHome(home, new Date(clock.wall()).toISOString());
    const file = join(home, DATABASE);
    if (!existsSync(file)) {
      // A log without its database belongs to one that was taken away.
      rmSync(`${file}-wal`, { force: true });
      rmSync(`${file}-shm`, { force: true });
    }
    database = openDatabase(file);
    return assemble(options, database, lock);
  } catch (error) {
    database?.close();
    lock?.release();
    throw asStorageFault(error, home);
  }
};
