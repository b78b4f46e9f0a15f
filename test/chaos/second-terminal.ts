/**
 * A terminal whose numbers come from the hall's agent over HTTPS: a real hall's terminal (launcher, agent, device host) with a home, a clock and a printer
 * of its own, and a line to the hall that can be cut. Killed, split from the hall, put back from before; what it gave meanwhile joins when the hall is back.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Database from 'better-sqlite3';
import { startReceiptPrinterEmulator } from '../../drivers/receipt-printer/emulator.ts';
import { ApiCitizen, until } from '../e2e/terminal.ts';
import type { ToldBooks, ToldTicket } from './books.ts';
import { PATIENCE, type Stage } from './stage.ts';
import type { SecondAct } from './steps.ts';

export interface SecondTerminal {
  home: string;
  temp: string;
  /** @returns whether something happened */
  act(acts: readonly SecondAct[]): Promise<boolean>;
  /** Line and clock are well; everything that it gave stands in the hall's log. @returns what does not */
  join(): Promise<string[]>;
  /** The hall's database was put back: what only that knew is lost. */
  hallRestored(): void;
  stop(): Promise<void>;
}

export const SECOND = 'terminal-6';
const PATIENCE_MS = 60_000 * PATIENCE;
const JOIN_MS = 120_000 * PATIENCE;
const TAKE_MS = 30_000 * PATIENCE;
const LOOK_MS = 60;

/** A line that can be cut, to where a program serves now. */
const movingLine = async (target: () => number) => {
  let how: 'well' | 'cut' | 'no-answers' = 'well';
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    if (how === 'cut') {
      near.on('error', () => undefined);
      near.resetAndDestroy();
      return;
    }
    const far = connect(target(), '127.0.0.1');
    for (const one of [near, far]) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        sockets.delete(one);
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (bytes) => far.write(bytes));
    far.on('data', (bytes) => how === 'well' && near.write(bytes));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    set: (now: typeof how): void => {
      how = now;
      if (how !== 'no-answers') for (const one of sockets) one.destroy();
    },
    close: (): void => {
      for (const one of sockets) one.destroy();
      server.close();
    },
  };
};

interface Deps {
  stage: Stage;
  /** A one-time code of the manager. */
  pairing: () => Promise<string | null>;
  told: ToldBooks;
  count: (kind: string) => void;
  wrong: (what: string) => void;
}

