/** What the pages of staff and the screens that face the citizen need beside the counters' acts. */
import type { Queue } from '../../../kiosk-config/index.ts';
import type { Command, CounterView, Day, Outcome } from '../../queue/index.ts';
import { doubtsRoutes, type DoubtsDeps } from './doubts-routes.ts';
import type { LiveScreens } from './live.ts';
import type { HallServer } from './routes.ts';
import type { RulesBook } from './rules-book.ts';
import { rulesRoutes } from './rules-routes.ts';
import { windowRoutes } from './window-routes.ts';

export interface DeskDeps {
  timeZone: string;
  book: RulesBook;
  day(): Day;
  papers: DoubtsDeps['papers'];
  /** A manager's rules hold from now on: on the record. */
  onRulesKept(by: string, version: number): void;
}

/** @param hall the day's version, its commands and its views */
export const deskRoutes = (app: HallServer, live: LiveScreens, hall: { run: (command: Command) => Promise<Outcome>; version: () => number; views: { counter: (id: string) => CounterView | null } }, desk: DeskDeps): void => {
  const { timeZone, book, papers } = desk;
  const day = (): Day => desk.day();
  const rules = (): Queue => book.current().rules;
  windowRoutes(app, live, { timeZone, day, rules, run: (command) => hall.run(command), version: () => hall.version(), counter: (id) => hall.views.counter(id) });
  rulesRoutes(app, { timeZone, book, day, onKept: (by, version) => desk.onRulesKept(by, version) });
  doubtsRoutes(app, { timeZone, day, rules, papers });
};
