/** A demonstration terminal without launcher: platform, emulated world and agent as processes of their own, agents started at will. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entry, NODE_OPTIONS } from '../../electron/entry.ts';
import { askPage, askTicket, socketOf } from '../../electron/shell/agent-socket.ts';

/** Programs run from the repository's folder: see build/run.mjs. */
export const ROOT = process.cwd();
export const DEMO_HALL = join(ROOT, 'kiosk-config', 'demo-hall');
/** Quick paper and scans: nothing measured here waits for a motor. */
const QUICK = ['--ms-per-sheet', '50', '--ms-per-page', '20'];

export interface Running {
  /** The line that said `ready`. */
  line: Record<string, unknown>;
  /** From the start of the process to that line. */
  readyMs: number;
  pid: number;
  stop(): Promise<void>;
}

const start = (program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Running> =>
  new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(process.execPath, [...NODE_OPTIONS, entry(program), ...args, '--end-with-stdin'], { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = new Promise<void>((end) => child.once('exit', () => end()));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}`)));
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end < 0) return;
      const readyMs = performance.now() - began;
      resolve({
        line: JSON.parse(text.slice(0, end)) as Record<string, unknown>,
        readyMs,
        pid: child.pid ?? 0,
        stop: async () => {
          child.kill('SIGTERM');
          await ended;
        },
      });
    });
  });

export interface Hall {
  home: string;
  /** Calls of the bench panel. */
  play(path: string, body: unknown): Promise<void>;
  /**
   * @param home default: the hall's own
   * @param env beside this process's own
   */
  startAgent(home?: string, env?: NodeJS.ProcessEnv): Promise<Running>;
  /** A one-time address of the citizen's page, once no other page is open. */
  freshUrl(): Promise<string>;
  stop(): Promise<void>;
}

/** @param transports devices in place of the emulated world's, by device id */
export const openHall = async (transports: Record<string, string> = {}): Promise<Hall> => {
  const home = mkdtempSync(join(tmpdir(), 'hall24-bench-'));
  mkdirSync(join(home, 'run'), { mode: 0o700 });
  const running: Running[] = [];
  const stop = async (): Promise<void> => {
    for (const program of running.toReversed()) await program.stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const platform = await start('platform', ['--port', '0', '--db', join(home, 'platform'), '--control', '--catalogue', DEMO_HALL]);
    running.push(platform);
    const world = await start('world', ['--home', home, '--platform', String(platform.line['url']), ...QUICK]);
    running.push(world);
    const bench = String(world.line['bench']).replace(/\/$/, '');
    const overrides = JSON.stringify({ transports: { ...(world.line['devices'] as Record<string, string>), ...transports }, platformUrl: world.line['proxy'] });
    return {
      home,
      play: async (path, body) => {
        const response = await fetch(`${bench}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
        if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
      },
      startAgent: (at = home, env = {}) => start('agent', ['--config', DEMO_HALL, '--home', at, '--overrides', overrides, '--demo'], env),
      freshUrl: async () => {
        while ((await askPage(socketOf(home))) === true) await new Promise((resolve) => setTimeout(resolve, 20));
        const url = await askTicket(socketOf(home));
        if (url === null) throw new Error('the agent gives no ticket');
        return url;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};
