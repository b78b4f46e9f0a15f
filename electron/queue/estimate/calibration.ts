/**
 * From a forecast to a range that holds: how past forecasts of about the same length turned out, and how wide the range has to be so that four of
 * five waits fall into it. Where too few fell into it lately the next ones are wider, and the other way round (adaptive conformal inference,
 * Gibbs and Candès 2021), so that the share is right whatever the forecasts are worth.
 */
import { z } from 'zod';

/**
 * The middle of what is allowed: 75 to 85 in a hundred. Who is called at once is always within his range, as 0–1 minutes cannot be told narrower;
 * where such calls alone bring the share above the middle, the others' ranges aim a little lower, but never below 75.
 */
const TARGET_SHARE = 0.8;
const LEAST_TARGET = 0.76;
/** What one case counts in the share of late: some hundred matter. */
const LATELY = 0.005;
const STEP = 0.02;
const LEAST_LEVEL = 0.4;
const MOST_LEVEL = 0.98;
/** Waits remembered by class and length of the forecast: a week of quiet days does not make the last busy one forgotten. */
const KEPT = 120;
/** Two forecasts whose logarithms differ by less are of one length. */
const SAME_LENGTH = 0.6;
/** Of these, the ones whose forecast was nearest. */
const NEAREST = 90;
/** Until so many were seen, the rest is what chance alone would do. */
const ENOUGH = 40;
const MINUTE = 60_000;

/** Pairs of forecast and ratio; `levels`: by length, the share of past waits that the range is made to hold; `lately`: share it did hold. */
export const calibrationState = z.record(z.string(), z.strictObject({ levels: z.record(z.string(), z.number().min(LEAST_LEVEL).max(MOST_LEVEL)), lately: z.number().min(0).max(1), forecasts: z.array(z.number()), ratios: z.array(z.number()) }));
export type CalibrationState = z.infer<typeof calibrationState>;

export interface Calibration {
  /** @param stages services that pass before the call, for what chance alone does @returns milliseconds */
  range(classId: string, forecast: number, stages: number): { from: number; to: number };
  /** What became of a forecast that was told as a range. */
  learn(classId: string, forecast: number, wait: number, held: boolean): void;
  state(): CalibrationState;
}

/** Forecasts of nothing and of half a minute are about the same. */
const stretched = (ms: number): number => ms + MINUTE;

/** Deciles of a normal distribution between the tails, for what is not known yet. */
const NORMAL = [-1.96, -1.28, -0.93, -0.67, -0.45, -0.25, -0.06, 0.06, 0.25, 0.45, 0.67, 0.93, 1.28, 1.96];
/** How wrong configured service times and the hall's regularity are besides chance. */
const UNKNOWN = 0.35;

const quantile = (sorted: Float64Array, share: number): number => {
  const rank = (sorted.length - 1) * Math.min(1, Math.max(0, share));
  const low = sorted[Math.floor(rank)] ?? 1;
  return low + ((sorted[Math.ceil(rank)] ?? low) - low) * (rank - Math.floor(rank));
};

interface Known {
  levels: Map<number, number>;
  lately: number;
  /** Oldest first, and by the length of the forecast. */
  byAge: Outcome[];
  byLength: Outcome[];
}

interface Outcome {
  forecast: number;
  /** Logarithm of the stretched forecast. */
  length: number;
  /** Wait by forecast, both stretched. */
  ratio: number;
}

/** Where a length belongs in the order. */
const placeOf = (byLength: readonly Outcome[], length: number): number => {
  let low = 0;
  let high = byLength.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((byLength[middle]?.length ?? 0) < length) low = middle + 1;
    else high = middle;
  }
  return low;
};

const kindOf = ({ length }: Pick<Outcome, 'length'>): number => Math.floor(length / SAME_LENGTH);
const levelOf = ({ levels }: Known, kind: number): number => levels.get(kind) ?? TARGET_SHARE;

