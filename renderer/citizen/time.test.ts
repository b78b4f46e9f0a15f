import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { isoWithOffset } from '../../electron/clock/index.ts';
import { clock, clockWithSeconds, dayAndWeekday, heardTime, hourOf, shortDay, wholeDay } from './time.ts';

const ZONES = ['Asia/Shanghai', 'Asia/Kathmandu', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Chatham', 'UTC'] as const;
const at = fc.date({ min: new Date('2024-01-01T00:00:00Z'), max: new Date('2036-01-01T00:00:00Z'), noInvalidDate: true });

it('says what the browser\'s own formatter says, in every zone and over every change of summer time, whether the agent told the time or not', () => {
  const formats = new Map(ZONES.map((timeZone) => [timeZone, new Intl.DateTimeFormat('en-GB', { timeZone, year: 'numeric', month: 'short', day: 'numeric', weekday: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })]));
  const months = new Map(ZONES.map((timeZone) => [timeZone, new Intl.DateTimeFormat('en-GB', { timeZone, month: 'numeric' })]));
  fc.assert(
    fc.property(at, fc.constantFrom(...ZONES), fc.boolean(), (moment, zone, told) => {
      if (told) heardTime(isoWithOffset(moment.getTime(), zone), zone);
      const part = Object.fromEntries((formats.get(zone)?.formatToParts(moment) ?? []).map(({ type, value }) => [type, value]));
      const month = months.get(zone)?.format(moment);
      expect(clock(moment, zone)).toBe(`${part['hour']}:${part['minute']}`);
      expect(clockWithSeconds(moment, zone)).toBe(`${part['hour']}:${part['minute']}:${part['second']}`);
      expect(hourOf(moment, zone)).toBe(Number(part['hour']));
      expect(dayAndWeekday(moment, zone, 'en')).toBe(`${part['weekday']} ${part['day']} ${part['month']}`);
      expect(dayAndWeekday(moment, zone, 'zh')).toMatch(new RegExp(`^${month}月${part['day']}日 周[日一二三四五六]$`));
      expect(shortDay(moment, zone, 'en')).toBe(`${part['day']} ${part['month']}`);
      expect(wholeDay(moment, zone, 'en')).toBe(`${part['day']} ${part['month']} ${part['year']}`);
      expect(wholeDay(moment, zone, 'zh')).toBe(`${part['year']}年${month}月${part['day']}日`);
    }),
    { numRuns: 300 },
  );
  expect(dayAndWeekday(new Date('2026-11-22T03:24:07+08:00'), 'Asia/Shanghai', 'zh')).toBe('11月22日 周日');
});

it('asks no formatter while the agent tells the time', () => {
  const Plain = Intl.DateTimeFormat;
  let made = 0;
  Intl.DateTimeFormat = class extends Plain {
    constructor(...given: ConstructorParameters<typeof Plain>) {
      super(...given);
      made += 1;
    }
  } as typeof Plain;
  try {
    heardTime('2026-11-22T03:24:07+06:00', 'Asia/Urumqi');
    expect(clock(new Date('2026-11-22T03:29:59+06:00'), 'Asia/Urumqi')).toBe('03:29');
    expect(made).toBe(0);
    heardTime('not a time', 'Asia/Urumqi');
    expect(clock(new Date('2026-11-22T03:31:00+06:00'), 'Asia/Urumqi')).toBe('03:31');
    expect(made).toBe(1);
  } finally {
    Intl.DateTimeFormat = Plain;
  }
});
