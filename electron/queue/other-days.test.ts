import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../clock/index.ts';
import { openStorage, type Storage } from '../storage/index.ts';
import { openHallQueue, type HallQueue } from './hall.ts';
import { fileMarks } from './marks.ts';
import { nextOpenDay, openOtherDays, type OtherDays } from './other-days.ts';
import { NINE, RULES } from './rules/fixtures.ts';
import { createSqliteQueueStore } from './sqlite-store.ts';

const HALL = { id: 'qingxi', timeZone: 'Asia/Shanghai', businessDayStartsAt: '04:00' };
const DAY_MS = 86_400_000;
let home = '';
let clock: ManualClock;
let storage: Storage;
let queue: HallQueue;
let others: OtherDays;

const open = async (restored = false): Promise<void> => {
  storage = openStorage({ home, clock });
  const store = createSqliteQueueStore(storage);
  const marks = fileMarks(join(home, 'queue-marks'), restored);
  queue = await openHallQueue({ store, marks, rules: () => RULES, clock, hall: HALL });
  others = await openOtherDays({ store, marks, rules: () => RULES, clock, hall: HALL, today: () => queue.day().day });
};
const close = async (): Promise<void> => {
  await queue.close();
  storage.close();
};
const lease = (day: string, id: string) => others.run(day, { type: 'lease', class: 'insurance', by: 't6', lease: id.repeat(16) });

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'hall24-days-'));
  clock = new ManualClock(NINE);
  await open();
});
afterEach(async () => {
  await close();
  rmSync(home, { recursive: true, force: true });
});

describe('the days beside the running one', () => {
  test('numbers of the next day are set aside before it begins, and the day goes on behind them', async () => {
    expect(await lease('20261124', '1')).toMatchObject({ ok: true });
    expect(await lease('20261124', '2')).toMatchObject({ ok: true });
    clock.advance(DAY_MS);
    const outcome = await queue.run({ type: 'take', class: 'insurance', by: 't5', priority: null, item: null, identified: true, ticket: 'a'.repeat(24) });
    expect([outcome.ok, queue.day().day, queue.ticket('a'.repeat(24))?.number]).toEqual([true, '20261124', 'A041']);
  });

  test('only the next day has numbers to set aside: not one further on, not one that is over', async () => {
    for (const day of ['20261125', '20261122', '20261123']) expect(await lease(day, '1')).toEqual({ ok: false, refusal: 'other-day' });
  });

  test('a weekend without hours is stepped over', () => {
    const workdays = { ...RULES, classes: RULES.classes.map((one) => ({ ...one, hours: [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' }] })) };
    expect(nextOpenDay(workdays, '20261127')).toBe('20261130');
    expect(nextOpenDay({ ...workdays, classes: [] }, '20261127')).toBeNull();
  });

  test('with a clock that nobody trusts a day of which only numbers were set aside is not the last known one', async () => {
    await queue.run({ type: 'take', class: 'insurance', by: 't5', priority: null, item: null, identified: true, ticket: 'a'.repeat(24) });
    await lease('20261124', '1');
    await close();
    clock.isKnown = false;
    await open();
    expect(queue.day().day).toBe('20261123');
  });

  test('a restored database under a clock that was set back burns what its later life set aside, and no time goes back in its log', async () => {
    await lease('20261124', '1');
    await storage.backup(join(home, 'copy.db'));
    await lease('20261124', '2');
    await close();
    for (const end of ['-wal', '-shm']) rmSync(join(home, `terminal.db${end}`), { force: true });
    cpSync(join(home, 'copy.db'), join(home, 'terminal.db'));
    clock = new ManualClock(NINE - 3_600_000);
    await open(true);
    const events = (await createSqliteQueueStore(storage).read('20261124', 0)).map(({ event }) => event);
    expect(events.map(({ type }) => type)).toEqual(['leased', 'numbers-burned']);
    expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).toSorted((one, other) => one - other));
  });

  test('a restored database sets nothing aside of the next day that its later life set aside', async () => {
    await storage.backup(join(home, 'copy.db'));
    await lease('20261124', '1');
    await close();
    for (const end of ['-wal', '-shm']) rmSync(join(home, `terminal.db${end}`), { force: true });
    cpSync(join(home, 'copy.db'), join(home, 'terminal.db'));
    await open(true);
    await lease('20261124', '2');
    expect(others.ahead()?.leases.get('2'.repeat(16))?.first).toBeGreaterThan(20);
  });

  test('a number of a day that is over joins that day and ends with it; told twice it is one; after a week it is refused', async () => {
    await queue.run({ type: 'lease', class: 'insurance', by: 't6', lease: '1'.repeat(16) });
    const joined = (day: string) => others.run(day, { type: 'join', day, class: 'insurance', lease: '1'.repeat(16), ordinal: 3, by: 't6', priority: null, item: null, ticket: 'b'.repeat(24), takenAt: NINE });
    clock.advance(2 * DAY_MS);
    await queue.turnDay();
    expect(queue.day().day).toBe('20261125');
    expect(await joined('20261123')).toMatchObject({ ok: true, events: [{ type: 'taken', number: 'A003' }] });
    expect(await joined('20261123')).toEqual({ ok: true, events: [] });
    const log = await createSqliteQueueStore(storage).read('20261123', 0);
    expect(log.map(({ event }) => event.type)).toEqual(['leased', 'taken', 'voided']);
    clock.advance(6 * DAY_MS);
    await queue.turnDay();
    expect(await joined('20261123')).toEqual({ ok: false, refusal: 'other-day' });
  });
});
