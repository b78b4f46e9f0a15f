/**
 * A whole demonstration terminal for tests: the launcher with its real processes in a home of its own, and the outside
 * world by the bench panel's HTTP calls. Nothing here reaches into the agent.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CitizenEvent, SessionView } from '../../electron/session/page-contract.ts';

const root = join(import.meta.dirname, '..', '..');

export interface Terminal {
  home: string;
  /** A one-time address of the citizen's page; with a window it has been used already. */
  url: string;
  bench: string;
  platform: string;
  pid: number;
  /** What the hall's people open, as the launcher told it. */
  hall: { counter?: string; board?: string; clerk?: { name: string; code: string }; firstManager?: string };
  /** POST to the bench panel. */
  play(path: string, body?: unknown): Promise<Record<string, unknown>>;
  look(path: string): Promise<Response>;
  /** A fresh one-time address of the citizen's page. */
  freshUrl(): Promise<string>;
  /** Process id of `agent`, `device-host`, `platform`, `world`. */
  processId(name: string): number | null;
  /** When the launcher is gone, however it ended. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/** Waits until `check` answers with something; a state, not a time. */
export const until = async <T>(what: string, check: () => Promise<T | null | undefined | false> | T | null | undefined | false, limitMs = 30_000): Promise<T> => {
  const end = performance.now() + limitMs;
  for (;;) {
    const found = await check();
    if (found !== null && found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`waited ${limitMs} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
};

/** `shell`: with a window (default: none). `tree`: a folder with dist/ and all that it needs, in place of this repository. `cwd`: where it is started. `env`: beside this process's own. */
export const startTerminal = async (options: { home?: string; shell?: string; transports?: Record<string, string>; args?: string[]; tree?: string; cwd?: string; env?: NodeJS.ProcessEnv } = {}): Promise<Terminal> => {
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'hall24-e2e-'));
  const args = ['--enable-source-maps', join(options.tree ?? root, 'dist', 'launch.js'), '--shell', options.shell ?? 'none', '--home', home, ...Object.entries(options.transports ?? {}).flatMap(([id, uri]) => ['--transport', `${id}=${uri}`]), ...(options.args ?? [])];
  const child: ChildProcess = spawn(process.execPath, args, { cwd: options.cwd ?? process.cwd(), stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...options.env } });
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  const line = await new Promise<{ url: string | null; bench: string; platform: string } & Terminal['hall']>((resolve, reject) => {
    let text = '';
    child.once('exit', (code) => reject(new Error(`the launcher ended with ${code}`)));
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end >= 0) resolve(JSON.parse(text.slice(0, end)));
    });
  });
  const bench = line.bench.replace(/\/$/, '');
  const play = async (path: string, body: unknown = {}): Promise<Record<string, unknown>> => {
    const response = await fetch(`${bench}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  };
  return {
    home,
    url: line.url ?? '',
    bench,
    platform: line.platform.replace(/\/$/, ''),
    pid: child.pid ?? 0,
    hall: line,
    ended,
    play,
    look: (path) => fetch(`${bench}${path}`),
    freshUrl: async () => String((await play('/citizen-page'))['url']),
    processId: (name) => {
      try {
        return Number(readFileSync(join(home, 'run', `${name}.pid`), 'utf8'));
      } catch {
        return null;
      }
    },
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await ended;
      }
      if (options.home === undefined) rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

/** A citizen without a browser: the same API that the page speaks, for tests of what lies behind it. */
export class ApiCitizen {
  view: SessionView | null = null;
  /** Which of its streams the view came by: after a restart of the agent it is a later one. */
  viewStream = 0;
  private readonly abort = new AbortController();
  private readonly origin: string;
  private readonly cookie: string;

  private constructor(origin: string, cookie: string) {
    this.origin = origin;
    this.cookie = cookie;
  }

  static async enter(url: string): Promise<ApiCitizen> {
    const response = await fetch(url, { redirect: 'manual' });
    const cookie = response.headers.get('set-cookie')?.split(';')[0];
    if (cookie === undefined) throw new Error(`no cookie: ${response.status} ${await response.text()}`);
    const citizen = new ApiCitizen(new URL(url).origin, cookie);
    void citizen.follow();
    await until('the first view', () => citizen.view !== null);
    return citizen;
  }

  /** Follows the stream, also over a restart of the agent. */
  private async follow(): Promise<void> {
    for (let stream = 1; !this.abort.signal.aborted; stream += 1) {
      try {
        const response = await fetch(`${this.origin}/api/citizen/stream`, { headers: { cookie: this.cookie }, signal: this.abort.signal });
        if (response.body === null || !response.ok) throw new Error(String(response.status));
        let text = '';
        for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
          text += chunk;
          for (;;) {
            const end = text.indexOf('\n\n');
            if (end < 0) break;
            const data = text.slice(0, end).split('\n').find((each) => each.startsWith('data: '));
            text = text.slice(end + 2);
            if (data === undefined) continue;
            this.view = JSON.parse(data.slice(6)) as SessionView;
            this.viewStream = stream;
          }
        }
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  /** Says something until it is taken: an agent may be starting again. */
  async say(event: CitizenEvent): Promise<void> {
    await until(`${event.type} to be taken`, async () => {
      try {
        const response = await fetch(`${this.origin}/api/citizen/events`, {
          method: 'POST',
          headers: { cookie: this.cookie, 'content-type': 'application/json', origin: this.origin },
          body: JSON.stringify({ revision: this.view?.revision ?? 0, event }),
        });
        return response.ok && ((await response.json()) as { accepted: boolean }).accepted;
      } catch {
        return false;
      }
    });
  }

  /** One press, of whatever page is shown, as a finger that does not look. @returns null when nobody answers */
  async press(event: CitizenEvent, revision = this.view?.revision ?? 0): Promise<{ accepted: boolean; reason: string | null } | null> {
    try {
      const response = await fetch(`${this.origin}/api/citizen/events`, { method: 'POST', headers: { cookie: this.cookie, 'content-type': 'application/json', origin: this.origin }, body: JSON.stringify({ revision, event }) });
      const reply = (await response.json()) as { accepted: boolean; reason: string | null };
      return response.ok ? reply : { accepted: false, reason: String(response.status) };
    } catch {
      return null;
    }
  }

  screen(): SessionView['screen'] {
    if (this.view === null) throw new Error('no view');
    return this.view.screen;
  }

  /** Waits for a screen of this kind. */
  async at<K extends SessionView['screen']['kind']>(kind: K, and: (screen: Extract<SessionView['screen'], { kind: K }>) => boolean = () => true, limitMs = 30_000): Promise<Extract<SessionView['screen'], { kind: K }>> {
    try {
      return await until(
        `screen ${kind}`,
        () => {
          const screen = this.view?.screen;
          return screen?.kind === kind && and(screen as Extract<SessionView['screen'], { kind: K }>) ? (screen as Extract<SessionView['screen'], { kind: K }>) : null;
        },
        limitMs,
      );
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : String(error)}; the screen is ${JSON.stringify(this.view?.screen).slice(0, 3000)}`, { cause: error });
    }
  }

  close(): void {
    this.abort.abort();
  }
}
