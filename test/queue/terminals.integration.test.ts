import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ManualClock } from '../../electron/clock/index.ts';
import { createDispenserClient, createDispenserStore, createHallWire, type DispenserClient } from '../../electron/queue/index.ts';
import { exportPublicKey } from '../../electron/platform/index.ts';
import { NINE, RULES } from '../../electron/queue/rules/fixtures.ts';
import { openStorage, type Storage } from '../../electron/storage/index.ts';
import { HALL, openLanHall, type LanHall } from './lan-hall.ts';

const WISH = { class: 'insurance', item: null, priority: null, identified: false };
let root = '';
let clock: ManualClock;
let hall: LanHall | null;
/** Called when a number is on the hall's disk, before anybody is told. */
let onTake: () => void = () => undefined;
const clean: (() => unknown)[] = [];

interface Box {
  client: DispenserClient;
  storage: Storage;
  home: string;
  record: [string, ...(string | number)[]][];
  close(): Promise<void>;
}

const startHall = async (port = 0, home = join(root, 'hall')): Promise<LanHall> => {
  hall = await openLanHall({ home, clock, rules: RULES, port, afterCommit: (command) => (command.type === 'take' ? onTake() : undefined) });
  return hall;
};
const stopHall = async (): Promise<void> => {
  await hall?.close();
  hall = null;
};
const openBox = (id: string, at: string, fingerprint: string, home = join(root, id)): Box => {
  mkdirSync(home, { recursive: true });
  const storage = openStorage({ home, clock });
  const store = createDispenserStore(storage, () => '20261123');
  const record: Box['record'] = [];
  const client = createDispenserClient({
    wire: createHallWire({ at: [at], fingerprint, terminalId: id, identity: storage.identity, kept: store, now: () => clock.wall() }),
    store,
    clock,
    hall: HALL,
    rules: RULES,
    items: [],
    terminalId: id,
    audit: {
      hallLost: () => record.push(['lost']),
      hallBack: (joined) => record.push(['back', joined]),
      joinRefused: (given, refusal) => record.push(['join-refused', given.number, refusal]),
      reserveBurned: (leases) => record.push(['burned', leases]),
      takeRefused: (by, refusal, times) => record.push(['take-refused', by, refusal, times]),
      paired: () => record.push(['paired']),
    },
  });
  const box: Box = {
    client,
    storage,
    home,
    record,
    close: async () => {
      await client.stop();
      storage.close();
    },
  };
  clean.push(() => box.close());
  return box;
};
/** Lets time pass until it is so. */
const until = async (so: () => boolean, what: string): Promise<void> => {
  for (let turn = 0; turn < 1_500; turn += 1) {
    if (so()) return;
    clock.advance(500);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`not so: ${what}`);
};
const leasesOf = (one: LanHall, id: string) => [...one.queue.day().leases.values()].filter(({ to }) => to === id);
/** A terminal that its hall knows, with its reserve. */
const paired = async (id: string, at = hall?.url ?? ''): Promise<Box> => {
  const one = hall as LanHall;
  const box = openBox(id, at, one.fingerprint);
  expect(await box.client.pair(await one.terminals.pair(id))).toBe('paired');
  box.client.start();
  await until(() => box.client.reachable() && one.storage.prepare('SELECT COUNT(*) AS n FROM queue_events WHERE event LIKE ?').all(`%"leased"%"${id}"%`).some((row) => (row as { n: number }).n >= 4), `${id} has its reserve for two days`);
  return box;
};
const take = async ({ client }: Box): Promise<string> => {
  const outcome = await client.take(WISH);
  if (!outcome.ok) throw new Error(outcome.refusal);
  return outcome.ticket.number;
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hall24-terminals-'));
  clock = new ManualClock(NINE);
  onTake = () => undefined;
});
afterEach(async () => {
  for (const one of clean.splice(0).reverse()) await one();
  await stopHall();
  rmSync(root, { recursive: true, force: true });
});

