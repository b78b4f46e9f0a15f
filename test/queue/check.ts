/**
 * `npm run -s queue-check -- --home DIR | --database URL|env:NAME [--rules QUEUE.YAML] [--for SECONDS]`: reads the log of a hall that may be running and
 * says what must not be. Exit 0: all is well · 1: something is wrong, one line each · 2: it cannot be read. With `--for` it goes on reading what comes.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { queue as queueSchema } from '../../kiosk-config/index.ts';
import { createInvariants, type Invariants, type OrderRules } from './invariants.ts';
import { readDatabase, readHome, type LogReader } from './read-log.ts';

const AGAIN_MS = 500;
/** More of the same helps nobody. */
const MOST_TOLD = 50;

const { values } = parseArgs({ options: { home: { type: 'string' }, database: { type: 'string' }, rules: { type: 'string' }, for: { type: 'string', default: '0' } } });
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const seconds = Number(values.for);
if ((values.home === undefined) === (values.database === undefined) || !(seconds >= 0)) {
  say('queue-check takes --home DIR or --database URL (or env:NAME), and with it --rules QUEUE.YAML and --for SECONDS');
  process.exit(2);
}

const addressOf = (database: string): string => (database.startsWith('env:') ? (process.env[database.slice(4)] ?? '') : database);

/** The largest head start anybody can have: priorities, agreed times, and what a counter's weight for a class adds. */
const orderOf = (rules: unknown): OrderRules | null => {
  if (rules === null) return null;
  const { priorities, appointments, counters } = queueSchema.parse(rules);
  const minutesPerWeight = 5;
  const weights = Math.max(1, ...counters.flatMap(({ skills }) => skills.map(({ weight }) => weight)));
  const starts = [0, ...priorities.map(({ headStartMinutes }) => headStartMinutes), appointments === undefined ? 0 : appointments.headStartMinutes + appointments.lateMinutes];
  return { boundMinutes: Math.max(...starts) + (weights - 1) * minutesPerWeight, serves: new Map(counters.map(({ id, skills }) => [id, new Set(skills.map((skill) => skill.class))])) };
};

const halls = new Map<string, Invariants>();
let order: OrderRules | null = null;
const wrong: string[] = [];
const look = async (reader: LogReader): Promise<void> => {
  const { rows, numbers } = await reader.next();
  for (const { hall, day, version, event } of rows) {
    let books = halls.get(hall);
    if (books === undefined) {
      books = createInvariants(order);
      halls.set(hall, books);
    }
    wrong.push(...books.look(day, version, event));
  }
  for (const [key, claimed] of numbers) {
    const [hall = '', day = ''] = key.split(' ');
    const given = halls.get(hall)?.numbers(day) ?? new Set();
    for (const number of claimed) if (!given.has(number)) wrong.push(`${day}: ${number} stands in the table of numbers and in no event`);
    for (const number of given) if (!claimed.has(number)) wrong.push(`${day}: ${number} was given and does not stand in the table of numbers`);
  }
};

try {
  const reader = values.home === undefined ? await readDatabase(addressOf(values.database ?? '')) : readHome(values.home);
  order = orderOf(reader.rules() ?? (values.rules === undefined ? null : (parse(readFileSync(values.rules, 'utf8')) as unknown)));
  const end = performance.now() + seconds * 1_000;
  let stopped = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => (stopped = true));
  if (seconds > 0) say('reading until SIGTERM');
  for (;;) {
    await look(reader);
    if (stopped || wrong.length > 0 || performance.now() >= end) break;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
  await reader.close();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exit(2);
}
const all = [...halls.values()].map((books) => books.counts());
const sum = (pick: (one: (typeof all)[number]) => number): number => all.reduce((total, one) => total + pick(one), 0);
process.stdout.write(`${JSON.stringify({ halls: all.length, days: sum((one) => one.days), events: sum((one) => one.events), numbers: sum((one) => one.numbers), calls: sum((one) => one.calls), order: order === null ? 'not looked at' : `within ${order.boundMinutes} minutes`, wrong: wrong.length })}\n`);
for (const line of wrong.slice(0, MOST_TOLD)) say(line);
process.exit(wrong.length > 0 ? 1 : 0);
