/** The device host that the agent starts before it knows whether it can serve: it never outlives an agent that cannot. Real processes. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { entry } from '../entry.ts';

const DEMO = join(import.meta.dirname, '..', '..', 'kiosk-config', 'demo-hall');
const MARK = 'HALL24_TEST_MARK';
const GONE_MS = 20_000;
const clean: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of clean.splice(0).reverse()) await one();
});

const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'hall24-early-'));
  clean.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
};

const readOr = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

interface Agent {
  child: ChildProcess;
  /** Has said that it serves. */
  ready: () => boolean;
  ended: Promise<number | null>;
  /** Its device hosts that run now: what a process inherits tells whose it is, also when its parent is gone. */
  hosts: () => string[];
}

const start = (config: string, home: string, ...more: string[]): Agent => {
  const mark = randomUUID();
  const child = spawn(process.execPath, [entry('agent'), '--config', config, '--home', home, '--demo', ...more], { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, [MARK]: mark } });
  clean.push(() => child.kill('SIGKILL'));
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const hosts = (): string[] => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && readOr(`/proc/${pid}/environ`).includes(mark) && readOr(`/proc/${pid}/cmdline`).includes('device-host'));
  return { child, ready: () => said.includes('"ready":true'), ended, hosts };
};
const gone = (agent: Agent): Promise<void> => expect.poll(agent.hosts, { timeout: GONE_MS }).toEqual([]);

it('serves the devices of a terminal that can serve: no second one is started', async () => {
  const agent = start(DEMO, folder());
  await expect.poll(() => agent.hosts().length, { timeout: GONE_MS }).toBe(1);
  const [early] = agent.hosts();
  await expect.poll(agent.ready, { timeout: 60_000 }).toBe(true);
  expect(agent.hosts()).toEqual([early]);
  agent.child.kill('SIGTERM');
  expect(await agent.ended).toBe(0);
  await gone(agent);
});

it('is dismissed by a terminal whose configuration cannot be used', async () => {
  const config = folder();
  cpSync(DEMO, config, { recursive: true });
  writeFileSync(join(config, 'hall.yaml'), 'id: [');
  const agent = start(config, folder());
  await expect.poll(agent.ready, { timeout: 60_000 }).toBe(true);
  await gone(agent);
  expect(agent.child.exitCode).toBe(null);
});

it('is dismissed by a terminal whose data are damaged', async () => {
  const home = folder();
  writeFileSync(join(home, 'terminal.db'), Buffer.alloc(8192, 0x5a));
  const agent = start(DEMO, home);
  await expect.poll(agent.ready, { timeout: 60_000 }).toBe(true);
  await gone(agent);
  expect(agent.child.exitCode).toBe(null);
});

it('goes with an agent whose home is locked by another', async () => {
  const home = folder();
  const first = start(DEMO, home);
  await expect.poll(first.ready, { timeout: 60_000 }).toBe(true);
  const second = start(DEMO, home);
  expect(await second.ended).toBe(3);
  await gone(second);
  expect(first.hosts()).toHaveLength(1);
});

it('goes with an agent whose port is taken', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  clean.push(() => server.close());
  await once(server, 'listening');
  const address = server.address();
  const agent = start(DEMO, folder(), '--port', String(typeof address === 'object' && address !== null ? address.port : 0));
  expect(await agent.ended).toBe(1);
  await gone(agent);
});

it('goes with an agent that is killed while it loads', async () => {
  const agent = start(DEMO, folder());
  await expect.poll(() => agent.hosts().length, { timeout: GONE_MS, interval: 5 }).toBe(1);
  agent.child.kill('SIGKILL');
  await agent.ended;
  await gone(agent);
});
