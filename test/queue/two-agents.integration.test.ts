/**
 * Two real agents of one hall on one real PostgreSQL server, under load: clerks at their counters, terminals that give numbers, boards, the platform.
 * One agent is killed, the database is out of reach for a while; nobody notices more than a moment.
 */
import Database from 'better-sqlite3';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pass } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock, type Clock } from '../../electron/clock/index.ts';
import { createDispenserClient, createDispenserStore, createHallWire, queueEvent, toldOf, type DispenserClient, type QueueEvent } from '../../electron/queue/index.ts';
import { NINE, RULES } from '../../electron/queue/rules/fixtures.ts';
import { openStorage } from '../../electron/storage/index.ts';
import type { Queue } from '../../kiosk-config/index.ts';
import { client, openStream, signIn, type HallClient, type Shown } from '../bench/queue-hall.ts';
import { createPlatform } from '../platform/server.ts';
import { startCutProxy, type CutProxy } from '../world/cut-proxy.ts';
import { createInvariants } from './invariants.ts';
import { HALL } from './lan-hall.ts';
import { startPostgres, type PostgresServer } from './postgres-server.ts';
import { readDatabase } from './read-log.ts';

const DAY = '20261123';
const WISH = { class: 'insurance', item: null, priority: null, identified: false };
const rules: Queue = { ...RULES, leaseNumbers: 150, ticketsPerMinute: 600 };
/** A press now and then, so that a slow machine is not the limit. */
const PACE_MS = 150;
const LONG = { timeout: 120_000, interval: 100 };

let root = '';
let server: PostgresServer;
let proxy: CutProxy;
let platform: Awaited<ReturnType<typeof createPlatform>>;
let direct = '';
let since = 0;
const clean: (() => unknown)[] = [];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'hall24-two-agents-'));
  since = Date.now();
  server = await startPostgres();
  clean.push(() => server.stop());
  proxy = await startCutProxy(0, { path: server.socket });
  clean.push(() => proxy.close());
  direct = await server.database('hall');
  platform = await createPlatform({ dir: join(root, 'platform'), control: true });
  clean.push(() => platform.close());
  writeFileSync(join(root, 'rules.json'), JSON.stringify(rules));
}, 120_000);
afterEach(async () => {
  for (const one of clean.splice(0).reverse()) await one();
  rmSync(root, { recursive: true, force: true });
}, 120_000);

interface AgentProcess {
  url: string;
  authority: string;
  port: number;
  firstManager: string | null;
  child: ChildProcess;
  ask: HallClient;
}

const startAgent = async (name: string, platformUrl: string, key: string, port = 0): Promise<AgentProcess> => {
  const home = join(root, name);
  mkdirSync(home, { recursive: true });
  const args = ['--home', home, '--rules', join(root, 'rules.json'), '--port', String(port), '--wall', String(NINE), '--since', String(since), '--database', `postgres://hall@127.0.0.1:${proxy.port}/hall`, '--terminal', name, '--platform', platformUrl];
  // What it says of a database that was cut is no news in a test's output.
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'hall-main.ts'), ...args], { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, HALL24_KEY: key } });
  clean.push(() => child.kill('SIGKILL'));
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), once(child, 'exit').then(() => Promise.reject(new Error(`${name} ended`)))])) as [string];
  const ready = JSON.parse(line) as { url: string; firstManager: string | null; authority: string };
  const { certificate } = (JSON.parse(readFileSync(ready.authority, 'utf8')) as { authority: { certificate: string } }).authority;
  const agent = { url: ready.url, authority: certificate, port: Number(new URL(ready.url).port), firstManager: ready.firstManager, child };
  const ask = client(agent);
  clean.push(() => ask.close());
  return { ...agent, ask };
};

