/**
 * Boards whose line broke, at a hall with a long morning behind it: over real HTTPS they come back by themselves and are told every call that was made
 * meanwhile, each once, however many and however long it took.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ManualClock } from '../../electron/clock/index.ts';
import { createSqliteQueueStore, fileMarks, openHallQueue, type BoardView, type HallQueue } from '../../electron/queue/index.ts';
import { NINE, RULES } from '../../electron/queue/rules/fixtures.ts';
import { openStorage } from '../../electron/storage/index.ts';
import type { Queue } from '../../kiosk-config/index.ts';
import { hear, isDue, type Heard } from '../../renderer/board/heard.ts';
import { openStream } from '../bench/queue-hall.ts';
import { HALL, openLanHall, type LanHall } from './lan-hall.ts';

const rules: Queue = { ...RULES, ticketsPerMinute: 600 };
const LONG = { timeout: 60_000, interval: 20 };

let home = '';
let clock: ManualClock;
let hall: LanHall;
let made: { id: number; number: string }[];
const clean: (() => unknown)[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hall24-boards-'));
  clock = new ManualClock(NINE);
  made = [];
});
afterEach(async () => {
  for (const one of clean.splice(0).reverse()) await one();
  rmSync(home, { recursive: true, force: true });
});

const act = async (queue: HallQueue, type: 'open' | 'next' | 'start' | 'finish', counter = '1', clerk = 'lin'): Promise<void> => {
  const outcome = await queue.run({ type, counter, clerk });
  if (!outcome.ok) throw new Error(`${type}: ${outcome.refusal}`);
  for (const event of outcome.events) if (event.type === 'called') made.push({ id: made.length + 1, number: event.number });
};
let tickets = 0;
const take = (queue: HallQueue): Promise<unknown> => queue.run({ type: 'take', class: 'insurance', by: `t${(tickets += 1) % 50}`, priority: null, item: null, identified: true, ticket: tickets.toString(16).padStart(24, '0') });
/** At once for the disk. */
const TOGETHER = 10;
/** So many people come, are called and served, three a minute. */
const serve = async (queue: HallQueue, people: number): Promise<void> => {
  for (let n = 0; n < people; n += TOGETHER) {
    const now = Math.min(TOGETHER, people - n);
    clock.advance(now * 20_000);
    await Promise.all(Array.from({ length: now }, () => [take(queue), act(queue, 'next'), act(queue, 'start'), act(queue, 'finish')]).flat());
  }
};
/** The hall works on without its API: as during a restart that takes long, or behind a network that is split. */
const behindTheirBacks = async (work: (queue: HallQueue) => Promise<void>): Promise<void> => {
  const storage = openStorage({ home, clock });
  const queue = await openHallQueue({ store: createSqliteQueueStore(storage), marks: fileMarks(join(home, 'queue-numbers'), false), rules: () => rules, clock, hall: HALL });
  await work(queue);
  await queue.close();
  storage.close();
};
const open = async (port = 0): Promise<void> => {
  hall = await openLanHall({ home, clock, rules, port });
};

interface Board {
  /** What the page's own rule calls new, in order. */
  news: { id: number; number: string }[];
  /** Of those, what it would speak. */
  spoken: string[];
  version: number;
}
const authority = (): string => (JSON.parse(readFileSync(join(home, 'keys', 'hall-certificate.json'), 'utf8')) as { authority: { certificate: string } }).authority.certificate;
const board = async (): Promise<Board> => {
  const seen: Board = { news: [], spoken: [], version: -1 };
  let heard: Heard | null = null;
  const stream = openStream({ url: hall.url, authority: authority() }, '/hall/board/stream', (json) => {
    const view = JSON.parse(json) as BoardView;
    const { heard: now, fresh } = hear(heard, view);
    heard = now;
    for (const call of fresh) {
      seen.news.push({ id: call.id, number: call.number });
      if (isDue(call, view.now)) seen.spoken.push(call.number);
    }
    seen.version = view.version;
  });
  clean.push(stream.close);
  await stream.opened;
  return seen;
};

test('after a restart with thousands of events behind it every board is told each call once and in order, and speaks only whom somebody awaits', async () => {
  await behindTheirBacks(async (queue) => {
    await act(queue, 'open');
    await serve(queue, 700);
  });
  await open();
  clean.push(() => hall.close());
  expect(hall.queue.day().version).toBeGreaterThan(2_700);
  const boards = await Promise.all([board(), board(), board()]);
  await serve(hall.queue, 5);
  await vi.waitFor(() => expect(boards.map(({ version }) => version)).toEqual(Array(3).fill(hall.queue.day().version)), LONG);
  const before = made.length;

  await hall.close();
  await behindTheirBacks(async (queue) => {
    await serve(queue, 300);
    await take(queue);
    clock.advance(60_000);
    await act(queue, 'next');
    clock.advance(120_000);
  });
  await open(hall.port);
  await vi.waitFor(() => expect(boards.map(({ version }) => version)).toEqual(Array(3).fill(hall.queue.day().version)), LONG);
  await act(hall.queue, 'finish');
  await serve(hall.queue, 3);
  await vi.waitFor(() => expect(boards.map(({ version }) => version)).toEqual(Array(3).fill(hall.queue.day().version)), LONG);
  for (const one of boards) {
    expect(one.news).toEqual(made.slice(700));
    const away = made.slice(before, before + 301).map(({ number }) => number);
    expect(one.spoken.filter((number) => away.includes(number))).toEqual([made[before + 300]?.number]);
  }
}, 180_000);

test('a browser that comes back by itself says it in the header, and that is newer than the address it asks for', async () => {
  await open();
  clean.push(() => hall.close());
  await act(hall.queue, 'open');
  await serve(hall.queue, 30);
  const at = async (path: string): Promise<BoardView> => (await hall.api.app.inject({ method: 'GET', url: path })).json();
  const { cursor, calls } = await at('/hall/board');
  expect(calls).toHaveLength(12);
  await serve(hall.queue, 40);
  expect((await at(`/hall/board?after=${cursor}`)).calls.map(({ id }) => id)).toEqual(Array.from({ length: 40 }, (_, index) => 70 - index));
  expect((await hall.api.app.inject({ method: 'GET', url: '/hall/board?after=nonsense' })).statusCode).toBe(400);

  const first = (path: string, lastEventId?: string): Promise<{ id: string; view: BoardView }> =>
    new Promise((resolve, reject) => {
      const asked = request(`${hall.url}${path}`, { ca: authority(), agent: false, headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId } }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
          const [, id, data] = /id: (.*)\nevent: view\ndata: (.*)\n\n/.exec(text) ?? [];
          if (id === undefined || data === undefined) return;
          asked.destroy();
          resolve({ id, view: JSON.parse(data) as BoardView });
        });
        answer.on('error', () => undefined);
      });
      asked.on('error', reject);
      asked.end();
    });
  const newer = (await at('/hall/board')).cursor;
  await serve(hall.queue, 20);
  const told = await first(`/hall/board/stream?after=${cursor}`, newer);
  expect(told.view.calls).toHaveLength(20);
  expect(told.id).toBe(told.view.cursor);
  expect((await first(`/hall/board/stream?after=${cursor}`)).view.calls).toHaveLength(60);
  // What another server numbered is no place here; the address counts then.
  expect((await first(`/hall/board/stream?after=${cursor}`, 'nonsense')).view.calls).toHaveLength(60);
}, 120_000);
