/** The figures of days and months, from the logs alone; the same as a table for a spreadsheet. */
import type { Queue } from '../../../kiosk-config/index.ts';
import { figuresCsv, figuresOf, type DayLog, type QueueFigures } from '../../queue/index.ts';
import { figuresView, periodQuery } from './manager-contract.ts';
import { errors, managers, type HallServer } from './routes.ts';

export interface FiguresDeps {
  timeZone: string;
  rules: () => Queue;
  /** Both included, `YYYYMMDD`. */
  logs: (from: string, to: string) => Promise<DayLog[]>;
}

const dayOf = (date: string): string => date.replaceAll('-', '');

export const figuresRoutes = (app: HallServer, { timeZone, rules, logs }: FiguresDeps): void => {
  const of = async (period: { from: string; to: string }): Promise<QueueFigures> => figuresOf(await logs(dayOf(period.from), dayOf(period.to)), timeZone);
  const nameOf = (group: 'class' | 'counter', key: string): string | null => {
    const { classes, counters } = rules();
    return (group === 'class' ? classes : counters).find(({ id }) => id === key)?.name.zh ?? null;
  };
  app.get('/hall/figures', { ...managers, schema: { summary: 'Tickets, waits, services, people who did not come, ratings; by class, counter, hour and day', querystring: periodQuery, response: { 200: figuresView, ...errors } } }, async (request, reply) => reply.send(await of(request.query)));
  app.get('/hall/figures.csv', { ...managers, schema: { summary: 'The same as comma-separated values', querystring: periodQuery } }, async (request, reply) => {
    const { from, to } = request.query;
    const csv = figuresCsv(await of(request.query), nameOf);
    return reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="hall24-${from}-${to}.csv"`).send(csv);
  });
};
