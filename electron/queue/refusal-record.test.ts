import { expect, test } from 'vitest';
import { ManualClock } from '../clock/index.ts';
import { createRefusalRecord, type Refused } from './refusal-record.ts';

const OTHERS: Refused = { by: 'others', at: null, command: 'others', refusal: 'others' };
const book = () => {
  const clock = new ManualClock(0);
  const lines: [by: string, refusal: string, times: number][] = [];
  const record = createRefusalRecord<Refused>(clock, ({ by, refusal }, times) => lines.push([by, refusal, times]), OTHERS);
  return { clock, lines, note: (by: string, refusal: string) => record.note({ by, at: null, command: 'take', refusal }), flush: () => record.flush() };
};

test('ten thousand refusals of a minute are two lines that say all of them', () => {
  const { clock, lines, note } = book();
  for (let press = 0; press < 10_000; press += 1) note('terminal-6', 'too-often');
  clock.advance(60_000);
  expect(lines).toEqual([['terminal-6', 'too-often', 1], ['terminal-6', 'too-often', 9_999]]);
  note('terminal-6', 'too-often');
  expect(lines.at(-1)).toEqual(['terminal-6', 'too-often', 1]);
});

test('ten thousand different ones are some hundred lines, and their times add up to all of them', () => {
  const { clock, lines, note } = book();
  for (let press = 0; press < 10_000; press += 1) note(`terminal-${press}`, 'unknown-class');
  clock.advance(60_000);
  expect(lines.length).toBeLessThan(210);
  expect(lines.reduce((sum, [, , times]) => sum + times, 0)).toBe(10_000);
});

test('what is gathered is written before the record is closed, and once', () => {
  const { clock, lines, note, flush } = book();
  for (let press = 0; press < 3; press += 1) note('lin', 'already-over');
  flush();
  clock.advance(120_000);
  expect(lines).toEqual([['lin', 'already-over', 1], ['lin', 'already-over', 2]]);
});
