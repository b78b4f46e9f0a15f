/** The launcher with the real programs, and with a real Chromium kiosk on a screen of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { entry } from '../entry.ts';
import { askPage, socketOf } from './agent-socket.ts';
import { findChromium } from './chromium.ts';
import { processesWith, until, type RunningProcess } from './processes.fixture.ts';

interface Launched {
  child: ChildProcess;
  output: () => string;
  errors: () => string;
  /** Exit code, or the signal's name. */
  ended: Promise<number | string | null>;
}

let home = '';
const launched: ChildProcess[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hall24-launch-'));
});
afterEach(async () => {
  for (const child of launched.splice(0)) child.kill('SIGTERM');
  await until('nothing of this home to run', () => processesWith(home).length === 0);
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

const launch = (args: string[], env: NodeJS.ProcessEnv = process.env): Launched => {
  const child = spawn(process.execPath, ['--enable-source-maps', entry('launch'), '--home', home, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
  launched.push(child);
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  return { child, output: () => output, errors: () => errors, ended: new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal))) };
};

const ready = async (terminal: Launched): Promise<{ ready: boolean; url: string | null; bench: string; platform: string }> => {
  await until('the ready line', () => terminal.output().includes('\n'), 60_000);
  return JSON.parse(terminal.output()) as never;
};
const pidOf = (name: string): number => Number(readFileSync(join(home, 'run', `${name}.pid`), 'utf8'));
const nothingRuns = (): Promise<boolean> => until('nothing to run', () => processesWith(home).length === 0, 10_000);
const events = (event: string): number => {
  const database = new Database(join(home, 'terminal.db'), { readonly: true });
  const { count } = database.prepare<[string], { count: number }>('SELECT count(*) AS count FROM audit WHERE event = ?').get(event) ?? { count: 0 };
  database.close();
  return count;
};

describe('a terminal without a window', () => {
  it('says in one line that it serves, refuses a second start and records it, and ends on SIGTERM with nothing left', async () => {
    const terminal = launch(['--shell', 'none']);
    const line = await ready(terminal);
    expect(line).toMatchObject({ counter: expect.stringMatching(/^https:.*\/counter\/$/), board: expect.stringMatching(/^https:.*\/board\/$/), clerk: { name: 'lin', code: expect.stringMatching(/^[2-9A-Z]{10}$/) } });
    expect(line).toMatchObject({ ready: true, url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/enter\?ticket=[\w-]{32}$/), bench: expect.stringMatching(/^http:/), platform: expect.stringMatching(/^http:/) });
    for (const each of [new URL(line.url!).origin, line.bench.replace(/\/$/, ''), line.platform]) expect((await fetch(`${each}/openapi.json`)).status).toBe(200);

    const second = launch(['--shell', 'none']);
    expect(await second.ended).toBe(3);
    expect(second.output()).toBe('');
    expect(second.errors()).toContain(`A terminal already runs on this home: ${home}`);

    expect(processesWith(home).length).toBeGreaterThanOrEqual(4);
    const agent = processesWith(home).find(({ commandLine }) => commandLine.includes('agent.js'));
    expect(readFileSync(`/proc/${agent?.pid}/environ`, 'utf8').split('\0')).toContain('MALLOC_ARENA_MAX=2');
    terminal.child.kill('SIGTERM');
    expect(await terminal.ended).toBe(0);
    await nothingRuns();
    expect(terminal.output().trim().split('\n')).toHaveLength(1);
    expect(readdirSync(join(home, 'run')).filter((name) => name.endsWith('.pid') || name.endsWith('.sock'))).toEqual([]);
    expect(events('agent.second-refused')).toBe(1);
    expect(events('agent.stopped')).toBe(1);
  });

  it('keeps the citizen page through a kill of the agent, leaves nothing when its launcher is killed, and starts again on the same home at once', async () => {
    const terminal = launch(['--shell', 'none']);
    const { url } = await ready(terminal);
    const entered = await fetch(url!, { redirect: 'manual' });
    const cookie = entered.headers.get('set-cookie')!.split(';')[0]!;
    const { origin } = new URL(url!);
    const page = async (): Promise<number | null> => {
      try {
        const response = await fetch(`${origin}/api/citizen/stream`, { headers: { cookie } });
        await response.body?.cancel();
        return response.status;
      } catch {
        return null;
      }
    };
    expect(await page()).toBe(200);
    const killed = pidOf('agent');
    process.kill(killed, 'SIGKILL');
    await until('another agent', () => existsSync(join(home, 'run', 'agent.pid')) && pidOf('agent') !== killed);
    expect(await until('the page to be served again', page)).toBe(200);

    terminal.child.kill('SIGKILL');
    await terminal.ended;
    const next = launch(['--shell', 'none']);
    await ready(next);
    expect(processesWith(home).filter(({ commandLine }) => commandLine.includes('agent.js'))).toHaveLength(1);
    next.child.kill('SIGINT');
    expect(await next.ended).toBe(0);
    await nothingRuns();
  });

  it('says what is wrong before it starts anything', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const taken = launch(['--shell', 'none', '--port', String(port)]);
    expect(await taken.ended).toBe(1);
    expect(taken.errors()).toContain(`--port ${port}: cannot be used`);
    server.close();

    const file = join(home, 'a-file');
    writeFileSync(file, '');
    const noFolder = launch(['--shell', 'none', '--home', file]);
    expect(await noFolder.ended).toBe(1);
    expect(noFolder.errors()).toContain(`--home ${file}: cannot be written`);

    const nowhere = launch(['--shell', 'none', '--home', '/proc/hall24']);
    expect(await nowhere.ended).toBe(1);
    expect(nowhere.errors()).toContain('--home /proc/hall24: cannot be written');

    chmodSync(home, 0o757);
    const anybody = launch(['--shell', 'none']);
    expect(await anybody.ended).toBe(1);
    expect(anybody.errors()).toContain(`--home ${home}: every account can write here; chmod 700 ${home}`);
    chmodSync(home, 0o700);

    const nonsense = launch(['--shell', 'firefox']);
    expect(await nonsense.ended).toBe(2);
    expect(nonsense.errors()).toBe('--shell firefox: one of auto, electron, chromium, none\n');

    const dark = launch(['--shell', 'chromium'], { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '' });
    expect(await dark.ended).toBe(1);
    expect(dark.errors()).toContain('there is no display here');
    expect([taken, nonsense, dark].map(({ output }) => output())).toEqual(['', '', '']);
  });
});

