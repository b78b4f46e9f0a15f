/** Durations told in minutes: how many, the middle, the ninth of ten, the longest. */
import { z } from 'zod';

const minutes = z.number().nonnegative().nullable();

/** Minutes with one decimal; null: nobody. */
export const spread = z.strictObject({ of: z.number().int().nonnegative(), mean: minutes, median: minutes, p90: minutes, longest: minutes });
export type Spread = z.infer<typeof spread>;

const MINUTE = 60_000;
const inMinutes = (ms: number): number => Math.round((ms / MINUTE) * 10) / 10;

/** Linear between ranks. */
const at = (sorted: Float64Array, share: number): number => {
  const rank = (sorted.length - 1) * share;
  const low = sorted[Math.floor(rank)] ?? 0;
  return low + ((sorted[Math.ceil(rank)] ?? low) - low) * (rank - Math.floor(rank));
};

/** @param durations in milliseconds; negative ones (a clock was set back) count as none */
export const spreadOf = (durations: readonly number[]): Spread => {
  if (durations.length === 0) return { of: 0, mean: null, median: null, p90: null, longest: null };
  const sorted = Float64Array.from(durations, (one) => Math.max(0, one)).sort();
  const sum = sorted.reduce((total, one) => total + one, 0);
  return { of: sorted.length, mean: inMinutes(sum / sorted.length), median: inMinutes(at(sorted, 0.5)), p90: inMinutes(at(sorted, 0.9)), longest: inMinutes(at(sorted, 1)) };
};
