import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../../clock/index.ts';
import { NINE, RULES } from '../../queue/rules/fixtures.ts';
import { openLanHall, type LanHall } from '../../../test/queue/lan-hall.ts';
import { withHall } from './document.ts';

interface Operation {
  'x-role': string;
  description: string;
  security: object[];
  responses: Record<string, { content?: Record<string, { schema?: { required?: string[]; anyOf?: { required?: string[] }[] } }> }>;
}
let home = '';
let hall: LanHall;
let document: { info: { description: string }; paths: Record<string, Record<string, Operation>>; components: { securitySchemes: object } };
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'hall24-document-'));
  hall = await openLanHall({ home, clock: new ManualClock(NINE), rules: RULES });
  document = (await hall.api.app.inject({ method: 'GET', url: '/openapi.json' })).json();
}, 120_000);
afterAll(async () => {
  await hall.close();
  rmSync(home, { recursive: true, force: true });
});

const operations = (): [route: string, operation: Operation][] => Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]): [string, Operation] => [`${method.toUpperCase()} ${path}`, operation]));

test('every route under /hall stands in the document with its own role, and with what proves it', () => {
  const proof: Record<string, object[]> = { public: [], clerk: [{ staff: [] }], manager: [{ staff: [] }], terminal: [{ terminal: [] }] };
  const served = hall.api.routes.filter(({ path }) => path.startsWith('/hall/')).map(({ method, path, role }) => [`${method} ${path.replaceAll(/:([a-z]+)/g, '{$1}')}`, role, proof[role]]);
  const told = operations().map(([route, operation]) => [route, operation['x-role'], operation.security]);
  const byRoute = (a: unknown[], b: unknown[]): number => String(a[0]).localeCompare(String(b[0]));
  expect(told.toSorted(byRoute)).toEqual(served.toSorted(byRoute));
  expect(told.length).toBeGreaterThan(40);
  expect(document.components.securitySchemes).toMatchObject({ staff: { in: 'cookie', name: 'hall24-staff' }, terminal: { in: 'header' } });
  for (const [, operation] of operations()) expect(operation.description).toMatch(/^Role: /);
});

test('whatever asks the database may answer that it is away, and whatever asks for a role that there is none', () => {
  for (const [route, { responses, 'x-role': role }] of operations()) {
    const told = responses['503']?.content?.['application/json']?.schema;
    // One that is busy with another question says so by the same status.
    const away = (told?.anyOf?.at(-1) ?? told)?.required;
    expect([route, away]).toEqual([route, route.startsWith('GET') && role === 'public' ? undefined : ['refusal', 'title']]);
    expect([route, role === 'public' || '401' in responses]).toEqual([route, true]);
  }
  const streams = operations().filter(([route]) => route.endsWith('/stream'));
  expect(streams.map(([, { responses }]) => Object.keys(responses['200']?.content ?? {}))).toEqual(streams.map(() => ['text/event-stream']));
});

test("the agent's own document holds the hall's routes at the hall's address while it serves the hall", () => {
  const own = { info: { title: 'hall24 agent', description: 'The citizen page.' }, paths: { '/enter': { get: {} } }, components: { schemas: { a: {} } } };
  expect(withHall(own, null)).toBe(own);
  const both = withHall(own, { url: 'https://hall.example:8443', document }) as unknown as { info: { description: string }; paths: Record<string, { servers?: { url: string }[]; post?: Operation }>; components: { securitySchemes: object; schemas: object } };
  expect(Object.keys(both.paths)).toEqual(['/enter', ...Object.keys(document.paths)]);
  expect(both.paths['/enter']?.servers).toBeUndefined();
  expect(both.paths['/hall/tickets']).toMatchObject({ servers: [{ url: 'https://hall.example:8443' }], post: { 'x-role': 'clerk', security: [{ staff: [] }] } });
  expect(both.info.description).toContain('https://hall.example:8443');
  expect(both.components).toMatchObject({ schemas: { a: {} }, securitySchemes: { staff: {}, terminal: {} } });
});
