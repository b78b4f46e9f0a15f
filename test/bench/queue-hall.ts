/** A large hall for measurements: its rules, its process, and what its counters, terminals and boards do over HTTPS. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, request, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { entry, NODE_OPTIONS } from '../../electron/entry.ts';
import { queue as queueSchema, type Queue } from '../../kiosk-config/index.ts';
import { comesBackIn, streamOf } from '../../renderer/board/coming-back.ts';
import type { Calls } from '../../renderer/board/heard.ts';
import { ROOT } from './hall.ts';

const always = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '23:59' }];
const text = (zh: string, en: string) => ({ zh, en });
export const CLASSES = 12;
const PREFIXES = 'ABCDEFGHJKLM';

/** Twelve classes, each served by a twelfth of the counters alone and by another twelfth beside their own. */
export const largeHall = (counters: number): Queue =>
  queueSchema.parse({
    classes: Array.from({ length: CLASSES }, (_, n) => ({ id: `class-${n + 1}`, name: text(`业务${n + 1}`, `Class ${n + 1}`), prefix: PREFIXES.charAt(n), where: text('一楼', 'Ground floor'), way: text('直走', 'Straight on'), hours: always, usualServiceMinutes: 2 })),
    counters: Array.from({ length: counters }, (_, n) => ({ id: String(n + 1), name: text(`${n + 1}号窗口`, `Counter ${n + 1}`), skills: [{ class: `class-${(n % CLASSES) + 1}`, weight: 2 }, { class: `class-${((n + 1) % CLASSES) + 1}` }] })),
    priorities: [{ id: 'elder', name: text('长者优先', 'Elders first'), headStartMinutes: 15, fromAge: 70 }],
    ticketsPerMinute: 600,
  });

export interface HallProcess {
  url: string;
  port: number;
  pid: number;
  authority: string;
  firstManager: string | null;
  readyMs: number;
  memory(): Promise<{ rss: number; heapUsed: number; version: number; tickets: number; open: number }>;
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

export interface HallProcessOptions {
  home: string;
  rules: Queue;
  port?: number;
  /** Wall time of the hall at the real moment `since`, and how fast it runs. */
  time?: { wall: number; since: number; speed: number };
  database?: string;
  /** Folder of the built pages, where a browser looks at one. */
  pages?: string;
}

const kept = (path: string): string => (JSON.parse(readFileSync(path, 'utf8')) as { authority: { certificate: string } }).authority.certificate;

export const startHallProcess = async ({ home, rules, port = 0, time, database, pages }: HallProcessOptions): Promise<HallProcess> => {
  mkdirSync(home, { recursive: true });
  const file = join(home, 'rules.json');
  writeFileSync(file, JSON.stringify(rules));
  const args = ['--home', home, '--rules', file, '--port', String(port), ...(time === undefined ? [] : ['--wall', String(time.wall), '--since', String(time.since), '--speed', String(time.speed)]), ...(database === undefined ? [] : ['--database', database]), ...(pages === undefined ? [] : ['--pages', pages])];
  const began = performance.now();
  const child = spawn(process.execPath, [...NODE_OPTIONS, '--expose-gc', entry('queue-hall'), ...args], { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  // One that was killed reads nothing any more; whoever asks it is told so by its end.
  child.stdin.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const { value, done } = (await lines.next()) as { value?: string; done?: boolean };
    if (done === true || value === undefined) throw new Error('the hall ended');
    return JSON.parse(value) as unknown;
  };
  const ready = (await next()) as { url: string; firstManager: string | null; authority: string };
  return {
    url: ready.url,
    port: Number(new URL(ready.url).port),
    pid: child.pid ?? 0,
    authority: kept(ready.authority),
    firstManager: ready.firstManager,
    readyMs: performance.now() - began,
    memory: async () => {
      child.stdin.write('memory\n');
      return (await next()) as Awaited<ReturnType<HallProcess['memory']>>;
    },
    kill: async (signal) => {
      child.kill(signal);
      await ended;
    },
  };
};

export interface Answer {
  status: number;
  body: unknown;
  cookie: string | null;
}

/** Whoever asks the hall's API over connections that are kept. */
export const client = (hall: Pick<HallProcess, 'url' | 'authority'>) => {
  const agent = new Agent({ keepAlive: true, ca: hall.authority, maxSockets: 100 });
  const { hostname, port } = new URL(hall.url);
  return {
    post: (path: string, body: unknown, cookie: string | null = null): Promise<Answer> =>
      new Promise((resolve, reject) => {
        const bytes = JSON.stringify(body);
        const options: RequestOptions = { hostname, port, path, method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(bytes), ...(cookie === null ? {} : { cookie }) } };
        const asked = request(options, (answer) => {
          let said = '';
          answer.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
          answer.on('error', reject);
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: said === '' ? null : (JSON.parse(said) as unknown), cookie: answer.headers['set-cookie']?.[0]?.split(';')[0] ?? null }));
        });
        asked.on('error', reject);
        asked.end(bytes);
      }),
    close: () => agent.destroy(),
  };
};
export type HallClient = ReturnType<typeof client>;

