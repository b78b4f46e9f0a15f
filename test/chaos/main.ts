/**
 * `npm run chaos -- --for 10m --seed N [--steps FILE] [--shrink] [--keep]`, and the same as `npm run soak`: the whole demonstration with people, clerks and
 * an outside world that strikes. Sums are added to results.json; a violation keeps the home and the steps, and the exit code is 1.
 * `--explain SEED --cause WORDS [--mended COMMIT]` writes into results.json what became of the violations of that seed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from './run.ts';
import { explained, readResults, spreadOf, withRun, writeResults } from './results.ts';
import { shrink } from './shrink.ts';
import { roundOf, stepsFile, type Mode, type Round } from './steps.ts';

const RESULTS = join(process.cwd(), 'test', 'chaos', 'results.json');
/** Starts of the whole terminal that shrinking may cost. */
const MOST_TRIES = 16;

const say = (line: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);

const durationMs = (text: string): number | null => {
  const match = /^(\d+)(s|m|h)$/.exec(text);
  const unit = { s: 1_000, m: 60_000, h: 3_600_000 }[match?.[2] ?? ''];
  return match === null || unit === undefined ? null : Number(match[1]) * unit;
};

const { values } = parseArgs({ options: { for: { type: 'string' }, seed: { type: 'string' }, steps: { type: 'string' }, soak: { type: 'boolean', default: false }, shrink: { type: 'boolean', default: false }, keep: { type: 'boolean', default: false }, 'no-results': { type: 'boolean', default: false }, explain: { type: 'string' }, cause: { type: 'string' }, mended: { type: 'string' } } });
if (values.explain !== undefined) {
  writeResults(RESULTS, explained(readResults(RESULTS), Number(values.explain), { cause: values.cause ?? '', mended: values.mended ?? null }));
  process.exit(0);
}
const given = values.steps === undefined ? null : stepsFile.parse(JSON.parse(readFileSync(values.steps, 'utf8')));
const mode: Mode = given?.mode ?? (values.soak ? 'soak' : 'chaos');
const seed = given?.seed ?? Number(values.seed ?? Math.floor(Date.now() / 1_000));
// Given steps are played to their end.
const forMs = durationMs(values.for ?? (given === null ? (mode === 'soak' ? '2h' : '10m') : '100h'));
if (forMs === null || forMs === 0 || !Number.isSafeInteger(seed)) {
  say('--for takes a time such as 90s, 10m or 2h; --seed a whole number; --steps a file that a run has kept');
  process.exit(2);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
/** Enough: the run ends well after the round that is played. */
let enough = false;
process.on('SIGUSR2', () => (enough = true));
const at = new Date().toISOString();
say(`${mode}, seed ${seed}, ${given === null ? `for ${values.for ?? 'its usual time'}` : `${given.rounds.length} given rounds`}`);
const result = await run({ mode, forMs, say, round: (n) => (enough ? null : given === null ? roundOf(seed, n, mode) : (given.rounds[n] ?? null)) });
if (!values['no-results']) writeResults(RESULTS, withRun(readResults(RESULTS), { mode, seed, at }, result));

const keepSteps = (rounds: readonly Round[], name: string): string => {
  const file = join(result.home, '..', name);
  writeFileSync(file, `${JSON.stringify({ mode, seed, rounds }, null, 1)}\n`);
  return file;
};
const [devices, everything] = [spreadOf(result.recovery.devices), spreadOf(result.recovery.everything)];
process.stdout.write(`${JSON.stringify({ mode, seed, minutes: Math.round(result.minutes * 10) / 10, rounds: result.rounds.length, visits: result.visits, cases: result.cases, tickets: result.tickets, steps: result.steps, secondsUntilKnownAgain: { devices, everything }, figures: result.figures, queueCheck: result.queueCheck, violations: result.violations }, null, 1)}\n`);

if (result.violations.length > 0) {
  say(`seed ${seed}; steps ${keepSteps(result.rounds, 'steps.json')}; home ${result.home}`);
  if (values.shrink) {
    const fewer = await shrink(
      result.rounds,
      async (rounds) => {
        say(`again with ${rounds.length} rounds`);
        const again = await run({ mode, forMs: durationMs('100h') ?? 0, say: () => undefined, round: (n) => rounds[n] ?? null });
        again.forget();
        return again.violations.length > 0;
      },
      MOST_TRIES,
    );
    say(`shrunk to ${fewer.length} rounds: ${keepSteps(fewer, 'shrunk.json')}`);
  }
} else if (!values.keep) result.forget();
process.exit(result.violations.length > 0 ? 1 : 0);
