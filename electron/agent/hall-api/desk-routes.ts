/** What the pages of staff and the screens that face the citizen need beside the counters' acts. */
import type { Item, Queue } from '../../../kiosk-config/index.ts';
import type { Command, CounterView, Day, DayLog, EstimateDay, Outcome, PadPressView, TryDays } from '../../queue/index.ts';
import type { Lockers } from '../../lockers/index.ts';
import { doubtsRoutes, type DoubtsDeps } from './doubts-routes.ts';
import { figuresRoutes } from './figures-routes.ts';
import type { LiveScreens } from './live.ts';
import { lockersRoutes } from './lockers-routes.ts';
import type { HallServer } from './routes.ts';
import type { RulesBook } from './rules-book.ts';
import { rulesRoutes } from './rules-routes.ts';
import { windowRoutes } from './window-routes.ts';

export interface DeskDeps {
  timeZone: string;
  book: RulesBook;
  /** The hall's items; left out: what classes say of them is not checked. */
  items?: readonly Pick<Item, 'id' | 'name'>[];
  day(): Day;
  /** The next business day, with what terminals hold of it in reserve. */
  ahead?(): Day | null;
  /** Logs of business days from one to another, both included, `YYYYMMDD`. */
  logs(from: string, to: string): Promise<DayLog[]>;
  /** How good the told waits were, by day and class; left out: nobody keeps that. */
  estimates?(): EstimateDay[];
  tryDays: TryDays;
  /** People of a class in each hour of such a day of the week, as the hall has learned them; left out: it has learned nothing. */
  usual?: (classId: string, weekday: number) => readonly (number | null)[];
  papers: DoubtsDeps['papers'];
  /** Left out: no terminal takes numbers over the network. */
  elsewhere?: DoubtsDeps['elsewhere'];
  /** Numbers that the hall did not take in; left out: no terminal takes numbers over the network. */
  joins?: DoubtsDeps['joins'];
  /** The locker at the hall's own terminal; left out: it has none. */
  lockers?: Lockers;
  /** A manager's rules hold from now on: on the record. */
  onRulesKept(by: string, version: number): void;
  onRulesRefused(by: string, mistakes: number): void;
}

/** On how many days before today a tried day rests. */
const LAST_DAYS = 28;
const DAY_MS = 86_400_000;
const midnight = (day: string): number => Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}T00:00:00Z`);
const daysBefore = (day: string, days: number): string => new Date(midnight(day) - days * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
const weekdayOf = (day: string): number => new Date(midnight(day)).getUTCDay() || 7;

/** @param hall the day's version, its commands and its views */
export const deskRoutes = (app: HallServer, live: LiveScreens, hall: { run: (command: Command) => Promise<Outcome>; version: () => number; views: { counter: (id: string) => CounterView | null; pad?: (id: string) => PadPressView | null } }, desk: DeskDeps): void => {
  const { timeZone, book, papers, tryDays } = desk;
  const day = (): Day => desk.day();
  const rules = (): Queue => book.current().rules;
  windowRoutes(app, live, { timeZone, day, rules, run: (command) => hall.run(command), version: () => hall.version(), counter: (id) => hall.views.counter(id), pad: (id) => hall.views.pad?.(id) ?? null });
  rulesRoutes(app, { timeZone, book, items: desk.items ?? null, days: () => [day(), desk.ahead?.() ?? null].filter((one) => one !== null), lastDays: () => desk.logs(daysBefore(day().day, LAST_DAYS), daysBefore(day().day, 1)), usual: desk.usual ?? (() => []), weekday: () => weekdayOf(day().day), tryDays, onKept: (by, version) => desk.onRulesKept(by, version), onRefused: (by, mistakes) => desk.onRulesRefused(by, mistakes) });
  figuresRoutes(app, { timeZone, rules, logs: (from, to) => desk.logs(from, to), estimates: () => desk.estimates?.() ?? [] });
  doubtsRoutes(app, { timeZone, day, rules, papers, elsewhere: desk.elsewhere ?? { list: () => [], decide: async () => false }, joins: desk.joins ?? { list: () => [], settle: () => false } });
  lockersRoutes(app, desk.lockers ?? null);
};
