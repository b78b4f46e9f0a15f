import { copyFileSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../clock/index.ts';
import { checkDigit } from './check-digit.ts';
import { openStorage } from './index.ts';
import { MIGRATIONS } from './migrations.ts';
import { hasWalResetBug, migrate } from './open.ts';
import { seal, unseal, UnsealError } from './seal.ts';
import type { Storage } from './types.ts';

let home: string;
let open: Storage[] = [];
const clock = new ManualClock();
const start = (where = home): Storage => {
  const storage = openStorage({ home: where, clock });
  open.push(storage);
  return storage;
};
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hall24-storage-'));
});
afterEach(() => {
  for (const storage of open) storage.close();
  open = [];
  rmSync(home, { recursive: true, force: true });
});
const fault = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return 'none';
};

describe('opening a home', () => {
  it('keeps everything private to the agent', () => {
    start();
    expect(['terminal.db', 'keys/terminal.key', 'keys/identity.pem', 'incarnation'].filter((file) => (statSync(join(home, file)).mode & 0o077) !== 0)).toEqual([]);
  });
  it('refuses a second agent and tells the first', () => {
    const first = start();
    expect(fault(() => start())).toBe('home-in-use');
    const told: string[] = [];
    first.onRefusal((at) => told.push(at));
    expect(told).toEqual([new Date(clock.wall()).toISOString()]);
    first.close();
    expect(fault(() => start())).toBe('none');
  });
  it('says that the key is lost when it is gone, another one, or not a key', () => {
    start().close();
    const key = join(home, 'keys', 'terminal.key');
    const good = readFileSync(key);
    rmSync(key);
    expect(fault(() => start())).toBe('key-lost');
    expect(existsSync(key)).toBe(false);
    writeFileSync(key, Buffer.alloc(32, 7));
    expect(fault(() => start())).toBe('key-lost');
    writeFileSync(key, 'short');
    expect(fault(() => start())).toBe('key-lost');
    writeFileSync(key, good);
    const identity = join(home, 'keys', 'identity.pem');
    rmSync(identity);
    expect(fault(() => start())).toBe('key-lost');
  });
  it('says that the database is damaged and leaves it as it is', () => {
    start().close();
    const file = join(home, 'terminal.db');
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 4096, 12_288);
    writeFileSync(file, bytes);
    expect(fault(() => start())).toBe('database-damaged');
    expect(readFileSync(file).equals(bytes)).toBe(true);
    writeFileSync(file, 'this was a database');
    expect(fault(() => start())).toBe('database-damaged');
  });
  it('says that the disk is full, rolls back, and goes on when there is room', () => {
    const storage = start();
    const pages = (storage.prepare('PRAGMA page_count').get() as { page_count: number }).page_count;
    storage.prepare(`PRAGMA max_page_count = ${pages + 2}`).get();
    const big = (): void => storage.transaction(() => storage.sessions.save(Buffer.alloc(200_000)));
    expect(fault(big)).toBe('disk-full');
    expect(storage.sessions.load()).toBeNull();
    storage.prepare('PRAGMA max_page_count = 100000').get();
    big();
    expect(storage.sessions.load()).toHaveLength(200_000);
  });
  it('refuses every SQLite that can lose its write-ahead log, and no other', () => {
    expect(['3.7.0', '3.44.5', '3.45.0', '3.49.2', '3.50.6', '3.51.2'].filter((version) => !hasWalResetBug(version))).toEqual([]);
    expect(['3.44.6', '3.50.7', '3.51.3', '3.53.2', '4.0.0'].filter(hasWalResetBug)).toEqual([]);
  });
  it('keeps the statements of an older schema with their cases', () => {
    const database = new Database(':memory:');
    const before = MIGRATIONS.findIndex((migration) => migration.includes('ADD COLUMN statement'));
    migrate(database, MIGRATIONS.slice(0, before));
    for (const id of ['twice', 'draft']) database.prepare("INSERT INTO cases (case_id, item_id, state, person, at, revision, sealed) VALUES (?, 'i', 'draft', x'00', '', 1, x'00')").run(id);
    for (const number of [1, 2]) database.prepare("INSERT INTO statements VALUES (?, 'twice', ?, '', 1, '', '')").run(number, number);
    migrate(database);
    expect(database.prepare('SELECT case_id, statement FROM cases ORDER BY ordinal').all()).toEqual([{ case_id: 'twice', statement: 2 }, { case_id: 'draft', statement: null }]);
  });
  it('brings any older schema up to date and leaves a newer one alone', () => {
    const database = new Database(':memory:');
    for (let version = 0; version <= MIGRATIONS.length; version++) {
      migrate(database, MIGRATIONS.slice(0, version));
      expect(database.pragma('user_version', { simple: true })).toBe(version);
    }
    database.pragma('user_version = 99');
    migrate(database);
    expect(database.pragma('user_version', { simple: true })).toBe(99);
  });
});

