/** The hall's queue and the platform: every event once and in order, whatever the line does; agreed times come back. */
import Database from 'better-sqlite3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../../electron/audit/index.ts';
import { isoWithOffset, systemClock } from '../../electron/clock/index.ts';
import { createPlatformLink, type PlatformLink } from '../../electron/platform/index.ts';
import { createAppointmentBook, createSqliteQueueStore, createTeller, fileMarks, openHallQueue, toldOf, type HallQueue, type QueueStore, type Teller } from '../../electron/queue/index.ts';
import { openStorage, type Storage } from '../../electron/storage/index.ts';
import { loadHall, type Queue } from '../../kiosk-config/index.ts';
import { DEMO_CODE, createPlatform } from './server.ts';

const HALL = { id: 'qingxi', timeZone: 'Asia/Shanghai', businessDayStartsAt: '00:00' };
let dir = '';
let platform: Awaited<ReturnType<typeof createPlatform>>;
let url = '';
let storage: Storage;
let link: PlatformLink;
let store: QueueStore;
let queue: HallQueue;
let teller: Teller;
let tickets = 0;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hall24-queue-news-'));
  platform = await createPlatform({ dir: join(dir, 'platform'), control: true });
  url = await platform.app.listen({ port: 0, host: '127.0.0.1' });
  storage = openStorage({ home: join(dir, 'home'), clock: systemClock });
  link = createPlatformLink({ storage, audit: createAudit({ storage, clock: systemClock }), clock: systemClock, hall: { id: HALL.id, demo: true, platform: { url, enrolmentCode: DEMO_CODE } }, terminalId: 'terminal-5', timeoutMs: 2_000 });
  store = createSqliteQueueStore(storage);
  const loaded = loadHall(join(import.meta.dirname, '..', '..', 'kiosk-config', 'demo-hall'));
  const rules = (loaded.ok ? loaded.config.queue : null) as Queue;
  queue = await openHallQueue({ store, marks: fileMarks(join(dir, 'marks'), false), rules: () => rules, clock: systemClock, hall: HALL });
  teller = createTeller({ store, link, clock: systemClock, incarnation: () => storage.incarnation, hall: HALL, random: () => 0.05 });
  queue.onChange(() => teller.wake());
  teller.start();
});
afterEach(async () => {
  await teller.stop();
  await queue.close();
  storage.close();
  await platform.close();
  rmSync(dir, { recursive: true });
});

const take = async (): Promise<void> => {
  tickets += 1;
  await queue.run({ type: 'take', class: 'insurance', by: `t${tickets}`, priority: null, item: null, identified: true, ticket: tickets.toString(16).padStart(24, '0') });
};
const mode = (name: string): Promise<Response> => fetch(`${url}/control/mode`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ mode: name }) });
const toldAll = async (): Promise<void> => {
  while ((await store.untold(1)).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
};
const kept = (): { version: number; event: string }[] => {
  const database = new Database(join(dir, 'platform', 'platform.sqlite'), { readonly: true });
  const rows = database.prepare('SELECT version, event FROM queue_events ORDER BY version').all() as { version: number; event: string }[];
  database.close();
  return rows;
};

describe('what happens in the queue', () => {
  it.each(['5xx', 'half-body', 'html'])('reaches a platform in the mode %s once and in order, after it is well again', async (trouble) => {
    await take();
    await mode(trouble);
    await Promise.all([take(), take(), take()]);
    await queue.run({ type: 'open', counter: '1', clerk: 'lin' });
    await queue.run({ type: 'next', counter: '1', clerk: 'lin' });
    await mode('normal');
    teller.wake();
    await toldAll();
    const own = await store.read(queue.day().day, 0);
    expect(kept().map(({ event }) => JSON.parse(event) as unknown)).toEqual(own.map((one) => toldOf(one, HALL.timeZone)));
  });

  it('is told without the ticket\'s secret and without what clerks wrote', async () => {
    await take();
    await queue.run({ type: 'open', counter: '1', clerk: 'lin' });
    await queue.run({ type: 'call', counter: '1', clerk: 'lin', number: 'A001', reason: 'knows the director' });
    await toldAll();
    const all = JSON.stringify(kept());
    expect(all).not.toContain('director');
    expect(all).not.toContain(tickets.toString(16).padStart(24, '0'));
    expect(all).toContain('outOfTurn');
  });
});

describe('agreed times', () => {
  it('come from the platform, are kept, and let somebody check in once while the platform is gone', async () => {
    const now = Date.now();
    const day = queue.day().day;
    const made = await fetch(`${url}/control/appointments`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ hall: HALL.id, day, class: 'insurance', at: isoWithOffset(now + 600_000, HALL.timeZone) }) });
    const { id } = (await made.json()) as { id: string };
    let file: unknown = null;
    const book = createAppointmentBook({ file: { read: () => file, write: (value) => (file = value) }, link, clock: systemClock, hall: HALL, today: () => day });
    book.start();
    while (book.find(id) === null) await new Promise((resolve) => setTimeout(resolve, 20));
    book.stop();
    const later = createAppointmentBook({ file: { read: () => file, write: () => undefined }, link, clock: systemClock, hall: HALL, today: () => day });
    const appointment = later.find(id.toLowerCase());
    if (appointment === null) throw new Error('the agreed time was not kept');
    const checkIn = { type: 'check-in', appointment, by: 'terminal-5', priority: null, ticket: 'a'.repeat(24) } as const;
    expect(await queue.run(checkIn)).toMatchObject({ ok: true, events: [{ type: 'checked-in', number: 'Y001' }] });
    expect(await queue.run({ ...checkIn, ticket: 'b'.repeat(24) })).toEqual({ ok: false, refusal: 'already-checked-in' });
    expect(later.find('Y000000000000')).toBeNull();
  });
});
