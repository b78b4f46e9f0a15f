/** The demonstration as it really runs, in a home of its own: started, killed, restored, and struck by the documented calls of the outside world. */
import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { ApiCitizen, startTerminal, until, type Terminal } from '../e2e/terminal.ts';
import type { Blow, DeviceName, Hand } from './steps.ts';

const root = process.cwd();
const PIECES = ['node_modules', 'test', 'renderer', 'package.json'];
/** On a machine that others keep busy everything takes longer: all limits of time are so many times as long. */
export const PATIENCE = Math.max(1, Number(process.env['HALL24_CHAOS_PATIENCE'] ?? 1) || 1);
const PATIENCE_MS = 60_000 * PATIENCE;

export interface BenchState {
  card: string | null;
  /** Those that the demonstration has. */
  devices: Partial<Record<DeviceName, { plugged: boolean; fault: string | null; faults: string[] }>>;
  network: { cut: boolean };
  platform: { mode: string | null };
  hall: {
    near: boolean;
    handTakes: boolean;
    doorsOpen: number[];
    /** null: without power. */
    display: string | null;
  };
}

/** Calls of the bench. A door that stands open keeps nothing from anybody, but it is shut at the end. */
const HAND: Record<Hand, [path: string, body: unknown]> = {
  'code-nobody-knows': ['/code', { text: 'https://example.org/?a=1' }],
  'code-long': ['/code', { text: '9'.repeat(1_900) }],
  'code-forged-ticket': ['/code', { text: `https://127.0.0.1:1/ticket/?t=${'f00d'.repeat(6)}` }],
  'step-away': ['/presence', { near: false }],
  'step-near': ['/presence', { near: true }],
  'pad-next': ['/call-pad/press', { key: 'next' }],
  'pad-recall': ['/call-pad/press', { key: 'recall' }],
  'pad-skip': ['/call-pad/press', { key: 'skip' }],
  'door-open': ['/locker/door', { cell: 3, open: true }],
  'door-shut': ['/locker/door', { cell: 3, open: false }],
  'display-off': ['/window-display/power', { on: false }],
  'display-on': ['/window-display/power', { on: true }],
  'ticket-left': ['/ticket-dispenser/hand', { takes: false }],
  'ticket-taken': ['/ticket-dispenser/hand', { takes: true }],
};

export interface StaffWork {
  doubts: { doubtNumber: string }[];
  quarantined: { caseNumber: string | null }[];
  waiting: number;
}

