import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../clock/index.ts';
import { openStorage, type Storage } from '../storage/index.ts';
import { openHallQueue, type HallQueue } from './hall.ts';
import { fileMarks } from './marks.ts';
import { NINE, RULES } from './rules/fixtures.ts';
import { createSqliteQueueStore } from './sqlite-store.ts';

const HALL = { id: 'qingxi', timeZone: 'Asia/Shanghai', businessDayStartsAt: '04:00' };
const DAY_MS = 24 * 3_600_000;
let home = '';
let clock: ManualClock;
const opened: { queue: HallQueue; storage: Storage }[] = [];
let tickets = 0;

const open = async (): Promise<HallQueue> => {
  const storage = openStorage({ home, clock });
  const queue = await openHallQueue({ store: createSqliteQueueStore(storage), marks: fileMarks(join(home, 'queue-marks'), storage.boot.newIncarnation === 'restored'), rules: () => RULES, clock, hall: HALL });
  opened.push({ queue, storage });
  return queue;
};
const close = async (): Promise<void> => {
  for (const { queue, storage } of opened.splice(0)) {
    await queue.close();
    storage.close();
  }
};
const take = async (queue: HallQueue, classId = 'insurance'): Promise<string> => {
  tickets += 1;
  const ticket = tickets.toString(16).padStart(24, '0');
  const outcome = await queue.run({ type: 'take', class: classId, by: `t${tickets}`, priority: null, item: null, identified: true, ticket });
  if (!outcome.ok) throw new Error(outcome.refusal);
  return queue.ticket(ticket)?.number ?? '';
};

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hall24-queue-'));
  clock = new ManualClock(NINE);
});
afterEach(async () => {
  await close();
  rmSync(home, { recursive: true, force: true });
});

describe("the hall's queue", () => {
  test('gives fifty numbers at once, each another one, and knows them all after a restart', async () => {
    const queue = await open();
    const numbers = await Promise.all(Array.from({ length: 50 }, () => take(queue)));
    expect(new Set(numbers).size).toBe(50);
    await close();
    const again = await open();
    expect([...again.day().tickets.keys()]).toEqual(numbers);
    expect(await take(again)).toBe('A051');
  });

  test('begins anew with the business day, not at midnight; who still waited is void', async () => {
    const queue = await open();
    const number = await take(queue);
    clock.advance(15.5 * 3_600_000); // 00:30: the business day goes on
    await queue.turnDay();
    expect(await take(queue)).toBe('A002');
    const yesterday = queue.day();
    clock.advance(4 * 3_600_000);
    expect(await take(queue)).toBe('A001');
    expect(yesterday.tickets.get(number)?.state).toBe('void');
    expect(queue.day().day).toBe('20261124');
  });

  test('with a clock that nobody trusts the last business day goes on', async () => {
    const queue = await open();
    await take(queue);
    await close();
    clock = new ManualClock(NINE + 3 * DAY_MS);
    clock.isKnown = false;
    const again = await open();
    expect(await take(again)).toBe('A002');
    expect(again.day().day).toBe('20261123');
  });

  test('a clock set back gives no number twice', async () => {
    const queue = await open();
    const before = [await take(queue), await take(queue)];
    clock = new ManualClock(NINE - 2 * 3_600_000);
    await close();
    const again = await open();
    expect(before).not.toContain(await take(again));
  });

  test('a database restored from before goes on above every number that its later self gave', async () => {
    const queue = await open();
    await take(queue);
    const { storage } = opened[0] as { storage: Storage };
    await storage.backup(join(home, 'backup.db'));
    const later = await Promise.all(Array.from({ length: 70 }, () => take(queue)));
    await close();
    for (const end of ['', '-wal', '-shm']) rmSync(join(home, `terminal.db${end}`), { force: true });
    cpSync(join(home, 'backup.db'), join(home, 'terminal.db'));
    const restored = await open();
    expect(restored.day().tickets.size).toBe(1);
    const fresh = await Promise.all(Array.from({ length: 40 }, () => take(restored)));
    expect(fresh.filter((number) => later.includes(number))).toEqual([]);
  });

  test('what cannot be kept did not happen, and nothing is told', async () => {
    const storage = openStorage({ home, clock });
    const real = createSqliteQueueStore(storage);
    let broken = false;
    const queue = await openHallQueue({
      store: { ...real, append: (day, after, decide) => real.append(day, after, (newer) => (broken ? (decide(newer), (() => { throw new Error('disk full'); })()) : decide(newer))) },
      marks: fileMarks(join(home, 'queue-marks'), false),
      rules: () => RULES,
      clock,
      hall: HALL,
    });
    opened.push({ queue, storage });
    let told = 0;
    queue.onChange((events) => (told += events.length));
    broken = true;
    await expect(take(queue)).rejects.toThrow('disk full');
    expect([queue.day().tickets.size, told]).toEqual([0, 0]);
    broken = false;
    expect(await take(queue)).toBe('A001');
  });

  test('every event waits for the platform until it is confirmed, in order', async () => {
    const queue = await open();
    await take(queue);
    await take(queue);
    const store = createSqliteQueueStore((opened[0] as { storage: Storage }).storage);
    expect((await store.untold(10)).map(({ day, version, event }) => [day, version, event.type])).toEqual([['20261123', 1, 'taken'], ['20261123', 2, 'taken']]);
    await store.told('20261123', 1);
    expect((await store.untold(10)).map(({ version }) => version)).toEqual([2]);
  });
});
