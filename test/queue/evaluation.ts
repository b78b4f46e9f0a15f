/** How good the estimate is: every ticket's range beside its wait, and beside what simpler sums would have said at the same moment. */
import { createEstimator, type Estimator } from '../../electron/queue/estimate/estimator.ts';
import { waitingIn } from '../../electron/queue/rules/order.ts';
import type { Day } from '../../electron/queue/rules/day.ts';
import type { StoredEvent } from '../../electron/queue/store.ts';
import { openCounters } from '../../electron/queue/views.ts';
import type { Range } from '../../electron/queue/wire.ts';
import { playDay, TIME_ZONE } from './generator.ts';
import type { HallModel } from './hall-model.ts';

const MINUTE = 60_000;

/** One ticket that was told a range and called later. Minutes. */
export interface Case {
  hall: number;
  day: number;
  class: string;
  range: Range;
  wait: number;
  ahead: number;
  /** people ahead × mean ÷ counters */
  naive: number;
  /** M/M/c in its state: all counters busy, and one more departure than people ahead. */
  mmc: number;
  /** The same two with the configured service time for the mean. */
  naiveConfigured: number;
  mmcConfigured: number;
}

/** The simple sums get the best mean there is: every call of the class so far, from the call until the counter was free. */
const meansOf = () => {
  const sums = new Map<string, { ms: number; of: number }>();
  return {
    note: (event: StoredEvent['event'], day: Day): void => {
      if (event.type !== 'finished' && event.type !== 'missed') return;
      const ticket = day.tickets.get(event.number);
      if (ticket?.calledAt == null) return;
      const sum = sums.get(ticket.class) ?? { ms: 0, of: 0 };
      sums.set(ticket.class, { ms: sum.ms + event.at - ticket.calledAt, of: sum.of + 1 });
    },
    minutes: (classId: string, usual: number): number => {
      const sum = sums.get(classId);
      return sum === undefined ? usual : sum.ms / sum.of / MINUTE;
    },
  };
};

/** Is a counter of the class free? */
const anyFree = (day: Day, { rules }: HallModel, classId: string): boolean =>
  rules.counters.some(({ id, skills }) => {
    const state = day.counters.get(id);
    return state !== undefined && state.clerk !== null && !state.paused && state.current === null && skills.some((skill) => skill.class === classId);
  });

/** Lets an estimator that knows nothing live through days of a hall. @param days how many, the weekend of each week left out */
export const evaluate = (hall: number, model: HallModel, seed: number, days: number, estimator: Estimator = createEstimator({ rules: () => model.rules, timeZone: TIME_ZONE })): { cases: Case[]; untold: number } => {
  const cases: Case[] = [];
  const means = meansOf();
  let untold = 0;
  for (let at = 0; at < days; at += 1) {
    const open = new Map<string, Omit<Case, 'wait'>>();
    playDay(model, Math.floor(at / 5) * 7 + (at % 5), seed, ({ version, event }, day) => {
      estimator.note({ version, event }, day);
      means.note(event, day);
      if (event.type === 'taken' || event.type === 'checked-in') {
        const counters = openCounters(day, model.rules, event.class);
        const ahead = waitingIn(day, model.rules, event.class).findIndex(({ ticket }) => ticket.number === event.number);
        const range = estimator.estimate(event.class, ahead, counters, event.at);
        if (range === null) {
          untold += 1;
          return;
        }
        const usual = model.rules.classes.find(({ id }) => id === event.class)?.usualServiceMinutes ?? 8;
        const mean = means.minutes(event.class, usual);
        const departures = ahead === 0 && anyFree(day, model, event.class) ? 0 : ahead + 1;
        open.set(event.number, {
          hall,
          day: at,
          class: event.class,
          range,
          ahead,
          naive: (ahead * mean) / counters,
          mmc: (departures * mean) / counters,
          naiveConfigured: (ahead * usual) / counters,
          mmcConfigured: (departures * usual) / counters,
        });
      } else if (event.type === 'called') {
        const found = open.get(event.number);
        const ticket = day.tickets.get(event.number);
        if (found !== undefined && ticket !== undefined) cases.push({ ...found, wait: (event.at - ticket.since) / MINUTE });
        open.delete(event.number);
      } else if (event.type === 'paper-doubtful') open.delete(event.number);
    });
  }
  return { cases, untold };
};

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0) / Math.max(1, numbers.length);

export interface Quality {
  cases: number;
  /** Share of the waits that their range held. */
  coverage: number;
  /** Mean minutes between the middle of the range and the wait, and the same for the simple sums. */
  error: number;
  naive: number;
  mmc: number;
  /** Mean minutes from one end of the range to the other. */
  width: number;
  wait: number;
}

export const held = ({ range, wait }: Case): boolean => range.from <= wait && wait <= range.to;

/** The simple sums get the better of the learned and the configured mean. */
export const qualityOf = (cases: readonly Case[]): Quality => {
  const off = (of: (one: Case) => number): number => mean(cases.map((one) => Math.abs(of(one) - one.wait)));
  return {
    cases: cases.length,
    coverage: mean(cases.map((one) => Number(held(one)))),
    error: off(({ range }) => (range.from + range.to) / 2),
    naive: Math.min(off((one) => one.naive), off((one) => one.naiveConfigured)),
    mmc: Math.min(off((one) => one.mmc), off((one) => one.mmcConfigured)),
    width: mean(cases.map(({ range }) => range.to - range.from)),
    wait: mean(cases.map(({ wait }) => wait)),
  };
};