describe('a terminal whose configuration is wrong', () => {
  it('serves the page that says so, and tells whoever started it every mistake', async () => {
    const nowhere = join(home, 'no-such-hall');
    const terminal = launch(['--shell', 'none', '--config', nowhere]);
    await ready(terminal);
    expect(terminal.errors()).toContain(`${nowhere}/hall.yaml:1:1 missing: this file is expected here\n`);
    expect(terminal.errors()).toContain(`${nowhere}/terminals:1:1 no terminal here`);
  });
});

describe('a terminal with a Chromium kiosk', () => {
  let screen: ChildProcess | null = null;
  let display = '';
  beforeAll(async () => {
    if (findChromium() === null) throw new Error('Chromium is not installed (Debian: chromium)');
    const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1080x1920x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    screen = server;
    let number = '';
    server.stdio[3]?.on('data', (chunk: Buffer) => (number += chunk.toString()));
    server.on('error', () => undefined);
    display = await until('a screen (Debian: xvfb)', () => number.endsWith('\n') && `:${number.trim()}`, 10_000);
  });
  afterAll(() => void screen?.kill('SIGTERM'));

  const connected = (): Promise<boolean> => until('the page', async () => (await askPage(socketOf(home))) === true, 60_000);
  /** The kiosk's processes: all of them name the launcher's profile, or (guard and browser) the address. */
  const browser = (terminal: Launched): RunningProcess[] => processesWith(`hall24-page-${terminal.child.pid}-`);
  const renderer = (terminal: Launched): RunningProcess => browser(terminal).find(({ commandLine }) => commandLine.includes('--type=renderer') && !commandLine.includes('--extension-process'))!;
  const main = (terminal: Launched): RunningProcess => browser(terminal).find(({ commandLine }) => commandLine.includes('--kiosk') && !commandLine.includes('--type=') && !commandLine.startsWith('/bin/sh'))!;
  const profiles = (pid: number | undefined): string[] => ['/dev/shm', tmpdir()].flatMap((folder) => (existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(`hall24-page-${pid}-`)) : []));
  /** How soon is page-watch.test.ts's matter: a machine that runs tests starts a browser slowly. */
  const away = async (happen: () => void): Promise<void> => {
    happen();
    await until('the page to be gone', async () => (await askPage(socketOf(home))) === false);
    await connected();
  };

  // Several starts of a whole terminal and of a browser: minutes on a machine that does something else as well.
  it('brings a connected page back after a crashed page and a killed browser, and ends with its launcher however that ends', async () => {
    const terminal = launch(['--shell', 'chromium'], { ...process.env, DISPLAY: display });
    expect(await ready(terminal)).toMatchObject({ ready: true, url: null });
    await connected();
    expect(profiles(terminal.child.pid)).toHaveLength(1);

    const first = main(terminal).pid;
    await away(() => process.kill(renderer(terminal).pid, 'SIGKILL'));
    const second = main(terminal).pid;
    expect(second).not.toBe(first);
    await away(() => process.kill(second, 'SIGKILL'));
    expect(profiles(terminal.child.pid)).toHaveLength(1);
    expect(readdirSync('/proc').includes(String(second)) && readFileSync(`/proc/${second}/cmdline`, 'utf8') !== '').toBe(false);

    const third = main(terminal).pid;
    process.kill(pidOf('agent'), 'SIGKILL');
    await until('the agent to be away', async () => (await askPage(socketOf(home))) === null);
    await connected();
    expect(main(terminal).pid).toBe(third);

    terminal.child.kill('SIGKILL');
    await terminal.ended;
    await until('the window to be gone', () => browser(terminal).length === 0);
    await nothingRuns();
    expect(profiles(terminal.child.pid)).toHaveLength(1);

    const next = launch(['--shell', 'chromium'], { ...process.env, DISPLAY: display });
    await ready(next);
    await connected();
    expect(profiles(terminal.child.pid)).toEqual([]);
    next.child.kill('SIGHUP');
    expect(await next.ended).toBe(0);
    expect(browser(next)).toEqual([]);
    expect(profiles(next.child.pid)).toEqual([]);
    await nothingRuns();
  }, 150_000);
});
