/** When a class gives numbers: now, until when, and when again. Pure; times are the hall's own. */
import type { QueueClass } from '../../../kiosk-config/index.ts';

export interface Opening {
  /** Today's hours in order, `HH:MM`. */
  today: { from: string; to: string }[];
  /** Open: until when today; null: closed. */
  until: string | null;
  /** Closed: when numbers are given next, in so many days (0: today); null: open, or not within a week. */
  opens: { inDays: number; weekday: number; at: string } | null;
}

const WEEK = 7;
export const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

const hoursOn = ({ hours }: Pick<QueueClass, 'hours'>, weekday: number): { from: string; to: string }[] =>
  hours.filter(({ days, from, to }) => days.includes(weekday) && from < to).map(({ from, to }) => ({ from, to })).sort((a, b) => a.from.localeCompare(b.from));

/** @param local 1 Monday to 7 Sunday, minutes since midnight */
export const openingOf = (queueClass: Pick<QueueClass, 'hours'>, { weekday, minutes }: { weekday: number; minutes: number }): Opening => {
  const today = hoursOn(queueClass, weekday);
  let until: string | null = null;
  // Hours that touch or overlap are one.
  for (const { from, to } of today) if (minutesOf(from) <= (until === null ? minutes : minutesOf(until)) && minutesOf(to) > (until === null ? minutes : minutesOf(until))) until = to;
  if (until !== null) return { today, until, opens: null };
  for (let inDays = 0; inDays <= WEEK; inDays += 1) {
    const day = ((weekday - 1 + inDays) % WEEK) + 1;
    const next = hoursOn(queueClass, day).find(({ from }) => inDays > 0 || minutesOf(from) > minutes);
    if (next !== undefined) return { today, until: null, opens: { inDays, weekday: day, at: next.from } };
  }
  return { today, until: null, opens: null };
};
