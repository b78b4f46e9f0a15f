/** The hall's queue: durable tickets on both engines beside bare inserts, a call on two hundred boards, and a whole day. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { systemClock } from '../../electron/clock/index.ts';
import { createSqliteQueueStore, fileMarks, openHallQueue, openPostgresQueueStore, type HallQueue } from '../../electron/queue/index.ts';
import { openStorage } from '../../electron/storage/index.ts';
import { LEAST_MS } from '../../renderer/board/shown-calls.ts';
import { startPostgres } from '../queue/postgres-server.ts';
import { BUILT, launch } from '../screens/browser.ts';
import Database from 'better-sqlite3';
import { openBoardPage } from './board-page.ts';
import { load, median, percentile, round, say, type Effort, type Figure } from './figures.ts';
import { CLASSES, client, hireStaff, largeHall, openStream, startHallProcess, together, type Shown } from './queue-hall.ts';

const ASKERS = 50;
const ROUNDS = 7;
const TICKETS_PER_ROUND = 600;
const GOAL_PER_SECOND = 200;
const GOAL_P99_MS = 50;
const HALL = { id: 'bench', timeZone: 'Asia/Shanghai', businessDayStartsAt: '04:00' };

interface Engine {
  open(): Promise<HallQueue>;
  /** One durable insert of a row as large as an event, by itself. */
  bare: (row: { version: number; event: string }) => void | Promise<void>;
  close(): Promise<void>;
}

/** Fifty askers inside the hall's process, each asking for its next number as soon as it has one. With terminals and their wire: `queue-wire.ts`. */
const round50 = async (queue: HallQueue, waits: number[]): Promise<number> => {
  let left = TICKETS_PER_ROUND;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: ASKERS }, async (_, asker) => {
      while (left > 0) {
        left -= 1;
        const asked = performance.now();
        const outcome = await queue.run({ type: 'take', class: `class-${(asker % CLASSES) + 1}`, by: `t${asker}`, priority: null, item: null, identified: false, ticket: randomBytes(12).toString('hex') });
        if (!outcome.ok) throw new Error(outcome.refusal);
        waits.push(performance.now() - asked);
      }
    }),
  );
  return (TICKETS_PER_ROUND / (performance.now() - began)) * 1_000;
};

/** The same rows, each in a transaction of its own, one after the other: what the engine's own sync costs. */
const roundBare = async (bare: Engine['bare'], from: number): Promise<number> => {
  const event = JSON.stringify({ type: 'taken', at: Date.now(), number: 'A001', class: 'class-1', ordinal: 1, ticket: '0'.repeat(24), by: 't1', priority: null, item: null, takenAt: Date.now(), lease: null });
  const count = Math.floor(TICKETS_PER_ROUND / 4);
  const began = performance.now();
  for (let n = 0; n < count; n += 1) await bare({ version: from + n, event });
  return (count / (performance.now() - began)) * 1_000;
};

const measureEngine = async (name: 'sqlite' | 'postgresql', engine: Engine): Promise<Figure[]> => {
  const rules = { tickets: [] as number[], bare: [] as number[] };
  const waits: number[] = [];
  const queue = await engine.open();
  try {
    await round50(queue, []);
    await roundBare(engine.bare, 1);
    for (let turn = 0; turn < ROUNDS; turn += 1) {
      rules.tickets.push(await round50(queue, waits));
      rules.bare.push(await roundBare(engine.bare, 1_000_000 * (turn + 1)));
    }
  } finally {
    await queue.close();
    await engine.close();
  }
  const ratio = median(rules.tickets.map((rate, turn) => rate / (rules.bare[turn] ?? Number.NaN)));
  const facts = `${ASKERS} askers at once inside the process, without the wire, ${ROUNDS} rounds of ${TICKETS_PER_ROUND} turn about with bare inserts, ${load()}`;
  return [
    { name: `queue-${name}-rate`, value: round(median(rules.tickets), 0), unit: '/s', against: `durable tickets (append, number claimed, outbox row, one transaction for those that come together), goal at least ${GOAL_PER_SECOND}; ${facts}`, goal: { atLeast: GOAL_PER_SECOND } },
    { name: `queue-${name}-p99`, value: round(percentile(waits, 0.99)), unit: 'ms', against: `asked → durable, goal at most ${GOAL_P99_MS}; median ${round(median(waits))} ms, longest ${round(Math.max(...waits))} ms of ${waits.length}; ${facts}`, goal: { atMost: GOAL_P99_MS } },
    { name: `queue-${name}-ratio`, value: round(ratio, 2), unit: 'ratio', against: `tickets a second ÷ ${round(median(rules.bare), 0)}/s bare inserts of such a row, each durable by itself, same engine and disk; above 1 as those that come together share a sync; ${facts}`, goal: null },
  ];
};

