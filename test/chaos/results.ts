/** The results file: what was done over all runs, added up. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { RunResult } from './run.ts';
import type { Mode } from './steps.ts';

/** Runs that are kept in full; older ones are in the sums alone. */
const KEPT_RUNS = 40;

/** What was found wrong, and what became of it. A violation stays counted for ever. */
const violation = z.union([
  z.string().transform((what) => ({ what, cause: null, mended: null })),
  z.object({ what: z.string(), /** null: not known yet. */ cause: z.string().nullable(), /** The commit that mended it; null: nothing was mended. */ mended: z.string().nullable() }),
]);
export type KnownViolation = z.output<typeof violation>;

const counts = z.record(z.string(), z.number().int().nonnegative());
const spread = z.object({ median: z.number(), p95: z.number(), most: z.number(), of: z.number().int() }).nullable();
const growth = z.object({ process: z.string(), seconds: z.number(), rssMb: z.object({ first: z.number(), last: z.number(), perHour: z.number().nullable() }), handles: z.object({ first: z.number(), last: z.number(), most: z.number(), perHour: z.number().nullable() }) });
const resultsSchema = z.object({
  total: z.object({ runs: z.number().int(), minutes: z.number(), rounds: z.number().int(), visits: counts, steps: counts, cases: z.number().int(), tickets: z.number().int(), violations: z.number().int(), /** Of them, those whose cause is mended. */ mended: z.number().int().default(0) }),
  runs: z.array(
    z.object({
      mode: z.enum(['chaos', 'soak']),
      seed: z.number().int(),
      at: z.string(),
      minutes: z.number(),
      rounds: z.number().int(),
      cases: z.number().int(),
      tickets: z.number().int(),
      violations: z.array(violation),
      /** Seconds. */
      recovery: z.object({ devices: spread, everything: spread }),
      growth: z.array(growth),
      paper: z.object({ slips: z.number(), sheets: z.number(), rows: z.number() }),
      queueCheck: z.string(),
    }),
  ),
});
export type Results = z.infer<typeof resultsSchema>;

const NONE: Results = { total: { runs: 0, minutes: 0, rounds: 0, visits: {}, steps: {}, cases: 0, tickets: 0, violations: 0, mended: 0 }, runs: [] };

export const readResults = (file: string): Results => (existsSync(file) ? resultsSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : NONE);

const sorted = (record: Record<string, number>): Record<string, number> => Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
const added = (one: Record<string, number>, other: Record<string, number>): Record<string, number> => {
  const sum = { ...one };
  for (const [key, value] of Object.entries(other)) sum[key] = (sum[key] ?? 0) + value;
  return sorted(sum);
};
const tenth = (value: number): number => Math.round(value * 10) / 10;

/** @param ms milliseconds @returns seconds */
export const spreadOf = (ms: readonly number[]): z.infer<typeof spread> => {
  const all = ms.toSorted((a, b) => a - b);
  const at = (share: number): number => tenth((all[Math.min(all.length - 1, Math.floor(all.length * share))] ?? 0) / 1_000);
  return all.length === 0 ? null : { median: at(0.5), p95: at(0.95), most: at(1), of: all.length };
};

export const withRun = ({ total, runs }: Results, { mode, seed, at }: { mode: Mode; seed: number; at: string }, result: RunResult): Results => ({
  total: {
    runs: total.runs + 1,
    minutes: tenth(total.minutes + result.minutes),
    rounds: total.rounds + result.rounds.length,
    visits: added(total.visits, result.visits),
    steps: added(total.steps, result.steps),
    cases: total.cases + result.cases,
    tickets: total.tickets + result.tickets,
    violations: total.violations + result.violations.length,
    mended: total.mended,
  },
  runs: [
    ...runs,
    {
      mode,
      seed,
      at,
      minutes: tenth(result.minutes),
      rounds: result.rounds.length,
      cases: result.cases,
      tickets: result.tickets,
      violations: result.violations.map((line) => ({ what: line.slice(0, 300), cause: null, mended: null })),
      recovery: { devices: spreadOf(result.recovery.devices), everything: spreadOf(result.recovery.everything) },
      growth: result.figures?.growth ?? [],
      paper: { slips: result.figures?.slips ?? 0, sheets: result.figures?.sheets ?? 0, rows: result.figures?.papers ?? 0 },
      queueCheck: result.queueCheck,
    },
  ].slice(-KEPT_RUNS),
});

/** Tells of the violations of a seed's runs what caused them, and which commit mended that. @throws Error when no run of it found any */
export const explained = (results: Results, seed: number, { cause, mended }: { cause: string; mended: string | null }): Results => {
  const told = results.runs.flatMap((one) => (one.seed === seed ? one.violations.filter((found) => found.cause === null || found.mended === null) : []));
  if (told.length === 0) throw new Error(`no violation of seed ${seed} waits for an explanation`);
  const now = mended === null ? 0 : told.filter((one) => one.mended === null).length;
  return {
    total: { ...results.total, mended: results.total.mended + now },
    runs: results.runs.map((one) => ({ ...one, violations: one.violations.map((found) => (told.includes(found) ? { ...found, cause, mended: mended ?? found.mended } : found)) })),
  };
};

export const writeResults = (file: string, results: Results): void => {
  writeFileSync(`${file}.new`, `${JSON.stringify(results, null, 1)}\n`);
  renameSync(`${file}.new`, file);
};
