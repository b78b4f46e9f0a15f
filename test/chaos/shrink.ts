/** Fewer steps that still fail: first fewer rounds, then fewer steps in each. */
import type { Round } from './steps.ts';

/** Each round without one of its steps. */
const lighter = (round: Round): Round[] => [
  ...round.visit.disturb.map((_, at) => ({ ...round, visit: { ...round.visit, disturb: round.visit.disturb.toSpliced(at, 1) } })),
  ...round.meanwhile.map((_, at) => ({ ...round, meanwhile: round.meanwhile.toSpliced(at, 1) })),
  ...round.between.map((_, at) => ({ ...round, between: round.between.toSpliced(at, 1) })),
];

/**
 * @param rounds that fail
 * @param fails plays them anew
 * @param most how often they may be played: each time costs a start of the whole terminal
 */
export const shrink = async (rounds: readonly Round[], fails: (fewer: readonly Round[]) => Promise<boolean>, most: number): Promise<readonly Round[]> => {
  let left = most;
  const stillFails = async (fewer: readonly Round[]): Promise<boolean> => {
    if (left <= 0 || fewer.length === 0) return false;
    left -= 1;
    return fails(fewer);
  };
  let now = rounds;
  // What fails at the end mostly needs the last rounds alone.
  for (let last = 1; last < now.length; last *= 2) {
    const fewer = now.slice(-last);
    if (await stillFails(fewer)) {
      now = fewer;
      break;
    }
  }
  for (let at = now.length - 1; at >= 0; at -= 1) {
    const fewer = now.toSpliced(at, 1);
    if (await stillFails(fewer)) now = fewer;
  }
  for (let at = now.length - 1; at >= 0; at -= 1) {
    for (let again = true; again; ) {
      again = false;
      const round = now[at];
      if (round === undefined) break;
      for (const less of lighter(round)) {
        const fewer = now.with(at, less);
        if (await stillFails(fewer)) {
          now = fewer;
          again = true;
          break;
        }
      }
    }
  }
  return now;
};
