import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { electronBinary } from './electron-binary.ts';
import { guarded } from './guard.ts';
import { lockLauncher } from './home-lock.ts';
import { endLeftovers } from './leftovers.ts';
import { processesWith, until } from './processes.fixture.ts';
import { supervise, type Program, type Supervised } from './supervise.ts';

let folder = '';
const running: Supervised[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hall24-supervise-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((program) => program.stop()));
  rmSync(folder, { recursive: true, force: true });
});

/** A supervised `node -e`; the folder's name in its arguments makes it findable. */
const keep = (code: string, more: Partial<Program> = {}): { program: Supervised; lines: string[]; pid: () => number } => {
  const lines: string[] = [];
  const pidFile = join(folder, 'run', 'it.pid');
  const program = supervise({ name: 'it', command: async () => ({ file: process.execPath, args: ['-e', code, folder] }), pidFile, onLine: (line) => lines.push(line), ...more });
  running.push(program);
  return { program, lines, pid: () => Number(readFileSync(pidFile, 'utf8')) };
};
const alive = (): number => processesWith(folder).length;

describe('a supervised program', () => {
  it('comes again after each death, each time a little later', async () => {
    const { lines } = keep('console.log(Date.now()); process.exit(1)');
    await until('four starts', () => lines.length >= 4);
    const gaps = lines.slice(1).map((line, index) => Number(line) - Number(lines[index]));
    expect(gaps[0]).toBeGreaterThanOrEqual(100);
    expect(gaps[1]).toBeGreaterThanOrEqual(200);
    expect(gaps[2]).toBeGreaterThanOrEqual(400);
  });

  it('comes again after a kill, under a new process id that its file tells', async () => {
    const { lines, pid } = keep('console.log("here"); setInterval(() => {}, 1000)');
    await until('the first', () => lines.length === 1);
    const first = pid();
    process.kill(first, 'SIGKILL');
    await until('the second', () => lines.length === 2);
    expect(pid()).not.toBe(first);
  });

  it('takes what it started with it, also when it is killed', async () => {
    const { lines, pid } = keep('require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", process.argv[1]]); console.log("here"); setInterval(() => {}, 1000)');
    await until('the first with its child', () => lines.length === 1 && alive() === 2);
    const old = processesWith(folder).map(({ pid: one }) => one);
    process.kill(pid(), 'SIGKILL');
    expect(await until('all of the first to be gone', () => processesWith(folder).every(({ pid: one }) => !old.includes(one)))).toBe(true);
  });

  it('is told apart line by line, whatever pieces come', async () => {
    const { lines } = keep('process.stdout.write("a"); setTimeout(() => { process.stdout.write("b\\nc\\nd"); }, 20); setInterval(() => {}, 1000)');
    await until('two lines', () => lines.length === 2);
    expect(lines).toEqual(['ab', 'c']);
  });

  it('is not started again after an exit code that a restart does not mend', async () => {
    const codes: number[] = [];
    let starts = 0;
    keep('', { command: async () => ((starts += 1), { file: process.execPath, args: ['-e', 'process.exit(3)'] }), fatal: [3], onFatal: (code) => codes.push(code) });
    await until('the code', () => codes.length === 1);
    expect([codes, starts]).toEqual([[3], 1]);
  });

  it('is asked for again while it cannot be started yet, and when it cannot be started at all', async () => {
    const answers = ['not yet', 'throws', 'no such program'];
    const { lines } = keep('', {
      command: async () => {
        const answer = answers.shift();
        if (answer === 'not yet') return null;
        if (answer === 'throws') throw new Error('no space left on device');
        return answer === undefined ? { file: process.execPath, args: ['-e', 'console.log(1); setInterval(() => {}, 1000)', folder] } : { file: '/no/such/program', args: [] };
      },
    });
    await until('a start', () => lines.length === 1);
    expect(answers).toEqual([]);
  });

  it('is asked to end, and its file goes with it', async () => {
    let ends = 0;
    const { program, lines } = keep('process.on("SIGTERM", () => { console.log("asked"); process.exit(0); }); console.log("here"); setInterval(() => {}, 1000)', { onEnd: () => (ends += 1) });
    await until('it', () => lines.length === 1);
    await program.stop();
    expect(ends).toBe(1);
    expect(alive()).toBe(0);
    expect(existsSync(join(folder, 'run', 'it.pid'))).toBe(false);
    await until('its last word', () => lines.includes('asked'));
  });

  it('is ended by force when it does not listen', async () => {
    const { program, lines } = keep('process.on("SIGTERM", () => {}); console.log("here"); setInterval(() => {}, 1000)');
    await until('it', () => lines.length === 1);
    await program.stop();
    expect(alive()).toBe(0);
  });

  it('does not come again once it may end', async () => {
    const { program, lines, pid } = keep('console.log("here"); setInterval(() => {}, 1000)');
    await until('it', () => lines.length === 1);
    program.letEnd();
    process.kill(pid(), 'SIGKILL');
    await until('its end', () => alive() === 0);
    await program.stop();
    expect(lines).toHaveLength(1);
  });
});

