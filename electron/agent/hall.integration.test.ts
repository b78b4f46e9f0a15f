/** The hall role on a home with a long day behind it: what its start reads, and what it knows when it is there. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { loadHall } from '../../kiosk-config/index.ts';
import { createAudit } from '../audit/index.ts';
import { ManualClock } from '../clock/index.ts';
import { createPlatformLink } from '../platform/index.ts';
import { createSqliteQueueStore, fileMarks, openHallQueue, type BoardView } from '../queue/index.ts';
import { NINE, RULES } from '../queue/rules/fixtures.ts';
import { openStorage, type Storage } from '../storage/index.ts';
import { startHallRole } from './hall.ts';

const PEOPLE = 150;
const MINUTE = 60_000;
const clean: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of clean.splice(0).reverse()) await one();
});

/** The storage, and how many rows of the queue's log were read through it for a day. */
const counting = (storage: Storage): { storage: Storage; rows: () => number } => {
  let rows = 0;
  const prepare: Storage['prepare'] = (sql) => {
    const statement = storage.prepare(sql);
    if (!/SELECT .*event FROM queue_events WHERE day = /.test(sql)) return statement;
    return new Proxy(statement, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...given: unknown[]) => {
          const found: unknown = Reflect.apply(value, target, given);
          if (name === 'all') rows += (found as unknown[]).length;
          return found;
        };
      },
    });
  };
  return { storage: { ...storage, prepare, home: storage.home, boot: storage.boot, incarnation: storage.incarnation }, rows: () => rows };
};

test('the log of a long day is read once at the start: counters, boards and the estimate all know it', async () => {
  const home = mkdtempSync(join(tmpdir(), 'hall24-role-'));
  clean.push(() => rmSync(home, { recursive: true, force: true }));
  mkdirSync(join(home, 'keys'), { recursive: true });
  const clock = new ManualClock(NINE);
  const storage = openStorage({ home, clock });
  clean.push(() => storage.close());
  const loaded = loadHall(join(import.meta.dirname, '..', '..', 'kiosk-config', 'demo-hall'), { terminal: 'terminal-5', overrides: { platformUrl: 'http://127.0.0.1:1' } });
  if (!loaded.ok) throw new Error('the demonstration hall has mistakes');
  const { hall, terminal, items } = loaded.config;

  // Half a minute each, at a counter that then waits for the last of them.
  const before = await openHallQueue({ store: createSqliteQueueStore(storage), marks: fileMarks(join(home, 'queue-numbers'), false), rules: () => ({ ...RULES, ticketsPerMinute: 600 }), clock, hall });
  const at = { counter: '1', clerk: 'lin' };
  await before.run({ type: 'open', ...at });
  for (let n = 1; n <= PEOPLE; n += 1) {
    await Promise.all([before.run({ type: 'take', class: 'insurance', by: `t${n % 50}`, priority: null, item: null, identified: true, ticket: n.toString(16).padStart(24, '0') }), before.run({ type: 'finish-and-next', ...at })]);
    clock.advance(MINUTE / 2);
  }
  const { version } = before.day();
  await before.close();
  expect(version).toBeGreaterThan(PEOPLE * 2);

  const counted = counting(storage);
  const audit = createAudit({ storage, clock });
  const quiet = () => undefined;
  const role = await startHallRole({
    config: { hall: { ...hall, demo: false }, terminal, items },
    rules: RULES,
    desk: { doubts: () => [], settlePaper: () => 'unknown' },
    serve: { host: '127.0.0.1', port: 0, names: [] },
    storage: counted.storage,
    clock,
    audit,
    link: createPlatformLink({ storage, audit, clock, hall, terminalId: 'terminal-5' }),
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet } as never,
    pages: join(home, 'no-pages'),
  });
  clean.push(() => role.stop());
  expect(counted.rows()).toBe(version);
  expect(role.queue.day().version).toBe(version);

  const board = await new Promise<BoardView>((resolve, reject) => {
    // Who answers is not what this is about.
    const asked = request(new URL('/hall/board?after=20261123-0-0', role.addresses.board), { rejectUnauthorized: false, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => resolve(JSON.parse(text) as BoardView));
    });
    asked.on('error', reject);
    asked.end();
  });
  expect(board.calls.map(({ id }) => id)).toEqual(Array.from({ length: PEOPLE }, (_, index) => PEOPLE - index));
  expect(board.calls.filter(({ awaited }) => awaited).map(({ id }) => id)).toEqual([PEOPLE]);
  // Half a minute each is learned, not the eight of the configuration: behind the one who is called stands nobody.
  expect(board.classes.find(({ id }) => id === 'insurance')?.range?.to).toBeLessThan(5);
  expect(counted.rows()).toBe(version);
}, 120_000);