export interface Stage {
  home: string;
  /** The programs and the configuration as they were when the run began. */
  tree: string;
  /** What every process of a run is started with. */
  env: Record<string, string>;
  temp: string;
  terminal(): Terminal;
  citizen(): ApiCitizen;
  state(): Promise<BenchState>;
  /** @returns whether it happened: a process that is just starting cannot be killed, a device that is gone cannot be pulled */
  strike(blow: Blow): Promise<boolean>;
  /** Ends what plays at the devices. With `outside`, also at network, platform and clock. */
  mend(outside: boolean): Promise<void>;
  backup(): Promise<void>;
  /** SIGKILL to all, the copy put in the database's place, and everything started again. @returns false without a copy */
  restore(): Promise<boolean>;
  killEverything(): Promise<void>;
  /** A second start on the same home. @returns its exit code */
  secondStart(): Promise<number | null>;
  staff(...args: string[]): Promise<{ ok: boolean; out: string }>;
  /** The same at another home. */
  staffAt(at: string, ...args: string[]): Promise<{ ok: boolean; out: string }>;
  /** The agent ends hard and starts with what stands in a file of the configuration while `work` runs, then with the right one again. */
  withFile(name: string, change: (text: string) => string, work: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
  /** Takes the home away. */
  forget(): void;
}

/** The programs as they are now, so that nobody's build changes a run that lasts for hours. */
const frozenTree = (folder: string): string => {
  const tree = join(folder, 'tree');
  mkdirSync(tree);
  for (const own of ['dist', 'kiosk-config']) cpSync(join(root, own), join(tree, own), { recursive: true });
  for (const piece of PIECES) symlinkSync(join(root, piece), join(tree, piece));
  return tree;
};

export const openStage = async (folder = mkdtempSync(join(tmpdir(), 'hall24-chaos-'))): Promise<Stage> => {
  const [home, temp, clockFile, copy] = [join(folder, 'home'), join(folder, 'temp'), join(folder, 'clock'), join(folder, 'yesterday.db')];
  for (const one of [home, temp]) mkdirSync(one, { recursive: true });
  const tree = frozenTree(folder);
  const env = { TMPDIR: temp, HALL24_CHAOS_CLOCK: clockFile, NODE_OPTIONS: `--require ${join(root, 'test', 'chaos', 'clock-shim.cjs')}` };
  /** The token beside the database when the copy was made; null: there is no copy. */
  let copied: string | null = null;
  const token = (): string => readFileSync(join(home, 'incarnation'), 'utf8');
  const start = async (): Promise<{ terminal: Terminal; citizen: ApiCitizen }> => {
    const terminal = await startTerminal({ home, tree, env });
    // On a machine that is short of processor the line may come without an address: it is asked for again.
    const { url } = terminal as { url: string | null };
    return { terminal, citizen: await ApiCitizen.enter(url ?? (await until('an address of the page', () => terminal.freshUrl().catch(() => null), PATIENCE_MS))) };
  };
  let { terminal, citizen } = await start();
  // However this run ends, its terminal ends with it.
  const orphaned = (): void => {
    try {
      process.kill(terminal.pid, 'SIGTERM');
    } catch {
      // Gone already.
    }
  };
  process.once('exit', orphaned);
  const setClock = (offsetMs: number): void => writeFileSync(clockFile, String(offsetMs));

  const state = async (): Promise<BenchState> => until('the bench to answer', async () => ((await (await terminal.look('/state').catch(() => null))?.json().catch(() => null)) ?? null) as BenchState | null, PATIENCE_MS);
  /** Asks until it is done: the outside world itself may just have been killed. */
  const play = async (path: string, body: unknown): Promise<void> => {
    await until(`POST ${path}`, () => terminal.play(path, body).then(() => true, () => false), PATIENCE_MS);
  };
  const once = (path: string, body: unknown): Promise<boolean> => terminal.play(path, body).then(() => true, () => false);

  const pulled = new Set<NodeJS.Timeout>();
  const strike = async (blow: Blow): Promise<boolean> => {
    switch (blow.kind) {
      case 'kill': {
        const pid = terminal.processId(blow.process);
        if (pid === null) return false;
        try {
          process.kill(pid, 'SIGKILL');
          return true;
        } catch {
          return false;
        }
      }
      case 'network':
        return (await state()).network.cut !== blow.cut && (await once('/network', { cut: blow.cut }));
      case 'platform':
        return once('/platform', blow.mode === 'slow' ? { mode: 'slow', delayMs: 3_000 } : { mode: blow.mode });
      case 'fault':
        return once(`/${blow.device}/fault`, { fault: blow.fault });
      case 'unplug': {
        if ((await state()).devices[blow.device]?.plugged !== true || !(await once(`/${blow.device}/plug`, { in: false }))) return false;
        const timer = setTimeout(() => {
          pulled.delete(timer);
          void once(`/${blow.device}/plug`, { in: true });
        }, blow.forMs);
        pulled.add(timer);
        return true;
      }
      case 'lift-card':
        return (await state()).card !== null && (await once('/card', { lift: true }));
      case 'clock':
        setClock(blow.offsetMs);
        return true;
      case 'hand':
        return once(...HAND[blow.hand]);
    }
  };

  const mend = async (outside: boolean): Promise<void> => {
    for (const timer of pulled) clearTimeout(timer);
    pulled.clear();
    await until(
      'the outside to be well',
      async () => {
        const now = await state();
        for (const [device, { plugged, fault }] of Object.entries(now.devices)) {
          if (!plugged) await play(`/${device}/plug`, { in: true });
          if (fault !== null) await play(`/${device}/fault`, { fault: null });
        }
        if (now.card !== null) await play('/card', { lift: true });
        if (!now.hall.near) await play('/presence', { near: true });
        if (!now.hall.handTakes) await play('/ticket-dispenser/hand', { takes: true });
        if (now.hall.display === null) await play('/window-display/power', { on: true });
        for (const cell of now.hall.doorsOpen) await play('/locker/door', { cell, open: false });
        if (!outside) return true;
        setClock(0);
        if (now.network.cut) await play('/network', { cut: false });
        if (now.platform.mode !== 'normal') await play('/platform', { mode: 'normal' });
        const then = await state();
        return !then.network.cut && then.platform.mode === 'normal' && Object.values(then.devices).every(({ plugged, fault }) => plugged && fault === null);
      },
      PATIENCE_MS,
    );
  };

  const dead = async (): Promise<void> => {
    citizen.close();
    for (const timer of pulled) clearTimeout(timer);
    pulled.clear();
    const names = ['agent', 'device-host', 'world', 'platform'] as const;
    const pids = names.flatMap((name) => terminal.processId(name) ?? []);
    // The parent first: it would start the others again.
    for (const pid of [terminal.pid, ...pids]) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Gone already.
      }
    }
    await terminal.ended;
  };

  // Never waited for by standing still: lines and a printer of the second terminal live in this process.
  const staffAt = (at: string, ...args: string[]): Promise<{ ok: boolean; out: string }> =>
    new Promise((resolve) => void execFile(process.execPath, [join(tree, 'dist', 'staff.js'), ...args, '--home', at], { encoding: 'utf8', timeout: PATIENCE_MS }, (error, stdout, stderr) => resolve({ ok: error === null, out: error === null ? stdout : stderr })));
  /** A new agent serves. */
  const agentAnew = async (): Promise<void> => {
    const before = terminal.processId('agent');
    if (before !== null) {
      try {
        process.kill(before, 'SIGKILL');
      } catch {
        // Gone already: the launcher starts the next one.
      }
    }
    await until('the agent to be started again', () => {
      const now = terminal.processId('agent');
      return now !== null && now !== before;
    }, 2 * PATIENCE_MS);
    await until('the new agent to answer', async () => (await staffAt(home, 'list', '--json')).ok, 2 * PATIENCE_MS);
  };

  return {
    home,
    temp,
    tree,
    env,
    terminal: () => terminal,
    citizen: () => citizen,
    state,
    strike,
    mend,
    backup: async () => {
      const db = new Database(join(home, 'terminal.db'), { readonly: true });
      rmSync(copy, { force: true });
      try {
        await db.backup(copy);
      } finally {
        db.close();
      }
      copied = token();
    },
    restore: async () => {
      if (copied === null) return false;
      // A copy of this very minute cannot be told from the database itself: electron/storage/README.md.
      await until('the copy to be of yesterday', () => token() !== copied, 3 * PATIENCE_MS);
      await dead();
      for (const rest of ['-wal', '-shm']) rmSync(join(home, `terminal.db${rest}`), { force: true });
      cpSync(copy, join(home, 'terminal.db'));
      ({ terminal, citizen } = await start());
      return true;
    },
    killEverything: async () => {
      await dead();
      ({ terminal, citizen } = await start());
    },
    secondStart: () =>
      new Promise((resolve) => void spawn(process.execPath, [join(tree, 'dist', 'launch.js'), '--shell', 'none', '--home', home], { env: { ...process.env, ...env }, stdio: 'ignore', timeout: PATIENCE_MS }).once('exit', (code) => resolve(code))),
    staff: (...args) => staffAt(home, ...args),
    staffAt,
    withFile: async (name, change, work) => {
      const file = join(tree, 'kiosk-config', 'demo-hall', name);
      const right = readFileSync(file, 'utf8');
      try {
        writeFileSync(file, change(right));
        await agentAnew();
        await work();
      } finally {
        writeFileSync(file, right);
        await agentAnew();
      }
    },
    stop: async () => {
      citizen.close();
      await terminal.stop();
      process.removeListener('exit', orphaned);
    },
    forget: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
};

/** A program of ours beside the run. Its standard error is the run's. */
export const beside = (name: string, args: readonly string[]) => spawn(process.execPath, ['--enable-source-maps', join(root, 'dist', `${name}.js`), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
