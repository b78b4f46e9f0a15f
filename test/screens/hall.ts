/** A hall's queue with its real API on loopback, for pages of the hall in a real browser; times and calls are moved by hand. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hallCertificate } from '../../electron/agent/hall-api/authority.ts';
import { createHallApi, type HallApi, type HallApiDeps } from '../../electron/agent/hall-api/server.ts';
import { createStaffBook } from '../../electron/agent/hall-api/staff.ts';
import { ManualClock } from '../../electron/clock/index.ts';
import { boardViewOf, classViewsOf, createSqliteQueueStore, createSqliteRecords, fileMarks, openHallQueue, ticketViewOf, type Command, type HallQueue, type Outcome, type Range, type ViewContext } from '../../electron/queue/index.ts';
import { openStorage } from '../../electron/storage/index.ts';
import { loadHall } from '../../kiosk-config/index.ts';
import { BUILT, ROOT } from './browser.ts';

/** Monday, half past ten in the morning. */
const MONDAY = Date.parse('2026-11-23T10:24:00+08:00');
const WAITS: Readonly<Record<string, Range | null>> = { insurance: { from: 8, to: 15 }, 'real-estate': { from: 25, to: 40 }, general: { from: 12, to: 25 }, company: { from: 0, to: 0 } };

export type TestHall = {
  queue: HallQueue;
  clock: ManualClock;
  url(): string;
  run(command: Command): Promise<Extract<Outcome, { ok: true }>>;
  /** Takes a number. @returns the ticket's id and its number */
  take(classId: string): Promise<{ ticket: string; number: string }>;
  /** Ends the API as a stop of the agent does; the queue goes on. */
  goAway(): Promise<void>;
  /** Serves again at the same address. */
  comeBack(): Promise<void>;
  close(): Promise<void>;
};

/** @param pages folder of the built pages */
export const startHall = async (pages = BUILT): Promise<TestHall> => {
  const loaded = loadHall(join(ROOT, 'kiosk-config', 'demo-hall'));
  if (!loaded.ok || loaded.config.queue === null) throw new Error('the demonstration hall has no queue');
  const { hall, items, queue: rules } = loaded.config;
  const home = mkdtempSync(join(tmpdir(), 'hall24-hall-'));
  const clock = new ManualClock(MONDAY);
  const storage = openStorage({ home, clock });
  const records = createSqliteRecords(storage);
  const queue = await openHallQueue({ store: createSqliteQueueStore(storage), marks: fileMarks(join(home, 'marks'), false), rules: () => rules, clock, hall });
  const context = (): ViewContext => ({
    hall: { ...hall, area: { zh: '二楼 B 区', en: 'Area B, first floor' } },
    rules,
    items,
    now: Math.max(clock.wall(), queue.day().lastAt),
    local: { weekday: 1, minutes: 624 },
    estimate: (classId) => WAITS[classId] ?? null,
    record: () => ({ share: 0.81, of: 240 }),
    platform: { reachable: true, since: null },
  });
  const ticketView = (id: string) => {
    const ticket = queue.ticket(id);
    return ticket === null ? null : ticketViewOf(queue.day(), context(), ticket);
  };
  const certificate = await hallCertificate(home, hall.name.zh, ['127.0.0.1', 'localhost'], Date.now());
  const staff = createStaffBook({ records, clock });
  let api: HallApi | null = null;
  let port = 0;
  const serve = async (): Promise<void> => {
    api = await createHallApi({
      certificate,
      now: Date.now,
      staff,
      firstManagerCode: () => false,
      run: (command) => queue.run(command),
      version: () => queue.day().version,
      views: { counter: () => null, board: (after) => boardViewOf(queue.day(), context(), after), classes: () => classViewsOf(queue.day(), context()), ticket: ticketView, ticketOf: (number) => queue.day().tickets.get(number)?.ticket ?? null },
      onChange: (listener) => queue.onChange(listener),
      // What managers do is not looked at here.
      desk: { timeZone: hall.timeZone, day: () => queue.day(), book: { current: () => ({ rules }) }, papers: { open: () => [], settle: () => undefined } } as unknown as HallApiDeps['desk'],
      pages,
      audit: { refused: () => undefined, staff: () => undefined },
    });
    port = Number(new URL(await api.app.listen({ host: '127.0.0.1', port })).port);
  };
  await serve();
  const run = async (command: Command): Promise<Extract<Outcome, { ok: true }>> => {
    const outcome = await queue.run(command);
    if (!outcome.ok) throw new Error(`${command.type}: ${outcome.refusal}`);
    return outcome;
  };
  return {
    queue,
    clock,
    url: () => `https://127.0.0.1:${String(port)}`,
    run,
    take: async (classId) => {
      const ticket = randomBytes(12).toString('hex');
      await run({ type: 'take', class: classId, by: `terminal-${String(queue.day().version)}`, priority: null, item: null, identified: true, ticket });
      return { ticket, number: queue.ticket(ticket)?.number ?? '' };
    },
    goAway: async () => {
      await api?.app.close();
      api = null;
    },
    comeBack: serve,
    close: async () => {
      await api?.app.close();
      await queue.close();
      storage.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
};

/** A morning as boards show it: counters open, people waiting, five calls, the newest B047 at counter 3. */
export const aMorning = async (hall: TestHall): Promise<void> => {
  const at = (counter: string) => ({ counter, clerk: `clerk-${counter}` });
  for (const counter of ['1', '2', '3', '4', '5']) await hall.run({ type: 'open', ...at(counter) });
  const finish = async (counter: string): Promise<void> => {
    await hall.run({ type: 'start', ...at(counter) });
    await hall.run({ type: 'finish', ...at(counter) });
  };
  for (let count = 0; count < 46; count += 1) {
    hall.clock.advance(1_000);
    await hall.take('real-estate');
    await hall.run({ type: 'next', ...at('4') });
    await finish('4');
  }
  for (let count = 0; count < 6; count += 1) await hall.take('insurance');
  await hall.take('real-estate');
  for (let count = 0; count < 12; count += 1) await hall.take('real-estate');
  await hall.take('company');
  for (let count = 0; count < 8; count += 1) await hall.take('general');
  for (const counter of ['1', '2', '5', '3']) {
    hall.clock.advance(20_000);
    await hall.run({ type: 'next', ...at(counter) });
  }
};
