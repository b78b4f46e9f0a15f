/** Days and times as the hall says them, in the hall's time zone. */
import type { Language } from '../i18n/words.ts';

type Parts = Record<'year' | 'month' | 'day' | 'weekday' | 'hour' | 'minute' | 'second', string>;
const WEEKDAYS_ZH: Readonly<Record<string, string>> = { Mon: '周一', Tue: '周二', Wed: '周三', Thu: '周四', Fri: '周五', Sat: '周六', Sun: '周日' };
const formats = new Map<string, Intl.DateTimeFormat>();

const parts = (at: Date, timeZone: string): Parts => {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', { timeZone, year: 'numeric', month: 'short', day: 'numeric', weekday: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
    formats.set(timeZone, format);
  }
  const found = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return { year: '', month: '', day: '', weekday: '', hour: '', minute: '', second: '', ...found };
};
const monthNumber = (at: Date, timeZone: string): string => new Intl.DateTimeFormat('en-GB', { timeZone, month: 'numeric' }).format(at);

/** 03:24 */
export const clock = (at: Date, timeZone: string): string => {
  const { hour, minute } = parts(at, timeZone);
  return `${hour}:${minute}`;
};
/** 03:24:07 */
export const clockWithSeconds = (at: Date, timeZone: string): string => {
  const { hour, minute, second } = parts(at, timeZone);
  return `${hour}:${minute}:${second}`;
};
/** 11月22日 周日 · Sun 22 Nov */
export const dayAndWeekday = (at: Date, timeZone: string, language: Language): string => {
  const { month, day, weekday } = parts(at, timeZone);
  return language === 'zh' ? `${monthNumber(at, timeZone)}月${day}日 ${WEEKDAYS_ZH[weekday] ?? ''}` : `${weekday} ${day} ${month}`;
};
/** 2026年11月22日 · 22 Nov 2026 */
export const wholeDay = (at: Date, timeZone: string, language: Language): string => {
  const { year, month, day } = parts(at, timeZone);
  return language === 'zh' ? `${year}年${monthNumber(at, timeZone)}月${day}日` : `${day} ${month} ${year}`;
};
/** 11月22日 · 22 Nov */
export const shortDay = (at: Date, timeZone: string, language: Language): string => {
  const { month, day } = parts(at, timeZone);
  return language === 'zh' ? `${monthNumber(at, timeZone)}月${day}日` : `${day} ${month}`;
};
/** Hour of the day, 0–23. */
export const hourOf = (at: Date, timeZone: string): number => Number(parts(at, timeZone).hour);
/** A day without time (2026-12-11) belongs to no zone; noon keeps it that day in all of them near the hall. */
export const asDate = (iso: string): Date => new Date(/^\d{4}-\d\d-\d\d$/.test(iso) ? `${iso}T12:00:00+08:00` : iso);
