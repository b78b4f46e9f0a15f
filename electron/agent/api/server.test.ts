/** The document of the citizen's API holds what its routes really answer: a script has nothing else. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../../clock/index.ts';
import { Tickets } from '../tickets.ts';
import { createServer, type AgentServer } from './server.ts';

interface Operation {
  security?: object[];
  requestBody?: { content: object };
  responses: Record<string, { content?: Record<string, { schema?: { required?: string[] } }> }>;
}

const tickets = new Tickets(new ManualClock());
const nothing = (): void => undefined;
let server: AgentServer;
let origin = '';
let document: { paths: Record<string, Record<string, Operation>>; components: { securitySchemes: object } };
let cookie = '';

const ask = async (method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<number> => {
  const answer = await fetch(`${origin}${path.replaceAll(/\{[^}]+\}/g, 'x')}`, { method, redirect: 'manual', headers, ...(body === undefined ? {} : { body }) });
  await answer.body?.cancel();
  return answer.status;
};

beforeAll(async () => {
  const session = { view: () => ({ revision: 1 }) as never, onView: () => nothing, say: () => ({ accepted: true, reason: null }), page: () => null, code: () => ({ accepted: true, reason: null }), takesPicture: () => false, picture: () => false, heardFromPage: () => true, onKey: () => nothing, speak: () => true };
  server = await createServer({ tickets, pages: join(tmpdir(), 'no-pages'), session, camera: false, fonts: { han: import.meta.filename, rare: import.meta.filename }, audit: { opened: nothing, refused: nothing, usedTwice: nothing }, metrics: new Registry() });
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  origin = `http://127.0.0.1:${String((server.app.server.address() as AddressInfo).port)}`;
  document = (await (await fetch(`${origin}/openapi.json`)).json()) as typeof document;
  const entered = await fetch(`${origin}/enter?ticket=${tickets.issue()}`, { redirect: 'manual' });
  cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
});
afterAll(() => server.app.close());

const operations = (): [method: string, path: string, operation: Operation][] => Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]): [string, string, Operation] => [method.toUpperCase(), path, operation]));

test('every answer to a wrong question stands in the document', async () => {
  const json = { 'content-type': 'application/json' };
  const untold: string[] = [];
  for (const [method, path, { responses }] of operations()) {
    const reads = method === 'GET';
    const tries: [Record<string, string>, string?][] = [[{}], [{ origin: 'http://elsewhere.example' }], ...(reads ? [] : ([[json, '{'], [json, '{"nonsense":1}'], [{ 'content-type': 'application/xml' }, '<a/>']] as [Record<string, string>, string][]))];
    for (const [headers, body] of tries) for (const own of [{}, { cookie }] as Record<string, string>[]) {
      if (reads && path.endsWith('/stream') && 'cookie' in own && headers['origin'] === undefined) continue; // without end
      const status = await ask(method, path, { ...headers, ...own }, body);
      if (!(String(status) in responses)) untold.push(`${method} ${path} ${JSON.stringify({ ...headers, ...own })}: ${String(status)}`);
    }
  }
  expect(untold).toEqual([]);
  expect(operations().length).toBeGreaterThan(7);
});

test('a script learns from the document how it is let in, what a view is, and what a picture is sent as', () => {
  expect(cookie).toMatch(/^hall24=/);
  expect(Object.keys(document.paths['/enter']?.['get']?.responses ?? {})).toEqual(expect.arrayContaining(['303', '403', '409']));
  expect(document.paths['/enter']?.['get']?.responses).not.toHaveProperty('200');
  expect(document.components.securitySchemes).toMatchObject({ citizen: { in: 'cookie', name: 'hall24' } });
  for (const [, path, { security }] of operations()) expect([path, security]).toEqual([path, path === '/enter' ? undefined : [{ citizen: [] }]]);
  expect(document.paths['/api/citizen/stream']?.['get']?.responses['200']?.content?.['text/event-stream']?.schema?.required).toEqual(expect.arrayContaining(['revision', 'screen', 'language', 'idle']));
  expect(Object.keys(document.paths['/api/citizen/camera-pages']?.['post']?.requestBody?.content ?? {})).toEqual(['image/jpeg']);
});