test('hall killed: both terminals go on from their reserve; hall back: every number joins once, in the order of the press, and stands on the counters', async () => {
  const first = await startHall();
  const [a, b] = [await paired('terminal-6'), await paired('terminal-7')];
  const numbers = [await take(a)];
  clock.advance(1_000);
  numbers.push(await take(b));
  clock.advance(1_000);
  const { port } = first;
  await stopHall();
  for (let press = 0; press < 4; press += 1) {
    numbers.push(await take(a), await take(b));
    clock.advance(1_000);
  }
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(a.client.reachable()).toBe(false);
  const [open] = a.client.classes();
  expect([open?.id, open?.open, open?.range]).toEqual(['insurance', true, null]);
  const again = await startHall(port);
  await until(() => a.client.reachable() && b.client.reachable(), 'both see the hall again');
  expect([...again.queue.day().tickets.keys()].sort()).toEqual([...numbers].sort());
  const line = [...again.queue.day().tickets.values()].sort((x, y) => x.since - y.since);
  expect(line.every(({ state }) => state === 'waiting')).toBe(true);
  expect([a.record.filter(([what]) => what === 'join-refused'), b.record.filter(([what]) => what === 'join-refused')]).toEqual([[], []]);
  const signedIn = await again.staff.signIn('lin', await again.staff.invite('lin', 'clerk'), 'correct horse battery');
  const cookie = { cookie: `hall24-staff=${signedIn.ok ? signedIn.token : ''}` };
  for (const act of ['open', 'next']) expect((await again.api.app.inject({ method: 'POST', url: `/hall/counters/1/${act}`, headers: cookie })).statusCode).toBe(200);
  const board = (await again.api.app.inject({ method: 'GET', url: '/hall/board' })).json() as { calls: { number: string }[]; classes: { id: string; waiting: number }[] };
  expect([board.calls[0]?.number, board.classes[0]?.waiting]).toEqual([numbers[0], numbers.length - 1]);
});

/** A wire that can be cut between question and answer. */
const cuttable = async (port: number): Promise<{ url: string; cut(how: 'nothing' | 'answers' | 'all'): void }> => {
  let cut: 'nothing' | 'answers' | 'all' = 'nothing';
  const sockets = new Set<Socket>();
  const server: Server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const one of [near, far]) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (bytes) => cut !== 'all' && far.write(bytes));
    far.on('data', (bytes) => cut === 'nothing' && near.write(bytes));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  clean.push(() => {
    for (const one of sockets) one.destroy();
    server.close();
  });
  const { port: own } = server.address() as { port: number };
  return {
    url: `https://127.0.0.1:${own}`,
    cut: (how) => {
      cut = how;
      if (how === 'nothing') for (const one of sockets) one.destroy();
    },
  };
};

test('the network splits in the middle of a take: the person gets a number from the reserve, and the one that nobody holds is given back', async () => {
  const one = await startHall();
  const wire = await cuttable(one.port);
  const box = await paired('terminal-6', wire.url);
  onTake = () => wire.cut('answers');
  const number = await take(box);
  expect(one.queue.day().tickets.size).toBe(1);
  const [ghost] = [...one.queue.day().tickets.values()];
  expect(ghost?.number).not.toBe(number);
  wire.cut('nothing');
  await until(() => one.queue.day().tickets.size === 2 && one.queue.day().tickets.get(ghost?.number ?? '')?.state === 'given-back', 'joined, and given back');
  expect(one.queue.day().tickets.get(number)?.state).toBe('waiting');
});

test("a terminal put back from before gives nothing of its old reserve, tells the hall, and what it gave before still joins", async () => {
  const one = await startHall();
  const box = await paired('terminal-6');
  const { port } = one;
  await stopHall();
  const before = [await take(box)];
  const copy = join(root, 'copy.db');
  await box.storage.backup(copy);
  before.push(await take(box), await take(box));
  clean.pop();
  await box.close();
  for (const end of ['', '-wal', '-shm']) rmSync(join(box.home, `terminal.db${end}`), { force: true });
  cpSync(copy, join(box.home, 'terminal.db'));
  const back = openBox('terminal-6', one.url, one.fingerprint, box.home);
  expect(back.record.map(([what]) => what)).toEqual(['burned']);
  expect(await back.client.take(WISH)).toEqual({ ok: false, refusal: 'unreachable' });
  const again = await startHall(port);
  back.client.start();
  await until(() => back.client.reachable() && leasesOf(again, 'terminal-6').filter(({ burned }) => !burned).length === 2, 'known again, with a new reserve');
  expect(leasesOf(again, 'terminal-6').filter(({ burned }) => burned)).toHaveLength(2);
  expect(again.queue.day().tickets.get(before[0] ?? '')?.state).toBe('waiting');
  await stopHall();
  const after = [await take(back), await take(back)];
  expect(after.filter((number) => before.includes(number))).toEqual([]);
});

