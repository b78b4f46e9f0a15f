/** The demonstration as it really runs, in a home of its own: started, killed, restored, and struck by the documented calls of the outside world. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { ApiCitizen, startTerminal, until, type Terminal } from '../e2e/terminal.ts';
import type { Blow, DeviceName } from './steps.ts';

const root = process.cwd();
const PIECES = ['node_modules', 'kiosk-config', 'test', 'renderer', 'package.json'];
const PATIENCE_MS = 60_000;

export interface BenchState {
  card: string | null;
  /** Those that the demonstration has. */
  devices: Partial<Record<DeviceName, { plugged: boolean; fault: string | null; faults: string[] }>>;
  network: { cut: boolean };
  platform: { mode: string | null };
}

export interface StaffWork {
  doubts: { doubtNumber: string }[];
  quarantined: { caseNumber: string | null }[];
  waiting: number;
}

export interface Stage {
  home: string;
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
  secondStart(): number | null;
  staff(...args: string[]): { ok: boolean; out: string };
  stop(): Promise<void>;
  /** Takes the home away. */
  forget(): void;
}

/** The programs as they are now, so that nobody's build changes a run that lasts for hours. */
const frozenTree = (folder: string): string => {
  const tree = join(folder, 'tree');
  mkdirSync(tree);
  cpSync(join(root, 'dist'), join(tree, 'dist'), { recursive: true });
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
    return { terminal, citizen: await ApiCitizen.enter(terminal.url) };
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

  return {
    home,
    temp,
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
    secondStart: () => spawnSync(process.execPath, [join(tree, 'dist', 'launch.js'), '--shell', 'none', '--home', home], { env: { ...process.env, ...env }, stdio: 'ignore', timeout: PATIENCE_MS }).status,
    staff: (...args) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [join(tree, 'dist', 'staff.js'), ...args, '--home', home], { encoding: 'utf8', timeout: PATIENCE_MS });
      return { ok: status === 0, out: status === 0 ? stdout : stderr };
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