/** Takes a number in a transaction that fails. */
const rolledBack = (storage: Storage): void => {
  try {
    storage.transaction(() => {
      throw new Error(String(storage.numbers.next('n')));
    });
  } catch {
    // The number was never given.
  }
};

describe('the life of a database', () => {
  const copyHome = (storage: Storage, to: string): void => {
    storage.tidy();
    copyFileSync(join(home, 'terminal.db'), to);
  };
  it('goes on after an orderly end and after a crash', () => {
    const first = start();
    expect(first.boot.newIncarnation).toBe('first');
    const { incarnation } = first;
    first.close();
    const second = start();
    expect([second.incarnation, second.boot.newIncarnation]).toEqual([incarnation, null]);
    // What a power cut leaves: the files as they are, nothing closed.
    const cut = mkdtempSync(join(tmpdir(), 'hall24-cut-'));
    cpSync(home, cut, { recursive: true, filter: (path) => !path.endsWith('lock') });
    const afterCut = start(cut);
    expect([afterCut.incarnation, afterCut.boot.newIncarnation]).toEqual([incarnation, null]);
    afterCut.close();
    rmSync(cut, { recursive: true });
    second.close();
  });
  it('begins anew with a copy that another program made while it ran, also when it was killed since', async () => {
    const first = start();
    const copy = join(home, 'copy.db');
    const beside = new Database(join(home, 'terminal.db'), { readonly: true });
    await beside.backup(copy);
    beside.close();
    clock.advance(60_000);
    const [crashed, restored] = ['crashed', 'restored'].map((name) => mkdtempSync(join(tmpdir(), `hall24-${name}-`))) as [string, string];
    for (const where of [crashed, restored]) cpSync(home, where, { recursive: true });
    for (const rest of ['-wal', '-shm']) rmSync(join(restored, `terminal.db${rest}`), { force: true });
    copyFileSync(copy, join(restored, 'terminal.db'));
    expect(start(crashed).boot.newIncarnation).toBeNull();
    expect(start(restored).boot).toEqual({ newIncarnation: 'restored', previousIncarnation: first.incarnation });
    for (const storage of open.splice(1)) storage.close();
    for (const where of [crashed, restored]) rmSync(where, { recursive: true });
  });

  it('moves its token on after something was kept, not while nobody comes', () => {
    const storage = start();
    const token = (): string => readFileSync(join(home, 'incarnation'), 'utf8');
    const opened = token();
    clock.advance(60_000);
    const settled = token();
    clock.advance(7 * 86_400_000);
    expect([settled === opened, token() === settled]).toEqual([false, true]);
    storage.transaction(() => storage.numbers.next('n'));
    clock.advance(60_000);
    expect(token()).not.toBe(settled);
  });
  it('begins anew with a restored backup, above every number that its later self gave', async () => {
    const first = start();
    first.transaction(() => first.numbers.next('case:20261122'));
    const backup = join(home, 'backup.db');
    await first.backup(backup);
    let last = 0;
    for (let index = 0; index < 250; index++) last = first.transaction(() => first.numbers.next('case:20261122'));
    first.close();
    copyFileSync(backup, join(home, 'terminal.db'));
    const restored = start();
    expect(restored.boot).toEqual({ newIncarnation: 'restored', previousIncarnation: first.incarnation });
    expect(restored.incarnation).not.toBe(first.incarnation);
    expect(restored.transaction(() => restored.numbers.next('case:20261122'))).toBeGreaterThan(last);
  });
  it('begins anew with a database file that was copied while it ran, and with one taken to another home', () => {
    const first = start();
    const copy = join(home, 'copy.db');
    copyHome(first, copy);
    first.close();
    const other = mkdtempSync(join(tmpdir(), 'hall24-other-'));
    start(other).close();
    for (const file of ['terminal.db', 'keys/terminal.key', 'keys/identity.pem']) copyFileSync(join(home, file), join(other, file));
    const elsewhere = start(other);
    expect(elsewhere.boot.newIncarnation).toBe('restored');
    elsewhere.close();
    rmSync(other, { recursive: true });
    copyFileSync(copy, join(home, 'terminal.db'));
    expect(start().boot.newIncarnation).toBe('restored');
  });
  it('never gives a number twice, whatever is rolled back or restarted', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('next', 'next', 'next', 'rollback', 'restart'), { maxLength: 30 }), (steps) => {
        const where = mkdtempSync(join(tmpdir(), 'hall24-numbers-'));
        let storage = openStorage({ home: where, clock });
        const given: number[] = [];
        for (const step of steps) {
          if (step === 'next') given.push(storage.transaction(() => storage.numbers.next('n')));
          if (step === 'rollback') rolledBack(storage);
          if (step === 'restart') {
            storage.close();
            storage = openStorage({ home: where, clock });
          }
        }
        storage.close();
        rmSync(where, { recursive: true });
        expect(given).toEqual(given.map((_, index) => index + 1));
      }),
      { numRuns: 5 },
    );
  });
});

