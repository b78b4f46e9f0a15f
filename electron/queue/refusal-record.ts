/** Refused presses on record: the first at once, the same ones of the next minute as one line with their count, so that nobody floods the record. */
import type { Clock } from '../clock/index.ts';

const GATHER_MS = 60_000;

/** @param write `times`: how many refusals this line stands for */
export const createRefusalRecord = (clock: Pick<Clock, 'after'>, write: (by: string, refusal: string, times: number) => void): { note(by: string, refusal: string): void } => {
  const gathered = new Map<string, number>();
  return {
    note: (by, refusal) => {
      const key = `${by}\n${refusal}`;
      const times = gathered.get(key);
      if (times !== undefined) {
        gathered.set(key, times + 1);
        return;
      }
      gathered.set(key, 0);
      write(by, refusal, 1);
      clock.after(GATHER_MS, () => {
        const more = gathered.get(key) ?? 0;
        gathered.delete(key);
        if (more > 0) write(by, refusal, more);
      });
    },
  };
};
