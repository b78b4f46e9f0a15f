/**
 * The hall's API on the hall's network: counters, boards, managers, integrators. HTTPS; staff sign in with a cookie; boards and tickets read what is
 * public. Every route names who may use it, and the tests walk every route × role.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import cookie from '@fastify/cookie';
import fastifyStatic from '@fastify/static';
import swagger from '@fastify/swagger';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { jsonSchemaTransformObject, serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { boardCursor, boardView, classView, counterView, ticketView, type BoardView, type ClassView, type Command, type CounterView, type Outcome, type PadPressView, type Refused, type StoredEvent, type TicketView } from '../../queue/index.ts';
import { endsInDays, type HallCertificate } from './authority.ts';
import { ACTS, actBody, actParams, BOARD_CALLS, BOARD_STREAM, boardQuery, counterParams, done, firstManagerBody, invited, inviteBody, member, nameParams, notAllowed, NUMBER_ACTS, numberActParams, refused, refusedSignIn, rateBody, signInBody, takeBody, ticketParams } from './contract.ts';
import { certificateEnd } from './manager-contract.ts';
import { deskRoutes, type DeskDeps } from './desk-routes.ts';
import { ABOUT, describeRoute, SECURITY_SCHEMES, STAFF_COOKIE } from './document.ts';
import { liveScreens } from './live.ts';
import { clerks, errors, managers, nameOf, open, type Role } from './routes.ts';
import { terminalRoutes, type TerminalDeps } from './terminal-routes.ts';
import { isWeak, type StaffBook, type StaffMember } from './staff.ts';
import { SESSION_SECONDS } from './ticket-keys.ts';

const MAX_BODY_BYTES = 500_000;
const CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; media-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

declare module 'fastify' {
  interface FastifyContextConfig {
    role?: Role;
    /** What is asked for here, as it stands on record where it is refused; left out: the last word of the path. null: refusals have a record of their own. */
    asks?: string | null;
    /** What each message of a stream holds. */
    stream?: z.ZodType;
  }
  interface FastifyRequest {
    member: StaffMember | null;
  }
}

export interface HallApiDeps {
  certificate: HallCertificate;
  /** Milliseconds since 1970. */
  now(): number;
  /** With which TLS sessions are taken up again, renewed by whoever started the server; omitted: keys that die with it. */
  ticketKeys?: Buffer;
  staff: StaffBook;
  /** Is this the code with which the first manager comes in? It works only while there is no manager. */
  firstManagerCode: (code: string) => boolean;
  run(command: Command): Promise<Outcome>;
  /** The day's version. */
  version(): number;
  views: {
    counter(id: string): CounterView | null;
    /** The newest press on a counter's own pad; left out: there are none. */
    pad?(id: string): PadPressView | null;
    /** @param after the cursor of the view that the board had last; null: it had none */
    board(after: string | null): BoardView;
    classes(): ClassView[];
    ticket(id: string): TicketView | null;
    /** The random id of a number of today. */
    ticketOf(number: string): string | null;
  };
  /** With the events that made the change, where there are some. */
  onChange(listener: (events?: readonly StoredEvent[]) => void): () => void;
  /** Terminals that take numbers over the hall's network; omitted: there are none. */
  terminals?: TerminalDeps;
  /** Rules, figures, doubts, screens that face the citizen. */
  desk: DeskDeps;
  /** Folder of the built pages: counter/, rating/, board/, manager/. */
  pages: string;
  audit: { staff(event: 'signed-in' | 'sign-in-refused' | 'invited' | 'disabled' | 'enabled' | 'refused', name: string, detail: string): void; /** Somebody asked for something that the hall does not do. */ refused(about: Refused): void };
}

export interface HallApi {
  app: ReturnType<typeof fastify>;
  /** Goes on under this certificate: whoever is connected stays so. */
  renew(certificate: HallCertificate): void;
  /** Screens that are connected. */
  screens(): number;
  /** Every route with who may use it: what the tests walk. */
  routes: { method: string; path: string; role: Role }[];
  /** Tells every screen anew: times have grown. @param about screens that it concerns most */
  refresh(about?: readonly string[]): void;
}

