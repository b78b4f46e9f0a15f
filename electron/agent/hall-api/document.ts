/** What the OpenAPI document says of each route beside its schemas: who may use it and by what, what else it may answer, what a stream is made of. */
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { notAllowed } from './contract.ts';
import type { Role } from './routes.ts';

/** Every agent of a hall sets and reads this one. */
export const STAFF_COOKIE = 'hall24-staff';

export const ABOUT =
  "The hall's queue: tickets, counters, boards. Every operation names its role in `x-role` and by what it is proved in `security`: `public` is for anybody, `clerk` for whoever is signed in, `manager` for the hall's managers, `terminal` for paired terminals. Sign in with POST /hall/sign-in and send back the cookie that it sets. A refusal is a 409 with its word.";

export const SECURITY_SCHEMES = {
  staff: { type: 'apiKey', in: 'cookie', name: STAFF_COOKIE, description: 'Set by POST /hall/sign-in (Set-Cookie), ended by POST /hall/sign-out.' },
  terminal: { type: 'apiKey', in: 'header', name: 'Signature', description: "RFC 9421 with Ed25519, with Signature-Input and Content-Digest (RFC 9530): over @method, @path, @query and content-digest, keyid the terminal's id, by the key that the terminal left with POST /hall/terminal/enrol." },
} as const;

const PROVED_BY: Record<Role, Record<string, never[]>[]> = { public: [], terminal: [{ terminal: [] }], clerk: [{ staff: [] }], manager: [{ staff: [] }] };
const WHO: Record<Role, string> = { public: 'Role: public.', terminal: 'Role: terminal.', clerk: 'Role: clerk or manager.', manager: 'Role: manager.' };

/** A shared database that cannot be reached: nothing is given and nobody is called, and it goes on by itself. */
const databaseAway = z.strictObject({ refusal: z.literal('database-away'), title: z.string() }).describe('The hall cannot reach its database now; try again in a moment');

type Given = Parameters<typeof jsonSchemaTransform>[0];

/** For the plug-in that makes the document: each route as it is registered, with what follows from its role. */
export const describeRoute = (given: Given): ReturnType<typeof jsonSchemaTransform> => {
  const { schema, route } = given;
  if (schema === undefined || schema.hide === true) return jsonSchemaTransform(given);
  const { role = 'manager', stream } = route.config ?? {};
  const reads = [route.method].flat().every((method) => method === 'GET' || method === 'HEAD');
  const asks = [schema.body, schema.params, schema.querystring].some((one) => one !== undefined);
  const own = (schema.response ?? {}) as Record<number, z.ZodType>;
  const response = {
    ...(asks ? { 400: notAllowed } : {}),
    ...(role === 'public' ? {} : { 401: notAllowed }),
    ...(role === 'clerk' || role === 'manager' ? { 403: notAllowed } : {}),
    ...(role === 'public' && reads ? {} : { 500: notAllowed, 503: databaseAway }),
    ...(stream === undefined ? {} : { 200: { description: 'Server-sent events, without end. Each message is `event: view`, perhaps `id:`, and one line `data:` that holds what the schema says, as JSON. Lines that begin with a colon are signs of life.', content: { 'text/event-stream': { schema: stream } } } }),
    ...own,
    ...(own[503] === undefined ? {} : { 503: z.union([own[503], databaseAway]) }),
  };
  const description = [WHO[role], ...(schema.description === undefined ? [] : [schema.description])].join(' ');
  return jsonSchemaTransform({ ...given, schema: { ...schema, description, security: PROVED_BY[role], 'x-role': role, response } as never });
};

type Document = { info?: { description?: string }; paths?: object; components?: { schemas?: object; securitySchemes?: object } };

/** The agent's own document with the hall's routes in it, each with the address at which the hall serves it. */
export const withHall = (own: Document, hall: { url: string; document: Document } | null): Document => {
  if (hall === null) return own;
  const { paths = {}, components = {} } = hall.document;
  const servers = [{ url: hall.url, description: "The hall's API, on the hall's network" }];
  return {
    ...own,
    info: { ...own.info, description: [own.info?.description, `Routes under /hall are served at ${hall.url}.`, hall.document.info?.description].join(' ') },
    paths: { ...own.paths, ...Object.fromEntries(Object.entries(paths).map(([path, item]: [string, object]) => [path, { servers, ...item }])) },
    components: { ...own.components, ...components, schemas: { ...own.components?.schemas, ...components.schemas }, securitySchemes: { ...own.components?.securitySchemes, ...components.securitySchemes } },
  };
};
