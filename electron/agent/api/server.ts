/**
 * The citizen's API: loopback only, one page at a time, opened by a one-time ticket. Also /metrics and /openapi.json
 * for whoever looks after the terminal.
 */
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import cookie from '@fastify/cookie';
import fastifyStatic from '@fastify/static';
import swagger from '@fastify/swagger';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { jsonSchemaTransformObject, serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Registry } from 'prom-client';
import { z } from 'zod';
import { withHall } from '../hall-api/document.ts';
import type { Tickets } from '../tickets.ts';
import { citizenPost, citizenPostReply, pageDeviceReport, speechPost, type CitizenEvent, type PageDeviceReport, type SessionView, type SpokenKey } from '../../session/index.ts';
import { CITIZEN_COOKIE, CITIZEN_SCHEME, describeCitizenRoute } from './document.ts';

const HEART_BEAT_MS = 10_000; // a comment line, so that both ends notice a dead connection
const PAGE_RELOAD_MS = 5_000; // at most, on a busy machine
const MAX_BODY_BYTES = 2_000_000; // a signature of 200 strokes
const MAX_PICTURE_BYTES = 12_000_000; // a straightened A4 page is under two; a whole frame of a large camera, taken by hand, is more

/** What the page's own guard lets through, judged again: a page is not believed. */
const shownCode = z.strictObject({ text: z.string().min(1).max(4_096).regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u) });

/** No inline script, no foreign origin, nothing embedded: from the first page. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const pictureQuery = z.object({ revision: z.coerce.number().int() });

export interface ServerDeps {
  tickets: Tickets;
  /** Folder of the built pages. */
  pages: string;
  session: {
    view(): SessionView;
    onView(listener: (view: SessionView) => void): () => void;
    say(revision: number, event: CitizenEvent): { accepted: boolean; reason: 'dropped' | null };
    page(pageId: string): Uint8Array | null;
    /** A code that a scanner typed into the page. */
    code(text: string): { accepted: boolean; reason: 'not-now' | 'refused' | null };
    /** Does the page show its camera now, on a page not older than this revision? */
    takesPicture(revision: number): boolean;
    picture(revision: number, jpeg: Uint8Array): boolean;
    heardFromPage(report: PageDeviceReport): boolean;
    /** Keys of the navigation pad that are the page's to follow. */
    onKey(listener: (key: SpokenKey) => void): () => void;
    /** @returns false: nothing is said now, since the spoken mode is off */
    speak(text: string): boolean;
  };
  /** The terminal has a camera that the page opens: then, and only then, the page may. Never a microphone. */
  camera: boolean;
  /** Font files that the screen falls back to: the main block of Hanzi, then the rarer planes. */
  fonts: Readonly<Record<'han' | 'rare', string>>;
  audit: { opened(): void; refused(reason: string): void; usedTwice(): void };
  /** The API of the hall that this agent serves, and its address; null: it serves none, or not yet. Its routes stand in this document, too. */
  hall?: () => { url: string; document: object } | null;
  metrics: Registry;
}

export interface AgentServer {
  app: FastifyInstance;
  pageConnected: () => boolean;
}

