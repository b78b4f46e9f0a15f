/** The figures as a table for spreadsheet programs, with headings and names in the language of whoever takes it away. */
import type { EstimateDay } from './estimate/hits.ts';
import type { Figures, QueueFigures } from './figures.ts';

type Cell = string | number | null;

/** What a spreadsheet program would take for a formula is made plain text. */
const guarded = (text: string): string => (/^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text);
const cellOf = (cell: Cell): string => {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = guarded(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** RFC 4180, with the mark by which spreadsheet programs know UTF-8. */
export const csvOf = (rows: readonly (readonly Cell[])[]): string => `\u{FEFF}${rows.map((row) => `${row.map(cellOf).join(',')}\r\n`).join('')}`;

export type TableLanguage = 'zh' | 'en';
type Group = 'all' | 'class' | 'counter' | 'hour' | 'day' | 'classDay';

const GROUPS: Readonly<Record<TableLanguage, Readonly<Record<Group, string>>>> = {
  zh: { all: '全部', class: '业务', counter: '窗口', hour: '钟点', day: '日期', classDay: '业务按天' },
  en: { all: 'all', class: 'class', counter: 'counter', hour: 'hour', day: 'day', classDay: 'class by day' },
};
const HEADINGS: Readonly<Record<TableLanguage, readonly string[]>> = {
  zh: ['分组', '代码', '名称', '取号', '叫到', '办完', '叫了没到', '退号', '作废', '等候平均（分）', '等候中位数（分）', '等候九成以内（分）', '等得最久（分）', '办理平均（分）', '办理中位数（分）', '办理九成以内（分）', '办得最久（分）', '评价人数', '评分', '说过范围（次）', '落在范围里（%）', '和范围中间平均差（分）'],
  en: ['group', 'key', 'name', 'numbers', 'called', 'served', 'did not come', 'given back', 'void', 'wait mean (min)', 'wait median (min)', 'wait nine in ten (min)', 'wait longest (min)', 'service mean (min)', 'service median (min)', 'service nine in ten (min)', 'service longest (min)', 'ratings', 'rating mean', 'ranges told', 'waits within the range (%)', 'mean error of the range (min)'],
};
/** Cells between the name and the ranges. */
const FIGURES = 16;

const figuresIn = (one: Figures): Cell[] => [
  one.tickets,
  one.called,
  one.served,
  one.noShows,
  one.givenBack,
  one.voided,
  one.wait.mean,
  one.wait.median,
  one.wait.p90,
  one.wait.longest,
  one.service.mean,
  one.service.median,
  one.service.p90,
  one.service.longest,
  one.ratings.of,
  one.ratings.mean,
];

/** Of ranges told: how many, the share that held in percent, the mean error; empty cells where none was told. */
const rangesIn = (told: readonly EstimateDay[]): Cell[] => {
  const of = told.reduce((sum, one) => sum + one.of, 0);
  if (of === 0) return [0, null, null];
  const held = told.reduce((sum, one) => sum + one.held, 0);
  const error = told.reduce((sum, one) => sum + one.meanErrorMinutes * one.of, 0);
  return [of, Math.round((held / of) * 1_000) / 10, Math.round((error / of) * 10) / 10];
};
const NO_RANGES: readonly Cell[] = [null, null, null];
const NO_FIGURES: readonly Cell[] = Array.from({ length: FIGURES }, () => null);

const dateOf = (day: string): string => `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;

export interface TableOptions {
  language: TableLanguage;
  /** What the hall calls a class or a counter in that language; null: nothing. */
  nameOf: (group: 'class' | 'counter', key: string) => string | null;
  /** How good the ranges told with tickets were, of the same days. */
  estimates: readonly EstimateDay[];
}

/** One row for all, then each class, counter, hour and day; last each class on each day with how good its ranges were. */
export const figuresCsv = ({ from, to, all, classes, counters, hours, days }: QueueFigures, { language, nameOf, estimates }: TableOptions): string => {
  const groups = GROUPS[language];
  return csvOf([
    HEADINGS[language],
    [groups.all, from === null || to === null ? '' : `${from} – ${to}`, null, ...figuresIn(all), ...rangesIn(estimates)],
    ...classes.map((one) => [groups.class, one.class, nameOf('class', one.class), ...figuresIn(one), ...rangesIn(estimates.filter((told) => told.class === one.class))]),
    ...counters.map((one) => [groups.counter, one.counter, nameOf('counter', one.counter), ...figuresIn(one), ...NO_RANGES]),
    ...hours.map((one) => [groups.hour, `${String(one.hour).padStart(2, '0')}:00`, null, ...figuresIn(one), ...NO_RANGES]),
    ...days.map((one) => [groups.day, dateOf(one.day), null, ...figuresIn(one), ...rangesIn(estimates.filter((told) => told.day === one.day))]),
    ...estimates.map((one) => [groups.classDay, `${dateOf(one.day)} ${one.class}`, nameOf('class', one.class), ...NO_FIGURES, ...rangesIn([one])]),
  ]);
};