const commandOf = (act: z.infer<typeof actParams>['act'], body: z.infer<typeof actBody>, counter: string, clerk: string): Command => {
  const at = { counter, clerk, ...(body.sees === undefined ? {} : { sees: body.sees }) };
  switch (act) {
    case 'call':
      return { type: 'call', number: body.number ?? '', reason: body.reason ?? '', ...(body.first === undefined ? {} : { first: body.first }), ...at };
    case 'park':
      return { type: 'park', note: body.note ?? '', ...at };
    case 'transfer':
      return { type: 'transfer', class: body.class ?? '', toCounter: body.toCounter ?? null, note: body.note ?? '', ...at };
    default:
      return { type: act, ...at };
  }
};

const KNOWN_ACTS: ReadonlySet<unknown> = new Set([...ACTS, ...NUMBER_ACTS]);
const refusalIn = (payload: unknown): string | null => (typeof payload === 'object' && payload !== null && 'refusal' in payload && typeof payload.refusal === 'string' ? payload.refusal : null);

/** The counters that something happened at: their screens and the ones that face the citizen. */
const screensOf = (events: readonly StoredEvent[]): string[] => [...new Set(events.flatMap(({ event }) => ('counter' in event ? [`counter:${event.counter}`, `window:${event.counter}`] : [])))];

