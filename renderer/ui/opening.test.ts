import { expect, test } from 'vitest';
import { allDaySaid, opensSaid, timeSaid } from './opening.ts';

const closed = (inDays: number, weekday: number, at: string) => ({ until: null, opens: { inDays, weekday, at } });

test('a class that is closed says when it gives numbers again, as people say it', () => {
  expect(opensSaid({ until: '17:00', opens: null }, 'zh')).toBeNull();
  expect([opensSaid(closed(0, 1, '09:00'), 'zh'), opensSaid(closed(0, 1, '09:00'), 'en')]).toEqual(['上午 9:00 开始取号', 'Numbers from 9:00']);
  expect([opensSaid(closed(0, 1, '13:30'), 'zh'), opensSaid(closed(0, 1, '13:30'), 'en')]).toEqual(['下午 1:30 开始取号', 'Numbers from 13:30']);
  expect([opensSaid(closed(1, 2, '09:00'), 'zh'), opensSaid(closed(1, 2, '09:00'), 'en')]).toEqual(['明天上午 9:00 开始取号', 'Numbers from tomorrow 9:00']);
  // On Friday for Monday; on Monday for Thursday.
  expect(opensSaid(closed(3, 1, '09:00'), 'zh')).toBe('下周一上午 9:00 开始取号');
  expect(opensSaid(closed(3, 4, '09:00'), 'zh')).toBe('周四上午 9:00 开始取号');
  expect(opensSaid(closed(3, 4, '09:00'), 'en')).toBe('Numbers from Thursday 9:00');
  expect(opensSaid({ until: null, opens: null }, 'zh')).toBe('这几天不取号');
  expect(['00:30', '12:15', '18:00'].map((time) => timeSaid(time, 'zh'))).toEqual(['凌晨 0:30', '中午 12:15', '晚上 6:00']);
  const until = (from: string) => ({ today: [{ from, to: '24:00' }], until: '24:00', opens: null });
  expect([allDaySaid(until('00:00'), 'zh'), allDaySaid(until('00:00'), 'en'), allDaySaid(until('09:00'), 'zh')]).toEqual(['全天', 'all day', null]);
  expect([timeSaid('24:00', 'zh'), timeSaid('24:00', 'en')]).toEqual(['半夜 12:00', 'midnight']);
});
