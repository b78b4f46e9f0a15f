import Database from 'better-sqlite3';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ManualClock, systemClock } from '../../clock/index.ts';
import { createSqliteRecords } from '../../queue/index.ts';
import { MIGRATIONS } from '../../storage/migrations.ts';
import { exportPublicKey } from '../../platform/index.ts';
import { openStorage, type Storage } from '../../storage/index.ts';
import { NINE, RULES } from '../../queue/rules/fixtures.ts';
import { booksContract } from './books.contract.ts';
import { createRulesBook } from './rules-book.ts';
import { createStaffBook } from './staff.ts';
import { createTerminalBook } from './terminals.ts';

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

test('staff, terminals and rules of a home from before are there after the update, with their passwords and keys', async () => {
  const home = mkdtempSync(join(tmpdir(), 'hall24-books-'));
  const clock = new ManualClock(NINE);
  const publicKey = exportPublicKey(generateKeyPairSync('ed25519').publicKey);
  try {
    // Rows as the version before kept them.
    openStorage({ home, clock }).close();
    const database = new Database(join(home, 'terminal.db'));
    const before = MIGRATIONS.findIndex((text) => text.includes('CREATE TABLE hall_records'));
    database.exec('DROP TABLE hall_records');
    database.prepare('INSERT INTO staff (name, role, secret, once, disabled, failures, locked_until) VALUES (?, ?, ?, ?, ?, ?, ?)').run('boss', 'manager', 'c2FsdA==$aGFzaA==', 0, 0, 2, 0);
    database.prepare('INSERT INTO staff (name, role, secret, once, disabled) VALUES (?, ?, ?, ?, ?)').run('lin', 'clerk', 'c2FsdA==$aGFzaA==', 1, 1);
    database.prepare('INSERT INTO queue_rules (version, rules, by, at) VALUES (?, ?, ?, ?)').run(3, JSON.stringify({ ...RULES, ticketsPerMinute: 77 }), 'boss', NINE);
    database.prepare('INSERT INTO hall_terminals (id, public_key, enrolled_at, revoked) VALUES (?, ?, ?, ?)').run('terminal-6', publicKey, NINE, 0);
    database.exec(MIGRATIONS[before] ?? '');
    database.close();
    const storage = openStorage({ home, clock });
    const records = createSqliteRecords(storage);
    expect(createStaffBook({ records, clock }).list()).toEqual([
      { name: 'boss', role: 'manager', disabled: false, invited: false, lockedUntil: 0 },
      { name: 'lin', role: 'clerk', disabled: true, invited: true, lockedUntil: 0 },
    ]);
    expect(records.get('staff', 'boss')).toMatchObject({ secret: 'c2FsdA==$aGFzaA==', failures: 2 });
    expect(createRulesBook({ records, clock, configured: RULES }).current()).toMatchObject({ version: 3, by: 'boss', at: NINE, rules: { ticketsPerMinute: 77 } });
    expect((await createTerminalBook({ records, clock }).keyOf('terminal-6'))?.asymmetricKeyType).toBe('ed25519');
    storage.close();
  } finally {
    rmSync(home, { recursive: true });
  }
});