/** The server, not yet listening. */
export const createHallApi = async (deps: HallApiDeps): Promise<HallApi> => {
  const { staff, views, audit } = deps;
  let { certificate } = deps;
  const app = fastify({
    https: { key: certificate.key, cert: certificate.certificate, ...(deps.ticketKeys === undefined ? {} : { ticketKeys: deps.ticketKeys }), sessionTimeout: SESSION_SECONDS },
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: true,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  /** Nothing that was typed goes on record: names of staff and terminals that the hall knows, counters that it has, words of this API. */
  const note = (request: FastifyRequest, refusal: string): void => {
    const { asks } = request.routeOptions.config;
    const { counter, act } = (request.params ?? {}) as { counter?: string; act?: string };
    const counters = deps.desk.book.current().rules.counters;
    const word = (request.routeOptions.url ?? '').split('/').findLast((part) => part !== '' && !part.startsWith(':'));
    if (asks === null) return;
    audit.refused({
      by: request.member?.name ?? request.terminal ?? 'public',
      at: counters.some(({ id }) => id === counter) ? (counter ?? null) : null,
      command: KNOWN_ACTS.has(act) ? (act ?? '') : (asks ?? word ?? 'unknown'),
      refusal,
    });
  };
  app.addHook('preSerialization', async (request, reply, payload) => {
    const refusal = refusalIn(payload);
    if (refusal !== null && reply.statusCode >= 400) note(request, refusal);
    return payload;
  });
  // Before the routes: each takes the handler that is there when it is made.
  app.setErrorHandler(async (error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 400 && status < 500) note(request, 'not-understood');
    // A commit whose answer was lost may have been kept: only of the others can it be said that nothing happened.
    if (status === 503) await reply.code(503).send({ refusal: 'database-away', title: 'the hall cannot reach its database now; try again in a moment' });
    else await reply.code(status).send({ title: status < 500 ? 'the request does not fit the description in /openapi.json' : 'the hall could not keep it; nothing happened' });
  });
  await app.register(cookie);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'hall24 hall', version: '1', description: ABOUT },
      components: { securitySchemes: SECURITY_SCHEMES },
    },
    transform: describeRoute,
    transformObject: jsonSchemaTransformObject,
  });
  const live = liveScreens();
  const stopTelling = deps.onChange((events = []) => live.changed(screensOf(events)));
  app.addHook('preClose', async () => live.close());
  app.addHook('onClose', async () => stopTelling());
  app.decorateRequest('member', null);
  const routes: HallApi['routes'] = [];
  app.addHook('onRoute', ({ method, path, config }) => {
    for (const one of [method].flat()) if (one !== 'HEAD') routes.push({ method: one, path, role: config?.role ?? 'manager' });
  });

  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({ 'content-security-policy': CONTENT_SECURITY_POLICY, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-store', 'strict-transport-security': 'max-age=31536000' });
    const { origin, host } = request.headers;
    // A page of another site must not act with a clerk's cookie.
    if (origin !== undefined && origin !== `https://${host ?? ''}`) {
      audit.staff('refused', '-', 'foreign-origin');
      await reply.code(403).send({ title: 'not from here' });
      return;
    }
    // A route that names nobody is nobody's.
    const role = request.routeOptions.config.role ?? (request.is404 ? 'public' : 'manager');
    // A terminal signs; who signed is looked at where its routes are, when the body is there.
    if (role === 'public' || role === 'terminal') return;
    const token = request.cookies[STAFF_COOKIE];
    request.member = token === undefined ? null : await staff.holder(token);
    if (request.member === null) await reply.code(401).send({ title: 'sign in first' });
    else if (role === 'manager' && request.member.role !== 'manager') {
      audit.staff('refused', request.member.name, 'role');
      await reply.code(403).send({ title: 'the hall manager may do this' });
    }
  });

  const answer = async (reply: FastifyReply, command: Command): Promise<unknown> => {
    const outcome = await deps.run(command);
    if (!outcome.ok) return reply.code(409).send({ refusal: outcome.refusal });
    return { ok: true as const, version: deps.version(), numbers: outcome.events.flatMap((event) => ('number' in event ? [event.number] : [])) };
  };

  // ---------------------------------------------------------------------------------------------- staff
  const setCookie = (reply: FastifyReply, token: string): FastifyReply => reply.setCookie(STAFF_COOKIE, token, { httpOnly: true, secure: true, sameSite: 'strict', path: '/' });
  /** What stands on record of a name that somebody typed: nothing, unless it is the name of staff. */
  const knownName = (name: string): string => (staff.list().some((one) => one.name === name) ? name : '-');
  app.post('/hall/sign-in', { ...open, schema: { summary: 'Signs in; a one-time code needs `newPassword` with it', body: signInBody, response: { 200: member, 401: refusedSignIn } } }, async (request, reply) => {
    const { name, password, newPassword } = request.body;
    const result = await staff.signIn(name, password, newPassword ?? null);
    if (!result.ok) {
      if (result.reason !== 'choose-password') audit.staff('sign-in-refused', knownName(name), result.reason);
      return reply.code(401).send({ reason: result.reason, retryAfterSeconds: result.retryAfterSeconds });
    }
    audit.staff('signed-in', name, result.member.role);
    return setCookie(reply, result.token).send(result.member);
  });
  /** Two who come with the code at one moment are not both the first, and it was for one. */
  let first: 'awaited' | 'coming' | 'there' = 'awaited';
  app.post('/hall/first-manager', { ...open, schema: { summary: 'The first manager, by the one-time code that the hall prints at its first start', body: firstManagerBody, response: { 200: member, 401: refusedSignIn } } }, async (request, reply) => {
    const { code, name, password } = request.body;
    if (first !== 'awaited' || !staff.isEmpty() || !deps.firstManagerCode(code)) {
      audit.staff('sign-in-refused', knownName(name), 'first-manager');
      return reply.code(401).send({ reason: 'wrong' as const, retryAfterSeconds: 0 });
    }
    // Judged before anybody is made: the code is good for another try.
    if (isWeak(name, password)) return reply.code(401).send({ reason: 'weak-password' as const, retryAfterSeconds: 0 });
    first = 'coming';
    try {
      const result = await staff.signIn(name, await staff.invite(name, 'manager'), password);
      if (!result.ok) return await reply.code(401).send({ reason: result.reason, retryAfterSeconds: result.retryAfterSeconds });
      first = 'there';
      audit.staff('signed-in', name, 'manager');
      return await setCookie(reply, result.token).send(result.member);
    } finally {
      if (first === 'coming') first = 'awaited';
    }
  });
  app.post('/hall/sign-out', { ...clerks, schema: { summary: 'Ends the session', response: { 200: z.strictObject({ ok: z.literal(true) }), ...errors } } }, async (request, reply) => {
    await staff.signOut(request.cookies[STAFF_COOKIE] ?? '');
    return reply.clearCookie(STAFF_COOKIE, { path: '/' }).send({ ok: true as const });
  });
  app.get('/hall/me', { ...clerks, schema: { summary: 'Who is signed in', response: { 200: member, ...errors } } }, (request, reply) => reply.send(request.member as StaffMember) as never);
  app.get('/hall/clerks', { ...managers, schema: { summary: 'Everybody who may sign in', response: { 200: z.array(member), ...errors } } }, (_request, reply) => reply.send(staff.list()) as never);
  app.post('/hall/clerks', { ...managers, schema: { summary: 'Creates or resets a member; the one-time code is shown once', body: inviteBody, response: { 200: invited, ...errors } } }, (request, reply) => {
    const { name, role } = request.body;
    return staff.invite(name, role).then((code) => {
      audit.staff('invited', name, role);
      return reply.send({ name, code });
    }) as never;
  });
  for (const act of ['disable', 'enable'] as const) {
    app.post(`/hall/clerks/:name/${act}`, { ...managers, schema: { summary: act === 'disable' ? 'Nobody signs in under this name any more; the counter where this one sat is closed. Nobody disables himself' : 'May sign in again', params: nameParams, response: { 200: z.strictObject({ ok: z.literal(true) }), 404: notAllowed, ...errors } } }, async (request, reply) => {
      const { name } = request.params;
      const by = nameOf(request);
      // Else nobody might be left who may enable anybody.
      if (act === 'disable' && name === by) return reply.code(403).send({ title: 'nobody disables himself' });
      if (!(await staff.setDisabled(name, act === 'disable'))) return reply.code(404).send({ title: 'nobody of this name' });
      audit.staff(act === 'disable' ? 'disabled' : 'enabled', name, act);
      if (act === 'disable') for (const { id, clerk } of deps.desk.day().counters.values()) if (clerk === name) await deps.run({ type: 'release', counter: id, by });
      return { ok: true as const };
    });
  }

  // ------------------------------------------------------------------------------------------- counters
  app.get('/hall/counters/:counter', { ...clerks, schema: { summary: 'A counter as it stands', params: counterParams, response: { 200: counterView, 404: notAllowed, ...errors } } }, async (request, reply) => {
    return views.counter(request.params.counter) ?? reply.code(404).send({ title: 'no such counter' });
  });
  app.get('/hall/counters/:counter/stream', { config: { role: 'clerk', stream: counterView }, schema: { summary: 'Server-sent events: `view` with a whole CounterView at once and after every change', params: counterParams } }, (request, reply) => {
    const { counter } = request.params;
    if (views.counter(counter) === null) {
      void reply.code(404).send({ title: 'no such counter' });
      return;
    }
    live.open(request, reply, `counter:${counter}`, () => views.counter(counter), { pace: 'in-turn' });
  });
  app.post('/hall/counters/:counter/release', { ...managers, schema: { summary: 'Closes a counter whose clerk is gone: whoever was called there waits again in his place, whoever was served is set aside', params: counterParams, response: { 200: done, ...errors } } }, async (request, reply) => answer(reply, { type: 'release', counter: request.params.counter, by: nameOf(request) }) as never);
  app.post('/hall/counters/:counter/:act', { ...clerks, schema: { summary: 'What a clerk does at a counter', params: actParams, body: actBody, response: { 200: done, ...errors } } }, async (request, reply) =>
    answer(reply, commandOf(request.params.act, request.body, request.params.counter, nameOf(request))) as never,
  );
  app.post('/hall/numbers/:number/:act', { ...clerks, schema: { summary: 'A number that is at no counter: back, taken up again, void, or its paper confirmed', params: numberActParams, response: { 200: done, ...errors } } }, async (request, reply) => {
    const { number, act } = request.params;
    const clerk = nameOf(request);
    const commands: Record<typeof act, Command> = {
      'come-back': { type: 'come-back', number, by: clerk },
      unpark: { type: 'unpark', number, clerk },
      void: { type: 'void', number, clerk, reason: 'staff' },
      confirm: { type: 'paper-confirmed', number, clerk },
    };
    return answer(reply, commands[act]) as never;
  });

  // ------------------------------------------------------------------------------------ boards, tickets
  app.get('/hall/board', { ...open, schema: { summary: 'The board as it stands', description: BOARD_CALLS, querystring: boardQuery, response: { 200: boardView } } }, (request, reply) => reply.send(views.board(request.query.after ?? null)) as never);
  app.get('/hall/board/stream', { config: { role: 'public', stream: boardView }, schema: { summary: 'Server-sent events: `view` with a whole BoardView at once and after every change', description: `${BOARD_CALLS} ${BOARD_STREAM}`, querystring: boardQuery } }, (request, reply) => {
    const seen = boardCursor.safeParse(request.headers['last-event-id']);
    // The header is the newer one: a browser that comes back by itself asks for the address of before.
    live.open(request, reply, 'board', (after) => views.board(after), { after: seen.success ? seen.data : (request.query.after ?? null) });
  });
  app.get('/hall/classes', { ...open, schema: { summary: 'What a number can be taken for', response: { 200: z.array(classView) } } }, async () => views.classes());
  app.post('/hall/tickets', { config: { role: 'clerk', asks: 'take' }, schema: { summary: 'Takes a number for somebody', body: takeBody, response: { 201: ticketView, ...errors } } }, async (request, reply) => {
    const ticket = randomBytes(12).toString('hex');
    const outcome = await deps.run({ type: 'take', ...request.body, by: `desk-${nameOf(request)}`.replaceAll('.', '-').slice(0, 40), ticket });
    const view = views.ticket(ticket);
    if (!outcome.ok) return reply.code(409).send({ refusal: outcome.refusal });
    if (view === null) throw new Error('a kept ticket is not there');
    return reply.code(201).send(view);
  });
  app.get('/hall/tickets/:ticket', { config: { role: 'public', asks: 'look' }, schema: { summary: 'A ticket by the random id in its code', params: ticketParams, response: { 200: ticketView, 404: refused } } }, async (request, reply) => {
    return views.ticket(request.params.ticket) ?? reply.code(404).send({ refusal: 'forged-ticket' as const });
  });
  app.post('/hall/tickets/:ticket/give-back', { ...open, schema: { summary: 'Whoever holds the ticket gives it back', params: ticketParams, response: { 200: done, ...errors } } }, async (request, reply) => answer(reply, { type: 'give-back', ticket: request.params.ticket }) as never);
  app.post('/hall/tickets/:ticket/rate', { ...open, schema: { summary: 'Rates the service, once', params: ticketParams, body: rateBody, response: { 200: done, ...errors } } }, async (request, reply) => {
    const view = views.ticket(request.params.ticket);
    if (view === null) return reply.code(409).send({ refusal: 'forged-ticket' as const });
    return answer(reply, { type: 'rate', number: view.number, score: request.body.score }) as never;
  });

  deskRoutes(app, live, deps, deps.desk);
  if (deps.terminals !== undefined) await terminalRoutes(app, deps.terminals, deps.certificate.fingerprint);

  // ---------------------------------------------------------------------------------- document, pages
  app.get('/hall/authority.pem', { ...open, schema: { summary: "The hall's certificate authority, to be trusted once" } }, async (_request, reply) =>
    certificate.authority === null ? reply.code(404).send({ title: 'this hall uses a given certificate' }) : reply.type('application/x-pem-file').send(certificate.authority),
  );
  app.get('/hall/certificate/end', { ...managers, schema: { summary: "When the certificate of the hall's address ends", response: { 200: certificateEnd, ...errors } } }, async () => ({ given: certificate.authority === null, at: new Date(certificate.endsAt).toISOString(), days: endsInDays(certificate, deps.now()) }));
  app.get('/openapi.json', { ...open, schema: { hide: true } }, async () => app.swagger());
  app.get('/hall/certificate', { ...open, schema: { summary: 'A page that tells how to trust this hall' } }, (_request, reply) => void reply.redirect('/trust/'));
  if (existsSync(deps.pages)) {
    await app.register(fastifyStatic, { root: deps.pages, serve: false });
    const assets = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => reply.sendFile((request.params as { '*': string })['*'], join(deps.pages, 'assets'));
    app.get('/assets/*', { ...open, schema: { hide: true } }, assets);
    for (const page of ['counter', 'rating', 'board', 'manager', 'ticket', 'trust'] as const) app.get(`/${page}/`, { ...open, schema: { hide: true } }, async (_request, reply) => reply.sendFile(`${page}/index.html`));
  }
  return {
    app: app as never,
    renew: (fresh) => {
      certificate = fresh;
      // The keys of sessions are others than at the start by now, and are kept.
      const keys = app.server.getTicketKeys();
      app.server.setSecureContext({ key: fresh.key, cert: fresh.certificate });
      app.server.setTicketKeys(keys);
    },
    routes,
    screens: () => live.count(),
    refresh: (about) => live.changed(about),
  };
};
