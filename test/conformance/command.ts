/** The command line `conformance`, from its arguments to what it writes. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { DEVICE_CLASSES, type DeviceClass } from '../../drivers/contract.ts';
import { ADDRESS_FORMS } from '../../drivers/transports/uri.ts';
import { USUAL_SEED } from './bench.ts';
import { testEmulated } from './emulated.ts';
import { testReal } from './real.ts';
import { asText, type Report } from './report.ts';
import { readResults, withRun, writeResults } from './results.ts';
import { SUBJECTS } from './subjects/index.ts';

interface Options {
  transport?: string;
  out?: string;
  paper: boolean;
  commands: number;
  points: number;
  only?: string;
  seed: number;
  /** Milliseconds after which no further device is begun. */
  for: number;
  keep: boolean;
}

/** In the repository, wherever this file has been bundled to: the command runs in its root. */
const RESULTS = join('test', 'conformance', 'results.json');

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

const isDeviceClass = (text: string): text is DeviceClass => DEVICE_CLASSES.some((known) => known === text);
const count = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 0xffff_ffff) throw new InvalidArgumentError('a whole number from 1 is expected.');
  return value;
};

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000 } as const;
const span = (text: string): number => {
  const [, number = '', unit = ''] = /^(\d{1,6})([smh])$/.exec(text) ?? [];
  if (number === '' || !(unit in UNITS)) throw new InvalidArgumentError('a span such as 90s, 10m or 2h is expected.');
  return Number(number) * UNITS[unit as keyof typeof UNITS];
};

const emulated = async (wanted: string, { commands, points, only, seed, keep, for: most }: Options): Promise<Report[]> => {
  const subjects = SUBJECTS.filter(({ name, deviceClass }) => wanted === 'all' || name === wanted || deviceClass === wanted);
  if (subjects.length === 0) throw new RangeError(`there is no emulated ${wanted}; there are ${SUBJECTS.map(({ name }) => name).join(', ')}, all; a real one needs --transport`);
  const reports: Report[] = [];
  const left: string[] = [];
  const began = performance.now();
  for (const subject of subjects) {
    for (const transport of subject.transports.filter((one) => only === undefined || one === only)) {
      const name = `${subject.name} over ${transport}`;
      if (performance.now() - began > most) {
        left.push(name);
        continue;
      }
      say(`${name} …`);
      const report = await testEmulated(subject, transport, { commands, points, seed }, (line) => say(`  ${line.outcome === 'passed' ? '' : `${line.outcome.toUpperCase()} `}${line.check}: ${line.seen}`));
      reports.push(report);
      // After each: a run that is ended keeps what it did.
      if (keep) writeResults(RESULTS, withRun(readResults(RESULTS), name, report, { commands, points, seed }));
    }
  }
  if (left.length > 0) say(`not begun, the time was over: ${left.join(', ')}`);
  return reports;
};

const run = async (wanted: string, options: Options, print: (text: string) => void): Promise<boolean> => {
  if (options.transport !== undefined && !isDeviceClass(wanted)) throw new RangeError(`"${wanted}" is no class of devices; there are ${DEVICE_CLASSES.join(', ')}`);
  const reports = options.transport === undefined || !isDeviceClass(wanted) ? await emulated(wanted, options) : [await testReal(wanted, options.transport, { paper: options.paper })];
  const text = reports.map(asText).join('\n');
  print(text);
  if (options.out !== undefined) {
    const stem = options.out.replace(/\.json$/, '');
    await writeFile(`${stem}.json`, `${JSON.stringify(reports.length === 1 ? reports[0] : reports, null, 2)}\n`);
    await writeFile(`${stem}.txt`, text);
    say(`written: ${stem}.json, ${stem}.txt`);
  }
  return reports.every(({ passed }) => passed);
};

/**
 * Runs one command line.
 * @param print takes the report for people
 * @returns did everything pass?
 * @throws Error in one line when something cannot be run; CommanderError for mistakes on the command line, which have been told
 */
export const conformanceCommand = async (args: readonly string[], print: (text: string) => void): Promise<boolean> => {
  let passed = true;
  const program = new Command('conformance')
    .description('Does a device keep the contract? Exit code 0 when it does, else 1.')
    .argument('<class>', `${DEVICE_CLASSES.join(', ')}; without --transport also all, or the name of an emulated make`)
    .option('--transport <uri>', `a device that must not be disturbed: the safe part alone. ${ADDRESS_FORMS}`)
    .option('--out <file>', 'report: FILE.json and FILE.txt')
    .option('--paper', 'real printers: one slip or sheet may be printed', false)
    .option('--commands <n>', 'emulated devices: commands of the long run', count, 10_000)
    .option('--points <n>', 'emulated devices: messages at which each break is tried', count, 200)
    .option('--only <transport>', 'emulated devices: serial, tcp, http, file, hid or program alone')
    .option('--seed <n>', 'emulated devices: of the noise', count, USUAL_SEED)
    .option('--for <span>', 'emulated devices: begin no further one after 90s, 10m, 2h', span, Number.POSITIVE_INFINITY)
    .option('--keep', `emulated devices: add what was run to ${RESULTS}`, false)
    .exitOverride()
    .action(async (wanted: string, options: Options) => {
      passed = await run(wanted, options, print);
    });
  await program.parseAsync(args, { from: 'user' });
  return passed;
};
