/** The agent as a program: what it does with a configuration or a home that is not as it should be. */
import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { entry } from '../entry.ts';
import type { SessionView } from '../session/index.ts';
import { freePorts } from '../shell/ports.ts';

const DEMO = join(import.meta.dirname, '..', '..', 'kiosk-config', 'demo-hall');
const clean: (() => void)[] = [];
afterEach(() => {
  for (const one of clean.splice(0).reverse()) one();
});

const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'hall24-agent-'));
  clean.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
};

/** Starts the agent; answers when it is ready, or with the exit code when it ends before. */
const start = (config: string, home: string, ...more: string[]): Promise<{ child: ChildProcess; ready: boolean; code: number | null; stderr: string }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [entry('agent'), '--config', config, '--home', home, ...more], { stdio: ['ignore', 'pipe', 'pipe'] });
    clean.push(() => child.kill('SIGKILL'));
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes('"ready":true')) resolve({ child, ready: true, code: null, stderr });
    });
    child.once('exit', (code) => resolve({ child, ready: false, code, stderr }));
  });

const ticket = (home: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const outgoing = request({ socketPath: join(home, 'run', 'shell.sock'), method: 'POST', path: '/ticket' }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      incoming.on('end', () => resolve((JSON.parse(text) as { url: string }).url));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });

/** The first view that the agent sends to the citizen's page. */
const firstView = async (home: string): Promise<SessionView> => {
  const url = await ticket(home);
  return firstViewOf(new URL(url).origin, (await fetch(url, { redirect: 'manual' })).headers.get('set-cookie')?.split(';')[0] ?? '');
};
const firstViewOf = async (origin: string, cookie: string): Promise<SessionView> => {
  const abort = new AbortController();
  const response = await fetch(`${origin}/api/citizen/stream`, { headers: { cookie }, signal: abort.signal });
  let text = '';
  if (response.body === null) throw new Error('no stream');
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const data = /^data: (.*)\n\n/m.exec(text)?.[1];
    if (data !== undefined) {
      abort.abort();
      return JSON.parse(data) as SessionView;
    }
  }
  throw new Error('the stream ended');
};

