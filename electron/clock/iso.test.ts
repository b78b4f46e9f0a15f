import { expect, test } from 'vitest';
import { isoWithOffset } from './index.ts';

const formatterOf = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-CA', { timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'longOffset' });
/** As the tables of the runtime say it, without anything kept. */
const slowly = (wall: number, formatter: Intl.DateTimeFormat): string => {
  const parts = Object.fromEntries(formatter.formatToParts(wall).map(({ type, value }) => [type, value]));
  return `${parts['year']}-${parts['month']}-${parts['day']}T${parts['hour']}:${parts['minute']}:${parts['second']}${parts['timeZoneName'] === 'GMT' ? '+00:00' : parts['timeZoneName']?.replace('GMT', '')}`;
};

test.each(['Asia/Shanghai', 'Asia/Urumqi', 'UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns'])('%s: every moment of two years, summer time included, is told as the tables tell it', (timeZone) => {
  const start = Date.UTC(2026, 0, 1);
  const formatter = formatterOf(timeZone);
  for (let n = 0; n < 1_500; n += 1) {
    const wall = start + n * 41_000_123;
    expect(isoWithOffset(wall, timeZone)).toBe(slowly(wall, formatter));
  }
});

test('to the second, cut and not rounded', () => {
  expect(isoWithOffset(Date.parse('2026-11-22T03:24:07.999+08:00'), 'Asia/Shanghai')).toBe('2026-11-22T03:24:07+08:00');
  expect(isoWithOffset(Date.parse('2026-11-22T03:24:59.999+08:00'), 'Asia/Shanghai')).toBe('2026-11-22T03:24:59+08:00');
});
