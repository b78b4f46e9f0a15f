/** Business days and promises, in the hall's time. */
import { isoWithOffset, type Clock } from '../clock/index.ts';

/** ISO time of a clock, made once a second: a formatter for a time zone costs more than a sealed record. */
export const isoClock = (clock: Clock, timeZone: string): (() => string) => {
  let second = Number.NaN;
  let text = '';
  return () => {
    const now = Math.floor(clock.wall() / 1000);
    if (now !== second) {
      second = now;
      text = isoWithOffset(now * 1000, timeZone);
    }
    return text;
  };
};

/** The hall's business day (YYYYMMDD) at `wall`: before `startsAt` (HH:MM) it is still the day before. */
export const businessDay = (wall: number, timeZone: string, startsAt: string): string => {
  const [hours = 0, minutes = 0] = startsAt.split(':').map(Number);
  return isoWithOffset(wall - (hours * 60 + minutes) * 60_000, timeZone).slice(0, 10).replaceAll('-', '');
};

const counted = (day: string, days: number): string => {
  const date = new Date(`${day}T00:00:00Z`);
  for (let left = days; left > 0; ) {
    date.setUTCDate(date.getUTCDate() + 1);
    if (date.getUTCDay() !== 0 && date.getUTCDay() !== 6) left -= 1;
  }
  return date.toISOString().slice(0, 10);
};

/** What was counted today, by number of days: an item promises the same to everybody. */
let today = '';
const promised = new Map<number, string>();

/** `days` working days (Monday to Friday) after a day, YYYY-MM-DD. Public holidays and days worked in their stead are not known here. */
export const workingDaysAfter = (day: string, days: number): string => {
  if (day !== today) promised.clear();
  today = day;
  const known = promised.get(days) ?? counted(day, days);
  promised.set(days, known);
  return known;
};