const openTerminal = async (id: string, at: string | readonly [string, ...string[]], fingerprint: string): Promise<DispenserClient> => {
  const home = join(root, id);
  mkdirSync(home, { recursive: true });
  const clock: Clock = { ...systemClock, wall: () => NINE + Date.now() - since };
  const storage = openStorage({ home, clock });
  const store = createDispenserStore(storage, () => DAY);
  const quiet = () => undefined;
  const dispenser = createDispenserClient({
    wire: createHallWire({ at: typeof at === 'string' ? [at] : at, fingerprint, terminalId: id, identity: storage.identity, kept: store, now: () => clock.wall() }),
    store,
    clock,
    hall: HALL,
    rules,
    items: [],
    terminalId: id,
    audit: { hallLost: quiet, hallBack: quiet, joinRefused: quiet, reserveBurned: quiet, takeRefused: quiet, paired: quiet },
  });
  clean.push(async () => {
    await dispenser.stop();
    storage.close();
  });
  return dispenser;
};

/** The whole log, and what is wrong with it by books of its own. */
const log = async (): Promise<{ events: QueueEvent[]; wrong: string[] }> => {
  const reader = await readDatabase(direct);
  const { rows } = await reader.next();
  await reader.close();
  const books = createInvariants(null);
  const wrong = rows.flatMap(({ day, version, event }) => books.look(day, version, event));
  return { events: rows.filter(({ day }) => day === DAY).map(({ event }) => queueEvent.parse(event)), wrong };
};

const toldPlatform = (): { version: number; event: unknown; terminal: string }[] => {
  const database = new Database(join(root, 'platform', 'platform.sqlite'), { readonly: true });
  const rows = database.prepare('SELECT version, event, terminal FROM queue_events WHERE day = ? ORDER BY rowid').all(DAY) as { version: number; event: string; terminal: string }[];
  database.close();
  return rows.map((row) => ({ ...row, event: JSON.parse(row.event) as unknown }));
};

