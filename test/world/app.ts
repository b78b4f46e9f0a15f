/** The bench's HTTP server without its routes: who may ask, how mistakes are told, the OpenAPI document, the page. */
import swagger from '@fastify/swagger';
import fastify, { type FastifyBaseLogger, type FastifyError, type FastifyInstance, type RawReplyDefaultExpression, type RawRequestDefaultExpression, type RawServerDefault } from 'fastify';
import { createJsonSchemaTransform, serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';

export type App = FastifyInstance<RawServerDefault, RawRequestDefaultExpression, RawReplyDefaultExpression, FastifyBaseLogger, ZodTypeProvider>;

/** A refusal, told as `application/problem+json` (RFC 9457). */
export class Problem extends Error {
  readonly status: number;
  constructor(status: number, title: string) {
    super(title);
    this.status = status;
  }
}
export const problem = z.object({ title: z.string(), status: z.number().int(), detail: z.string().optional() });

const ABOUT = `Plays the outside world of a terminal in demonstration: cards, paper, faults, network, platform, kills.
Every button of the page at / is one call. Loopback only, never part of an installed terminal.`;

const here = import.meta.dirname;
/** The page's files are read from the tree: this program never travels. */
const panel = basename(here) === 'dist' ? join(here, '..', 'test', 'world', 'panel') : join(here, 'panel');
const PAGE: readonly [path: string, file: string, type: string][] = [
  ['/', 'index.html', 'text/html; charset=utf-8'],
  ['/icon.svg', 'icon.svg', 'image/svg+xml'],
  ['/panel.css', 'panel.css', 'text/css; charset=utf-8'],
  ['/panel.js', 'panel.js', 'text/javascript; charset=utf-8'],
];

const documented = createJsonSchemaTransform({ skipList: ['/openapi.json', ...PAGE.map(([path]) => path)] });

/** What every call may answer stands with every call: a script that plays the world meets it. */
const describeCall: typeof documented = (given) => {
  const { schema } = given;
  if (schema === undefined || schema.hide === true) return documented(given);
  // A body is read even where none is asked for.
  const sends = given.route.method === 'POST';
  return documented({ ...given, schema: { ...schema, response: { ...(sends || schema.params !== undefined ? { 400: problem } : {}), 403: problem, ...(sends ? { 413: problem, 415: problem } : {}), ...(schema.response as object | undefined) } } });
};

export const createApp = async (routes: (app: App) => void): Promise<App> => {
  const app: App = fastify({ forceCloseConnections: true, bodyLimit: 64 * 1024 }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  // A form of a foreign web page can send text, not JSON: it must not play with the bench.
  app.removeContentTypeParser('text/plain');
  await app.register(swagger, { openapi: { openapi: '3.1.0', info: { title: 'hall24 bench', version: '1.0.0', description: ABOUT } }, transform: describeCall });
  app.addHook('onRequest', (request, _reply, done) => {
    const host = request.hostname;
    done(host === '127.0.0.1' || host === 'localhost' ? undefined : new Problem(403, 'only by a loopback address'));
  });
  app.setErrorHandler((error: FastifyError | Problem, _request, reply) => {
    const status = error instanceof Problem ? error.status : (error.statusCode ?? 500);
    return reply.code(status).type('application/problem+json').send({ title: error instanceof Problem ? error.message : 'this call cannot be understood', status, ...(error instanceof Problem ? {} : { detail: error.message }) });
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).type('application/problem+json').send({ title: 'nothing here', status: 404 }));
  await app.register(async (scope: App) => {
    routes(scope);
    scope.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
    for (const [path, file, type] of PAGE) {
      scope.get(path, { schema: { hide: true } }, async (_request, reply) =>
        reply
          .type(type)
          .header('cache-control', 'no-store')
          .header('content-security-policy', "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
          .send(await readFile(join(panel, file))),
      );
    }
  });
  return app;
};
