/** How long one person keeps a counter, from the call to the next, by class: learned from every call, old ones fading. Milliseconds. */
import { z } from 'zod';

/** Calls after which half of what is known comes from later ones. A clerk's slow afternoon shows within an hour. */
const HALF_LIFE = 40;
const FADE = 2 ** (-1 / HALF_LIFE);
/** What the configuration says counts like so many calls that were seen. */
const PRIOR_CALLS = 6;
/** Calls kept whole, to tell how long somebody who sits there already will still take. */
const KEPT = 120;
/** Longer is a counter that was left without a pause. */
const LONGEST_MS = 3 * 3_600_000;

const seen = z.strictObject({ sum: z.number(), weight: z.number(), recent: z.array(z.number()) });
export const serviceState = z.strictObject({ classes: z.record(z.string(), seen), gap: z.number() });
export type ServiceState = z.infer<typeof serviceState>;
type Seen = z.infer<typeof seen>;

/** A clerk between two people, before anything was seen. */
const USUAL_GAP_MS = 15_000;
/** A longer gap is a rest, not the way to the next call. */
const LONGEST_GAP_MS = 180_000;

export interface Services {
  /** A counter was kept from a call until it was free. */
  kept(classId: string, ms: number): void;
  /** A counter stood free though people waited. */
  free(ms: number): void;
  /** Mean time that one call of the class takes. */
  mean(classId: string, usualMs: number): number;
  /** Mean time still to go when it has taken `elapsed` already. */
  left(classId: string, usualMs: number, elapsed: number): number;
  gap(): number;
  state(): ServiceState;
}

export const emptyServices = (): ServiceState => ({ classes: {}, gap: USUAL_GAP_MS });

export const servicesOf = (state: ServiceState): Services => {
  const classes = new Map<string, Seen>(Object.entries(state.classes));
  let { gap } = state;
  const mean = (classId: string, usualMs: number): number => {
    const known = classes.get(classId);
    return known === undefined ? usualMs : (known.sum + usualMs * PRIOR_CALLS) / (known.weight + PRIOR_CALLS);
  };
  return {
    kept: (classId, ms) => {
      const bounded = Math.min(Math.max(0, ms), LONGEST_MS);
      const known = classes.get(classId) ?? { sum: 0, weight: 0, recent: [] };
      known.sum = known.sum * FADE + bounded;
      known.weight = known.weight * FADE + 1;
      known.recent.push(bounded);
      if (known.recent.length > KEPT) known.recent.shift();
      classes.set(classId, known);
    },
    free: (ms) => {
      if (ms >= 0 && ms <= LONGEST_GAP_MS) gap += (ms - gap) * 0.02;
    },
    mean,
    left: (classId, usualMs, elapsed) => {
      const usual = mean(classId, usualMs);
      const longer = (classes.get(classId)?.recent ?? []).filter((ms) => ms > elapsed);
      // Without anybody who took that long: half of a usual service more.
      const prior = Math.max(usual - elapsed, usual / 2);
      return (longer.reduce((sum, ms) => sum + ms - elapsed, 0) + prior * 3) / (longer.length + 3);
    },
    gap: () => gap,
    state: () => ({ classes: Object.fromEntries([...classes].map(([id, one]) => [id, { ...one, recent: [...one.recent] }])), gap }),
  };
};
