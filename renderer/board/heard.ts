/** Which calls of a view a board has not heard yet, however long its line was broken, and which of those anybody still needs to hear. Pure. */
import type { BoardView } from '../api/hall-types.ts';

export type BoardCall = BoardView['calls'][number];
/** What of a view matters here. */
export type Calls = Pick<BoardView, 'day' | 'now' | 'calls'>;

/** The newest call that was heard: no other has come after it. */
export type Heard = { day: string; at: number; id: number };

/** A call is told for so long whatever came of it: somebody may have sat down at once, or the line was broken for a moment. */
const NEW_MS = 30_000;
/** Whoever has not come for so long will not come because of a loudspeaker. */
const STALE_MS = 10 * 60_000;

/** Later, or in the same second with a higher count: a hall that was put back from before counts from lower again. */
const isAfter = ({ at, id }: BoardCall, heard: Heard): boolean => {
  const time = Date.parse(at);
  return time > heard.at || (time === heard.at && id > heard.id);
};

/**
 * @param heard null: the board was just switched on, and repeats nothing of what was called before
 * @returns what is heard now, and the calls that are new, oldest first
 */
export const hear = (heard: Heard | null, { day, calls }: Calls): { heard: Heard; fresh: readonly BoardCall[] } => {
  const known = heard?.day === day ? heard : { day, at: 0, id: 0 };
  const fresh = calls.filter((call) => isAfter(call, known)).reverse();
  const newest = fresh.at(-1);
  return { heard: newest === undefined ? known : { day, at: Date.parse(newest.at), id: newest.id }, fresh: heard === null ? [] : fresh };
};

/** Is it worth a sentence, and a moment in the light? While the line holds, always; of what a long absence missed, the calls of people who are awaited now. */
export const isDue = ({ awaited, at }: BoardCall, now: string): boolean => Date.parse(now) - Date.parse(at) <= (awaited ? STALE_MS : NEW_MS);