describe('the agent', () => {
  it('shows what is wrong with file and line when there is no good configuration, never a black screen', async () => {
    const config = folder();
    cpSync(DEMO, config, { recursive: true });
    writeFileSync(join(config, 'hall.yaml'), readFileSync(join(config, 'hall.yaml'), 'utf8').replace('demo: true', 'demo: perhaps'));
    const home = folder();
    expect((await start(config, home, '--demo')).ready).toBe(true);
    expect((await firstView(home)).screen).toMatchObject({ kind: 'maintenance', reason: 'configuration', detail: expect.stringMatching(/hall\.yaml:\d+:\d+/) });
  });

  it('goes on with the last good configuration when a file was broken later', async () => {
    const config = folder();
    cpSync(DEMO, config, { recursive: true });
    const home = folder();
    const first = await start(config, home, '--demo');
    const ended = new Promise((resolve) => first.child.once('exit', resolve));
    first.child.kill('SIGTERM');
    await ended;
    writeFileSync(join(config, 'hall.yaml'), 'id: [');
    expect((await start(config, home, '--demo')).ready).toBe(true);
    expect((await firstView(home)).screen.kind).toBe('home');
  });

  it('shows what is wrong with the items when not one of them can be used here, and does not end again and again', async () => {
    const config = folder();
    cpSync(DEMO, config, { recursive: true });
    for (const file of readdirSync(join(config, 'items'))) writeFileSync(join(config, 'items', file), 'id: [');
    const home = folder();
    expect((await start(config, home, '--demo')).ready).toBe(true);
    expect((await firstView(home)).screen).toMatchObject({ kind: 'maintenance', reason: 'configuration', detail: expect.stringMatching(/items\/.*\.yaml:\d+:\d+/) });
  });

  it('refuses a demonstration hall as a real one', async () => {
    const home = folder();
    await start(DEMO, home);
    expect((await firstView(home)).screen).toMatchObject({ kind: 'maintenance', reason: 'configuration' });
  });

  it('shows a damaged database as such', async () => {
    const home = folder();
    const first = await start(DEMO, home, '--demo');
    const ended = new Promise((resolve) => first.child.once('exit', resolve));
    first.child.kill('SIGTERM');
    await ended;
    writeFileSync(join(home, 'terminal.db'), Buffer.alloc(8192, 0x5a));
    expect((await start(DEMO, home, '--demo')).ready).toBe(true);
    expect((await firstView(home)).screen).toMatchObject({ kind: 'maintenance', reason: 'database-damaged' });
  });

  it('answers the page only when the session before is taken up: nobody sees the home page of nobody in between', async () => {
    const home = folder();
    const [port = 0] = await freePorts(1);
    const first = await start(DEMO, home, '--demo', '--port', String(port));
    const url = await ticket(home);
    const { origin } = new URL(url);
    const cookie = (await fetch(url, { redirect: 'manual' })).headers.get('set-cookie')?.split(';')[0] ?? '';
    const say = (event: unknown): Promise<Response> => fetch(`${origin}/api/citizen/events`, { method: 'POST', headers: { cookie, origin, 'content-type': 'application/json' }, body: JSON.stringify({ revision: 1_000_000, event }) });
    const view = (): Promise<SessionView | null> => firstViewOf(origin, cookie).catch(() => null);
    const until = async (what: (seen: SessionView) => boolean): Promise<void> => {
      for (let seen = await view(); seen === null || !what(seen); seen = await view());
    };
    await say({ type: 'open-numbers' });
    await until(({ screen }) => screen.kind === 'number');
    await say({ type: 'take-number', class: 'general' });
    await until(({ inSession }) => inSession);
    const died = new Promise((resolve) => first.child.once('exit', resolve));
    first.child.kill('SIGKILL');
    await died;
    const again = start(DEMO, home, '--demo', '--port', String(port));
    let seen: SessionView | null = null;
    while (seen === null) seen = await view();
    expect(seen.screen.kind).toBe('ticket');
    expect((await again).ready).toBe(true);
  });

  it('keeps its log within what the hall says: what is too old goes at the start, and a new file begins', async () => {
    const config = folder();
    cpSync(DEMO, config, { recursive: true });
    writeFileSync(join(config, 'hall.yaml'), `${readFileSync(join(config, 'hall.yaml'), 'utf8')}\nlog:\n  keptDays: 3\n  megabytes: 1\n`);
    const home = folder();
    const log = join(home, 'log');
    mkdirSync(log);
    for (const [name, days] of [['agent.000007.log', 9], ['agent.000008.log', 2], ['agent.log', 1]] as const) {
      const at = Date.now() / 1_000 - days * 86_400;
      writeFileSync(join(log, name), `{"level":30,"msg":"${String(days)} days ago"}\n`);
      utimesSync(join(log, name), at, at);
    }
    const { child } = await start(config, home, '--demo');
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
    expect(readdirSync(log).sort()).toEqual(['agent.000008.log', 'agent.000009.log', 'agent.log']);
    expect(readFileSync(join(log, 'agent.000009.log'), 'utf8')).toContain('1 days ago');
    for (const line of readFileSync(join(log, 'agent.log'), 'utf8').trimEnd().split('\n')) expect(JSON.parse(line)).toMatchObject({ program: 'agent' });
  });

  it('does not start twice on one home', async () => {
    const home = folder();
    await start(DEMO, home, '--demo');
    const second = await start(DEMO, home, '--demo');
    expect(second).toMatchObject({ ready: false, code: 3 });
  });

  it('says in one sentence what is wrong with its command line', async () => {
    const wrong = await start(DEMO, folder(), '--port', '99999');
    expect(wrong).toMatchObject({ ready: false, code: 1, stderr: expect.stringContaining('--port 99999') });
  });
});
