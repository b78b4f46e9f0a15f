/** Doubtful numbers and doubtful paper in one place, and the settling of paper. Numbers are settled by /hall/numbers/:number/{confirm,void}. */
import type { z } from 'zod';
import type { Day, RefusedJoin } from '../../queue/index.ts';
import type { Queue } from '../../../kiosk-config/index.ts';
import { isoWithOffset } from '../../clock/index.ts';
import { notAllowed, ticketParams } from './contract.ts';
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
  joins: RefusedJoinsDesk;
}

/** Numbers that the hall did not take in. */
export interface RefusedJoinsDesk {
  list(): readonly RefusedJoin[];
  /** False: no such one. */
  settle(ticket: string, by: string): boolean | Promise<boolean>;
}

export const doubtsRoutes = (app: HallServer, { timeZone, day, rules, papers, joins }: DoubtsDeps): void => {
  const nameOfClass = (classId: string): { zh: string; en: string } => rules().classes.find(({ id }) => id === classId)?.name ?? { zh: classId, en: classId };
  app.get('/hall/doubts', { ...managers, schema: { summary: 'Numbers and paper of which nobody knows whether somebody holds them', response: { 200: doubtsView, ...errors } } }, async () => ({
    numbers: [...day().open].flatMap((number) => {
      const ticket = day().tickets.get(number);
      if (ticket?.state !== 'doubtful') return [];
      return [{ number, className: nameOfClass(ticket.class), since: isoWithOffset(ticket.since, timeZone), by: ticket.by }];
    }),
    papers: papers.open(),
    joins: joins.list().map(({ ticket, number, day: on, class: id, by, takenAt, refusal }) => ({ ticket, number, day: on, className: nameOfClass(id), by, takenAt: isoWithOffset(takenAt, timeZone), refusal })),
  }));
  app.post('/hall/doubts/:doubt', { ...managers, schema: { summary: 'Somebody looked at the sheets: the doubt ends', params: doubtParams, body: settleBody, response: { 200: settled, 404: notAllowed, ...errors } } }, async (request, reply) => {
    const was = papers.settle({ doubtNumber: request.params.doubt, outcome: request.body.outcome, by: nameOf(request) });
    return was ? { ok: true as const } : reply.code(404).send({ title: 'no such doubt is open' });
  });
  app.post('/hall/joins/:ticket/settle', { ...managers, schema: { summary: 'Somebody saw to a number that the hall did not take in', params: ticketParams, response: { 200: settled, 404: notAllowed, ...errors } } }, async (request, reply) =>
    (await joins.settle(request.params.ticket, nameOf(request))) ? { ok: true as const } : reply.code(404).send({ title: 'no such number is open' }),
  );
};