/** Starts it, and makes it known to the hall. */
export const openSecondTerminal = async ({ stage, pairing, told, count, wrong }: Deps): Promise<SecondTerminal> => {
  const folder = join(stage.home, '..');
  const [home, temp, config, clockFile, copy] = ['second-home', 'second-temp', 'second-config', 'second-clock', 'second-yesterday.db'].map((name) => join(folder, name)) as [string, string, string, string, string];
  for (const one of [home, temp]) mkdirSync(one, { recursive: true });
  const hall = await movingLine(() => Number(new URL(stage.terminal().hall.counter ?? 'https://127.0.0.1:1').port));
  const platform = await movingLine(() => Number(new URL(stage.terminal().platform).port));
  const printer = await startReceiptPrinterEmulator({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 } });

  const { authority } = JSON.parse(readFileSync(join(stage.home, 'keys', 'hall-certificate.json'), 'utf8')) as { authority: { certificate: string } };
  cpSync(join(stage.tree, 'kiosk-config', 'demo-hall'), config, { recursive: true });
  const where = { zh: '屏幕下方', en: 'Below the screen' };
  const hallFile = join(config, 'hall.yaml');
  writeFileSync(hallFile, readFileSync(hallFile, 'utf8').replace('demo: true', 'demo: false').replace(/url: http:\S+/, `url: http://127.0.0.1:${platform.port}`));
  writeFileSync(
    join(config, 'terminals', `${SECOND}.yaml`),
    JSON.stringify({
      id: SECOND,
      number: 6,
      panel: { widthMm: 398, lowerEdgeMm: 760 },
      queue: { at: `https://127.0.0.1:${hall.port}`, authority: createHash('sha256').update(new X509Certificate(authority.certificate).raw).digest('hex') },
      devices: [
        { id: 'receipt-printer', class: 'receipt-printer', transport: printer.uri, where },
        // A terminal has items, and they name their devices. Nothing is plugged in here: this one gives numbers.
        { id: 'id-card', class: 'id-card', transport: 'tcp:127.0.0.1:1', where },
        { id: 'document-printer', class: 'document-printer', transport: 'ipp://127.0.0.1:2/ipp/print', where },
        { id: 'scanner', class: 'scanner', transport: 'escl:http://127.0.0.1:3/eSCL', where },
      ],
    }),
  );

  let child: ChildProcess | null = null;
  let citizen: ApiCitizen | null = null;
  // However this run ends, this terminal ends with it.
  const orphaned = (): void => void child?.kill('SIGTERM');
  process.once('exit', orphaned);
  const start = async (): Promise<void> => {
    const env = { ...process.env, ...stage.env, TMPDIR: temp, HALL24_CHAOS_CLOCK: clockFile };
    const started = spawn(process.execPath, ['--enable-source-maps', join(stage.tree, 'dist', 'launch.js'), '--shell', 'none', '--config', config, '--terminal', SECOND, '--home', home], { stdio: ['ignore', 'pipe', 'inherit'], env });
    child = started;
    const url = await new Promise<string>((resolve, reject) => {
      started.once('exit', (code) => reject(new Error(`the second terminal's launcher ended with ${code}`)));
      createInterface({ input: started.stdout }).once('line', (line) => resolve((JSON.parse(line) as { url: string }).url));
    });
    citizen = await ApiCitizen.enter(url);
  };
  await start();

  const processId = (name: string): number | null => {
    try {
      return Number(readFileSync(join(home, 'run', `${name}.pid`), 'utf8'));
    } catch {
      return null;
    }
  };
  const kill = (pid: number | null): boolean => {
    try {
      return pid !== null && process.kill(pid, 'SIGKILL');
    } catch {
      return false;
    }
  };
  const ask = async <T>(file: string, work: (db: Database.Database) => T): Promise<T> => {
    const db = new Database(file, { readonly: true });
    try {
      return work(db);
    } finally {
      db.close();
    }
  };
  const standing = (): Promise<Set<string>> =>
    ask(join(stage.home, 'terminal.db'), (db) => new Set((db.prepare("SELECT json_extract(event, '$.ticket') AS ticket, json_extract(event, '$.number') AS number, day FROM queue_events WHERE json_extract(event, '$.ticket') IS NOT NULL").all() as { ticket: string; number: string | null; day: string }[]).map(({ ticket, number, day }) => `${ticket} ${day} ${number ?? ''}`)));

  const pair = async (): Promise<void> => {
    await until(
      'the second terminal to be paired',
      async () => {
        const code = await pairing();
        return code !== null && (await stage.staffAt(home, 'pair', code)).ok;
      },
      PATIENCE_MS,
    );
    count('second terminal: paired');
  };
  await pair();
  await until('numbers at the second terminal', () => citizen?.view?.screen.kind === 'home' && citizen.view.screen.numbers, PATIENCE_MS);
  await until('a reserve for the second terminal', () => ask(join(stage.home, 'terminal.db'), (db) => (db.prepare("SELECT COUNT(*) AS n FROM queue_events WHERE event LIKE '%\"leased\"%' AND event LIKE ?").get(`%"${SECOND}"%`) as { n: number }).n > 0), PATIENCE_MS);

  /** Told, and to stand in the hall's log once it has joined. */
  let owed: ToldTicket[] = [];
  let copied: { token: string; owed: number } | null = null;
  let split = false;
  const token = (): string => readFileSync(join(home, 'incarnation'), 'utf8');

  /** Takes a number at the glass, if one is given. */
  const take = async (giveBack: boolean): Promise<void> => {
    const began = performance.now();
    let had: string | null = null;
    let back = false;
    for (;;) {
      const screen = citizen?.view?.screen;
      if (performance.now() - began > TAKE_MS) {
        count('second terminal: no number in time');
        break;
      }
      if (screen?.kind === 'ticket') {
        const { ticket, number, day } = screen.ticket;
        const one = { day, number, ticket, by: SECOND };
        const twice = told.ticket(one);
        if (twice !== null) wrong(twice);
        if (had === null) {
          owed.push(one);
          count(split ? 'second terminal: number without its hall' : 'second terminal: number');
        } else if (had !== ticket) wrong('one press was given two numbers');
        had = ticket;
        if (giveBack && !back && !screen.giving) back = (await citizen?.press({ type: 'give-back' }))?.accepted === true;
        else if (!screen.giving) break;
      } else if (screen?.kind === 'number-back') {
        count('second terminal: given back');
        break;
      } else if (screen?.kind === 'no-number') {
        count(`second terminal: ${screen.refusal}`);
        break;
      } else if (had !== null) break;
      else if (screen?.kind === 'home') await citizen?.press({ type: 'open-numbers' });
      else if (screen?.kind === 'number') {
        const wanted = screen.classes.find(({ open, identify }) => open && identify !== 'card-or-code');
        await citizen?.press(wanted === undefined ? { type: 'home' } : { type: 'take-number', class: wanted.id });
      } else if (screen?.kind !== 'working' && screen !== undefined) await citizen?.press({ type: 'home' });
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    await until(
      'the second terminal to be left',
      async () => {
        const view = citizen?.view;
        if (view?.screen.kind === 'home' && !view.inSession) return true;
        await citizen?.press(view?.inSession === true ? { type: 'leave' } : { type: 'home' });
        return false;
      },
      PATIENCE_MS,
    );
  };

  const isRunning = (): boolean => child !== null && child.exitCode === null && child.signalCode === null;
  const dead = async (): Promise<void> => {
    citizen?.close();
    const ended = isRunning() ? once(child as ChildProcess, 'exit') : Promise.resolve();
    const pids = ['agent', 'device-host'].map(processId);
    child?.kill('SIGKILL');
    for (const pid of pids) kill(pid);
    await ended;
  };
  const setClock = (offsetMs: number): void => writeFileSync(clockFile, String(offsetMs));
  const HOUR = 3_600_000;

  const one = async (what: SecondAct): Promise<boolean> => {
    switch (what) {
      case 'take':
      case 'give-back':
        await take(what === 'give-back');
        return true;
      case 'split':
      case 'lose-answers':
        hall.set(what === 'split' ? 'cut' : 'no-answers');
        split = true;
        return true;
      case 'line-mended':
        hall.set('well');
        split = false;
        return true;
      case 'kill-agent':
      case 'kill-device-host':
        return kill(processId(what === 'kill-agent' ? 'agent' : 'device-host'));
      case 'kill-all':
        await dead();
        await start();
        return true;
      case 'clock-back':
        setClock(-26 * HOUR);
        return true;
      case 'clock-lost':
        setClock(-9_000 * 24 * HOUR);
        return true;
      case 'clock-true':
        setClock(0);
        return true;
      case 'backup': {
        const db = new Database(join(home, 'terminal.db'), { readonly: true });
        rmSync(copy, { force: true });
        try {
          await db.backup(copy);
        } finally {
          db.close();
        }
        copied = { token: token(), owed: owed.length };
        return true;
      }
      case 'restore': {
        // A copy of this very minute cannot be told from the database itself, so it is not put back.
        if (copied === null || token() === copied.token) return false;
        await dead();
        for (const rest of ['-wal', '-shm']) rmSync(join(home, `terminal.db${rest}`), { force: true });
        cpSync(copy, join(home, 'terminal.db'));
        // What it gave since the copy, and had not told the hall, is known to the paper in somebody's hand alone: nobody else may get it.
        owed = owed.slice(0, copied.owed);
        copied = null;
        await start();
        return true;
      }
    }
  };

  return {
    home,
    temp,
    act: async (acts) => {
      let happened = false;
      for (const what of acts) {
        if (!(await one(what))) continue;
        happened = true;
        if (what !== 'take' && what !== 'give-back') count(`second terminal: ${what}`);
      }
      return happened;
    },
    join: async () => {
      setClock(0);
      hall.set('well');
      split = false;
      let missing = owed;
      const all = async (): Promise<boolean> => {
        const there = await standing();
        missing = owed.filter(({ ticket, day, number }) => !there.has(`${ticket} ${day} ${number}`));
        return missing.length === 0;
      };
      const began = performance.now();
      let paired = false;
      while (!(await all()) && performance.now() - began < JOIN_MS) {
        // A hall put back from before this terminal was known does not know it any more.
        if (!paired && performance.now() - began > JOIN_MS / 2) {
          paired = true;
          await pair();
        }
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
      if (missing.length === 0 && owed.length > 0) count('second terminal: everything joined');
      return missing.map(({ day, number, ticket }) => `the number ${day} ${number} (${ticket}) was told at ${SECOND} and did not join the hall`);
    },
    hallRestored: () => {
      owed = [];
      copied = null;
    },
    stop: async () => {
      process.removeListener('exit', orphaned);
      citizen?.close();
      if (isRunning()) {
        const ended = once(child as ChildProcess, 'exit');
        child?.kill('SIGTERM');
        await ended;
      }
      hall.close();
      platform.close();
      await printer.close();
      if (existsSync(clockFile)) rmSync(clockFile);
    },
  };
};
