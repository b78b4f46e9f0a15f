/** Doubtful numbers and doubtful paper in one place, and the settling of paper. Numbers are settled by /hall/numbers/:number/{confirm,void}. */
import type { z } from 'zod';
import type { Day } from '../../queue/index.ts';
import type { Queue } from '../../../kiosk-config/index.ts';
import { isoWithOffset } from '../../clock/index.ts';
import { notAllowed } from './contract.ts';
import { doubtParams, doubtsView, type paperDoubt, settleBody, settled } from './manager-contract.ts';
import { errors, managers, nameOf, type HallServer } from './routes.ts';

export interface DoubtsDeps {
  timeZone: string;
  day: () => Day;
  rules: () => Queue;
  /** Paper of this hall's terminal of which nobody knows whether it came out. */
  papers: {
    open(): z.infer<typeof paperDoubt>[];
    /** False: no such doubt. */
    settle(what: { doubtNumber: string; outcome: 'printed' | 'not-printed'; by: string }): boolean;
  };
}

export const doubtsRoutes = (app: HallServer, { timeZone, day, rules, papers }: DoubtsDeps): void => {
  app.get('/hall/doubts', { ...managers, schema: { summary: 'Numbers and paper of which nobody knows whether somebody holds them', response: { 200: doubtsView, ...errors } } }, async () => ({
    numbers: [...day().open].flatMap((number) => {
      const ticket = day().tickets.get(number);
      if (ticket?.state !== 'doubtful') return [];
      const name = rules().classes.find(({ id }) => id === ticket.class)?.name ?? { zh: ticket.class, en: ticket.class };
      return [{ number, className: name, since: isoWithOffset(ticket.since, timeZone), by: ticket.by }];
    }),
    papers: papers.open(),
  }));
  app.post('/hall/doubts/:doubt', { ...managers, schema: { summary: 'Somebody looked at the sheets: the doubt ends', params: doubtParams, body: settleBody, response: { 200: settled, 404: notAllowed, ...errors } } }, async (request, reply) => {
    const was = papers.settle({ doubtNumber: request.params.doubt, outcome: request.body.outcome, by: nameOf(request) });
    return was ? { ok: true as const } : reply.code(404).send({ title: 'no such doubt is open' });
  });
};