test('one agent is killed under load, then the database is out of reach: clerks, terminals, boards and platform go on, no number is lost or comes twice', async () => {
  const key = randomBytes(32).toString('base64');
  const platformUrl = await platform.app.listen({ port: 0, host: '127.0.0.1' });
  let a = await startAgent('agent-1', platformUrl, key);
  const b = await startAgent('agent-2', platformUrl, key);
  expect(b.authority).toBe(a.authority);

  // Staff and terminals are made at one agent and known to both.
  const { cookie: manager } = await a.ask.post('/hall/first-manager', { code: a.firstManager, name: 'boss', password: 'a long password' });
  expect((await b.ask.post('/hall/first-manager', { code: b.firstManager, name: 'thief', password: 'a long password' })).status).toBe(401);
  const hire = async (name: string): Promise<string> => {
    const { body } = await b.ask.post('/hall/clerks', { name, role: 'clerk' }, manager);
    return signIn(a.ask, name, (body as { code: string }).code, `secret words of ${name.toUpperCase()}`);
  };
  const [lin, wang] = [await hire('lin'), await hire('wang')];
  const fingerprint = createHash('sha256').update(new X509Certificate(a.authority).raw).digest('hex');
  const pair = async (id: string, at: { url: string | readonly [string, ...string[]] }, by: AgentProcess): Promise<DispenserClient> => {
    const { body } = await by.ask.post('/hall/terminals', { id }, manager);
    const terminal = await openTerminal(id, at.url, fingerprint);
    expect(await terminal.pair((body as { code: string }).code)).toBe('paired');
    terminal.start();
    await vi.waitFor(() => expect(terminal.reachable()).toBe(true), LONG);
    return terminal;
  };
  const terminals = [await pair('terminal-6', a, b), await pair('terminal-7', b, a)] as const;
  /** It knows both agents. */
  const either = await pair('terminal-8', { url: [a.url, b.url] }, b);
  const leased = async (): Promise<number> => (await log()).events.filter(({ type }) => type === 'leased').length;
  await vi.waitFor(async () => expect(await leased()).toBeGreaterThanOrEqual(3), LONG);

  const boards: [Shown | null, Shown | null] = [null, null];
  [a, b].forEach((agent, index) => {
    const stream = openStream(agent, '/hall/board/stream', (json) => (boards[index] = JSON.parse(json) as Shown));
    clean.push(() => stream.close());
  });
  let counter: { current: { number: string } | null } | null = null;
  const lins = openStream(b, '/hall/counters/1/stream', (json) => (counter = JSON.parse(json) as typeof counter), lin);
  clean.push(() => lins.close());
  await lins.opened;

  // Load, until it is ended.
  const life = { over: false };
  const answered: { number: string; ticket: string; reachable: boolean }[] = [];
  /** Pressed and answered by an agent, at the terminal that knows both. */
  const byEither: { pressed: number; link: string }[] = [];
  const press = async (terminal: DispenserClient): Promise<void> => {
    while (!life.over) {
      const reachable = terminal.reachable();
      const pressed = performance.now();
      const outcome = await terminal.take(WISH);
      // People ahead as of now: an agent said so, not the reserve.
      if (outcome.ok && terminal === either && outcome.ticket.asOf === null && terminal.reachable()) byEither.push({ pressed, link: terminal.link?.(outcome.ticket.ticket) ?? '' });
      if (outcome.ok) answered.push({ number: outcome.ticket.number, ticket: outcome.ticket.ticket, reachable });
      // One that must tell later what it gives has to be done with that some time, on a slow machine too.
      await pass(terminal.reachable() ? PACE_MS : 5 * PACE_MS);
    }
  };
  const called: string[] = [];
  /** When each counter called last. */
  const calledAt = new Map<string, number>();
  const refusals: { status: number; body: unknown }[] = [];
  const work = async (id: string, cookie: string, at: () => AgentProcess): Promise<void> => {
    while (!life.over) {
      const answer = await at().ask.post(`/hall/counters/${id}/finish-and-next`, {}, cookie).catch(() => null);
      if (answer?.status === 200) {
        called.push(...(answer.body as { numbers: string[] }).numbers);
        calledAt.set(id, performance.now());
      }
      if (answer !== null && answer.status !== 200 && answer.status !== 409) refusals.push(answer);
      await pass(PACE_MS * 2);
    }
  };
  expect((await a.ask.post('/hall/counters/1/open', {}, lin)).status).toBe(200);
  expect((await b.ask.post('/hall/counters/2/open', {}, wang)).status).toBe(200);
  let lineOfLin = a;
  const running = [...terminals.map(press), press(either), work('1', lin, () => lineOfLin), work('2', wang, () => b)];
  const more = (count: number) => {
    const from = [answered.length, called.length] as const;
    return vi.waitFor(() => expect([answered.length >= from[0] + count, called.length >= from[1] + count / 2]).toEqual([true, true]), LONG);
  };
  await more(20);
  await vi.waitFor(() => expect(byEither.length).toBeGreaterThan(3), LONG);
  expect(byEither.every(({ link }) => link.startsWith(a.url))).toBe(true);

  // kill -9 in the middle of it. The clerk turns to the other agent, with the session that he has.
  const killed = performance.now();
  a.child.kill('SIGKILL');
  await once(a.child, 'exit');
  lineOfLin = b;
  await vi.waitFor(() => expect(calledAt.get('1') ?? 0).toBeGreaterThan(killed), { ...LONG, interval: 5 });
  // The terminal that knows both goes on with the other one; whoever pressed in between had a number all the same.
  await vi.waitFor(() => expect(byEither.filter(({ pressed }) => pressed > killed).length).toBeGreaterThan(5), LONG);
  expect(byEither.filter(({ pressed }) => pressed > killed).every(({ link }) => link.startsWith(b.url))).toBe(true);
  await more(20);
  expect(refusals).toEqual([]);
  await vi.waitFor(() => expect(terminals[0].reachable()).toBe(false), LONG);
  expect(either.reachable()).toBe(true);
  const given = answered.filter(({ reachable }) => !reachable).length;
  await vi.waitFor(() => expect(answered.filter(({ reachable }) => !reachable).length).toBeGreaterThan(given + 3), LONG);
  expect((await b.ask.post('/hall/counters/1/pause', {}, wang)).status).toBe(409);

  // Started again it catches up; the terminal tells it what it gave meanwhile.
  a = await startAgent('agent-1', platformUrl, key, a.port);
  await vi.waitFor(() => expect(terminals[0].reachable()).toBe(true), LONG);
  lineOfLin = a;
  await more(10);
  expect(refusals).toEqual([]);

  // The database is out of reach for some seconds.
  const before = answered.length;
  proxy.setCut(true);
  await vi.waitFor(() => expect(terminals.map((one) => one.reachable())).toEqual([false, false]), LONG);
  const refused = await b.ask.post('/hall/counters/2/next', {}, wang);
  expect([refused.status, refused.body]).toEqual([503, { refusal: 'database-away', title: 'the hall cannot reach its database now; try again in a moment' }]);
  expect((await b.ask.post('/hall/sign-in', { name: 'lin', password: 'secret words of LIN' })).status).toBe(503);
  await vi.waitFor(() => expect(answered.length).toBeGreaterThan(before + 10), LONG);
  const shown = boards[1]?.version ?? 0;
  expect(shown).toBeGreaterThan(0);
  proxy.setCut(false);
  const mended = performance.now();
  await vi.waitFor(() => expect([...calledAt.values()].every((at) => at > mended)).toBe(true), { ...LONG, interval: 5 });
  await vi.waitFor(() => expect(terminals.map((one) => one.reachable())).toEqual([true, true]), LONG);
  await more(10);
  expect(refusals.length).toBeGreaterThan(0);
  expect(refusals.every(({ status }) => status === 503)).toBe(true);

  // The day is quiet again: everything is where it belongs.
  life.over = true;
  await Promise.all(running);
  const { events, wrong } = await vi.waitFor(async () => {
    const now = await log();
    const known = new Set(now.events.flatMap((event) => (event.type === 'taken' ? [event.ticket] : [])));
    expect(answered.filter(({ ticket }) => !known.has(ticket))).toEqual([]);
    return now;
  }, LONG);
  expect(wrong).toEqual([]);
  const taken = new Map(events.flatMap((event) => (event.type === 'taken' ? [[event.ticket, event.number] as const] : [])));
  expect(answered.filter(({ ticket, number }) => taken.get(ticket) !== number)).toEqual([]);
  expect(new Set(answered.map(({ number }) => number)).size).toBe(answered.length);
  await vi.waitFor(async () => {
    const now = await log();
    // A number whose answer was lost on its way is nobody's: the terminal gives it back.
    const back = new Set(now.events.flatMap((event) => (event.type === 'given-back' ? [event.number] : [])));
    const nobodys = [...taken].filter(([ticket, number]) => !answered.some((one) => one.ticket === ticket) && !back.has(number));
    expect(nobodys).toEqual([]);
  }, LONG);

  await vi.waitFor(async () => {
    const last = await log();
    expect(boards.map((board) => board?.version)).toEqual([last.events.length, last.events.length]);
    // How many more than the last twelve a view holds depends on when its screens were told last.
    const shownBy = (board: Shown | null) => board?.calls.slice(0, 12).map(({ number, counter: at }) => [number, at]);
    expect(shownBy(boards[0])).toEqual(shownBy(boards[1]));
    const current = last.events.findLast((event) => event.type === 'called' && event.counter === '1');
    expect(counter?.current?.number).toBe(current?.type === 'called' ? current.number : '');
    expect(toldPlatform().map(({ version, event }) => [version, event])).toEqual(last.events.map((event, index) => [index + 1, toldOf({ version: index + 1, event }, HALL.timeZone)]));
  }, LONG);
  // Whoever told before was killed: the other one went on.
  expect(new Set(toldPlatform().map(({ terminal }) => terminal)).size).toBeGreaterThan(1);
}, 600_000);
