/** The platform put together: wire, line-of-business system, office, control. */
import formbody from '@fastify/formbody';
import swagger from '@fastify/swagger';
import fastify, { type FastifyError } from 'fastify';
import { createJsonSchemaTransform, serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { systemClock, type Clock } from '../../electron/clock/index.ts';
import { problem } from '../../electron/platform/wire.ts';
import { bureauRoutes } from './bureau.ts';
import { openCatalogue } from './catalogue.ts';
import { Problem, type App, type Platform } from './context.ts';
import { controlRoutes } from './control.ts';
import { openDatabase } from './database.ts';
import { noFaults } from './faults.ts';
import { platformKey } from './keys.ts';
import { officeRoutes } from './office/routes.ts';
import { verifyRoutes } from './office/verify.ts';
import { changeRoutes } from './wire/changes.ts';
import { materialRoutes, openUploads } from './wire/materials.ts';
import { messageRoutes } from './wire/messages.ts';
import { peopleRoutes } from './wire/people.ts';
import { bookingRoutes } from './wire/booking.ts';
import { queueRoutes } from './wire/queue.ts';
import { deviceRoutes } from './wire/devices.ts';
import { keepRawBodies } from './wire/signed.ts';
import { terminalRoutes } from './wire/terminals.ts';

export interface PlatformOptions {
  /** Folder for everything the platform keeps. */
  dir: string;
  /** Serve `/control`. */
  control?: boolean;
  enrolmentCodes?: readonly string[];
  /** A hall's folder whose items give the office its labels; default: the demonstration's. */
  catalogue?: string;
  clock?: Clock;
}

export const DEMO_CODE = 'DEMO-2026-QINGXI';

const ABOUT = `The wire between the terminals of a hall and the central platform.

Requests under /v1 are signed: RFC 9421 with Ed25519, key id = the terminal's id, over @method, @path, @query,
content-digest (RFC 9530, where there is a body) and idempotency-key (where there is one). The key is the one that the
terminal brought when it enrolled. Receipts, changes and certificates carry the platform's Ed25519 signature (base64url)
over the canonical JSON (RFC 8785) of everything but "signature". Refusals are application/problem+json (RFC 9457).`;

const documented = createJsonSchemaTransform({ skipList: ['/openapi.json'] });

/** What follows from where a route lies stands with each: what no body passes, what wants a signature, what the office says. */
const describeRoute: typeof documented = (given) => {
  const { schema, url, route } = given;
  if (schema === undefined || schema.hide === true) return documented(given);
  const sends = [route.method].flat().some((method) => method === 'POST' || method === 'PATCH');
  const page = (description: string) => ({ description, content: { 'text/html': { schema: z.string() } } });
  const response = {
    ...(sends || schema.params !== undefined || schema.querystring !== undefined ? { 400: problem } : {}),
    ...(url.startsWith('/v1/') ? { 401: problem } : {}),
    ...(sends ? { 413: problem, 415: problem } : {}),
    ...(url.startsWith('/office/') ? { 303: z.null().describe('Decided; to the page of the case'), 403: problem.describe('The form was sent from another site'), 404: problem, 409: page('The case has changed since: its page, with what to do'), 422: page('Something is missing: the page of the case, with everything to correct') } : {}),
    ...(schema.response as object | undefined),
  };
  return documented({ ...given, schema: { ...schema, response } });
};

/** Trouble that shows before a request is looked at: 5xx, a page of a captive portal, slowness. */
const troubleBefore = (app: App, platform: Platform): void => {
  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/v1/')) return;
    const { mode, delayMs } = platform.faults;
    if (mode === '5xx') await reply.code(503).type('application/problem+json').send({ type: 'unavailable', title: 'out of service', status: 503 });
    else if (mode === 'html') await reply.code(200).type('text/html; charset=utf-8').send('<!doctype html><title>登录</title><p>请先登录无线网络</p>');
    // Messages are slow while they are being stored, so that a second one meets the first.
    else if (mode === 'slow' && !(request.method === 'POST' && request.url === '/v1/messages')) await delay(delayMs);
  });
};

/** Trouble that shows after the work was done: the answer breaks off half way. */
const troubleAfter = (app: App, platform: Platform): void => {
  app.addHook('onSend', (request, reply, payload: unknown, done) => {
    if (platform.faults.mode !== 'half-body' || !request.url.startsWith('/v1/') || typeof payload !== 'string') {
      done(null, payload);
      return;
    }
    const bytes = Buffer.from(payload);
    void reply.header('content-length', bytes.byteLength);
    done(
      null,
      Readable.from(
        (function* () {
          yield bytes.subarray(0, Math.floor(bytes.byteLength / 2));
          throw new Error('broken off on purpose');
        })(),
      ),
    );
  });
};

const tellProblems = (app: App): void => {
  app.setErrorHandler((error: FastifyError | Problem, _request, reply) => {
    const told =
      error instanceof Problem
        ? { type: error.type, title: error.message, status: error.status, ...error.extra }
        : error.validation !== undefined
          ? { type: 'invalid', title: 'the request is not as documented', status: 400, detail: error.message.slice(0, 2_000), retry: false }
          : { type: 'error', title: (error.statusCode ?? 500) < 500 ? error.message : 'something broke here', status: error.statusCode ?? 500 };
    if (told.status >= 500) process.stderr.write(`${error.stack ?? error.message}\n`);
    void reply.code(told.status).type('application/problem+json').serializer(JSON.stringify).send(told);
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).type('application/problem+json').send({ type: 'not-found', title: 'nothing here', status: 404 }));
};

/**
 * Builds the platform; listen on `app` yourself.
 * @returns `close` ends requests, then the database
 */
export const createPlatform = async (options: PlatformOptions): Promise<{ app: App; platform: Platform; close: () => Promise<void> }> => {
  const db = openDatabase(options.dir);
  const platform: Platform = {
    db,
    dir: options.dir,
    key: platformKey(options.dir),
    clock: options.clock ?? systemClock,
    catalogue: openCatalogue(options.catalogue ?? null),
    enrolmentCodes: options.enrolmentCodes ?? [DEMO_CODE],
    faults: noFaults(),
    identityCodes: new Map(),
  };
  const app: App = fastify({ forceCloseConnections: true, routerOptions: { maxParamLength: 300 } }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await app.register(swagger, { openapi: { openapi: '3.1.0', info: { title: 'hall24 reference central platform', version: '1.0.0', description: ABOUT } }, transform: describeRoute });
  await app.register(formbody, { bodyLimit: 256 * 1024 });
  keepRawBodies(app);
  tellProblems(app);
  troubleBefore(app, platform);
  troubleAfter(app, platform);

  const uploads = openUploads(platform);
  await uploads.settle();
  await app.register(async (scope: App) => {
    terminalRoutes(scope, platform);
    messageRoutes(scope, platform);
    materialRoutes(scope, platform, uploads);
    peopleRoutes(scope, platform);
    queueRoutes(scope, platform);
    bookingRoutes(scope, platform);
    deviceRoutes(scope, platform);
    changeRoutes(scope, platform);
    bureauRoutes(scope, platform);
    officeRoutes(scope, platform);
    verifyRoutes(scope, platform);
    if (options.control === true) controlRoutes(scope, platform);
    scope.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
    await Promise.resolve();
  });
  await app.ready();
  return {
    app,
    platform,
    close: async () => {
      await app.close();
      db.close();
    },
  };
};
