/** Refusals on record: the first at once, the same ones of the next minute as one line with their count, so that nobody floods the record. */
import type { Clock } from '../clock/index.ts';

const GATHER_MS = 60_000;
/** Different refusals of a minute that get lines of their own: more than clerks and terminals of a large hall make, few enough to be read. */
const MOST_DIFFERENT = 200;

/** What was refused to whom: words of closed lists and names that the hall gave, nothing that somebody typed. */
export interface Refused {
  /** A member of staff, a terminal, or `public`: whoever holds a ticket's code. */
  by: string;
  /** The counter that it was about; null: none, or one that the hall does not have. */
  at: string | null;
  /** What was asked for, as the API calls it. */
  command: string;
  refusal: string;
}

export interface RefusalRecord<A> {
  note(about: A): void;
  /** Writes what is gathered, before the record is closed. */
  flush(): void;
}

/**
 * @param write `times`: how many refusals this line stands for
 * @param others stands for all that do not get a line of their own any more
 */
export const createRefusalRecord = <A extends object>(clock: Pick<Clock, 'after'>, write: (about: A, times: number) => void, others: A): RefusalRecord<A> => {
  const gathered = new Map<string, { about: A; more: number; cancel: () => void }>();
  const end = (key: string): void => {
    const found = gathered.get(key);
    gathered.delete(key);
    if (found !== undefined && found.more > 0) write(found.about, found.more);
  };
  const note = (about: A): void => {
    const key = JSON.stringify(about);
    const known = gathered.get(key);
    if (known !== undefined) {
      known.more += 1;
      return;
    }
    if (gathered.size >= MOST_DIFFERENT && about !== others) {
      note(others);
      return;
    }
    gathered.set(key, { about, more: 0, cancel: clock.after(GATHER_MS, () => end(key)) });
    write(about, 1);
  };
  return {
    note,
    flush: () => {
      for (const [key, { cancel }] of gathered) {
        cancel();
        end(key);
      }
    },
  };
};
