/** kill -9 of the real agent at each step between the press for a number, its paper and its way back: nobody is left before a page that never ends. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { startTicketDispenserEmulator } from '../../drivers/ticket-dispenser/emulator.ts';
import { entry } from '../entry.ts';
import type { CitizenEvent, Screen, SessionView } from '../session/index.ts';
import { askTicket } from '../shell/agent-socket.ts';
import { freePorts } from '../shell/ports.ts';

const DEMO = join(import.meta.dirname, '..', '..', 'kiosk-config', 'demo-hall');
const clean: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of clean.splice(0).reverse()) await one();
});

const start = async (config: string, home: string, port: number): Promise<ChildProcess> => {
  const child = spawn(process.execPath, [entry('agent'), '--config', config, '--home', home, '--demo', '--port', String(port)], { stdio: ['ignore', 'pipe', 'ignore'] });
  clean.push(() => child.kill('SIGKILL'));
  let said = '';
  for await (const text of child.stdout.setEncoding('utf8')) {
    said += String(text);
    if (said.includes('"ready":true')) return child;
  }
  throw new Error('the agent ended');
};

it('goes on at its step after a kill while the number is printed, is asked for, and is given back', async () => {
  const [root, home] = [mkdtempSync(join(tmpdir(), 'hall24-crash-')), mkdtempSync(join(tmpdir(), 'hall24-crash-home-'))];
  clean.push(() => [root, home].forEach((path) => rmSync(path, { recursive: true, force: true })));
  const printer = await startTicketDispenserEmulator({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 } });
  clean.push(() => printer.close());
  const config = join(root, 'hall');
  cpSync(DEMO, config, { recursive: true });
  const terminal = join(config, 'terminals', 'terminal-5.yaml');
  writeFileSync(terminal, readFileSync(terminal, 'utf8').replace('tcp:127.0.0.1:9105', printer.uri));
  const [port = 0] = await freePorts(1);
  let agent = await start(config, home, port);
  const url = (await askTicket(join(home, 'run', 'shell.sock'))) ?? '';
  const { origin } = new URL(url);
  const cookie = (await fetch(url, { redirect: 'manual' })).headers.get('set-cookie')?.split(';')[0] ?? '';
  const say = (event: CitizenEvent): Promise<Response> => fetch(`${origin}/api/citizen/events`, { method: 'POST', headers: { cookie, origin, 'content-type': 'application/json' }, body: JSON.stringify({ revision: 1_000_000, event }) });

  /** Looks on until it is so. @returns the view that was so */
  const until = async (so: (screen: Screen) => boolean): Promise<SessionView> => {
    for (;;) {
      const abort = new AbortController();
      try {
        const response = await fetch(`${origin}/api/citizen/stream`, { headers: { cookie }, signal: abort.signal });
        let text = '';
        for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
          text += chunk;
          const views = text.split('\n\n');
          text = views.pop() ?? '';
          for (const one of views) {
            const data = /^data: (.*)$/m.exec(one)?.[1];
            const view = data === undefined ? null : (JSON.parse(data) as SessionView);
            if (view !== null && so(view.screen)) return view;
          }
        }
      } catch {
        // The agent is down, or comes up just now.
      } finally {
        abort.abort();
      }
    }
  };
  const killedAt = async (so: (screen: Screen) => boolean): Promise<void> => {
    await until(so);
    const died = once(agent, 'exit');
    agent.kill('SIGKILL');
    await died;
    agent = await start(config, home, port);
  };
  const settled = (screen: Screen): boolean => screen.kind === 'ticket' && !screen.giving && screen.paper !== null && screen.paper.state !== 'waiting' && screen.paper.state !== 'printing';
  const press = async (): Promise<void> => {
    await say({ type: 'open-numbers' });
    await until(({ kind }) => kind === 'number');
    await say({ type: 'take-number', class: 'general' });
  };

  // On its way to the paper: whoever stands before the page finds it again, with an end.
  await until(({ kind }) => kind === 'home');
  await press();
  await killedAt((screen) => screen.kind === 'ticket' && screen.paper?.state !== 'waiting');
  const printed = await until((shown) => shown.kind !== 'ticket' || settled(shown));
  expect(printed.screen.kind).toBe('ticket');
  await say({ type: 'leave' });

  // Asked for, and nobody was told of it: the classes again, or the number.
  await until(({ kind }) => kind === 'home');
  await press();
  await killedAt(({ kind }) => kind !== 'number');
  const asked = await until((shown) => shown.kind === 'home' || shown.kind === 'number' || settled(shown));
  if (asked.screen.kind !== 'ticket') {
    if (asked.screen.kind === 'home') await say({ type: 'open-numbers' });
    await until(({ kind }) => kind === 'number');
    await say({ type: 'take-number', class: 'general' });
    await until(settled);
  }

  // On its way back.
  await say({ type: 'give-back' });
  await killedAt((screen) => screen.kind === 'number-back' || (screen.kind === 'ticket' && screen.giving));
  const back = await until((shown) => shown.kind === 'home' || shown.kind === 'number-back' || (shown.kind === 'ticket' && !shown.giving));
  expect(back.screen).toMatchObject({ kind: 'number-back' });
}, 240_000);