describe('a program under guard', () => {
  const start = (code: string) => {
    const { file, args } = guarded(process.execPath, ['-e', code, folder]);
    return spawn(file, args, { stdio: ['pipe', 'ignore', 'inherit'], detached: true });
  };

  it('ends with whoever started it, with all that it started itself', async () => {
    const guard = start('require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", process.argv[1]]); process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)');
    // Guard, its watcher, the program and the program's child.
    await until('all of it', () => processesWith(folder).filter(({ commandLine }) => commandLine.startsWith(process.execPath)).length === 2);
    guard.stdin.end();
    expect(await until('nothing', () => alive() === 0)).toBe(true);
  });

  it('takes its guard with it', async () => {
    const guard = start('setTimeout(() => process.exit(0), 50)');
    await new Promise((resolve) => guard.once('exit', resolve));
    expect(await until('nothing', () => alive() === 0)).toBe(true);
  });

  it('is asked politely first', async () => {
    const mark = join(folder, 'asked');
    const guard = start(`process.on("SIGTERM", () => { require("node:fs").writeFileSync(${JSON.stringify(mark)}, ""); process.exit(0); }); require("node:fs").writeFileSync(${JSON.stringify(`${mark}-ready`)}, ""); setInterval(() => {}, 1000)`);
    await until('it', () => existsSync(`${mark}-ready`));
    guard.kill('SIGTERM');
    await until('nothing', () => alive() === 0);
    expect(existsSync(mark)).toBe(true);
  });
});

describe("Electron's binary", () => {
  const electronPackage = (install: string | null): string => {
    const place = join(folder, 'electron');
    mkdirSync(place);
    if (install !== null) writeFileSync(join(place, 'install.js'), install);
    return place;
  };
  const FETCH = 'const { mkdirSync, writeFileSync } = require("node:fs"); mkdirSync(__dirname + "/dist"); writeFileSync(__dirname + "/dist/electron", ""); writeFileSync(__dirname + "/path.txt", "electron");';

  it('is fetched once, and found the next time', async () => {
    const place = electronPackage(FETCH);
    const said: string[] = [];
    expect(await electronBinary(place, (line) => said.push(line))).toBe(join(place, 'dist', 'electron'));
    expect(await electronBinary(place, (line) => said.push(line))).toBe(join(place, 'dist', 'electron'));
    expect(said).toHaveLength(1);
  });

  it('is not there when fetching fails, or when there is no package', async () => {
    expect(await electronBinary(electronPackage('process.exit(1)'), () => undefined)).toBe(null);
    expect(await electronBinary(join(folder, 'nothing'), () => undefined)).toBe(null);
  });

  it('is given up when fetching hangs, and nothing goes on fetching', async () => {
    expect(await electronBinary(electronPackage('setInterval(() => {}, 1000)'), () => undefined, 300)).toBe(null);
    await until('nothing', () => alive() === 0);
  });
});

describe('a home', () => {
  it('has one launcher at a time, and the next one when that ends', () => {
    const release = lockLauncher(folder);
    expect(release).not.toBe(null);
    expect(lockLauncher(folder)).toBe(null);
    release?.();
    const again = lockLauncher(folder);
    expect(again).not.toBe(null);
    again?.();
  });

  it('is waited for until the programs of a killed launcher are gone; what stays is killed; strangers are left alone', async () => {
    mkdirSync(join(folder, 'run'));
    const stubborn = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', folder], { stdio: 'ignore' });
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await until('both', () => alive() === 1);
    writeFileSync(join(folder, 'run', 'agent.pid'), `${stubborn.pid}\n`);
    writeFileSync(join(folder, 'run', 'world.pid'), `${stranger.pid}\n`);
    writeFileSync(join(folder, 'run', 'platform.pid'), 'damaged');
    await endLeftovers(folder, 200);
    await until('it to be gone', () => alive() === 0);
    expect(stranger.exitCode ?? stranger.signalCode).toBe(null);
    stranger.kill('SIGKILL');
  });
});
