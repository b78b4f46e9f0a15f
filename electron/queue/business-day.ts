/** Which business day it is, and the hall's time of day. */
import { isoWithOffset, type Clock } from '../clock/index.ts';
import type { QueueStore, StoredEvent } from './store.ts';

export interface HallTime {
  /** YYYYMMDD; before `businessDayStartsAt` it is still the day before. */
  day: string;
  /** 1 Monday to 7 Sunday. */
  weekday: number;
  /** Minutes since midnight in the hall. */
  minutes: number;
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/**
 * @param last the business day that was known last; with a clock that nobody trusts it goes on
 * @param startsAt HH:MM
 */
export const hallTime = (clock: Pick<Clock, 'wall' | 'known'>, timeZone: string, startsAt: string, last: string | null): HallTime => {
  const iso = isoWithOffset(clock.wall(), timeZone);
  const today = isoWithOffset(clock.wall() - minutesOf(startsAt) * 60_000, timeZone).slice(0, 10);
  return {
    day: clock.known() || last === null ? today.replaceAll('-', '') : last,
    weekday: new Date(`${iso.slice(0, 10)}T00:00:00Z`).getUTCDay() || 7,
    minutes: minutesOf(iso.slice(11, 16)),
  };
};

/**
 * The business day that was known last, with its log so far: the newest on which more happened than numbers set aside on the days before it.
 * @param known days of the log, oldest first
 */
export const lastBegunDay = async (store: Pick<QueueStore, 'read'>, known: readonly string[], hall: { timeZone: string; businessDayStartsAt: string }): Promise<{ day: string; soFar: StoredEvent[] } | null> => {
  for (const day of [...known].reverse()) {
    const soFar = await store.read(day, 0);
    const begun = soFar.some(({ event: { type, at } }) => {
      if (type !== 'leased' && type !== 'lease-burned' && type !== 'numbers-burned') return true;
      return hallTime({ wall: () => at, known: () => true }, hall.timeZone, hall.businessDayStartsAt, null).day >= day;
    });
    if (begun) return { day, soFar };
  }
  return null;
};
