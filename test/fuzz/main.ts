/**
 * `npm run fuzz -- --for 10m --seed N [--class C]`: random and mutated frames for every decoder, each for its share of the time.
 * Counts are added to results.json; an input that fails is kept under findings/, and the exit code is 1.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { Fuzzed } from './fuzz.ts';
import { added, keepFinding, readResults, writeResults, type Counted } from './results.ts';
import { TARGETS } from './targets.ts';
import { runWorker, SHARED_BYTES, type Task } from './worker.ts';

const FOLDER = join(process.cwd(), 'test', 'fuzz');
const RESULTS = join(FOLDER, 'results.json');
/** Old generation of a decoder's thread: decoders hold kilobytes, painters of paper some megabytes. */
const MOST_MEMORY_MB = 512;
/** One input that takes longer than this hangs. The limit for what is merely slow is in fuzz.ts. */
const HANGS_MS = 15_000;
/** Each decoder gets its time in slices, so that a run that is stopped has seen all of them. */
const SLICE_MS = 60_000;

const fuzzedSchema = z.object({
  frames: z.number(),
  findings: z.array(z.object({ target: z.string(), what: z.enum(['threw', 'slow', 'not understood', 'hung', 'memory']), told: z.string(), input: z.instanceof(Uint8Array) })),
});

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** Runs one slice in its own thread. */
const slice = (task: Omit<Task, 'shared'>): Promise<Fuzzed> => {
  const shared = new SharedArrayBuffer(SHARED_BYTES);
  const head = new Int32Array(shared, 0, 2);
  const ended = (what: 'hung' | 'memory' | 'threw', told: string): Fuzzed => ({
    frames: Atomics.load(head, 0),
    findings: [{ target: task.target, what, told, input: Uint8Array.from(new Uint8Array(shared, 8, Atomics.load(head, 1))) }],
  });
  return new Promise((resolve) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { ...task, shared } satisfies Task, resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB } });
    let seen = -1;
    const watch = setInterval(() => {
      const now = Atomics.load(head, 0);
      if (now === seen && now > 0) {
        void worker.terminate();
        settle(ended('hung', `no end within ${HANGS_MS} ms`));
      }
      seen = now;
    }, HANGS_MS);
    const settle = (result: Fuzzed): void => {
      clearInterval(watch);
      resolve(result);
    };
    worker.once('message', (result) => settle(fuzzedSchema.parse(result)));
    worker.once('error', (error) => settle('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? ended('memory', `more than ${MOST_MEMORY_MB} MB`) : ended('threw', error.message)));
  });
};

const durationMs = (text: string): number | null => {
  const match = /^(\d+)(s|m|h)$/.exec(text);
  const unit = { s: 1_000, m: 60_000, h: 3_600_000 }[match?.[2] ?? ''];
  return match === null || unit === undefined ? null : Number(match[1]) * unit;
};

const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({ options: { for: { type: 'string', default: '10m' }, seed: { type: 'string' }, class: { type: 'string' } }, allowPositionals: true });
  const totalMs = durationMs(values.for);
  const seed = Number(values.seed ?? Math.floor(Date.now() / 1000));
  const wanted = values.class ?? positionals[0];
  const targets = TARGETS.filter(({ deviceClass, name }) => wanted === undefined || deviceClass === wanted || name === wanted);
  if (totalMs === null || totalMs === 0 || !Number.isSafeInteger(seed) || targets.length === 0) {
    say(`--for takes a time such as 30s, 10m or 2h; --seed a whole number; a class, or --class, is one of ${[...new Set(TARGETS.map(({ deviceClass }) => deviceClass))].join(', ')}, or a decoder's name`);
    return 2;
  }
  say(`seed ${seed}, ${targets.length} decoders, ${values.for}`);
  const at = new Date().toISOString();
  const began = performance.now();
  const rounds = Math.max(1, Math.round(totalMs / targets.length / SLICE_MS));
  const shareOf = ({ share = 1 }: (typeof targets)[number]): number => share;
  const shares = targets.reduce((sum, target) => sum + shareOf(target), 0);
  const counted = new Map<string, Counted>();
  const broken = new Set<string>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, target] of targets.entries()) {
      const { name, deviceClass } = target;
      if (broken.has(name)) continue;
      const { frames, findings } = await slice({ target: name, seed: seed + round * 1_000 + index, ms: (totalMs * shareOf(target)) / shares / rounds });
      const before = counted.get(name) ?? { target: name, deviceClass, frames: 0, findings: [] };
      counted.set(name, { ...before, frames: before.frames + frames, findings: [...before.findings, ...findings] });
      if (findings.length === 0) continue;
      // What fails once fails again: the others get the time.
      broken.add(name);
      for (const finding of findings) say(`FAILED ${name}: ${finding.what}, ${finding.told}; kept as findings/${keepFinding(join(FOLDER, 'findings'), finding)}`);
    }
  }
  const results = added(readResults(RESULTS), [...counted.values()], { seed, at, seconds: Math.round((performance.now() - began) / 1000) });
  writeResults(RESULTS, results);
  for (const { target, frames } of counted.values()) process.stdout.write(`${String(frames).padStart(10)}  ${broken.has(target) ? 'FAILED ' : ''}${target}\n`);
  process.stdout.write('over all runs:\n');
  for (const [deviceClass, frames] of Object.entries(results.classes)) process.stdout.write(`${String(frames).padStart(10)}  ${deviceClass}\n`);
  return broken.size === 0 ? 0 : 1;
};

if (isMainThread) process.exitCode = await main();
else runWorker();