const keep = (known: Known, forecast: number, ratio: number): void => {
  const outcome: Outcome = { forecast, length: Math.log(stretched(forecast)), ratio };
  known.byAge.push(outcome);
  known.byLength.splice(placeOf(known.byLength, outcome.length), 0, outcome);
  const kind = kindOf(outcome);
  let same = 0;
  for (const one of known.byAge) same += Number(kindOf(one) === kind);
  if (same <= KEPT) return;
  const [oldest] = known.byAge.splice(known.byAge.findIndex((one) => kindOf(one) === kind), 1);
  if (oldest !== undefined) known.byLength.splice(known.byLength.indexOf(oldest, placeOf(known.byLength, oldest.length)), 1);
};

/** Ratios of the outcomes whose forecasts were nearest. */
const nearest = ({ byLength }: Known, forecast: number): number[] => {
  const wanted = Math.log(stretched(forecast));
  let high = placeOf(byLength, wanted);
  let low = high - 1;
  const ratios: number[] = [];
  while (ratios.length < NEAREST) {
    const below = byLength[low];
    const above = byLength[high];
    if (below === undefined && above === undefined) break;
    if (above === undefined || (below !== undefined && wanted - below.length <= above.length - wanted)) {
      ratios.push(below?.ratio ?? 1);
      low -= 1;
    } else {
      ratios.push(above.ratio);
      high += 1;
    }
  }
  return ratios;
};

/** What chance alone would do, in place of outcomes that were not seen yet. */
const supposed = (count: number, stages: number): number[] => {
  const spread = Math.sqrt(UNKNOWN * UNKNOWN + 0.6 / Math.max(1, stages));
  return Array.from({ length: count }, (_, at) => Math.exp((NORMAL[Math.floor(((at + 0.5) / count) * NORMAL.length)] ?? 0) * spread));
};

export const calibrationOf = (state: CalibrationState): Calibration => {
  const classes = new Map<string, Known>();
  const knownOf = (classId: string): Known => {
    let known = classes.get(classId);
    if (known === undefined) classes.set(classId, (known = { levels: new Map(), lately: TARGET_SHARE, byAge: [], byLength: [] }));
    return known;
  };
  for (const [classId, { levels, lately, forecasts, ratios }] of Object.entries(state)) {
    const known = knownOf(classId);
    for (const [kind, level] of Object.entries(levels)) known.levels.set(Number(kind), level);
    known.lately = lately;
    forecasts.forEach((forecast, at) => keep(known, forecast, ratios[at] ?? 1));
  }

  return {
    range: (classId, forecast, stages) => {
      const known = knownOf(classId);
      const ratios = nearest(known, forecast);
      const sorted = Float64Array.from([...ratios, ...supposed(Math.max(0, ENOUGH - ratios.length), stages)]).sort();
      // About the median: the middle of the range is then as near to the wait as one number can be.
      const middle = quantile(sorted, 0.5);
      const half = quantile(sorted.map((ratio) => Math.abs(ratio - middle)).sort(), levelOf(known, kindOf({ length: Math.log(stretched(forecast)) })));
      return { from: Math.max(0, (middle - half) * stretched(forecast) - MINUTE), to: Math.max(0, (middle + half) * stretched(forecast) - MINUTE) };
    },
    learn: (classId, forecast, wait, held) => {
      const known = knownOf(classId);
      // A call at once teaches nothing about the width of the others.
      const target = known.lately > TARGET_SHARE ? LEAST_TARGET : TARGET_SHARE;
      const kind = kindOf({ length: Math.log(stretched(forecast)) });
      if (forecast >= MINUTE) known.levels.set(kind, Math.min(MOST_LEVEL, Math.max(LEAST_LEVEL, levelOf(known, kind) + STEP * (target - Number(held)))));
      known.lately += LATELY * (Number(held) - known.lately);
      keep(known, Math.round(forecast), Math.round((stretched(wait) / stretched(forecast)) * 1_000) / 1_000);
    },
    state: () => Object.fromEntries([...classes].map(([id, { levels, lately, byAge }]) => [id, { levels: Object.fromEntries(levels), lately, forecasts: byAge.map((one) => one.forecast), ratios: byAge.map((one) => one.ratio) }])),
  };
};
