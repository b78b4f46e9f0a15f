/**
 * What terminals ask of their hall. Every request is signed with the terminal's key (RFC 9421) and is the same when it is repeated: the terminal
 * chooses the id of the ticket and of the lease. A terminal whose clock battery is dead still signs, so the time is not judged; TLS keeps replays out.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../clock/index.ts';
import { claimedKeyId, verifyRequest } from '../../platform/index.ts';
import {
  createRefusalRecord,
  enrolBody,
  leaseGrant,
  leaseId,
  nextOpenDay,
  numberOf,
  pairBody,
  pairCode,
  terminalBurn,
  terminalCheckIn,
  terminalDone,
  terminalId,
  terminalJoin,
  terminalLease,
  terminalLook,
  terminalPaper,
  terminalRefused,
  terminalRow,
  terminalSight,
  terminalTake,
  ticketView,
  type ClassView,
  type Command,
  type Day,
  type OtherDays,
  type RefusedJoin,
  type TerminalDoubts,
  type Outcome,
  type TicketView,
} from '../../queue/index.ts';
import type { Queue } from '../../../kiosk-config/index.ts';
import { notAllowed, ticketParams } from './contract.ts';
import { errors, managers, nameOf, open, type HallServer } from './routes.ts';
import { PAIRING_MINUTES, type TerminalBook } from './terminals.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose signature it bears. */
    terminal: string | null;
    rawBody: Buffer | null;
  }
}

export interface TerminalDeps {
  book: TerminalBook;
  clock: Clock;
  rules: () => Queue;
  day: () => Day;
  otherDays: OtherDays;
  run: (command: Command) => Promise<Outcome>;
  checkIn(code: string, priority: string | null, by: string, ticket: string): Promise<Outcome>;
  /** Who it is, as the day's log knows him. */
  holder(holder: string | null | undefined): Promise<string | null>;
  /** A refusal with what a screen says of it. */
  refusal(outcome: Extract<Outcome, { ok: false }>): z.infer<typeof terminalRefused>;
  views: { classes(): ClassView[]; ticket(id: string): TicketView | null };
  audit: {
    pairing(terminal: string, by: string): void;
    enrolled(terminal: string): void;
    revoked(terminal: string, by: string): void;
    refused(terminal: string, reason: string, times: number): void;
  };
  /** A number that the hall does not take in: a manager must look. Resolves when it is kept, as the terminal tells it no more. */
  onJoinRefused(join: RefusedJoin): Promise<void>;
  doubts: TerminalDoubts;
}

const terminals = { config: { role: 'terminal' as const } };
const terminalParams = z.object({ terminal: terminalId });
const leaseParams = z.object({ lease: leaseId });
/** Tickets that were given back before the question for them arrived: nobody holds them, so they are not made. */
const GIVEN_BACK_KEPT = 10_000;

const ids = new WeakMap<Queue, string>();
/** Rules are long and seldom change, and terminals look often: each is told them once. */
const idOf = (rules: Queue): string => {
  const known = ids.get(rules);
  if (known !== undefined) return known;
  const id = createHash('sha256').update(JSON.stringify(rules)).digest('hex').slice(0, 16);
  ids.set(rules, id);
  return id;
};

