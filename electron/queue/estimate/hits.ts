/** How good the estimate was: each range told with a ticket beside the wait that came of it, by business day and class. */
import { z } from 'zod';
import type { Hits } from '../wire.ts';

/** As many as a manager can look at together, and more than a quarter of a year of working days. */
const DAYS_KEPT = 100;
/** What people are told of is the last week. */
const DAYS_TOLD = 7;
/** Below this a share says nothing. */
const FEWEST = 20;

/** Errors are between the middle of the range and the wait, in minutes. */
const tally = z.strictObject({ held: z.number().int(), of: z.number().int(), error: z.number() });
export const hitsState = z.array(z.strictObject({ day: z.string(), classes: z.record(z.string(), tally) }));
export type HitsState = z.infer<typeof hitsState>;

/** One class on one business day: of so many told ranges so many held; mean distance of their middle from the wait. */
export interface EstimateDay {
  day: string;
  class: string;
  held: number;
  of: number;
  meanErrorMinutes: number;
}

export interface HitBook {
  add(day: string, classId: string, held: boolean, errorMinutes: number): void;
  /** Over the last seven business days that had tickets. null: too few. @param classId null: the whole hall */
  record(classId: string | null): Hits | null;
  /** Every day that is kept, oldest first. */
  days(): EstimateDay[];
  state(): HitsState;
}

export const hitBookOf = (state: HitsState): HitBook => {
  const days = state.map(({ day, classes }) => ({ day, classes: new Map(Object.entries(classes)) }));
  return {
    add: (day, classId, held, errorMinutes) => {
      let today = days.find((one) => one.day === day);
      if (today === undefined) {
        today = { day, classes: new Map() };
        days.push(today);
        days.sort((a, b) => (a.day < b.day ? -1 : 1));
        if (days.length > DAYS_KEPT) days.shift();
      }
      const before = today.classes.get(classId) ?? { held: 0, of: 0, error: 0 };
      today.classes.set(classId, { held: before.held + Number(held), of: before.of + 1, error: before.error + errorMinutes });
    },
    record: (classId) => {
      let held = 0;
      let of = 0;
      for (const { classes } of days.slice(-DAYS_TOLD)) {
        for (const [id, one] of classes) {
          if (classId !== null && id !== classId) continue;
          held += one.held;
          of += one.of;
        }
      }
      return of < FEWEST ? null : { share: held / of, of };
    },
    days: () => days.flatMap(({ day, classes }) => [...classes].map(([id, { held, of, error }]) => ({ day, class: id, held, of, meanErrorMinutes: error / of }))),
    state: () => days.map(({ day, classes }) => ({ day, classes: Object.fromEntries(classes) })),
  };
};
