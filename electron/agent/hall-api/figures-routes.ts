/** The figures of days and months, from the logs alone, with how good the told waits were; the same as a table for a spreadsheet. */
import type { Queue } from '../../../kiosk-config/index.ts';
import { figuresCsv, figuresOf, type DayLog, type EstimateDay, type QueueFigures } from '../../queue/index.ts';
import { figuresView, periodQuery, tableQuery } from './manager-contract.ts';
import { errors, managers, type HallServer } from './routes.ts';

export interface FiguresDeps {
  timeZone: string;
  rules: () => Queue;
  /** Both included, `YYYYMMDD`. */
  logs: (from: string, to: string) => Promise<DayLog[]>;
  /** How good the ranges told with tickets were, on every day that is kept. */
  estimates: () => EstimateDay[];
}

type Period = { from: string; to: string };
const dayOf = (date: string): string => date.replaceAll('-', '');

export const figuresRoutes = (app: HallServer, { timeZone, rules, logs, estimates }: FiguresDeps): void => {
  const of = async ({ from, to }: Period): Promise<QueueFigures> => figuresOf(await logs(dayOf(from), dayOf(to)), timeZone);
  const estimatesOf = ({ from, to }: Period): EstimateDay[] => estimates().filter(({ day }) => dayOf(from) <= day && day <= dayOf(to));
  app.get('/hall/figures', { ...managers, schema: { summary: 'Tickets, waits, services, people who did not come, ratings, by class, counter, hour and day; how good the told waits were, by class and day', querystring: periodQuery, response: { 200: figuresView, ...errors } } }, async (request, reply) => reply.send({ ...(await of(request.query)), estimates: estimatesOf(request.query) }));
  app.get('/hall/figures.csv', { ...managers, schema: { summary: 'The same as comma-separated values, with headings and names in one language', querystring: tableQuery } }, async (request, reply) => {
    const { from, to, lang } = request.query;
    const { classes, counters } = rules();
    const csv = figuresCsv(await of(request.query), { language: lang, estimates: estimatesOf(request.query), nameOf: (group, key) => (group === 'class' ? classes : counters).find(({ id }) => id === key)?.name[lang] ?? null });
    return reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="hall24-${from}-${to}.csv"`).send(csv);
  });
};