describe('transactions', () => {
  it('call after the commit, never after a rollback', () => {
    const storage = start();
    const calls: string[] = [];
    storage.transaction(() => {
      storage.afterCommit(() => calls.push('kept'));
      expect(calls).toEqual([]);
    });
    expect(() =>
      storage.transaction(() => {
        storage.afterCommit(() => calls.push('lost'));
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(calls).toEqual(['kept']);
  });
  it('keep nothing when a part failed, even if somebody caught the error', () => {
    const storage = start();
    expect(() =>
      storage.transaction(() => {
        storage.sessions.save(Buffer.from('x'));
        try {
          storage.transaction(() => {
            throw new Error('part');
          });
        } catch {
          // swallowed on purpose
        }
      }),
    ).toThrow('a part of this transaction failed');
    expect(storage.sessions.load()).toBeNull();
  });
});

describe('sealing', () => {
  const context = { incarnation: 'i', owner: 'c1', table: 't', sequence: 1 };
  it('opens what was sealed, and nothing that was changed or stands elsewhere', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (plain, key, at, flip) => {
        const sealed = seal(key, context, plain);
        expect(unseal(key, context, sealed).equals(Buffer.from(plain))).toBe(true);
        const changed = Buffer.from(sealed);
        changed[at % changed.length]! ^= flip;
        expect(() => unseal(key, context, changed)).toThrow(UnsealError);
        expect(() => unseal(key, context, sealed.subarray(0, at % sealed.length))).toThrow(UnsealError);
        for (const other of [{ incarnation: 'j' }, { owner: 'c2' }, { table: 'u' }, { sequence: 2 }]) expect(() => unseal(key, { ...context, ...other }, sealed)).toThrow(UnsealError);
      }),
    );
  });
  it('of a case ends with its key', () => {
    const storage = start();
    storage.caseKeys.create('c1');
    const sealed = storage.caseKeys.seal('c1', { table: 'cases', sequence: 1 }, Buffer.from('张三'));
    expect(storage.caseKeys.open('c1', { table: 'cases', sequence: 1 }, sealed).toString()).toBe('张三');
    const { wrapped } = storage.prepare('SELECT wrapped FROM case_keys').get() as { wrapped: Buffer };
    storage.caseKeys.drop('c1');
    clock.advance(2_000);
    expect(() => storage.caseKeys.open('c1', { table: 'cases', sequence: 1 }, sealed)).toThrow(UnsealError);
    // Not even the wrapped key is left on the disk.
    expect(['terminal.db', 'terminal.db-wal'].filter((file) => readFileSync(join(home, file)).includes(wrapped.subarray(20)))).toEqual([]);
  });
});

