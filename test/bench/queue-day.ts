/** A whole day of a large hall at a hundred times its speed, with the hall's agent killed and started again in the middle of it. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entry } from '../../electron/entry.ts';
import { hear, type BoardCall, type Heard } from '../../renderer/board/heard.ts';
import { systemClock } from '../../electron/clock/index.ts';
import { readHome } from '../queue/read-log.ts';
import { load, median, percentile, round, say, type Effort, type Figure } from './figures.ts';
import { CLASSES, client, hireStaff, largeHall, openStream, signIn, startHallProcess, type HallClient, type HallProcess, type Shown } from './queue-hall.ts';
import { pairTerminals, terminalsHome, type Terminal } from './queue-terminals.ts';

const TICKETS = 16_000;
const COUNTERS = 60;
const TERMINALS = 20;
const BOARDS = 20;
const SPEED = 100;
/** Nine to five. */
const DAY_MS = 8 * 3_600_000;
/** Mean of a service in real milliseconds: sixty counters are nearly always busy. */
const SERVICE_MS = 850;
const NOBODY_WAITS_MS = 150;
const PRESSES_AGAIN_MS = 1_000;
const GOAL_BACK_MS = 3_000;
/** Heap of the hall's process in its second half, after collection: the day itself stays in memory. */
const GOAL_HEAP_MB = 64;
/** The same of what the process holds of the machine's memory. */
const GOAL_RESIDENT_MB = 96;
const TOLD_WITHIN_MS = 60_000;
const MEMORY_EVERY_MS = 5_000;

/** A call as the log has it, or as a board was told it. */
type Call = Pick<BoardCall, 'id' | 'number' | 'counter' | 'again'>;

