/** How the first manager comes in, and how a hall goes on when a clerk left without a word: the hall's real role, over HTTPS. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { loadHall } from '../../kiosk-config/index.ts';
import { createAudit } from '../audit/index.ts';
import { ManualClock } from '../clock/index.ts';
import { createPlatformLink } from '../platform/index.ts';
import { NINE, RULES } from '../queue/rules/fixtures.ts';
import { openStorage } from '../storage/index.ts';
import { startHallRole } from './hall.ts';

const clean: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of clean.splice(0).reverse()) await one();
});

const GOOD = 'correct horse battery';

const openHall = async () => {
  const home = mkdtempSync(join(tmpdir(), 'hall24-staff-'));
  clean.push(() => rmSync(home, { recursive: true, force: true }));
  mkdirSync(join(home, 'keys'), { recursive: true });
  const clock = new ManualClock(NINE);
  const storage = openStorage({ home, clock });
  clean.push(() => storage.close());
  const loaded = loadHall(join(import.meta.dirname, '..', '..', 'kiosk-config', 'demo-hall'), { terminal: 'terminal-5', overrides: { platformUrl: 'http://127.0.0.1:1' } });
  if (!loaded.ok) throw new Error('the demonstration hall has mistakes');
  const { hall, terminal, items } = loaded.config;
  const audit = createAudit({ storage, clock });
  const quiet = () => undefined;
  const role = await startHallRole({
    config: { hall: { ...hall, demo: false }, terminal, items },
    rules: RULES,
    desk: { doubts: () => [], settlePaper: () => 'unknown' },
    serve: { host: '127.0.0.1', port: 0, names: [] },
    storage,
    clock,
    audit,
    link: createPlatformLink({ storage, audit, clock, hall, terminalId: 'terminal-5' }),
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet } as never,
    pages: join(home, 'no-pages'),
  });
  clean.push(() => role.stop());
  const ask = (path: string, body: unknown, cookie = ''): Promise<{ status: number; body: Record<string, unknown>; cookie: string }> =>
    new Promise((resolve, reject) => {
      const asked = request(new URL(path, role.addresses.board), { method: body === null ? 'GET' : 'POST', headers: { cookie, ...(body === null ? {} : { 'content-type': 'application/json' }) }, rejectUnauthorized: false, agent: false }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) as Record<string, unknown>, cookie: (answer.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '' }));
      });
      asked.on('error', reject);
      asked.end(body === null ? '' : JSON.stringify(body));
    });
  const comeIn = async (name: string, manager: string): Promise<string> => {
    const invited = await ask('/hall/clerks', { name, role: 'clerk' }, manager);
    return (await ask('/hall/sign-in', { name, password: invited.body.code, newPassword: GOOD })).cookie;
  };
  return { role, ask, comeIn, audit };
};

test('the first manager may mistype and choose too weak a password, and comes in with the same code; then it is worth nothing', async () => {
  const { role, ask } = await openHall();
  const code = role.firstCode ?? '';
  const first = (typed: string, password: string) => ask('/hall/first-manager', { code: typed, name: 'zhao', password });
  for (const wrong of ['A', 'ß'.repeat(40), '１２３４５６７８９０ＡＢ', `${code}0`]) expect(await first(wrong, GOOD)).toMatchObject({ status: 401, body: { reason: 'wrong' } });
  expect(await first(code, 'short')).toMatchObject({ status: 401, body: { reason: 'weak-password' } });
  // As people type it.
  const typed = ` ${code.slice(0, 6).toLowerCase()}-${code.slice(6).toLowerCase()} `;
  const together = await Promise.all([first(typed, GOOD), ask('/hall/first-manager', { code: typed, name: 'qian', password: GOOD })]);
  expect(together.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401]);
  const cookie = together.find(({ status }) => status === 200)?.cookie ?? '';
  expect(await ask('/hall/clerks', null, cookie)).toMatchObject({ status: 200, body: [{ role: 'manager', invited: false }] });
  expect(await first(code, GOOD)).toMatchObject({ status: 401, body: { reason: 'wrong' } });
}, 120_000);

test('a counter whose clerk went home is closed by the manager, and one whose clerk is disabled closes with him; nobody who was there is lost', async () => {
  const { role, ask, comeIn } = await openHall();
  const zhao = (await ask('/hall/first-manager', { code: role.firstCode, name: 'zhao', password: GOOD })).cookie;
  const lin = await comeIn('lin', zhao);
  const wu = await comeIn('wu', zhao);
  const numbers: unknown[] = [];
  for (let n = 0; n < 2; n += 1) numbers.push((await ask('/hall/tickets', { class: 'insurance' }, lin)).body.number);
  expect((await ask('/hall/counters/1/open', {}, lin)).status).toBe(200);
  await ask('/hall/counters/1/next', {}, lin);
  expect(await ask('/hall/counters/1/open', {}, wu)).toMatchObject({ status: 409, body: { refusal: 'counter-occupied' } });
  expect((await ask('/hall/counters/1/release', {}, wu)).status).toBe(403);
  expect((await ask('/hall/counters/1/release', {}, zhao)).status).toBe(200);
  expect((await ask('/hall/counters/1/open', {}, wu)).status).toBe(200);
  expect((await ask('/hall/counters/1/next', {}, wu)).body.numbers).toEqual([numbers[0]]);
  await ask('/hall/counters/1/start', {}, wu);
  expect((await ask('/hall/clerks/wu/disable', {}, zhao)).status).toBe(200);
  expect(await ask('/hall/counters/1', null, lin)).toMatchObject({ body: { counter: { clerk: null }, current: null, parked: [{ number: numbers[0] }] } });
  // The only one who may enable anybody stays.
  expect((await ask('/hall/clerks/zhao/disable', {}, zhao)).status).toBe(403);
  expect((await ask('/hall/clerks', null, zhao)).status).toBe(200);
}, 120_000);

test('a name that somebody typed stands on record where it is the name of staff, and nowhere else', async () => {
  const { role, ask, comeIn, audit } = await openHall();
  const zhao = (await ask('/hall/first-manager', { code: role.firstCode, name: 'zhao', password: GOOD })).cookie;
  await comeIn('lin', zhao);
  for (const name of ['lin', 'my-password-77']) expect((await ask('/hall/sign-in', { name, password: 'wrong' })).status).toBe(401);
  expect((await ask('/hall/first-manager', { code: 'wrong', name: 'my-password-78', password: GOOD })).status).toBe(401);
  const lines = audit.latest(1_000);
  expect(lines.filter(({ event }) => event === 'staff.sign-in-refused').map(({ fields }) => String(fields['name'])).sort()).toEqual(['-', '-', 'lin']);
  expect(JSON.stringify(lines)).not.toContain('my-password');
}, 120_000);