describe('the running session', () => {
  it('is kept over a restart, follows its transaction, and is gone with its key', () => {
    let storage = start();
    storage.sessions.save(Buffer.from('step 1'));
    storage.sessions.save(Buffer.from('step 2'));
    expect(() =>
      storage.transaction(() => {
        storage.sessions.clear();
        throw new Error('power');
      }),
    ).toThrow('power');
    storage.close();
    storage = start();
    expect(storage.sessions.load()?.toString()).toBe('step 2');
    const { wrapped } = storage.prepare('SELECT wrapped FROM session').get() as { wrapped: Buffer };
    storage.sessions.clear();
    expect(storage.sessions.load()).toBeNull();
    clock.advance(2_000);
    expect(['terminal.db', 'terminal.db-wal'].filter((file) => readFileSync(join(home, file)).includes(wrapped.subarray(20)))).toEqual([]);
  });
});

describe('sealed materials', () => {
  const CHUNK = 64 * 1024;
  it('come back whole and in any part, whatever their length and the pieces they came in', () => {
    const storage = start();
    storage.caseKeys.create('c1');
    fc.assert(
      fc.property(
        fc.oneof(fc.nat(2_000), fc.constantFrom(CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5)),
        fc.integer({ min: 1, max: CHUNK + 9 }),
        fc.nat(200_000),
        fc.nat(70_000),
        (length, piece, from, span) => {
          const data = Buffer.from(Array.from({ length }, (_, index) => (index * 7 + (index >> 9)) & 255));
          const writer = storage.materials.writer('c1');
          for (let at = 0; at < length; at += piece) writer.append(data.subarray(at, at + piece));
          const { id, bytes } = writer.finish();
          expect(bytes).toBe(length);
          expect(storage.materials.size(id)).toBe(length);
          expect(storage.materials.read('c1', id).equals(data)).toBe(true);
          expect(storage.materials.readRange('c1', id, from, from + span).equals(data.subarray(from, from + span))).toBe(true);
        },
      ),
      { numRuns: 12 },
    );
  });
  it('do not open when a chunk was changed, swapped, dropped, or moved to another case', () => {
    const storage = start();
    storage.caseKeys.create('c1');
    storage.caseKeys.create('c2');
    const { id } = storage.materials.write('c1', Buffer.alloc(3 * CHUNK, 1));
    const file = join(home, 'materials', id);
    const good = readFileSync(file);
    const header = good.length - 3 * (CHUNK + 16);
    const chunk = (index: number): Buffer => good.subarray(header + index * (CHUNK + 16), header + (index + 1) * (CHUNK + 16));
    const broken: Buffer[] = [
      Buffer.concat([good.subarray(0, header), chunk(1), chunk(0), chunk(2)]),
      Buffer.concat([good.subarray(0, header), chunk(0), chunk(1)]),
      Buffer.concat([good.subarray(0, header), chunk(0), chunk(2)]),
      good.subarray(0, -1),
      Buffer.from(good).fill(0, header + 100, header + 101),
      good.subarray(0, 3),
    ];
    for (const bytes of broken) {
      writeFileSync(file, bytes);
      expect(() => storage.materials.read('c1', id)).toThrow(UnsealError);
    }
    writeFileSync(file, good);
    expect(() => storage.materials.read('c2', id)).toThrow(UnsealError);
    truncateSync(file, header);
    expect(() => storage.materials.read('c1', id)).toThrow(UnsealError);
    expect(() => storage.materials.read('c1', '../keys/terminal.key')).toThrow(UnsealError);
  });
  it('leave no file behind when a crash came before their row', () => {
    const storage = start();
    storage.caseKeys.create('c1');
    storage.materials.write('c1', Buffer.from('kept'));
    writeFileSync(join(home, 'materials', 'f'.repeat(32)), 'half a page');
    storage.close();
    start();
    expect(readdirSync(join(home, 'materials'))).toHaveLength(1);
  });
});

it('the check digit catches every single wrong digit', () => {
  expect(checkDigit('7992739871')).toBe('3');
  fc.assert(
    fc.property(fc.stringMatching(/^\d{15}$/), fc.nat(14), fc.integer({ min: 1, max: 9 }), (digits, at, by) => {
      const wrong = `${digits.slice(0, at)}${(Number(digits[at]) + by) % 10}${digits.slice(at + 1)}`;
      expect(checkDigit(wrong)).not.toBe(checkDigit(digits));
    }),
  );
});
