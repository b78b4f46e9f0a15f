import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../electron/clock/index.ts';
import { loadHall } from '../../kiosk-config/index.ts';
import { RULES } from '../../electron/queue/rules/fixtures.ts';
import { openLanHall, type LanHall } from './lan-hall.ts';

interface Document {
  paths: Record<string, Record<string, { 'x-role': string; security?: object[]; responses: Record<string, { content?: Record<string, { schema: unknown }> }> }>>;
  components: { securitySchemes: Record<string, { in: string; name: string }> };
}
let home = '';
let hall: LanHall;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hall24-example-'));
});
afterEach(async () => {
  await hall.close();
  rmSync(home, { recursive: true, force: true });
});

/** With the rules of the tests' hall and of the demonstration, and in the middle of a day: others were called before. */
const DEMO = loadHall(join(import.meta.dirname, '../../kiosk-config/demo-hall'));
test.each([
  { name: "the tests' hall", rules: RULES },
  { name: 'the demonstration', rules: DEMO.ok ? DEMO.config.queue : null },
])('the client in the README signs in, takes, calls, transfers and finishes a number, and follows the board: $name', async ({ rules }) => {
  if (rules === null) throw new Error('the demonstration hall has no queue');
  hall = await openLanHall({ home, clock: systemClock, rules });
  const before = { counter: '1', clerk: 'zhou' };
  for (const command of [{ type: 'open', ...before }, { type: 'take', class: 'insurance', by: 'desk-zhou', priority: null, item: null, identified: true, ticket: 'b'.repeat(24) }, { type: 'next', ...before }, { type: 'recall', ...before }, { type: 'finish', ...before }] as const) expect(await hall.queue.run(command)).toMatchObject({ ok: true });

  const readme = readFileSync(join(import.meta.dirname, '../../electron/queue/README.md'), 'utf8');
  const source = /```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const document = (await hall.api.app.inject({ method: 'GET', url: '/openapi.json' })).json() as Document;
  const described = new Map(Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => [`${method} ${path.replaceAll(/\{[a-z]+\}/g, '*')}`, operation])));
  const used = [...source.matchAll(/ask\([`'](\/[^`',]+)[`'](, )?/g)].map(([, path = '', body]) => `${body === undefined ? 'get' : 'post'} ${path.replaceAll(/\$\{[^}]+\}/g, '*').replace('/*/open', '/*/*')}`);
  expect(used.length).toBeGreaterThan(5);
  expect(used.filter((one) => !described.has(one))).toEqual([]);
  // All that the client does the document lets a clerk do, and nothing that it asks of a manager.
  expect(used.map((one) => described.get(one)?.['x-role']).filter((role) => role !== 'public' && role !== 'clerk')).toEqual([]);
  // Where the document names the cookie, it is needed; where it names nothing, it is not.
  const filled = (path: string, operation: string): string => path.replace('*', operation.includes('tickets') ? 'f'.repeat(24) : '2').replace('*', 'next');
  for (const one of used.filter((each) => !each.endsWith('/stream'))) {
    const [method = '', path = ''] = one.split(' ');
    const { statusCode } = await hall.api.app.inject({ method: method.toUpperCase() as 'GET', url: filled(path, one), ...(method === 'post' ? { payload: { name: 'nobody', password: 'x' } } : {}) });
    const { security = [] } = described.get(one) ?? {};
    const reason = one === 'post /hall/sign-in';
    expect([one, security, statusCode === 401]).toEqual([one, security.length > 0 ? [{ staff: [] }] : [], security.length > 0 || reason]);
  }
  const { name, in: where } = document.components.securitySchemes['staff'] ?? {};
  expect(where).toBe('cookie');
  const code = await hall.staff.invite('lin', 'clerk');
  const first = await hall.staff.invite('wang', 'clerk');
  const signedIn = await hall.api.app.inject({ method: 'POST', url: '/hall/sign-in', payload: { name: 'wang', password: first, newPassword: 'three words of mine' } });
  expect(signedIn.cookies[0]?.name).toBe(name);
  // The stream is told as what it is, and what the client reads of a message stands in its schema.
  const stream = described.get('get /hall/board/stream')?.responses['200']?.content?.['text/event-stream']?.schema;
  expect(stream).toMatchObject({ properties: { cursor: {}, calls: { items: { properties: { id: {}, number: {}, counter: {} } } } } });
  writeFileSync(join(home, 'client.mjs'), source);
  writeFileSync(join(home, 'authority.pem'), (await hall.api.app.inject({ method: 'GET', url: '/hall/authority.pem' })).body);
  const { stdout } = await promisify(execFile)(process.execPath, [join(home, 'client.mjs'), hall.url, 'lin', code, '2'], { env: { ...process.env, NODE_EXTRA_CA_CERTS: join(home, 'authority.pem') }, timeout: 30_000 });
  expect(stdout.trim().split('\n').sort()).toEqual(['A002: finished', 'board: A002 to counter 2']);
});
