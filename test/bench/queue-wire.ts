/** Numbers at fifty real terminals at once: from the press, over HTTPS with signed requests, to a number that is on the hall's disk and on the terminal's own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../queue/postgres-server.ts';
import { load, median, percentile, round, say, type Effort, type Figure } from './figures.ts';
import { CLASSES, client, hireStaff, largeHall, startHallProcess } from './queue-hall.ts';
import { ownWritesMs, pairTerminals, terminalsHome, type Terminal } from './queue-terminals.ts';

const DISPENSERS = 50;
const ROUNDS = 5;
const TICKETS_PER_ROUND = 600;
const GOAL_PER_SECOND = 200;
const GOAL_P99_MS = 50;
/** The pace at which the time of one press is looked at: the goal's rate, every terminal four times a second. */
const PACE_MS = (DISPENSERS / GOAL_PER_SECOND) * 1_000;
const PACED_PER_TERMINAL = 30;
const OWN_WRITES = 300;
const RESERVES_MS = 120_000;
const BACK_MS = 30_000;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What was given, and how long each took; `alone`: from a terminal's reserve, as the hall did not answer in time. */
interface Given {
  numbers: string[];
  waits: number[];
  alone: number;
}
const nothing = (): Given => ({ numbers: [], waits: [], alone: 0 });

const press = async ({ client: dispenser }: Terminal, classId: string, given: Given): Promise<void> => {
  const asked = performance.now();
  for (;;) {
    const outcome = await dispenser.take({ class: classId, item: null, priority: null, identified: false });
    if (outcome.ok) {
      given.waits.push(performance.now() - asked);
      given.numbers.push(outcome.ticket.number);
      given.alone += outcome.ticket.asOf === null ? 0 : 1;
      return;
    }
    // The hall is too slow and the reserve used up: whoever stands there presses again, and his time goes on.
    if (outcome.refusal !== 'unreachable') throw new Error(outcome.refusal);
    await wait(200);
  }
};

const measureWire = async (name: 'sqlite' | 'postgresql', { random }: Effort, database?: string): Promise<Figure[]> => {
  const home = mkdtempSync(join(tmpdir(), 'hall24-bench-wire-'));
  const homes = terminalsHome();
  const rules = largeHall(60);
  const hall = await startHallProcess({ home: join(home, 'hall'), rules, ...(database === undefined ? {} : { database }) });
  const asking = client(hall);
  const terminals: Terminal[] = [];
  try {
    const cookies = await hireStaff(hall, asking, []);
    terminals.push(...(await pairTerminals({ hall, asking, cookies, rules, home: homes, ids: Array.from({ length: DISPENSERS }, (_, n) => `terminal-${n + 1}`) })));
    for (const one of terminals) one.client.start();
    // Their reserves are asked for first: a new terminal's first minute is no measure of its day.
    const end = performance.now() + RESERVES_MS;
    while (((await hall.memory()).version < DISPENSERS * CLASSES || !terminals.every((one) => one.client.reachable())) && performance.now() < end) await wait(200);
    say(`wire: ${terminals.length} terminals are known and have their reserves`);
    const classOf = (n: number): string => `class-${(n % CLASSES) + 1}`;
    const all: string[] = [];

    /** Each asks for its next number as soon as it has one. */
    const busy = async (): Promise<{ rate: number; given: Given }> => {
      const given = nothing();
      let left = TICKETS_PER_ROUND;
      const began = performance.now();
      await Promise.all(
        terminals.map(async (one, n) => {
          while (left > 0) {
            left -= 1;
            await press(one, classOf(n), given);
          }
        }),
      );
      all.push(...given.numbers);
      return { rate: ((TICKETS_PER_ROUND - given.alone) / (performance.now() - began)) * 1_000, given };
    };
    await busy();
    const busyRounds = [];
    for (let turn = 0; turn < ROUNDS; turn += 1) busyRounds.push(await busy());

    /** At the goal's pace, each at moments of its own; whoever is late does not wait for the one before. */
    const paced = nothing();
    // Whoever lost the hall in the crowd before is back with it first.
    const backBy = performance.now() + BACK_MS;
    while (!terminals.every((one) => one.client.reachable()) && performance.now() < backBy) await wait(50);
    const began = performance.now();
    await Promise.all(
      terminals.flatMap((one, n) =>
        Array.from({ length: PACED_PER_TERMINAL }, async (_, turn) => {
          await wait(Math.max(0, began + (turn + random()) * PACE_MS - performance.now()));
          await press(one, classOf(n), paced);
        }),
      ),
    );
    const pace = (paced.waits.length / (performance.now() - began)) * 1_000;
    all.push(...paced.numbers);
    if (new Set(all).size !== all.length) throw new Error('a number was given twice');
    const lost = terminals.reduce((sum, one) => sum + one.lost(), 0);
    const alone = paced.alone + busyRounds.reduce((sum, { given }) => sum + given.alone, 0);
    const own = ownWritesMs(join(home, 'one-terminal'), OWN_WRITES);
    const ownP99 = percentile(own, 0.99);
    const busyWaits = busyRounds.flatMap(({ given }) => given.waits);
    const facts = `${DISPENSERS} terminals in one process beside the hall's, each with its key, connections and database (${homes.startsWith('/dev/shm') ? 'in memory, as they have fifty disks and not the hall\'s' : 'all on the hall\'s disk'}); HTTPS, each request signed (RFC 9421) and its answer kept before it is told; ${all.length} numbers, none twice; ${alone} from a reserve as the hall was too slow (they are not in the rate), the hall found away ${lost} times; ${load()}`;
    return [
      { name: `queue-wire-${name}-rate`, value: round(median(busyRounds.map(({ rate }) => rate)), 0), unit: '/s', against: `numbers told at terminals, each asking again when it has one, goal at least ${GOAL_PER_SECOND}; asked → told then: median ${round(median(busyWaits))} ms, p99 ${round(percentile(busyWaits, 0.99))} ms; ${facts}`, goal: { atLeast: GOAL_PER_SECOND } },
      { name: `queue-wire-${name}-p99`, value: round(percentile(paced.waits, 0.99) + ownP99), unit: 'ms', against: `pressed → told (p99 ${round(percentile(paced.waits, 0.99))} ms) and the two synced writes on the terminal's own disk (measured by themselves: median ${round(median(own), 2)}, p99 ${round(ownP99, 2)} ms), at ${round(pace, 0)} presses a second by all together (meant: ${GOAL_PER_SECOND}), goal at most ${GOAL_P99_MS}; median ${round(median(paced.waits))} ms, longest ${round(Math.max(...paced.waits))} ms of ${paced.waits.length}; ${facts}`, goal: { atMost: GOAL_P99_MS } },
    ];
  } finally {
    for (const one of terminals) await one.close();
    asking.close();
    await hall.kill('SIGTERM');
    for (const folder of [home, homes]) rmSync(folder, { recursive: true, force: true });
  }
};

export const measureQueueWireSqlite = (effort: Effort): Promise<Figure[]> => measureWire('sqlite', effort);

export const measureQueueWirePostgres = async (effort: Effort): Promise<Figure[]> => {
  const server = await startPostgres();
  try {
    return await measureWire('postgresql', effort, await server.database('bench'));
  } finally {
    await server.stop();
  }
};
