/** The store on a real PostgreSQL server: what every engine must do, and what several agents that may die do to one database. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { ManualClock } from '../clock/index.ts';
import { startPostgres, type PostgresServer } from '../../test/queue/postgres-server.ts';
import { openHallQueue, type HallQueue } from './hall.ts';
import { asAdministrator, copyAside, openAgent, postgresEngine, type Agent } from './postgres-engine.fixture.ts';
import { NINE, RULES } from './rules/fixtures.ts';
import type { Command } from './rules/decide.ts';
import { sqliteEngine } from './sqlite-engine.fixture.ts';
import { asText, DAY, HALL, playMorning, storeContract, takeFrom, takenEvent, ticketId } from './store.contract.ts';

let server: PostgresServer;
let databases = 0;
const database = (): Promise<string> => server.database(`hall_${(databases += 1)}`);

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

storeContract('PostgreSQL', () => postgresEngine(database));

describe('several agents on one database', () => {
  let url = '';
  let homes: string[] = [];
  let ends: (() => unknown)[] = [];
  let tickets = 0;

  const newHome = (): string => {
    const home = mkdtempSync(join(tmpdir(), 'hall24-queue-'));
    homes.push(home);
    return home;
  };
  const openStore = async (at = url, home = newHome()): Promise<Agent> => {
    const agent = await openAgent(at, home);
    ends.push(() => agent.store.close());
    return agent;
  };
  const openHall = async (at = url, home = newHome()): Promise<HallQueue & Agent> => {
    const agent = await openAgent(at, home);
    const queue = await openHallQueue({ ...agent, rules: () => RULES, clock: new ManualClock(NINE), hall: HALL });
    ends.push(() => queue.close());
    return { ...queue, ...agent };
  };
  const take = (queue: HallQueue): Promise<string> => takeFrom(queue, ticketId((tickets += 1)));
  const changed = (queue: HallQueue, until: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!until()) return;
        stop();
        resolve();
      };
      const stop = queue.onChange(look);
      look();
    });
  const eventsOf = (types: readonly string[]): Promise<Record<string, string>[]> =>
    asAdministrator(url, async (client) => (await client.query<{ event: Record<string, string> }>('SELECT event FROM hall24.queue_events ORDER BY version')).rows.map(({ event }) => event).filter(({ type }) => types.includes(type ?? '')));
  const numbersInLog = async (): Promise<string[]> => (await eventsOf(['taken'])).map(({ number }) => number ?? '');
  const listeners = (): Promise<number> => asAdministrator(url, async (client) => (await client.query("SELECT 1 FROM pg_stat_activity WHERE application_name = 'hall24 news' AND datname = current_database()")).rowCount ?? 0);
  const cutListeners = (): Promise<number> => asAdministrator(url, async (client) => (await client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hall24 news' AND datname = current_database() ")).rowCount ?? 0);

  beforeEach(async () => {
    url = await database();
    homes = [];
    ends = [];
    tickets = 0;
  });
  afterEach(async () => {
    for (const end of ends.toReversed()) await end();
    for (const home of homes) rmSync(home, { recursive: true, force: true });
  });

  test('take and call at the same time: no number twice, nobody called twice, both end with the same day', async () => {
    const halls = [await openHall(), await openHall()] as const;
    const desks = [['1', 'lin'], ['2', 'wang']] as const;
    for (const [index, [counter, clerk]] of desks.entries()) await halls[index]?.run({ type: 'open', counter, clerk });
    const takes = halls.flatMap((hall) => Array.from({ length: 60 }, () => take(hall)));
    const calls = halls.map(async (hall, index) => {
      const [counter, clerk] = desks[index] as (typeof desks)[number];
      const called: string[] = [];
      while (called.length < 40) {
        const outcome = await hall.run({ type: 'finish-and-next', counter, clerk });
        for (const event of outcome.ok ? outcome.events : []) if (event.type === 'called') called.push(event.number);
      }
      return called;
    });
    const taken = await Promise.all(takes);
    const called = (await Promise.all(calls)).flat();
    expect(new Set(taken).size).toBe(120);
    expect(new Set(called).size).toBe(called.length);
    await vi.waitFor(() => expect(asText(halls[0].day()) === asText(halls[1].day())).toBe(true), { timeout: 20_000 });
    expect(await numbersInLog()).toHaveLength(120);
  });

  test('one hears what the other did without asking', async () => {
    const [a, b] = [await openHall(), await openHall()];
    const number = await take(a);
    await changed(b, () => b.day().tickets.has(number));
    await b.run({ type: 'open', counter: '1', clerk: 'lin' });
    await b.run({ type: 'next', counter: '1', clerk: 'lin' });
    await changed(a, () => a.day().tickets.get(number)?.state === 'called');
    expect(a.day().counters.get('1')?.current).toBe(number);
  });

  test('a connection for the news that is cut comes back, and what was missed is read', async () => {
    const [a, b] = [await openHall(), await openHall()];
    await vi.waitFor(async () => expect(await listeners()).toBe(2), { timeout: 10_000 });
    expect(await cutListeners()).toBe(2);
    const numbers = await Promise.all(Array.from({ length: 5 }, () => take(a)));
    await changed(b, () => numbers.every((number) => b.day().tickets.has(number)));
  });

  test('the same morning on both engines is the same log and the same day', async () => {
    const engine = await sqliteEngine();
    ends.push(() => engine.end());
    const onSqlite = await playMorning(await engine.open(new ManualClock(NINE)));
    const agent = await openStore();
    const onPostgres = await playMorning(agent);
    expect([onPostgres.log === onSqlite.log, onPostgres.replayed === onSqlite.played]).toEqual([true, true]);
  });

  test('only one tells the platform; when it is gone the next one does', async () => {
    const a = await openStore();
    await new Promise<void>((resolve) => void a.store.onTurnToTell(resolve));
    const b = await openStore();
    await a.store.append(DAY, 0, () => [takenEvent(1)]);
    expect(await a.store.untold(10)).toHaveLength(1);
    expect(await b.store.untold(10)).toEqual([]);
    ends.splice(ends.length - 2, 1);
    await a.store.close();
    await new Promise<void>((resolve) => void b.store.onTurnToTell(resolve));
    expect(await b.store.untold(10)).toHaveLength(1);
  });

  test('a server that dies and comes back: nothing is given meanwhile, what was shown stays, and all goes on', async () => {
    const [a, b] = [await openHall(), await openHall()];
    const first = await take(a);
    await changed(b, () => b.day().tickets.has(first));
    await server.down('immediate');
    try {
      await expect(take(a)).rejects.toThrow(/connect|terminat/);
      await expect(take(b)).rejects.toThrow(/connect|terminat/);
      expect([a.day().tickets.size, b.day().tickets.size]).toEqual([1, 1]);
    } finally {
      await server.up();
    }
    expect(await take(b)).toBe('A002');
    await changed(a, () => a.day().tickets.has('A002'));
    expect(await take(a)).toBe('A003');
  });

  test('a database put back under running agents: they notice, and give no number that their later self gave', async () => {
    const [a, b] = [await openHall(), await openHall()];
    await take(a);
    const putBack = await copyAside(url);
    const later = await Promise.all(Array.from({ length: 30 }, (_, n) => take(n % 2 === 0 ? a : b)));
    await changed(a, () => later.every((number) => a.day().tickets.has(number)));
    await changed(b, () => later.every((number) => b.day().tickets.has(number)));
    const before = a.store.incarnation();
    await putBack();
    const fresh: string[] = [];
    for (let n = 0; fresh.length < 20; n += 1) await take(n % 2 === 0 ? a : b).then((number) => fresh.push(number), () => undefined);
    expect(fresh.filter((number) => later.includes(number))).toEqual([]);
    expect(new Set(fresh).size).toBe(20);
    expect(a.store.incarnation()).not.toBe(before);
    await vi.waitFor(() => expect(b.store.incarnation()).toBe(a.store.incarnation()), { timeout: 10_000 });
  });

  describe('behind a network that breaks', () => {
    let proxied = '';
    /** What becomes of the bytes of a connection on their way to the server. */
    let onTheWay: (chunk: Buffer, client: Socket, upstream: Socket) => void;
    let lines: Set<Socket>;
    const forward = (chunk: Buffer, _client: Socket, upstream: Socket): void => void upstream.write(chunk);

    beforeEach(async () => {
      onTheWay = forward;
      lines = new Set();
      const sockets = new Set<Socket>();
      const proxy = createServer((client) => {
        const upstream = connect(server.socket);
        lines.add(client);
        for (const socket of [client, upstream]) {
          sockets.add(socket);
          socket.on('error', () => undefined);
          socket.on('close', () => sockets.delete(socket));
        }
        client.on('data', (chunk) => onTheWay(chunk, client, upstream));
        upstream.on('data', (chunk) => client.writable && client.write(chunk));
        client.on('close', () => upstream.destroy());
        upstream.on('close', () => client.destroy());
      });
      await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve));
      const { port } = proxy.address() as AddressInfo;
      proxied = `postgres://hall@127.0.0.1:${port}/${/hall_\d+/.exec(url)?.[0] ?? ''}`;
      ends.unshift(() => {
        for (const socket of sockets) socket.destroy();
        proxy.close();
      });
    });

    test('the answer to a commit is lost: it is found out that it was kept, and it was kept once', async () => {
      const hall = await openHall(proxied);
      let cut = false;
      onTheWay = (chunk, client, upstream) => {
        if (cut || !chunk.includes('COMMIT')) return forward(chunk, client, upstream);
        cut = true;
        upstream.removeAllListeners('data');
        upstream.write(chunk, () => upstream.once('data', () => client.destroy()));
      };
      expect(await take(hall)).toBe('A001');
      expect(cut).toBe(true);
      onTheWay = forward;
      expect(await take(hall)).toBe('A002');
      expect(await numbersInLog()).toEqual(['A001', 'A002']);
    });

    test('the commit itself is lost: nothing happened, and the number is given to the next', async () => {
      const hall = await openHall(proxied);
      let cut = false;
      onTheWay = (chunk, client, upstream) => {
        if (cut || !chunk.includes('COMMIT')) return forward(chunk, client, upstream);
        cut = true;
        client.destroy();
      };
      await expect(take(hall)).rejects.toThrow('did not keep it');
      expect(hall.day().tickets.size).toBe(0);
      expect(await take(hall)).toBe('A001');
      expect(await numbersInLog()).toEqual(['A001']);
    });

    test('a network that swallows everything without a word is noticed, and what was missed is read', async () => {
      const [near, far] = [await openHall(url), await openHall(proxied)];
      // The lines that are open stay dead; new ones work.
      const dead = new Set(lines);
      onTheWay = (chunk, client, upstream) => {
        if (!dead.has(client)) forward(chunk, client, upstream);
      };
      const number = await take(near);
      await changed(far, () => far.day().tickets.has(number));
      expect(await take(far)).toBe('A002');
    }, 60_000);
  });

  /** The separate process that looks at the log while it is written; the answer ends it and says what it found. */
  const checked = (): (() => Promise<{ exit: number | null; said: string }>) => {
    const rules = join(newHome(), 'queue.yaml');
    writeFileSync(rules, JSON.stringify(RULES));
    const process_ = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, '../../test/queue/check.ts'), '--database', url, '--rules', rules, '--for', '600'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [process_.stdout, process_.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    const ended = new Promise<number | null>((resolve) => void process_.once('exit', resolve));
    ends.push(() => process_.kill('SIGKILL'));
    return async () => {
      await vi.waitFor(() => expect(said).toContain('reading'), { timeout: 30_000 });
      process_.kill('SIGTERM');
      return { exit: await ended, said };
    };
  };

  describe('killed', () => {
    const child = (mode: 'work' | 'hang'): { process: ChildProcess; lines: string[]; line: (wanted: RegExp) => Promise<void>; ended: Promise<void> } => {
      const spawned = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'postgres-child.fixture.ts'), mode, url, newHome(), String(homes.length * 100_000)], { stdio: ['ignore', 'pipe', 'inherit'] });
      const lines: string[] = [];
      const seen = new Set<() => void>();
      createInterface({ input: spawned.stdout }).on('line', (text) => {
        lines.push(text);
        for (const look of seen) look();
      });
      const ended = new Promise<void>((resolve) => void spawned.once('exit', () => resolve()));
      ends.push(() => spawned.kill('SIGKILL'));
      return {
        process: spawned,
        lines,
        ended,
        line: (wanted) =>
          new Promise((resolve) => {
            const look = (): void => {
              if (!lines.some((text) => wanted.test(text))) return;
              seen.delete(look);
              resolve();
            };
            seen.add(look);
            look();
          }),
      };
    };

    test('in the middle of its work, again and again: every number that was answered is in the log, none twice, and the other goes on', async () => {
      const survivor = await openHall();
      const found = checked();
      const answered: string[] = [];
      for (let life = 0; life < 3; life += 1) {
        const one = child('work');
        await one.line(/^taken/);
        const mine: Promise<string>[] = [];
        for (let n = 0; n < 25; n += 1) mine.push(take(survivor));
        await one.line(/^called/);
        one.process.kill('SIGKILL');
        await one.ended;
        answered.push(...(await Promise.all(mine)), ...one.lines.flatMap((text) => (text.startsWith('taken ') ? [text.slice(6)] : [])));
      }
      answered.push(await take(survivor));
      const log = await numbersInLog();
      expect(new Set(log).size).toBe(log.length);
      expect(new Set(answered).size).toBe(answered.length);
      expect(answered.filter((number) => !log.includes(number))).toEqual([]);
      const called = (await eventsOf(['called'])).map(({ number }) => number);
      expect(new Set(called).size).toBe(called.length);
      const { exit, said } = await found();
      expect({ exit, said }).toEqual({ exit: 0, said: expect.stringContaining(`"numbers":${log.length}`) });
    });

    test.each(['SIGKILL', 'SIGSTOP'] as const)('by %s inside of its transaction: the day is free again for the others', async (signal) => {
      const survivor = await openHall();
      const one = child('hang');
      await one.line(/^inside/);
      one.process.kill(signal);
      expect(await take(survivor)).toBe('A001');
    });
  });

  test('a command that came twice by two agents happens once', async () => {
    const [a, b] = [await openHall(), await openHall()];
    const number = await take(a);
    const twice: Command = { type: 'give-back', ticket: ticketId(1) };
    const outcomes = await Promise.all([a.run(twice), b.run(twice)]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect((await eventsOf(['given-back'])).map((event) => event['number'])).toEqual([number]);
  });
});

test('a server that would forget is refused, and the word says why', async () => {
  const url = await database();
  const home = mkdtempSync(join(tmpdir(), 'hall24-queue-'));
  const forgetful = await asAdministrator(url, async (client) => {
    await client.query('ALTER SYSTEM SET fsync = off');
    await client.query('SELECT pg_reload_conf()');
    return vi.waitFor(async () => expect((await client.query<{ fsync: string }>('SHOW fsync')).rows[0]?.fsync).toBe('off')).then(() => openAgent(url, home).then(() => null, String));
  });
  await asAdministrator(url, async (client) => {
    await client.query('ALTER SYSTEM RESET fsync');
    await client.query('SELECT pg_reload_conf()');
  });
  rmSync(home, { recursive: true, force: true });
  expect(forgetful).toContain('fsync = off');
});
