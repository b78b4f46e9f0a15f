import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ManualClock } from '../clock/index.ts';
import { openLogFile } from './log-file.ts';

const DAY_MS = 86_400_000;
let home: string;
let folder: string;
let clock: ManualClock;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hall24-log-'));
  folder = join(home, 'log');
  clock = new ManualClock();
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const names = (): string[] => readdirSync(folder).sort();
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const all = (): string => names().filter((name) => name !== 'agent.log').map(read).join('') + (existsSync(join(folder, 'agent.log')) ? read('agent.log') : '');
/** The disk's clock is not the test's. */
const stamp = (): void => utimesSync(join(folder, 'agent.log'), clock.wall() / 1_000, clock.wall() / 1_000);
const bytes = (): number => names().reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

it('the log never takes more room than was said, whatever is written; what goes is the oldest, and every line is whole', () => {
  const megabytes = 0.02;
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 1_900 }), fc.integer({ min: 0, max: 3 * DAY_MS })), { minLength: 1, maxLength: 60 }), (lines) => {
      rmSync(folder, { recursive: true, force: true });
      const log = openLogFile({ folder, clock, limits: { keptDays: 9, megabytes } });
      for (const [index, [length, later]] of lines.entries()) {
        clock.advance(later);
        log.write(`${index} ${'x'.repeat(length)}\n`);
        expect(bytes()).toBeLessThanOrEqual(megabytes * 1_000_000);
      }
      const kept = all().trimEnd().split('\n').map((line) => Number(line.split(' ')[0]));
      expect(kept).toEqual(lines.map((_, index) => index).slice(-kept.length));
    }),
    { numRuns: 25 },
  );
});

it('a line older than was said is gone, a day of grace for the file it stands in', () => {
  const log = openLogFile({ folder, clock, limits: { keptDays: 3, megabytes: 50 } });
  for (let day = 0; day < 10; day++) {
    log.write(`day ${day}\n`);
    clock.advance(DAY_MS);
  }
  expect(all()).toBe('day 6\nday 7\nday 8\nday 9\n');
  clock.advance(DAY_MS * 9);
  log.tidy();
  expect(names()).toEqual([]);
});

it('is one file a day for its owner alone, and a new life of the agent goes on in it', () => {
  openLogFile({ folder, clock }).write('first life\n');
  stamp();
  openLogFile({ folder, clock }).write('second life\n');
  stamp();
  expect(names()).toEqual(['agent.log']);
  clock.advance(DAY_MS);
  openLogFile({ folder, clock }).write('next day\n');
  expect(names()).toEqual(['agent.000001.log', 'agent.log']);
  expect(read('agent.000001.log')).toBe('first life\nsecond life\n');
  expect(names().map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual([0o600, 0o600]);
});

it('nothing is deleted for its age while nobody knows how late it is', () => {
  const log = openLogFile({ folder, clock, limits: { keptDays: 1, megabytes: 50 } });
  log.write('before\n');
  clock.isKnown = false;
  clock.advance(DAY_MS * 400);
  log.write('after\n');
  stamp();
  log.tidy();
  expect(all()).toBe('before\nafter\n');
  clock.isKnown = true;
  log.tidy();
  expect(all()).toBe('after\n');
});

it('smaller limits from the hall\'s file hold at once, and other files of the folder are nobody\'s business', () => {
  const log = openLogFile({ folder, clock, limits: { keptDays: 30, megabytes: 0.01 } });
  for (let line = 0; line < 100; line++) log.write(`${'y'.repeat(99)}\n`);
  writeFileSync(join(folder, 'agent.note.log'), 'kept by a technician');
  log.limit({ keptDays: 30, megabytes: 0.003 });
  log.write('last\n');
  expect(bytes()).toBeLessThanOrEqual(3_000 + 20);
  expect(names()).toContain('agent.note.log');
});

it('a folder that cannot be written ends nobody, and how many lines are missing is told later', () => {
  writeFileSync(folder, 'no folder');
  const file = openLogFile({ folder, clock });
  const log = pino({ base: { program: 'agent' } }, file);
  log.info('lost');
  log.info('lost, too');
  file.tidy();
  file.limit({ keptDays: 1, megabytes: 1 });
  rmSync(folder);
  log.warn('heard');
  expect(read('agent.log').trimEnd().split('\n').map((line) => JSON.parse(line) as unknown)).toMatchObject([{ level: 40, lost: 2 }, { level: 40, msg: 'heard' }]);
});

it('who takes the file away has it; the next look begins a new one', () => {
  const log = openLogFile({ folder, clock });
  log.write('taken\n');
  renameSync(join(folder, 'agent.log'), join(home, 'taken.log'));
  log.tidy();
  log.write('new\n');
  expect(read('agent.log')).toBe('new\n');
  expect(readFileSync(join(home, 'taken.log'), 'utf8')).toBe('taken\n');
});