const rules = largeHall(60);

export const measureQueueSqlite = async (_effort: Effort): Promise<Figure[]> => {
  const home = mkdtempSync(join(tmpdir(), 'hall24-bench-queue-'));
  try {
    const storage = openStorage({ home, clock: systemClock });
    const plain = new Database(join(home, 'bare.db'));
    for (const pragma of ['journal_mode = WAL', 'synchronous = FULL']) plain.pragma(pragma);
    plain.exec('CREATE TABLE bare (version INTEGER PRIMARY KEY, event TEXT NOT NULL) STRICT');
    const insert = plain.prepare('INSERT INTO bare (version, event) VALUES (?, ?)');
    return await measureEngine('sqlite', {
      open: () => openHallQueue({ store: createSqliteQueueStore(storage), marks: fileMarks(join(home, 'marks'), false), rules: () => ({ ...rules, ticketsPerMinute: 1_000_000 }), clock: systemClock, hall: HALL }),
      bare: ({ version, event }) => void insert.run(version, event),
      close: async () => {
        plain.close();
        storage.close();
      },
    });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
};

export const measureQueuePostgres = async (_effort: Effort): Promise<Figure[]> => {
  const home = mkdtempSync(join(tmpdir(), 'hall24-bench-queue-'));
  const server = await startPostgres();
  try {
    const url = await server.database('bench');
    const plain = new Client({ connectionString: url });
    await plain.connect();
    await plain.query('CREATE TABLE bare (version integer PRIMARY KEY, event json NOT NULL)');
    return await measureEngine('postgresql', {
      open: async () => {
        const store = await openPostgresQueueStore({ url, hall: HALL.id, knowledge: join(home, 'knowledge') });
        return openHallQueue({ store, marks: fileMarks(join(home, 'marks'), () => store.restored()), rules: () => ({ ...rules, ticketsPerMinute: 1_000_000 }), clock: systemClock, hall: HALL });
      },
      bare: async ({ version, event }) => void (await plain.query({ name: 'bare', text: 'INSERT INTO bare (version, event) VALUES ($1, $2)', values: [version, event] })),
      close: () => plain.end(),
    });
  } finally {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  }
};

const BOARDS = 200;
const COUNTERS = 60;
const CALLS = 150;
/** Calls looked at in the browser: each comes when the light is free, as a crowd of calls takes turns there. */
const PAINTED = 20;
const WAITING = 300;
const BETWEEN_MS = 200;
const GOAL_SHOWN_MS = 100;

/** Call pressed at a counter → on every one of two hundred boards, one of them a real browser's page, with every counter's own screen open beside them. */
export const measureQueueBoards = async (effort: Effort): Promise<Figure[]> => {
  const home = mkdtempSync(join(tmpdir(), 'hall24-bench-queue-'));
  const hall = await startHallProcess({ home, rules: largeHall(COUNTERS), pages: BUILT });
  const browser = await launch();
  const asking = client(hall);
  const streams: { opened: Promise<void>; close: () => void }[] = [];
  try {
    const clerks = Array.from({ length: COUNTERS }, (_, n) => `clerk-${n + 1}`);
    const cookies = await hireStaff(hall, asking, clerks);
    say('boards: staff signed in');
    const cookieOf = (n: number): string => cookies.get(`clerk-${n}`) ?? '';
    for (let n = 1; n <= COUNTERS; n += 1) await asking.post(`/hall/counters/${n}/open`, {}, cookieOf(n));
    await together(20, Array.from({ length: WAITING + PAINTED + CALLS }, (_, n) => n), async (n) => void (await asking.post('/hall/tickets', { class: `class-${(n % CLASSES) + 1}` }, cookieOf((n % COUNTERS) + 1))));
    say(`boards: ${WAITING + PAINTED + CALLS} people wait`);
    /** Number of the last call shown → when, by board. */
    const shownAt: Map<number, number>[] = Array.from({ length: BOARDS - 1 }, () => new Map());
    for (const times of shownAt) {
      streams.push(
        openStream(hall, '/hall/board/stream', (json, at) => {
          const { calls } = JSON.parse(json) as Shown;
          for (const { id } of calls) if (!times.has(id)) times.set(id, at);
        }),
      );
    }
    for (let n = 1; n <= COUNTERS; n += 1) streams.push(openStream(hall, `/hall/counters/${n}/stream`, () => undefined, cookieOf(n)));
    await Promise.all(streams.map(({ opened }) => opened));
    say(`boards: ${BOARDS} boards and ${COUNTERS} counters watch`);
    const page = await openBoardPage(browser, hall.url);
    let calls = 0;
    const press = async (): Promise<{ at: number; number: string }> => {
      calls += 1;
      const counter = ((calls * 7) % COUNTERS) + 1;
      const at = performance.now();
      const { status, body } = await asking.post(`/hall/counters/${counter}/finish-and-next`, {}, cookieOf(counter));
      if (status !== 200) throw new Error(`no call: ${status} ${JSON.stringify(body)}`);
      return { at, number: (body as { numbers: string[] }).numbers.at(-1) ?? '' };
    };
    const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
    const inLight: { at: number; number: string }[] = [];
    for (let call = 1; call <= PAINTED; call += 1) {
      await pause(LEAST_MS + BETWEEN_MS * (0.5 + effort.random()));
      const one = await press();
      inLight.push(one);
      if (!(await page.painted(one.number))) throw new Error(`the browser's board does not show ${one.number}`);
    }
    say(`boards: ${PAINTED} calls painted in the browser`);
    const pressed: number[] = [];
    for (let call = 1; call <= CALLS; call += 1) {
      await pause(BETWEEN_MS * (0.5 + effort.random()));
      pressed.push((await press()).at);
    }
    const end = performance.now() + 5_000;
    while (performance.now() < end && shownAt.some((times) => !times.has(calls))) await pause(20);
    // Two processes, one wall clock.
    const { arrived, painted } = await page.notes();
    const paintMs = inLight.map(({ at, number }) => (painted[number] ?? Number.NaN) - performance.timeOrigin - at);
    shownAt.push(new Map(Object.entries(arrived).map(([id, at]): [number, number] => [Number(id), at - performance.timeOrigin])));
    const missed = shownAt.reduce((sum, times) => sum + pressed.filter((_, index) => !times.has(PAINTED + index + 1)).length, 0);
    const each = shownAt.flatMap((times) => pressed.flatMap((at, index) => (times.has(PAINTED + index + 1) ? [(times.get(PAINTED + index + 1) ?? 0) - at] : [])));
    const slowest = pressed.map((at, index) => Math.max(...shownAt.map((times) => (times.get(PAINTED + index + 1) ?? Number.POSITIVE_INFINITY) - at)));
    return [
      {
        name: 'queue-call-to-boards-p99',
        value: round(percentile(each, 0.99)),
        unit: 'ms',
        against: `POST sent → the call's view at each of ${BOARDS} boards (HTTPS event streams; one of them is a page in a real browser, which paints beside it), ${CALLS} calls, ${WAITING} people waiting, ${COUNTERS} counters with their screens open; goal at most ${GOAL_SHOWN_MS}; median ${round(median(each))} ms, the last board median ${round(median(slowest))} ms, longest ${round(Math.max(...slowest))} ms; ${missed} of ${each.length + missed} not shown; hall and all screens on this machine, ${load()}`,
        goal: { atMost: GOAL_SHOWN_MS },
      },
      {
        name: 'queue-call-painted',
        value: round(Math.max(...paintMs)),
        unit: 'ms',
        against: `POST sent → the frame with the number in the light of the board's page in Chromium without a screen, the longest of ${PAINTED} calls, each made when the light was free, beside the other ${BOARDS - 1} boards and ${COUNTERS} counters; goal at most ${GOAL_SHOWN_MS}; median ${round(median(paintMs))} ms; ${load()}`,
        goal: { atMost: GOAL_SHOWN_MS },
      },
    ];
  } finally {
    for (const { close } of streams) close();
    asking.close();
    await browser.close();
    await hall.kill('SIGTERM');
    rmSync(home, { recursive: true, force: true });
  }
};
