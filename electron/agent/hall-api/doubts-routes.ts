/** Doubtful numbers and doubtful paper in one place, and the settling of paper. Numbers are settled by /hall/numbers/:number/{confirm,void}. */
import { z } from 'zod';
import type { Day, DoubtDecision, RefusedJoin, TerminalDoubts, ToldDoubt } from '../../queue/index.ts';
import type { Queue } from '../../../kiosk-config/index.ts';
import { isoWithOffset } from '../../clock/index.ts';
import { notAllowed, ticketParams } from './contract.ts';
import { doubtParams, doubtsView, paperDoubt, settleBody, settled } from './manager-contract.ts';
import { clerks, errors, managers, nameOf, type HallServer } from './routes.ts';

export interface DoubtsDeps {
  timeZone: string;
  day: () => Day;
  rules: () => Queue;
  /** Paper of the hall's own terminal of which nobody knows whether it came out. */
  papers: {
    terminal: string;
    open(): ToldDoubt[];
    /** False: no such doubt is open. */
    settle(decision: DoubtDecision): boolean;
  };
  /** Paper of the terminals that take their numbers from this hall, as they told it. */
  elsewhere: PapersElsewhere;
  joins: RefusedJoinsDesk;
}

export interface PapersElsewhere extends Pick<TerminalDoubts, 'list'> {
  /** False: no such doubt is open, or it was decided before. */
  decide(terminal: string, decision: DoubtDecision): Promise<boolean>;
}

/** Numbers that the hall did not take in. */
export interface RefusedJoinsDesk {
  list(): readonly RefusedJoin[];
  /** False: no such one. */
  settle(ticket: string, by: string): boolean | Promise<boolean>;
}

export const doubtsRoutes = (app: HallServer, { timeZone, day, rules, papers, elsewhere, joins }: DoubtsDeps): void => {
  const nameOfClass = (classId: string): { zh: string; en: string } => rules().classes.find(({ id }) => id === classId)?.name ?? { zh: classId, en: classId };
  const allPapers = (): z.infer<typeof paperDoubt>[] => [
    ...papers.open().map((one) => ({ ...one, terminal: papers.terminal, decided: null })),
    // The hall's own terminal is seen as it is now.
    ...elsewhere.list().flatMap(({ decided, ...one }) => (one.terminal === papers.terminal ? [] : [{ ...one, decided: decided === null ? null : { ...decided, at: isoWithOffset(decided.at, timeZone) } }])),
  ];
  app.get('/hall/papers', { ...clerks, schema: { summary: 'Paper of which nobody knows whether it came out: whoever sits nearest looks', response: { 200: z.array(paperDoubt), ...errors } } }, async () => allPapers());
  app.get('/hall/doubts', { ...managers, schema: { summary: 'Numbers and paper of which nobody knows whether somebody holds them', response: { 200: doubtsView, ...errors } } }, async () => ({
    numbers: [...day().open].flatMap((number) => {
      const ticket = day().tickets.get(number);
      if (ticket?.state !== 'doubtful') return [];
      return [{ number, className: nameOfClass(ticket.class), since: isoWithOffset(ticket.since, timeZone), by: ticket.by }];
    }),
    papers: allPapers(),
    joins: joins.list().map(({ ticket, number, day: on, class: id, by, takenAt, refusal }) => ({ ticket, number, day: on, className: nameOfClass(id), by, takenAt: isoWithOffset(takenAt, timeZone), refusal })),
  }));
  app.post('/hall/doubts/:terminal/:paper', { ...clerks, schema: { summary: 'Somebody looked at the sheets: the doubt ends, at another terminal when it next looks', params: doubtParams, body: settleBody, response: { 200: settled, 404: notAllowed, ...errors } } }, async (request, reply) => {
    const { terminal, paper } = request.params;
    const decision = { paper, outcome: request.body.outcome, by: nameOf(request) };
    const was = terminal === papers.terminal ? papers.settle(decision) : await elsewhere.decide(terminal, decision);
    return was ? { ok: true as const } : reply.code(404).send({ title: 'no such doubt is open' });
  });
  app.post('/hall/joins/:ticket/settle', { ...managers, schema: { summary: 'Somebody saw to a number that the hall did not take in', params: ticketParams, response: { 200: settled, 404: notAllowed, ...errors } } }, async (request, reply) =>
    (await joins.settle(request.params.ticket, nameOf(request))) ? { ok: true as const } : reply.code(404).send({ title: 'no such number is open' }),
  );
};
