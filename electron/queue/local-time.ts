/** The hall's day of the week and time of day for any moment, quick enough for a month of tickets. */
import { isoWithOffset } from '../clock/index.ts';

export interface LocalTime {
  /** YYYY-MM-DD */
  date: string;
  /** 1 Monday to 7 Sunday. */
  weekday: number;
  /** Since midnight, with fractions. */
  minutes: number;
}

/** No time zone's offset changes within a quarter of an hour of the clock. */
const QUARTER = 900_000;
/** About three months of quarters. */
const MOST_KEPT = 10_000;

/** @returns from milliseconds since 1970 to the hall's time; each quarter of an hour is asked of the time-zone tables once */
export const localTimeIn = (timeZone: string): ((at: number) => LocalTime) => {
  const known = new Map<number, LocalTime>();
  return (at) => {
    const quarter = Math.floor(at / QUARTER);
    let begin = known.get(quarter);
    if (begin === undefined) {
      const iso = isoWithOffset(quarter * QUARTER, timeZone);
      const date = iso.slice(0, 10);
      begin = { date, weekday: new Date(`${date}T00:00:00Z`).getUTCDay() || 7, minutes: Number(iso.slice(11, 13)) * 60 + Number(iso.slice(14, 16)) };
      if (known.size >= MOST_KEPT) known.clear();
      known.set(quarter, begin);
    }
    return { ...begin, minutes: begin.minutes + (at - quarter * QUARTER) / 60_000 };
  };
};