/** The agent's HTTP server; `listen` is the caller's. */
export const createServer = async (deps: ServerDeps): Promise<AgentServer> => {
  const app = fastify({ bodyLimit: MAX_BODY_BYTES, forceCloseConnections: true, routerOptions: { maxParamLength: 200 } }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  // Before the routes: each takes the handler that is there when it is made.
  app.setErrorHandler(async (error: Error & { statusCode?: number; validation?: unknown }, _request, reply) => {
    const status = error.statusCode ?? 500;
    await reply.code(status).send({ title: status < 500 ? 'the request does not fit the description in /openapi.json' : 'the agent failed', status });
  });
  await app.register(cookie);
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'hall24 agent', version: '1', description: 'The citizen page of one terminal. Loopback only; a cookie traded for a one-time ticket. A view comes by the stream; what the citizen does goes to /api/citizen/events with the revision of the view that it answers.' }, components: { securitySchemes: CITIZEN_SCHEME } },
    transform: describeCitizenRoute,
    transformObject: jsonSchemaTransformObject,
  });

  let stream: FastifyReply | null = null;
  // The page loads itself anew when a session ends: for that moment its absence is no sign of a crash.
  let reloadingUntil = 0;
  let inSession = false;
  deps.session.onView((view) => {
    if (inSession && !view.inSession) reloadingUntil = performance.now() + PAGE_RELOAD_MS;
    inSession = view.inSession;
  });
  const closeStream = (): void => {
    stream?.raw.end();
    stream = null;
  };

  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': `camera=(${deps.camera ? 'self' : ''}), microphone=(), geolocation=(), usb=(), serial=(), hid=(), clipboard-read=(), clipboard-write=()`,
      'cache-control': 'no-store',
    });
    // DNS rebinding and foreign pages: only our own address may speak to us.
    const port = request.socket.localPort;
    const own = `127.0.0.1:${port}`;
    const { origin } = request.headers;
    if (request.headers.host !== own || (origin !== undefined && origin !== `http://${own}`)) {
      deps.audit.refused('foreign-origin');
      await reply.code(403).send({ title: 'not from here' });
    }
  });

  const guard = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (!deps.tickets.holds(request.cookies[CITIZEN_COOKIE])) await reply.code(401).send({ title: 'no citizen page' });
  };

  app.get('/enter', { schema: { summary: 'Trades a one-time ticket for the cookie of the citizen page', querystring: z.object({ ticket: z.string().max(100) }) } }, async (request, reply) => {
    const redeemed = deps.tickets.redeem(request.query.ticket, stream !== null);
    if (!redeemed.ok) {
      if (redeemed.reason === 'used-twice') {
        deps.audit.usedTwice();
        closeStream();
      } else {
        deps.audit.refused(redeemed.reason);
      }
      const open = redeemed.reason === 'page-open';
      return reply
        .code(open ? 409 : 403)
        .type('text/plain; charset=utf-8')
        .send(open ? '这台机器的页面已经开着，不能再开一个。This terminal has its page open already; there is only one.\n' : '这个地址已经不能用了。This address is no longer good.\n');
    }
    deps.audit.opened();
    return reply.setCookie(CITIZEN_COOKIE, redeemed.cookie, { httpOnly: true, sameSite: 'strict', path: '/' }).redirect('/', 303);
  });

  app.get('/api/citizen/stream', { schema: { summary: 'Server-sent events: a whole `view` at once and after every change; in spoken mode a `key` of the navigation pad (previous, next, back, repeat, confirm)' }, preHandler: guard }, async (request, reply) => {
    // The newest connection of the one page wins: a page that reloads must not wait for its own ghost.
    closeStream();
    stream = reply;
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), 'content-type': 'text/event-stream; charset=utf-8', connection: 'keep-alive' });
    const send = (view: SessionView): void => {
      raw.write(`event: view\nid: ${view.revision}\ndata: ${JSON.stringify(view)}\n\n`);
    };
    send(deps.session.view());
    const stop = deps.session.onView(send);
    const stopKeys = deps.session.onKey((key) => raw.write(`event: key\ndata: ${JSON.stringify(key)}\n\n`));
    const beat = setInterval(() => raw.write(': here\n\n'), HEART_BEAT_MS);
    request.raw.on('close', () => {
      stop();
      stopKeys();
      clearInterval(beat);
      if (stream === reply) stream = null;
    });
  });

  app.post('/api/citizen/events', { schema: { summary: 'What the citizen did', body: citizenPost, response: { 200: citizenPostReply } }, preHandler: guard }, (request, reply) => {
    void reply.send(deps.session.say(request.body.revision, request.body.event));
  });

  app.post('/api/citizen/codes', { schema: { summary: 'A code that a scanner typed into the page', body: shownCode, response: { 200: citizenPostReply } }, preHandler: guard }, (request, reply) => {
    void reply.send(deps.session.code(request.body.text));
  });

  app.post('/api/citizen/speech', { schema: { summary: 'Says what has the focus in spoken mode, in the language now shown, in place of what is being said; nothing of the text is kept', body: speechPost, response: { 200: citizenPostReply } }, preHandler: guard }, (request, reply) => {
    const accepted = deps.session.speak(request.body.text);
    void reply.send({ accepted, reason: accepted ? null : 'not-now' });
  });

  app.get('/api/citizen/pages/:id', { schema: { summary: 'A scanned page of the running session', params: z.object({ id: z.string().max(100) }) }, preHandler: guard }, async (request, reply) => {
    const page = deps.session.page(request.params.id);
    if (page === null) return reply.code(404).send({ title: 'no such page in this session' });
    return reply.type('image/jpeg').send(Buffer.from(page));
  });

  app.post('/api/citizen/devices', { schema: { summary: 'How a device is that the page itself opens; said at least every ten seconds', body: pageDeviceReport, response: { 204: z.null() } }, preHandler: guard }, async (request, reply) => {
    deps.session.heardFromPage(request.body);
    return reply.code(204).send(null);
  });

  // Whoever may not send a picture now is told so before a byte of it is read.
  const pictureNow = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (request.headers['content-type'] !== 'image/jpeg') {
      await reply.code(415).header('connection', 'close').send({ title: 'a picture is image/jpeg' });
      return;
    }
    const asked = pictureQuery.safeParse(request.query);
    if (asked.success && deps.session.takesPicture(asked.data.revision)) return;
    await reply.code(409).header('connection', 'close').send({ title: 'the page shows no camera' });
  };
  app.addContentTypeParser('image/jpeg', { parseAs: 'buffer', bodyLimit: MAX_PICTURE_BYTES }, (_request, body, done) => done(null, body));
  app.post(
    '/api/citizen/camera-pages',
    { bodyLimit: MAX_PICTURE_BYTES, schema: { summary: 'A picture of a page under the document camera (image/jpeg), while its page is shown', consumes: ['image/jpeg'], querystring: pictureQuery, response: { 202: citizenPostReply } }, onRequest: [guard, pictureNow] },
    async (request, reply) => {
      const accepted = Buffer.isBuffer(request.body) && deps.session.picture(request.query.revision, request.body);
      return reply.code(202).send({ accepted, reason: accepted ? null : 'not-now' });
    },
  );

  app.get('/fonts/:name.ttf', { schema: { summary: 'Fonts that the screen falls back to', params: z.object({ name: z.enum(['han', 'rare']) }) }, preHandler: guard }, async (request, reply) =>
    reply.type('font/ttf').send(createReadStream(deps.fonts[request.params.name])),
  );

  app.get('/openapi.json', { schema: { hide: true } }, async () => withHall(app.swagger(), deps.hall?.() ?? null));
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => reply.type(deps.metrics.contentType).send(await deps.metrics.metrics()));

  if (existsSync(deps.pages)) {
    // One route for all of them: a route for each file costs an agent a tenth of its start.
    await app.register(fastifyStatic, { root: deps.pages, index: false, cacheControl: false, serve: false });
    app.get('/assets/*', { schema: { hide: true } }, async (request, reply) => reply.sendFile((request.params as { '*': string })['*'], join(deps.pages, 'assets')));
    app.get('/', { schema: { hide: true }, preHandler: guard }, async (_request, reply) => reply.sendFile('index.html'));
  }
  return { app: app as unknown as FastifyInstance, pageConnected: () => stream !== null || performance.now() < reloadingUntil };
};
