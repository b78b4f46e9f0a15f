/** Repeatable chance: the same seed gives the same day. */

export interface Chance {
  /** 0 ≤ n < 1 */
  next(): number;
  /** True in this share of cases. */
  happens(share: number): boolean;
  between(from: number, to: number): number;
  /** Waiting time between events that come at random, with this mean. */
  exponential(mean: number): number;
  /** Skewed to the right, with this mean; `spread` is the standard deviation as a share of the mean. */
  lognormal(mean: number, spread: number): number;
  gamma(mean: number, spread: number): number;
  /** One of them, by weight; null: none, with the weight that is missing to 1. */
  among(shares: Readonly<Record<string, number>>): string | null;
}

/** @param seed any whole number (mulberry32) */
export const chanceOf = (seed: number): Chance => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  /** Box and Muller. */
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  /** Marsaglia and Tsang, for shape ≥ 1; below by the usual power of a uniform. */
  const standardGamma = (shape: number): number => {
    if (shape < 1) return standardGamma(shape + 1) * (1 - next()) ** (1 / shape);
    const d = shape - 1 / 3;
    for (;;) {
      const x = normal();
      const v = (1 + x / Math.sqrt(9 * d)) ** 3;
      if (v > 0 && Math.log(1 - next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  };
  return {
    next,
    happens: (share) => next() < share,
    between: (from, to) => from + (to - from) * next(),
    exponential: (mean) => -mean * Math.log(1 - next()),
    lognormal: (mean, spread) => {
      const variance = Math.log(1 + spread * spread);
      return mean * Math.exp(normal() * Math.sqrt(variance) - variance / 2);
    },
    gamma: (mean, spread) => {
      const shape = 1 / (spread * spread);
      return (standardGamma(shape) * mean) / shape;
    },
    among: (shares) => {
      let left = next();
      for (const [name, share] of Object.entries(shares)) {
        left -= share;
        if (left < 0) return name;
      }
      return null;
    },
  };
};
