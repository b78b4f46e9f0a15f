/**
 * Days and times as the hall says them, in the hall's time zone. The browser's own formatter costs the first screen a third of
 * its script, so the zone's offset is taken from the agent's time, and the formatter is asked only about other hours.
 */
import type { Language } from '../i18n/words.ts';

const WEEKDAYS = { zh: ['周日', '周一', '周二', '周三', '周四', '周五', '周六'], en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] } as const;
/** As British English shortens them. */
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sept', 'Oct', 'Nov', 'Dec'] as const;

/** No time zone's offset changes within a quarter of an hour of the clock. */
const QUARTER_MS = 900_000;
const MOST_QUARTERS = 1_000;
const offsets = new Map<string, number>();
const formats = new Map<string, Intl.DateTimeFormat>();

const keyOf = (wall: number, timeZone: string): string => `${timeZone} ${String(Math.floor(wall / QUARTER_MS))}`;
const keep = (wall: number, timeZone: string, offset: number): void => {
  if (offsets.size >= MOST_QUARTERS) offsets.clear();
  offsets.set(keyOf(wall, timeZone), offset);
};

/** The agent says what time it is in the hall (ISO 8601 with its offset): no formatter is needed for this quarter of an hour. */
export const heardTime = (iso: string, timeZone: string): void => {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(iso) ?? [];
  if (sign !== undefined) keep(Date.parse(iso), timeZone, (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000);
};

const offsetAt = (wall: number, timeZone: string): number => {
  const known = offsets.get(keyOf(wall, timeZone));
  if (known !== undefined) return known;
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', { timeZone, year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' });
    formats.set(timeZone, format);
  }
  const second = Math.floor(wall / 1_000) * 1_000;
  const found = Object.fromEntries(format.formatToParts(second).map(({ type, value }) => [type, Number(value)]));
  const offset = Date.UTC(found['year'] ?? 0, (found['month'] ?? 1) - 1, found['day'], found['hour'], found['minute'], found['second']) - second;
  keep(wall, timeZone, offset);
  return offset;
};

/** Its UTC fields are those of the hall's wall clock. */
const inHall = (at: Date, timeZone: string): Date => new Date(at.getTime() + offsetAt(at.getTime(), timeZone));
const two = (value: number): string => String(value).padStart(2, '0');

/** 03:24 */
export const clock = (at: Date, timeZone: string): string => {
  const local = inHall(at, timeZone);
  return `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`;
};
/** 03:24:07 */
export const clockWithSeconds = (at: Date, timeZone: string): string => `${clock(at, timeZone)}:${two(inHall(at, timeZone).getUTCSeconds())}`;
/** 11月22日 · 22 Nov */
export const shortDay = (at: Date, timeZone: string, language: Language): string => {
  const local = inHall(at, timeZone);
  const day = String(local.getUTCDate());
  return language === 'zh' ? `${String(local.getUTCMonth() + 1)}月${day}日` : `${day} ${MONTHS[local.getUTCMonth()] ?? ''}`;
};
/** 11月22日 周日 · Sun 22 Nov */
export const dayAndWeekday = (at: Date, timeZone: string, language: Language): string => {
  const weekday = WEEKDAYS[language][inHall(at, timeZone).getUTCDay()] ?? '';
  const day = shortDay(at, timeZone, language);
  return language === 'zh' ? `${day} ${weekday}` : `${weekday} ${day}`;
};
/** 2026年11月22日 · 22 Nov 2026 */
export const wholeDay = (at: Date, timeZone: string, language: Language): string => {
  const year = String(inHall(at, timeZone).getUTCFullYear());
  const day = shortDay(at, timeZone, language);
  return language === 'zh' ? `${year}年${day}` : `${day} ${year}`;
};
/** Hour of the day, 0–23. */
export const hourOf = (at: Date, timeZone: string): number => inHall(at, timeZone).getUTCHours();
/** A day without time (2026-12-11) belongs to no zone; noon keeps it that day in all of them near the hall. */
export const asDate = (iso: string): Date => new Date(/^\d{4}-\d\d-\d\d$/.test(iso) ? `${iso}T12:00:00+08:00` : iso);
