/** The results file: what was fed over all runs, added up. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Finding } from './fuzz.ts';

/** Runs that are kept in full; older ones are in the sums alone. */
const KEPT_RUNS = 50;

const resultsSchema = z.object({
  /** Frames of each class over all runs. */
  classes: z.record(z.string(), z.number().int().nonnegative()),
  targets: z.record(z.string(), z.object({ class: z.string(), frames: z.number().int().nonnegative(), failures: z.number().int().nonnegative() })),
  runs: z.array(z.object({ seed: z.number().int(), at: z.iso.datetime({ offset: true }), seconds: z.number().nonnegative(), frames: z.number().int().nonnegative(), failures: z.number().int().nonnegative() })),
});
export type Results = z.infer<typeof resultsSchema>;

export interface Counted {
  target: string;
  deviceClass: string;
  frames: number;
  findings: readonly Finding[];
}

/** @throws Error when the file is there and is not a results file */
export const readResults = (path: string): Results => (existsSync(path) ? resultsSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : { classes: {}, targets: {}, runs: [] });

export const added = (before: Results, counted: readonly Counted[], run: { seed: number; at: string; seconds: number }): Results => {
  const results: Results = structuredClone(before);
  for (const { target, deviceClass, frames, findings } of counted) {
    const known = results.targets[target] ?? { class: deviceClass, frames: 0, failures: 0 };
    results.targets[target] = { class: deviceClass, frames: known.frames + frames, failures: known.failures + findings.length };
    results.classes[deviceClass] = (results.classes[deviceClass] ?? 0) + frames;
  }
  const frames = counted.reduce((sum, one) => sum + one.frames, 0);
  const failures = counted.reduce((sum, one) => sum + one.findings.length, 0);
  results.runs = [...results.runs, { ...run, frames, failures }].slice(-KEPT_RUNS);
  return results;
};

export const writeResults = (path: string, results: Results): void => {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(results, null, 2)}\n`);
  renameSync(temporary, path);
};

/** Keeps a failing input; the short form feeds it again. Returns the file's name. */
export const keepFinding = (folder: string, { target, input }: Finding): string => {
  mkdirSync(folder, { recursive: true });
  const name = `${target.replaceAll(/[^\w-]+/g, '_')}.${createHash('sha256').update(input).digest('hex').slice(0, 12)}.bin`;
  writeFileSync(join(folder, name), input);
  return name;
};
