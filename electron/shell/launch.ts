/**
 * `npm start`: starts what a terminal consists of, keeps it running, and opens the citizen's window.
 * Without --config it is the demonstration: emulated devices and the reference platform start with it.
 * Ends with 0 when it was asked to, 1 when it cannot run here, 2 for a command line that makes no sense, 3 when the home is in use.
 */
import { accessSync, constants, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { entry } from '../entry.ts';
import { askPage, socketOf, tellSecondStart, ticketInTime } from './agent-socket.ts';
import { removeStaleProfiles } from './chromium.ts';
import { lockLauncher } from './home-lock.ts';
import { endLeftovers } from './leftovers.ts';
import { launchOptions, type LaunchOptions } from './options.ts';
import { HOME_IN_USE, startPrograms, type HallLine, type Outside } from './programs.ts';
import type { Supervised } from './supervise.ts';
import { chooseWindow, openWindow, thisMachine } from './windows.ts';

const BAD_COMMAND_LINE = 2;
const TELL_TIMES = 20;
const TELL_EVERY_MS = 250;

const root = join(import.meta.dirname, '..');
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const running: Supervised[] = [];
let stopping = false;
/** The window first, then the agent, then the outside world: nobody is left talking to nobody. */
const stop = async (code: number): Promise<void> => {
  if (stopping) return;
  stopping = true;
  for (const program of running) program.letEnd();
  for (const program of running.toReversed()) await program.stop();
  process.exit(code);
};

/** @param recorded whether the agent that runs knows of it already */
const refuse = async (home: string, recorded = false): Promise<void> => {
  say(`这个目录已经有一台终端在运行：${home}\nA terminal already runs on this home: ${home}`);
  // The agent may itself be starting at this moment.
  for (let tries = recorded ? TELL_TIMES : 0; tries < TELL_TIMES && !(await tellSecondStart(socketOf(home))); tries += 1) await new Promise((resolve) => setTimeout(resolve, TELL_EVERY_MS));
  await stop(HOME_IN_USE);
};

/** @throws Error in words for people, when nothing can be kept there */
const makeHome = (home: string, run: string): void => {
  try {
    // Asked first: making a folder on a read-only disk is told as "no such file".
    const missing: string[] = [];
    let above = run;
    for (; !existsSync(above); above = dirname(above)) missing.unshift(above);
    accessSync(above, constants.W_OK);
    // One after the other: where the system lets nobody make folders (/proc), Node's recursive mkdir never ends.
    for (const folder of missing) {
      try {
        mkdirSync(folder, { mode: 0o700 });
      } catch (error) {
        // A second start at the same moment may have been faster.
        if (!existsSync(folder)) throw error;
      }
    }
    accessSync(run, constants.W_OK);
  } catch (error) {
    throw new Error(`数据目录写不进去：${home}\n--home ${home}: cannot be written (${error instanceof Error ? error.message : String(error)})`, { cause: error });
  }
  // Keys and socket have folders of their own that nobody else may open; whoever can write here puts others in their place.
  if (process.platform !== 'win32' && (statSync(home).mode & 0o002) !== 0) throw new Error(`别的账号也能写这个数据目录：${home}\n--home ${home}: every account can write here; chmod 700 ${home}, or name another folder`);
};

const tellPeople = ({ bench, platform }: Outside): void => {
  if (bench === null || platform === null) return;
  say(`演示已开始。外部世界（放卡、缺纸、断网）：${bench}\nDemonstration running. Bench panel (cards, paper, network): ${bench}\n平台后台 Platform back office: ${platform}/office`);
};

/** Whoever has never signed in finds his one-time code here and nowhere else. */
const tellStaff = ({ counter, board, manager, clerk, firstManager }: HallLine): void => {
  if (typeof counter !== 'string') return;
  say(`窗口 Counter: ${counter}\n大屏 Board: ${String(board)}\n大厅管理 Manager: ${String(manager)}`);
  if (typeof clerk === 'object' && clerk !== null && 'name' in clerk && 'code' in clerk) say(`演示窗口人员 Demonstration clerk: ${String(clerk.name)}, 一次性登录码 one-time code ${String(clerk.code)}`);
  if (typeof firstManager === 'string') say(`第一位管理员的一次性登录码 One-time code of the first manager: ${firstManager}`);
};

const main = async (options: LaunchOptions): Promise<void> => {
  const { home, shell } = options;
  const demo = options.config === null;
  const run = join(home, 'run');
  const socket = socketOf(home);
  makeHome(home, run);
  // Held until this process ends, however it ends.
  if (lockLauncher(run) === null) return refuse(home);
  await endLeftovers(home);
  removeStaleProfiles();
  const agentRuns = (await askPage(socket)) !== null;
  // An agent that the system looks after gets a window; a demonstration has nothing to open on somebody else's agent.
  if (agentRuns && (demo || shell === 'none')) return refuse(home);
  const pidFile = join(run, 'launch.pid');
  writeFileSync(pidFile, `${process.pid}\n`);
  process.on('exit', () => rmSync(pidFile, { force: true }));

  const nothing: Outside & { hall: HallLine } = { bench: null, platform: null, hall: {} };
  if (agentRuns) say('An agent already runs on this home; only the window is opened.');
  const [window, { hall, ...outside }] = await Promise.all([
    chooseWindow(shell, demo, thisMachine(join(root, 'node_modules'), say), say),
    agentRuns ? nothing : startPrograms(options, root, running, () => void refuse(home, true)),
  ]);
  if (stopping) return;
  // A ticket in the line opens the page; a window has its own.
  const url = window.kind === 'none' ? await ticketInTime(socket, TELL_TIMES, TELL_EVERY_MS) : null;
  if (window.kind !== 'none') running.push(openWindow(window, socket, run));
  tellPeople(outside);
  tellStaff(hall);
  process.stdout.write(`${JSON.stringify({ ready: true, url, ...outside, ...hall })}\n`);
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
// Whoever listened may be gone; the terminal serves on.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const readOptions = (): LaunchOptions => {
  try {
    return launchOptions(process.argv.slice(2), root);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exit(BAD_COMMAND_LINE);
  }
};

const options = readOptions();
try {
  if (!existsSync(entry('agent'))) throw new Error('The programs are not built; start with "npm start".');
  await main(options);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  await stop(1);
}