interface Board {
  /** What the page's own rule calls new, in the order in which it came. */
  news: Call[];
  heard: Heard | null;
  /** The highest version shown, and when it was. */
  version: number;
  at: number;
  close: () => void;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** @throws when it is not so in {@link TOLD_WITHIN_MS} */
const until = async (so: () => boolean): Promise<void> => {
  const end = performance.now() + TOLD_WITHIN_MS;
  while (!so()) {
    if (performance.now() > end) throw new Error('terminals do not reach their hall, or it does not take what they tell');
    await wait(50);
  }
};

const watch = (hall: HallProcess): { board: Board; opened: Promise<void> } => {
  const board: Board = { news: [], heard: null, version: 0, at: 0, close: () => undefined };
  const { opened, close } = openStream(hall, '/hall/board/stream', (json, at) => {
    const view = JSON.parse(json) as Shown;
    const { heard, fresh } = hear(board.heard, view);
    board.heard = heard;
    for (const { id, number, counter, again } of fresh) board.news.push({ id, number, counter, again });
    board.version = view.version;
    board.at = at;
  });
  board.close = close;
  return { board, opened };
};

/** Somebody of the staff: asks again when the hall was away, and signs in again when it forgot him. */
const person = (name: string, cookie: string, asking: HallClient, over: () => boolean) => {
  let mine = cookie;
  return async (path: string, body: unknown): Promise<{ status: number; body: unknown }> => {
    for (;;) {
      try {
        const answer = await asking.post(path, body, mine);
        if (answer.status !== 401) return answer;
        mine = await signIn(asking, name);
      } catch {
        if (over()) return { status: 0, body: null };
        // Whoever reads that the hall is away presses again after a second.
        await wait(PRESSES_AGAIN_MS);
      }
    }
  };
};

/** @returns how many calls of the log were never news to a board, news more than once, never made, or news before an earlier one */
const faultsIn = (made: readonly string[], news: readonly string[]): [number, number, number, number] => {
  const [log, heard] = [new Map(made.map((call, index) => [call, index])), new Set(news)];
  const places = news.flatMap((call) => log.get(call) ?? []);
  return [made.filter((call) => !heard.has(call)).length, news.length - heard.size, [...heard].filter((call) => !log.has(call)).length, places.filter((place, index) => place < (places[index - 1] ?? -1)).length];
};

export const measureQueueDay = async ({ dayShare, random }: Effort): Promise<Figure[]> => {
  const home = mkdtempSync(join(tmpdir(), 'hall24-bench-day-'));
  const homes = terminalsHome();
  const tickets = Math.round(TICKETS * dayShare);
  const lastsMs = (DAY_MS * dayShare) / SPEED;
  const rules = largeHall(COUNTERS);
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  // Staff are hired in their own time: a one-time code is over in half an hour.
  const time = { wall: Date.parse(`${today}T09:00:00+08:00`), since: Date.now(), speed: 1 };
  let hall = await startHallProcess({ home, rules, time });
  const boards: Board[] = [];
  const machines: Terminal[] = [];
  let asking = client(hall);
  try {
    const clerks = Array.from({ length: COUNTERS }, (_, n) => `clerk-${n + 1}`);
    const terminals = Array.from({ length: TERMINALS }, (_, n) => `terminal-${n + 1}`);
    const cookies = await hireStaff(hall, asking, clerks);
    // Terminals live in the hall's time; what waits for a wire waits in ours.
    const clock = { ...systemClock, wall: () => time.wall + (Date.now() - time.since) * time.speed, monotonic: () => performance.now() * SPEED };
    machines.push(...(await pairTerminals({ hall, asking, cookies, rules, home: homes, ids: terminals, clock })));
    // Nine o'clock is now.
    await hall.kill('SIGTERM');
    Object.assign(time, { since: Date.now(), speed: SPEED });
    hall = await startHallProcess({ home, rules, port: hall.port, time });
    asking.close();
    asking = client(hall);
    const watching = Array.from({ length: BOARDS }, () => watch(hall));
    boards.push(...watching.map(({ board }) => board));
    await Promise.all(watching.map(({ opened }) => opened));
    for (const one of machines) one.client.start();
    await until(() => machines.every(({ client: one }) => one.reachable()));
    say(`day: ${tickets} tickets in ${round(lastsMs / 1_000, 0)} s at ${SPEED} times the speed begin`);

    const began = performance.now();
    let taken = 0;
    /** The hall closes; the memory is no longer looked at. */
    const now = { closed: false, measuring: true };
    const takeMs: number[] = [];
    const callMs: number[] = [];
    const refused = new Map<string, number>();
    const note = (status: number, body: unknown): void => {
      if (status !== 409) return;
      const { refusal } = body as { refusal: string };
      refused.set(refusal, (refused.get(refusal) ?? 0) + 1);
    };
    const exponential = (mean: number): number => -mean * Math.log(1 - random());
    const given: string[] = [];
    let alone = 0;
    const terminal = async ({ client: machine }: Terminal): Promise<void> => {
      let due = began;
      while (taken < tickets) {
        taken += 1;
        due += exponential((lastsMs * TERMINALS) / tickets);
        // People come when they come, however long the one before them took.
        await wait(Math.max(0, due - performance.now()));
        const asked = performance.now();
        const outcome = await machine.take({ class: `class-${Math.floor(random() * CLASSES) + 1}`, priority: random() < 0.1 ? 'elder' : null, item: null, identified: false });
        takeMs.push(performance.now() - asked);
        if (!outcome.ok) refused.set(outcome.refusal, (refused.get(outcome.refusal) ?? 0) + 1);
        else {
          given.push(outcome.ticket.number);
          if (outcome.ticket.asOf !== null) alone += 1;
        }
      }
    };
    const clerk = async (name: string, counter: number): Promise<void> => {
      const ask = person(name, cookies.get(name) ?? '', asking, () => now.closed);
      const act = async (what: string): Promise<{ status: number; body: unknown }> => {
        const answer = await ask(`/hall/counters/${counter}/${what}`, {});
        note(answer.status, answer.body);
        return answer;
      };
      await act('open');
      while (!now.closed) {
        const pressed = performance.now();
        const { status } = await act('finish-and-next');
        callMs.push(performance.now() - pressed);
        if (status !== 200) {
          await wait(NOBODY_WAITS_MS);
          continue;
        }
        if (random() < 0.04) {
          await wait(100);
          await act('recall');
          await wait(100);
          await act('miss');
          continue;
        }
        await wait(exponential(SERVICE_MS / 6));
        await act('start');
        await wait(exponential((SERVICE_MS * 5) / 6));
      }
    };
    const memory: { at: number; rss: number; heapUsed: number; open: number }[] = [];
    const clerksDone = clerks.map((name, n) => clerk(name, n + 1));
    const terminalsDone = machines.map((one) => terminal(one));

    // In the middle of it the hall dies and is started again.
    await wait(lastsMs / 2);
    const before = Math.max(...boards.map(({ version }) => version));
    const killed = performance.now();
    await hall.kill('SIGKILL');
    const started = performance.now();
    hall = await startHallProcess({ home, rules, port: hall.port, time });
    const end = performance.now() + 60_000;
    while (boards.some(({ at, version }) => at < started || version < before) && performance.now() < end) await wait(10);
    const back = boards.map(({ at, version }) => (at < started || version < before ? Number.POSITIVE_INFINITY : at - killed));
    const firstBack = Math.max(...back);
    const readyMs = hall.readyMs;
    say(`day: killed in the middle at version ${before}; process ready again in ${round(readyMs, 0)} ms, all boards right after ${round(firstBack, 0)} ms`);

    const measured = (async () => {
      while (now.measuring) {
        const { rss, heapUsed, open } = await hall.memory();
        memory.push({ at: performance.now() - began, rss, heapUsed, open });
        await wait(MEMORY_EVERY_MS);
      }
    })();
    // Should something else fail first, that is what is told.
    measured.catch(() => undefined);
    await Promise.all(terminalsDone);
    const lasted = performance.now() - began;
    // What was given without the hall has joined when each says that it is told everything.
    await until(() => machines.every(({ client: one }) => one.reachable()));
    await wait(2_000);
    now.closed = true;
    await Promise.all(clerksDone);
    now.measuring = false;
    await measured;
    await wait(2_000);
    const last = await hall.memory();

    const reader = readHome(home);
    const log = (await reader.next()).rows.filter(({ day }) => day === today.replaceAll('-', ''));
    await reader.close();
    const calls: Call[] = [];
    for (const { event } of log) {
      const { type, number, counter } = event as { type: string; number: string; counter: string };
      if (type === 'called' || type === 'recalled') calls.push({ id: calls.length + 1, number, counter, again: type === 'recalled' });
    }
    const nameOf = ({ id, number, counter, again }: Call): string => `${id} ${number} ${counter} ${again}`;
    const [missed, twice, invented, outOfOrder] = [0, 0, 0, 0].map((_, n) => boards.reduce((sum, { news }) => sum + (faultsIn(calls.map(nameOf), news.map(nameOf))[n] ?? 0), 0)) as [number, number, number, number];
    const behind = boards.filter(({ version }) => version !== last.version).length;
    const checked = await new Promise<string>((resolve) => void execFile(process.execPath, [entry('queue-check'), '--home', home, '--rules', join(home, 'rules.json')], (error, out, said) => resolve(error === null ? `queue-check: all well (${out.trim()})` : `QUEUE-CHECK FAILED: ${out} ${said}`)));
    const settled = memory.slice(Math.floor(memory.length / 4));
    const growth = (last.heapUsed - Math.min(...settled.map(({ heapUsed }) => heapUsed))) / 1e6;
    const residentGrowth = (last.rss - Math.min(...settled.map(({ rss }) => rss))) / 1e6;
    const inLog = new Set(log.flatMap(({ event }) => ((event as { type: string }).type === 'taken' ? [(event as { number: string }).number] : [])));
    const [notInLog, givenTwice, notJoined] = [given.filter((number) => !inLog.has(number)).length, given.length - new Set(given).size, machines.reduce((sum, one) => sum + one.refusedJoins(), 0)];
    const words = [...refused].map(([word, times]) => `${word} ${times}`).join(', ');
    const facts = `${log.filter(({ event }) => (event as { type: string }).type === 'taken').length} tickets, ${log.length} events, ${calls.length} calls and recalls, ${COUNTERS} counters, ${TERMINALS} paired terminals with their signed wire, reserves and disks, ${BOARDS} boards over HTTPS; ${round(dayShare * 100, 0)} % of a day of 8 hours in ${round(lasted / 1_000, 0)} s, ${round((DAY_MS * dayShare) / lasted, 0)} times the speed; SQLite, platform out of reach; ${load()}`;
    if (checked.startsWith('QUEUE')) throw new Error(checked);
    return [
      { name: 'queue-day-missed', value: missed + twice + invented + outOfOrder + behind, unit: 'calls', against: `of ${calls.length * boards.length} calls to boards by the log: ${missed} that were never news to the board by the page's own rule, ${twice} that were twice, ${outOfOrder} out of order, ${invented} that nobody made; ${behind} boards that did not end at the log's last version; goal 0; ${checked}; refused: ${words === '' ? 'nothing' : words}; ${facts}`, goal: { atMost: 0 } },
      { name: 'queue-day-numbers', value: notInLog + givenTwice + notJoined, unit: 'numbers', against: `of ${given.length} numbers that citizens were told at the terminals, ${alone} of them from a reserve, the hall away or too slow: ${givenTwice} told twice, ${notInLog} not in the hall's log at the end, ${notJoined} not taken in; goal 0; ${facts}`, goal: { atMost: 0 } },
      { name: 'queue-day-take-p99', value: round(percentile(takeMs, 0.99)), unit: 'ms', against: `pressed at a terminal → told; median ${round(median(takeMs))} ms; next pressed → answered: median ${round(median(callMs))} ms, p99 ${round(percentile(callMs, 0.99))} ms; the time without the hall is in both: a terminal gives from its reserve then; ${facts}`, goal: null },
      { name: 'queue-day-heap', value: round(growth), unit: 'MB', against: `heap of the hall's process after collection, end less its least after it had settled, half a day of tickets kept in memory by design; goal at most ${GOAL_HEAP_MB}; ${settled.map(({ heapUsed }) => round(heapUsed / 1e6, 0)).join(' ')} MB on the way; ${facts}`, goal: { atMost: GOAL_HEAP_MB } },
      { name: 'queue-day-resident', value: round(residentGrowth), unit: 'MB', against: `resident memory of the hall's process at the same moments, end less its least after it had settled; goal at most ${GOAL_RESIDENT_MB}; ${settled.map(({ rss }) => round(rss / 1e6, 0)).join(' ')} MB on the way, ${round(last.rss / 1e6, 0)} at the end; ${facts}`, goal: { atMost: GOAL_RESIDENT_MB } },
      { name: 'queue-day-restart', value: round(firstBack, 0), unit: 'ms', against: `kill -9 in the middle of the day (${before} events) and started again at once → the last board shows the day as it was or later, goal at most ${GOAL_BACK_MS}; process started → ready ${round(readyMs, 0)} ms; boards come back as the page does, and say what they had; ${facts}`, goal: { atMost: GOAL_BACK_MS } },
    ];
  } finally {
    for (const { close } of boards) close();
    for (const one of machines) await one.close();
    asking.close();
    await hall.kill('SIGKILL').catch(() => undefined);
    for (const folder of [home, homes]) rmSync(folder, { recursive: true, force: true });
  }
};
