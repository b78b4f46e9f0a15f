/** Ways of doing the same, timed turn about so that all meet the same machine. */
import { median } from './figures.ts';

/** First rounds, in which code is compiled. */
const WARM = 3;

/**
 * @param rounds that count
 * @param repeats runs in one sample: one alone may be shorter than the clock is sharp
 * @returns the median of each way in ms, by its name
 */
export const turnAbout = async (ways: Readonly<Record<string, () => unknown>>, rounds: number, repeats: number): Promise<Record<string, number>> => {
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let round = -WARM; round < rounds; round += 1) {
    for (const [name, run] of Object.entries(ways)) {
      const began = performance.now();
      for (let count = 0; count < repeats; count += 1) await run();
      if (round >= 0) times[name]?.push((performance.now() - began) / repeats);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
};