/** What of a board is looked at here. */
export type Shown = Calls & { version: number };

/** One live screen over a connection of its own; comes back by itself, as the board's page does, until it is closed. */
export const openStream = (hall: Pick<HallProcess, 'url' | 'authority'>, path: string, onView: (json: string, at: number) => void, cookie: string | null = null): { opened: Promise<void>; close: () => void } => {
  const { hostname, port } = new URL(hall.url);
  let closed = false;
  // A screen on a machine of its own: its browser takes up the session that it had.
  const agent = new Agent({ keepAlive: false, ca: hall.authority });
  let end: () => void = () => undefined;
  let first: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    first = resolve;
  });
  let failures = 0;
  /** Of the last view that came whole. */
  let cursor: string | null = null;
  const connect = (): void => {
    if (closed) return;
    let over = false;
    const again = (): void => {
      if (over) return;
      over = true;
      setTimeout(connect, comesBackIn(failures, Math.random()));
      failures += 1;
    };
    const asked = request({ hostname, port, path: streamOf(path, cursor), agent, headers: cookie === null ? {} : { cookie } }, (answer) => {
      if (answer.statusCode !== 200) {
        asked.destroy();
        again();
        return;
      }
      let rest = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        const at = performance.now();
        rest += chunk;
        for (let cut = rest.indexOf('\n\n'); cut >= 0; cut = rest.indexOf('\n\n')) {
          const message = rest.slice(0, cut);
          rest = rest.slice(cut + 2);
          const from = message.indexOf('data: ');
          if (from < 0) continue;
          onView(message.slice(from + 6), at);
          cursor = /^id: (.*)$/m.exec(message)?.[1] ?? null;
          failures = 0;
          first();
        }
      });
      answer.on('error', again);
      answer.on('close', again);
    });
    asked.on('error', again);
    asked.end();
    end = () => asked.destroy();
  };
  connect();
  return {
    opened,
    close: () => {
      closed = true;
      end();
    },
  };
};

/** The name of the manager among staff's cookies. */
export const MANAGER = 'boss';

/** Staff of the hall: made by the manager, each signed in. @returns name → cookie, the manager's too */
export const hireStaff = async (hall: HallProcess, asking: HallClient, names: readonly string[]): Promise<Map<string, string>> => {
  const manager = await asking.post('/hall/first-manager', { code: hall.firstManager ?? '', name: MANAGER, password: 'a long password' });
  if (manager.cookie === null) throw new Error(`the first manager was not let in: ${manager.status} ${JSON.stringify(manager.body)}`);
  const { cookie } = manager;
  const cookies = new Map([[MANAGER, cookie]]);
  await together(8, names, async (name) => {
    const invited = await asking.post('/hall/clerks', { name, role: 'clerk' }, cookie);
    cookies.set(name, await signIn(asking, name, (invited.body as { code: string }).code, passwordOf(name)));
  });
  return cookies;
};

/** Does something for each, so many at a time. */
export const together = async <T>(many: number, all: readonly T[], work: (one: T) => Promise<void>): Promise<void> => {
  const left = [...all];
  await Promise.all(
    Array.from({ length: many }, async () => {
      for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one);
    }),
  );
};

const passwordOf = (name: string): string => `secret words of ${name.toUpperCase()}`;

/** Signs in again after the hall was restarted. */
export const signIn = async (asking: HallClient, name: string, password = passwordOf(name), newPassword?: string): Promise<string> => {
  const { status, cookie, body } = await asking.post('/hall/sign-in', { name, password, ...(newPassword === undefined ? {} : { newPassword }) });
  if (cookie === null) throw new Error(`${name} was not let in: ${status} ${JSON.stringify(body)}`);
  return cookie;
};
