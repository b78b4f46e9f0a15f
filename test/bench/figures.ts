/** What a benchmark reports: a number, its unit, and what it was compared with in the same run. */
import { loadavg } from 'node:os';

export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** What it stands against: the goal, and what was measured beside it. */
  against: string;
  /** null: told for whoever looks for the time, no goal of its own. */
  goal: { atMost: number } | { atLeast: number } | { between: readonly [number, number] } | null;
}

/** How long and from which seed the samples are taken. */
export interface Effort {
  /** Seconds that sessions at the terminal are repeated for, at least {@link FEWEST} of them. */
  forSeconds: number;
  /** How much of a hall's day is played, 0–1. */
  dayShare: number;
  /** Next number of a repeatable sequence, 0 ≤ n < 1. */
  random: () => number;
}

/** Below this a 95th percentile says little. */
export const FEWEST = 30;

/** Linear between ranks. @param share 0–1 */
export const percentile = (samples: readonly number[], share: number): number => {
  const sorted = [...samples].sort((a, b) => a - b);
  const rank = (sorted.length - 1) * share;
  const low = sorted[Math.floor(rank)];
  const high = sorted[Math.ceil(rank)];
  if (low === undefined || high === undefined) throw new RangeError('no samples');
  return low + (high - low) * (rank - Math.floor(rank));
};
export const median = (samples: readonly number[]): number => percentile(samples, 0.5);
export const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

export const isMet = ({ value, goal }: Figure): boolean | null => {
  if (goal === null) return null;
  if ('between' in goal) return value >= goal.between[0] && value <= goal.between[1];
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
};

/** The same sequence for the same seed (mulberry32). */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** Load of the machine in the last minute: a figure in ms means nothing without it. */
export const load = (): string => `load ${(loadavg()[0] ?? 0).toFixed(1)}`;

export const say = (line: string): void => void process.stderr.write(`${line}\n`);