/** @param authority SHA-256 by which terminals know the hall, hexadecimal */
export const terminalRoutes = async (app: HallServer, deps: TerminalDeps, authority: string): Promise<void> => {
  const { book, clock, rules, day, otherDays, run, views, audit } = deps;
  const unsigned = createRefusalRecord(clock, ({ reason }: { reason: string }, times) => audit.refused('unknown', reason, times), { reason: 'others' });
  app.addHook('onClose', async () => unsigned.flush());

  app.get('/hall/terminals', { ...managers, schema: { summary: 'Terminals that take numbers from this hall', response: { 200: z.array(terminalRow), ...errors } } }, async () => book.list());
  app.post('/hall/terminals', { ...managers, schema: { summary: 'A one-time code with which a terminal becomes known under this name; shown once', body: pairBody, response: { 200: pairCode, ...errors } } }, (request, reply) => {
    const { id } = request.body;
    return book.pair(id).then((code) => {
      audit.pairing(id, nameOf(request));
      return reply.send({ id, code, minutes: PAIRING_MINUTES, authority });
    }) as never;
  });
  app.post('/hall/terminals/:terminal/revoke', { ...managers, schema: { summary: 'The terminal gives no numbers of this hall any more', params: terminalParams, response: { 200: terminalDone, 404: notAllowed, ...errors } } }, async (request, reply) => {
    if (!(await book.revoke(request.params.terminal))) return reply.code(404).send({ title: 'no such terminal' });
    await deps.doubts.forget(request.params.terminal);
    audit.revoked(request.params.terminal, nameOf(request));
    return { ok: true as const };
  });
  app.post('/hall/terminal/enrol', { ...open, schema: { summary: "A terminal leaves its key (Ed25519, SPKI DER in base64) with the manager's one-time code", body: enrolBody, response: { 200: terminalDone, 403: notAllowed } } }, async (request, reply) => {
    const { code, id, publicKey } = request.body;
    const result = await book.enrol(code, id, publicKey);
    if (result !== 'enrolled') {
      unsigned.note({ reason: result });
      return reply.code(403).send({ title: result });
    }
    audit.enrolled(id);
    return { ok: true as const };
  });

  const givenBack = new Set<string>();
  await app.register(async (signed) => {
    // The digest in the signature is over the bytes as they came.
    signed.removeContentTypeParser('application/json');
    signed.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
      request.rawBody = body as Buffer;
      try {
        done(null, JSON.parse(body.toString('utf8')));
      } catch {
        done(Object.assign(new Error('not JSON'), { statusCode: 400 }));
      }
    });
    signed.decorateRequest('terminal', null);
    signed.decorateRequest('rawBody', null);
    signed.addHook('preValidation', async (request, reply) => {
      const claimed = claimedKeyId(request.headers);
      const publicKey = claimed === null ? null : await book.keyOf(claimed);
      const verdict = publicKey === null ? null : await verifyRequest({ publicKey, method: request.method, path: request.url, headers: request.headers, body: request.rawBody, maxSkewSeconds: null });
      if (verdict?.ok === true && verdict.keyId === claimed) {
        request.terminal = claimed;
        book.seen(claimed);
        return;
      }
      unsigned.note({ reason: verdict === null || verdict.ok ? 'unknown-terminal' : verdict.reason });
      await reply.code(401).send({ title: 'no terminal of this hall has signed this' });
    });
    /** Where the day turns between the question and the log, the other log is asked. */
    const onDay = async (command: Extract<Command, { type: 'lease' | 'join' | 'burn' }> & { day: string }): Promise<Outcome> => {
      const outcome: Outcome = command.day === day().day ? await run(command) : { ok: false, refusal: 'other-day' };
      return outcome.ok || outcome.refusal !== 'other-day' || command.day === day().day ? outcome : otherDays.run(command.day, command);
    };
    const of = (request: { terminal: string | null }): string => request.terminal ?? '';
    const server = signed as unknown as HallServer;

    const given = async (ticket: string, asked: () => Promise<Outcome>): Promise<{ status: 201; view: TicketView } | { status: 409; refusal: z.infer<typeof terminalRefused> }> => {
      const outcome: Outcome = givenBack.has(ticket) ? { ok: false, refusal: 'already-over' } : await asked();
      if (!outcome.ok) return { status: 409, refusal: deps.refusal(outcome) };
      const view = views.ticket(ticket);
      if (view === null) throw new Error('a kept ticket is not there');
      return { status: 201, view };
    };
    server.post('/hall/terminal/tickets', { config: { role: 'terminal', asks: 'take' }, schema: { summary: "Takes a number; asked again with the same ticket it is the same number", body: terminalTake, response: { 201: ticketView, ...errors, 409: terminalRefused } } }, async (request, reply) => {
      const by = of(request);
      const answer = await given(request.body.ticket, async () => run({ type: 'take', ...request.body, holder: await deps.holder(request.body.holder), by }));
      return answer.status === 201 ? reply.code(201).send(answer.view) : reply.code(409).send(answer.refusal);
    });
    server.post('/hall/terminal/check-in', { ...terminals, schema: { summary: 'A shown appointment code becomes a number', body: terminalCheckIn, response: { 201: ticketView, ...errors, 409: terminalRefused } } }, async (request, reply) => {
      const { code, priority, ticket } = request.body;
      const answer = await given(ticket, () => deps.checkIn(code, priority, of(request), ticket));
      return answer.status === 201 ? reply.code(201).send(answer.view) : reply.code(409).send(answer.refusal);
    });
    server.post('/hall/terminal/leases', { config: { role: 'terminal', asks: 'lease' }, schema: { summary: 'Numbers of the running or of the next business day set aside for this terminal alone', body: terminalLease, response: { 200: leaseGrant, ...errors } } }, async (request, reply) => {
      const { lease } = request.body;
      const outcome = await onDay({ type: 'lease', ...request.body, by: of(request) });
      if (!outcome.ok) return reply.code(409).send({ refusal: outcome.refusal });
      const held = request.body.day === day().day ? day() : otherDays.ahead();
      const granted = held?.leases.get(lease);
      const queueClass = rules().classes.find(({ id }) => id === granted?.class);
      if (held === null || granted === undefined || queueClass === undefined || granted.to !== of(request) || granted.burned) return reply.code(409).send({ refusal: 'unknown-lease' as const });
      const { prefix, after999, morePrefixes } = queueClass;
      return { lease, day: held.day, class: granted.class, first: granted.first, last: granted.last, prefix, after999, morePrefixes };
    });
    // What does not join is on record one by one, and stands among the manager's doubts.
    server.post('/hall/terminal/joins', { config: { role: 'terminal', asks: null }, schema: { summary: 'A number that the terminal gave from its lease while the hall was out of reach; told twice it is one', body: terminalJoin, response: { 200: terminalDone, ...errors } } }, async (request, reply) => {
      const by = of(request);
      const outcome = await onDay({ type: 'join', ...request.body, by });
      if (!outcome.ok) {
        const { day: on, class: classId, ordinal, ticket, takenAt } = request.body;
        const queueClass = rules().classes.find(({ id }) => id === classId);
        await deps.onJoinRefused({ day: on, class: classId, ordinal, number: queueClass === undefined ? null : numberOf(queueClass, ordinal), ticket, by, refusal: outcome.refusal, takenAt });
      }
      return outcome.ok ? { ok: true as const } : reply.code(409).send({ refusal: outcome.refusal });
    });
    server.post('/hall/terminal/leases/:lease/burn', { ...terminals, schema: { summary: 'The terminal lost its memory: the rest of the lease is given by nobody', params: leaseParams, body: terminalBurn, response: { 200: terminalDone, ...errors } } }, async (request, reply) => {
      const outcome = await onDay({ type: 'burn', day: request.body.day, lease: request.params.lease, by: of(request) });
      return outcome.ok ? { ok: true as const } : reply.code(409).send({ refusal: outcome.refusal });
    });
    server.post('/hall/terminal/tickets/:ticket/give-back', { ...terminals, schema: { summary: 'Nobody holds this ticket; one whose question is still on its way is not made any more', params: ticketParams, response: { 200: terminalDone, ...errors } } }, async (request, reply) => {
      const { ticket } = request.params;
      const outcome = await run({ type: 'give-back', ticket });
      if (!outcome.ok && outcome.refusal === 'forged-ticket') {
        givenBack.add(ticket);
        if (givenBack.size > GIVEN_BACK_KEPT) for (const oldest of [...givenBack].slice(0, GIVEN_BACK_KEPT / 10)) givenBack.delete(oldest);
      }
      return outcome.ok ? { ok: true as const } : reply.code(409).send({ refusal: outcome.refusal });
    });
    server.post('/hall/terminal/tickets/:ticket/paper', { ...terminals, schema: { summary: "What became of the ticket's paper: a doubtful one is not called until staff confirm it", params: ticketParams, body: terminalPaper, response: { 200: terminalDone, ...errors } } }, async (request, reply) => {
      const number = day().byTicket.get(request.params.ticket);
      if (request.body.became !== 'doubtful') return { ok: true as const };
      const outcome: Outcome = number === undefined ? { ok: false, refusal: 'forged-ticket' } : await run({ type: 'paper-doubtful', number });
      return outcome.ok ? { ok: true as const } : reply.code(409).send({ refusal: outcome.refusal });
    });
    server.post('/hall/terminal/look', { ...terminals, schema: { summary: 'The day, the rules, what can be chosen, and the tickets that the terminal shows; its paper in doubt is told, and what a manager decided of it', body: terminalLook, response: { 200: terminalSight, ...errors } } }, async (request, reply) => {
      const terminal = of(request);
      const told = request.body.doubts;
      // What cannot be kept now is told again with the next look; the queue does not wait for it.
      const settle = told === undefined ? [] : await deps.doubts.hear(terminal, told).catch(() => deps.doubts.decisionsFor(terminal));
      const rulesId = idOf(rules());
      void reply.send({
        ...(settle.length === 0 ? {} : { settle }),
        day: day().day,
        next: nextOpenDay(rules(), day().day),
        rulesId,
        rules: request.body.rulesId === rulesId ? null : rules(),
        classes: views.classes(),
        tickets: request.body.tickets.flatMap((ticket) => views.ticket(ticket) ?? []),
      });
    });
  });
};

