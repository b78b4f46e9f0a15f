/** What the OpenAPI document says of the citizen page's routes beside their schemas: what proves the page, what else each may answer, what the stream is made of. */
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { sessionView } from '../../session/index.ts';

export const CITIZEN_COOKIE = 'hall24';

export const CITIZEN_SCHEME = { citizen: { type: 'apiKey', in: 'cookie', name: CITIZEN_COOKIE, description: 'Set by GET /enter (Set-Cookie), good until another page is let in.' } } as const;

const refused = (why: string) => z.strictObject({ title: z.string(), status: z.number().int().optional() }).describe(why);
const of = (type: string, schema: z.ZodType, description: string) => ({ description, content: { [type]: { schema } } });
const bytes = (type: string, description: string) => of(type, z.string().meta({ format: 'binary' }), description);
const gone = (description: string) => of('text/plain', z.string(), description);

/** What a route answers that its own schema does not say, by its address. */
const ANSWERS: Record<string, Record<number, unknown>> = {
  '/enter': {
    303: z.null().describe('To the page; Set-Cookie lets it in'),
    403: gone('The ticket is unknown, too old, or was used already: a second use voids the page that it opened, too'),
    409: gone('A citizen page is open; there is one at a time'),
  },
  '/api/citizen/stream': {
    200: of('text/event-stream', sessionView, 'Server-sent events, without end. `event: view` with `id:`, its revision, and one line `data:` that holds what the schema says, as JSON; `event: key` with a key of the navigation pad. Lines that begin with a colon are signs of life. A newer connection ends this one.'),
  },
  '/api/citizen/pages/:id': { 200: bytes('image/jpeg', 'The page'), 404: refused('No such page in this session') },
  '/api/citizen/camera-pages': { 409: refused('The page shows no camera, or has moved on since this revision') },
  '/fonts/:name.ttf': { 200: bytes('font/ttf', 'The font') },
};

type Given = Parameters<typeof jsonSchemaTransform>[0];

/** For the plug-in that makes the document: each route as it is registered, with what every one of them may answer. */
export const describeCitizenRoute = (given: Given): ReturnType<typeof jsonSchemaTransform> => {
  const { schema, url } = given;
  if (schema === undefined || schema.hide === true) return jsonSchemaTransform(given);
  const guarded = url !== '/enter';
  const picture = url === '/api/citizen/camera-pages';
  const body = picture ? z.string().meta({ format: 'binary' }) : schema.body;
  const asks = [body, schema.params, schema.querystring].some((one) => one !== undefined);
  const response = {
    ...(asks ? { 400: refused('Not as this document says') } : {}),
    ...(guarded ? { 401: refused('No cookie of the page that is let in') } : {}),
    403: refused('Another host or origin than the agent itself'),
    ...(body === undefined ? {} : { 413: refused('Too large'), 415: refused(picture ? 'No image/jpeg' : 'No application/json') }),
    ...ANSWERS[url],
    ...(schema.response as object | undefined),
  };
  return jsonSchemaTransform({ ...given, schema: { ...schema, ...(body === undefined ? {} : { body }), ...(guarded ? { security: [{ citizen: [] }] } : {}), response } });
};
