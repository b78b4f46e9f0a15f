import { describe, expect, test } from 'vitest';
import { csvOf, figuresCsv, type TableLanguage } from './figures-csv.ts';
import { figuresOf, queueFigures, type DayLog } from './figures.ts';
import type { QueueEvent } from './rules/events.ts';
import { NINE } from './rules/fixtures.ts';

const ZONE = 'Asia/Shanghai';
const at = (minute: number): number => NINE + minute * 60_000;
const taken = (number: string, minute: number, classId = 'insurance'): QueueEvent => ({ type: 'taken', at: at(minute), number, class: classId, ordinal: 1, ticket: 'a'.repeat(24), by: 't1', priority: null, item: null, takenAt: at(minute), lease: null });
const desk = (type: 'started' | 'finished' | 'missed', number: string, minute: number, counter = '1'): QueueEvent => ({ type, at: at(minute), number, counter, clerk: 'li' });
const called = (number: string, minute: number, counter = '1'): QueueEvent => ({ type: 'called', at: at(minute), number, counter, clerk: 'li', reason: null });

const MONDAY: DayLog = {
  day: '20261123',
  events: [
    taken('A001', 0),
    taken('A002', 1),
    taken('B001', 70, 'estate'),
    taken('A003', 2),
    called('A001', 4),
    desk('started', 'A001', 5),
    desk('finished', 'A001', 11),
    { type: 'rated', at: at(12), number: 'A001', counter: '1', score: 4 },
    called('A002', 13),
    desk('missed', 'A002', 15),
    { type: 'came-back', at: at(16), number: 'A002', by: 't1', behind: 0 },
    called('A002', 17, '2'),
    { type: 'transferred', at: at(20), number: 'A002', counter: '2', clerk: 'li', class: 'estate', toCounter: null, note: '' },
    called('A002', 80, '3'),
    desk('finished', 'A002', 84, '3'),
    { type: 'given-back', at: at(90), number: 'A003' },
    { type: 'voided', at: at(500), number: 'B001', reason: 'day-over', clerk: null },
  ],
};

describe("the hall's figures", () => {
  const found = figuresOf([{ day: '20261124', events: [taken('A001', 24 * 60 + 120)] }, MONDAY], ZONE);

  test('count every ticket once, and what became of it', () => {
    expect(queueFigures.parse(found)).toEqual(found);
    expect(found).toMatchObject({ from: '20261123', to: '20261124' });
    expect(found.all).toMatchObject({ tickets: 5, called: 2, calls: 4, served: 2, noShows: 1, givenBack: 1, voided: 1 });
    expect(found.days.map(({ day, tickets }) => [day, tickets])).toEqual([['20261123', 4], ['20261124', 1]]);
  });

  test('the wait is until the first call; the service begins with its start, or with the call where nobody pressed start', () => {
    expect(found.all.wait).toEqual({ of: 2, mean: 8, median: 8, p90: 11.2, longest: 12 });
    expect(found.all.service).toEqual({ of: 2, mean: 5, median: 5, p90: 5.8, longest: 6 });
    expect(found.all.ratings).toEqual({ of: 1, mean: 4, stars: [0, 0, 0, 1, 0] });
  });

  test("a transferred service is the second class's; calls are the counter's; a ticket is of the hour in which it was taken", () => {
    expect(found.classes.map((one) => [one.class, one.tickets, one.served])).toEqual([['estate', 1, 1], ['insurance', 4, 1]]);
    expect(found.counters.map((one) => [one.counter, one.called, one.calls, one.served, one.noShows])).toEqual([['1', 2, 2, 1, 1], ['2', 0, 1, 0, 0], ['3', 0, 1, 1, 0]]);
    expect(found.hours.map(({ hour, tickets }) => [hour, tickets])).toEqual([[9, 3], [10, 1], [11, 1]]);
  });

  test('nothing happened: no figures, and no error', () => {
    expect(figuresOf([], ZONE)).toMatchObject({ from: null, to: null, classes: [], all: { tickets: 0, wait: { of: 0, median: null } } });
  });
});

describe('the table for spreadsheet programs', () => {
  const found = figuresOf([{ day: '20261124', events: [taken('A001', 24 * 60 + 120)] }, MONDAY], ZONE);
  const estimates = [
    { day: '20261123', class: 'insurance', held: 3, of: 4, meanErrorMinutes: 2 },
    { day: '20261124', class: 'insurance', held: 0, of: 1, meanErrorMinutes: 7 },
  ];
  const lines = (language: TableLanguage): string[] => figuresCsv(found, { language, estimates, nameOf: (group, key) => (group === 'class' ? `=${key}` : null) }).split('\r\n');

  test('is marked as UTF-8, quoted by RFC 4180, never a formula', () => {
    expect(csvOf([['a', 1, null], ['he said "yes", twice', '=1+1', '@x'], ['-3', '+4', '\tx']])).toBe('\u{FEFF}a,1,\r\n"he said ""yes"", twice",\'=1+1,\'@x\r\n\'-3,\'+4,\'\tx\r\n');
    expect(lines('zh')[1]).toBe('全部,20261123 – 20261124,,5,2,2,1,1,1,8,8,11.2,12,5,5,5.8,6,1,4,5,60,3');
    expect(lines('zh')[2]).toContain("业务,estate,'=estate,1,");
  });

  test.each(['zh', 'en'] as const)('speaks %s in its headings and groups, every row as long as the headings', (language) => {
    const rows = lines(language).slice(0, -1);
    expect(new Set(rows.map((line) => line.split(',').length))).toEqual(new Set([22]));
    const own = language === 'zh' ? /[a-z]{3}/i : /[\u3400-\u9fff]/;
    expect(rows[0]).not.toMatch(own);
    expect(rows.map((row) => row.split(',')[0] ?? '').join()).not.toMatch(own);
    const [hour, day] = language === 'zh' ? ['钟点', '日期'] : ['hour', 'day'];
    expect(rows.some((line) => line.startsWith(`${hour},09:00,`))).toBe(true);
    expect(rows.some((line) => line.startsWith(`${day},2026-11-24,`))).toBe(true);
  });

  test('tells how good the ranges were, for all, by class, by day, and by class on each day', () => {
    const ranges = (start: string): string[] | undefined => lines('en').find((line) => line.startsWith(start))?.split(',').slice(-3);
    expect(ranges('class,insurance')).toEqual(['5', '60', '3']);
    expect(ranges('class,estate')).toEqual(['0', '', '']);
    expect(ranges('day,2026-11-23')).toEqual(['4', '75', '2']);
    expect(ranges('class by day,2026-11-24 insurance')).toEqual(['1', '0', '7']);
    expect(ranges('hour,09:00')).toEqual(['', '', '']);
  });
});
