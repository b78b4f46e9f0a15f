import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../clock/index.ts';
import { openStorage } from '../storage/index.ts';
import { createRefusedJoins } from './refused-joins.ts';
import { createSqliteRecords } from './sqlite-records.ts';

const JOIN = { day: '20261123', class: 'insurance', ordinal: 7, number: 'A007', ticket: 'a'.repeat(24), by: 'terminal-6', refusal: 'unknown-lease', takenAt: 1_000 };

test('numbers that the hall did not take in are kept once, over a restart too, until somebody saw to them', async () => {
  const home = mkdtempSync(join(tmpdir(), 'hall24-refused-joins-'));
  let storage = openStorage({ home, clock: systemClock });
  try {
    const joins = createRefusedJoins(createSqliteRecords(storage));
    const earlier = { ...JOIN, ticket: 'c'.repeat(24), takenAt: 500 };
    expect([await joins.note(JOIN), await joins.note(JOIN), await joins.note(earlier)]).toEqual([true, false, true]);
    storage.close();
    storage = openStorage({ home, clock: systemClock });
    const records = createSqliteRecords(storage);
    const again = createRefusedJoins(records);
    expect(again.list()).toEqual([earlier, JOIN]);
    expect(await again.settle('b'.repeat(24))).toBeNull();
    expect([await again.settle(JOIN.ticket), await again.settle(earlier.ticket)]).toEqual([JOIN, earlier]);
    expect(createRefusedJoins(records).list()).toEqual([]);
    await records.change('refused-join', JOIN.ticket, () => ({ answer: null, keep: { nonsense: true } }));
    expect(again.list()).toEqual([]);
  } finally {
    storage.close();
    rmSync(home, { recursive: true });
  }
});
