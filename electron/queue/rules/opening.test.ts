import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { queue } from '../../../kiosk-config/index.ts';
import { isOpen } from './decide.ts';
import { RULES } from './fixtures.ts';
import { minutesOf, openingOf } from './opening.ts';

const OFFICE = { hours: [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '12:00' }, { days: [1, 2, 3, 4, 5], from: '13:30', to: '17:00' }] };
const at = (weekday: number, time: string) => openingOf(OFFICE, { weekday, minutes: minutesOf(time) });

describe('when a class gives numbers', () => {
  test('says until when, or when again: today, tomorrow, after the weekend', () => {
    expect(at(1, '10:00')).toMatchObject({ until: '12:00', opens: null });
    expect(at(1, '08:59')).toMatchObject({ until: null, opens: { inDays: 0, weekday: 1, at: '09:00' } });
    expect(at(1, '12:00')).toMatchObject({ until: null, opens: { inDays: 0, weekday: 1, at: '13:30' } });
    expect(at(1, '17:00')).toMatchObject({ until: null, opens: { inDays: 1, weekday: 2, at: '09:00' } });
    expect(at(5, '18:00')).toMatchObject({ until: null, opens: { inDays: 3, weekday: 1, at: '09:00' } });
    expect(at(6, '10:00').today).toEqual([]);
  });

  test('round the clock is open in every minute, also in the last one of the day', () => {
    const always = queue.parse({ ...RULES, classes: RULES.classes.map((one) => ({ ...one, hours: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }] })) }).classes[0];
    for (let minutes = 0; minutes < 1_440; minutes += 1) expect(always !== undefined && isOpen(always, { weekday: 7, minutes })).toBe(true);
    // Over midnight: two rows, and no minute between them.
    const night = { hours: [{ days: [1], from: '22:00', to: '24:00' }, { days: [2], from: '00:00', to: '02:00' }] };
    expect([openingOf(night, { weekday: 1, minutes: 1_439 }).until, openingOf(night, { weekday: 2, minutes: 0 }).until]).toEqual(['24:00', '02:00']);
  });

  test('takes hours that touch for one, and hours that never come for none', () => {
    const touching = { hours: [{ days: [1], from: '12:00', to: '14:00' }, { days: [1], from: '09:00', to: '12:00' }] };
    expect(openingOf(touching, { weekday: 1, minutes: 600 }).until).toBe('14:00');
    expect(openingOf({ hours: [{ days: [1], from: '14:00', to: '09:00' }] }, { weekday: 1, minutes: 600 })).toEqual({ today: [], until: null, opens: null });
    // Only today, and over: in a week.
    expect(openingOf({ hours: [{ days: [1], from: '09:00', to: '10:00' }] }, { weekday: 1, minutes: 700 }).opens).toEqual({ inDays: 7, weekday: 1, at: '09:00' });
  });

  test('is open exactly while one of its hours runs, and opens when it says', () => {
    const clock = fc.integer({ min: 0, max: 1439 }).map((minutes) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`);
    const hours = fc.array(fc.record({ days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), from: clock, to: clock }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(hours, fc.integer({ min: 1, max: 7 }), fc.integer({ min: 0, max: 1439 }), (rows, weekday, minutes) => {
        const open = rows.some(({ days, from, to }) => days.includes(weekday) && minutes >= minutesOf(from) && minutes < minutesOf(to));
        const opening = openingOf({ hours: rows }, { weekday, minutes });
        expect([isOpen({ hours: rows }, { weekday, minutes }), opening.until !== null]).toEqual([open, open]);
        const { until } = opening;
        expect(until === null || isOpen({ hours: rows }, { weekday, minutes: minutesOf(until) - 1 })).toBe(true);
        expect(until !== null && isOpen({ hours: rows }, { weekday, minutes: minutesOf(until) })).toBe(false);
        const { opens } = opening;
        expect(opens === null || isOpen({ hours: rows }, { weekday: opens.weekday, minutes: minutesOf(opens.at) })).toBe(true);
      }),
    );
  });
});
