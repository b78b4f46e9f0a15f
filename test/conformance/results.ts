/** The results file: what was run against emulated devices in the full form, added up over all runs. Only what was run stands in it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { Report, ReportLine } from './report.ts';

const count = z.number().int().nonnegative();
const resultsSchema = z.object({
  /** By make and wire: `id-card over serial`. */
  devices: z.record(
    z.string(),
    z.object({
      runs: count,
      /** Commands of the long runs, added up. */
      commands: count,
      /** Checks, added up. */
      passed: count,
      failed: count,
      /** Of the newest run: checks that do not apply to this device, with the reason. */
      notTried: z.record(z.string(), z.string()),
      last: z.object({
        at: z.iso.datetime({ offset: true }),
        seconds: count,
        commands: count,
        points: count,
        seed: count,
        passed: z.boolean(),
        /** Checks that failed, with what was seen; not kept by the first runs. */
        failures: z.record(z.string(), z.string()).optional(),
      }),
    }),
  ),
});
export type Results = z.infer<typeof resultsSchema>;

/** What a run was told to do. */
export interface Told {
  commands: number;
  points: number;
  seed: number;
}

/** @throws Error when the file is there and is not a results file */
export const readResults = (path: string): Results => {
  try {
    return resultsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { devices: {} };
    throw new Error(`${path} is no results file of the conformance suite`, { cause: error });
  }
};

export const writeResults = (path: string, results: Results): void => writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`);

/** @param name `id-card over serial` */
export const withRun = ({ devices }: Results, name: string, { lines, at, passed }: Report, told: Told): Results => {
  const before = devices[name] ?? { runs: 0, commands: 0, passed: 0, failed: 0 };
  const counted = (outcome: 'passed' | 'failed'): number => lines.filter((line) => line.outcome === outcome).length;
  const saidOf = (outcome: ReportLine['outcome']): Record<string, string> => Object.fromEntries(lines.filter((line) => line.outcome === outcome).map(({ check, seen }) => [check, seen]));
  const ms = lines.reduce((sum, line) => sum + line.ms, 0);
  const device: Results['devices'][string] = {
    runs: before.runs + 1,
    // A long run that failed may have ended at its first command.
    commands: before.commands + (passed ? told.commands : 0),
    passed: before.passed + counted('passed'),
    failed: before.failed + counted('failed'),
    notTried: saidOf('not tried'),
    last: { at, seconds: Math.round(ms / 1000), commands: told.commands, points: told.points, seed: told.seed, passed, ...(passed ? {} : { failures: saidOf('failed') }) },
  };
  return { devices: { ...devices, [name]: device } };
};