test('a hall put back from before its leases: no number comes twice, and what was given from the lost leases joins', async () => {
  let one = await startHall();
  const { port } = one;
  const early = openBox('terminal-6', one.url, one.fingerprint);
  await one.terminals.enrol(await one.terminals.pair('terminal-6'), 'terminal-6', exportPublicKey(early.storage.identity.publicKey));
  const copy = join(root, 'copy.db');
  await one.storage.backup(copy);
  early.client.start();
  await until(() => early.client.reachable() && leasesOf(one, 'terminal-6').length === 2, 'has its reserve');
  const numbers = [await take(early)];
  await stopHall();
  numbers.push(await take(early), await take(early));
  for (const end of ['', '-wal', '-shm']) rmSync(join(root, 'hall', `terminal.db${end}`), { force: true });
  cpSync(copy, join(root, 'hall', 'terminal.db'));
  one = await startHall(port);
  await until(() => early.client.reachable(), 'sees the hall again');
  expect(early.record.filter(([what]) => what === 'join-refused')).toEqual([]);
  expect([...one.queue.day().tickets.keys()].sort()).toEqual(numbers.slice(1).sort());
  numbers.push(await take(early));
  await stopHall();
  numbers.push(await take(early));
  expect(new Set(numbers).size).toBe(numbers.length);
});

test('a day begins without the hall: numbers of the new day from its own reserve; yesterday’s number joins yesterday and is void there', async () => {
  const one = await startHall();
  const box = await paired('terminal-6');
  const { port } = one;
  await stopHall();
  const evening = await take(box);
  clock.advance(24 * 3_600_000);
  const morning = await box.client.take(WISH);
  expect(morning.ok && [morning.ticket.day, morning.ticket.number]).toEqual(['20261124', 'A001']);
  const again = await startHall(port);
  await until(() => box.client.reachable(), 'sees the hall again');
  expect(again.queue.day().day).toBe('20261124');
  expect([...again.queue.day().tickets.keys()]).toEqual(['A001']);
  const yesterday = again.storage.prepare("SELECT event FROM queue_events WHERE day = '20261123' ORDER BY version").all().map((row) => JSON.parse((row as { event: string }).event) as { type: string; number?: string });
  expect(yesterday.filter(({ number }) => number === evening).map(({ type }) => type)).toEqual(['taken', 'voided']);
  expect(box.record.filter(([what]) => what === 'join-refused')).toEqual([]);
});

test('ten thousand presses in a minute are refused and stand on record as two lines; a revoked terminal gives nothing more', async () => {
  const one = await startHall();
  const box = await paired('terminal-6');
  const outcomes = await Promise.all(Array.from({ length: 10_000 }, () => box.client.take(WISH)));
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(RULES.ticketsPerMinute);
  expect(new Set(outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.refusal])))).toEqual(new Set(['too-often']));
  clock.advance(61_000);
  expect(box.record.filter(([what]) => what === 'take-refused')).toEqual([
    ['take-refused', 'terminal-6', 'too-often', 1],
    ['take-refused', 'terminal-6', 'too-often', 10_000 - RULES.ticketsPerMinute - 1],
  ]);
  await one.terminals.revoke('terminal-6');
  expect(await box.client.take(WISH)).toEqual({ ok: false, refusal: 'unreachable' });
  expect(one.record.some(([what, , reason]) => what === 'refused' && reason === 'unknown-terminal')).toBe(true);
});

test('another machine at the address of the hall is not believed', async () => {
  const one = await startHall();
  const box = openBox('terminal-6', one.url, 'ab'.repeat(32));
  expect(await box.client.pair(await one.terminals.pair('terminal-6'))).toBe('unreachable');
  expect(one.terminals.list().map(({ enrolledAt }) => enrolledAt)).toEqual([null]);
  const known = openBox('terminal-7', one.url, one.fingerprint);
  expect(await known.client.pair('WRONGCODE2')).toBe('wrong-code');
});

test('the hall is killed between the log and the answer (kill -9): nobody holds its number twice, and what nobody holds is given back', async () => {
  const home = join(root, 'hall');
  const one = await startHall(0, home);
  const box = await paired('terminal-6');
  const { port } = one;
  await stopHall();
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'hall-child.ts'), home, String(port), String(clock.wall())], { stdio: ['ignore', 'pipe', 'inherit'] });
  clean.push(() => child.kill('SIGKILL'));
  const died = once(child, 'exit');
  await once(child.stdout, 'data');
  await until(() => box.client.reachable(), 'sees the child');
  const number = await take(box);
  expect((await died)[1]).toBe('SIGKILL');
  const more = [await take(box), await take(box)];
  const again = await startHall(port, home);
  await until(() => box.client.reachable(), 'sees the hall again');
  const tickets = [...again.queue.day().tickets.values()];
  expect(tickets.filter(({ state }) => state === 'waiting').map((ticket) => ticket.number).sort()).toEqual([number, ...more].sort());
  expect(tickets.filter(({ state }) => state === 'given-back')).toHaveLength(1);
});
