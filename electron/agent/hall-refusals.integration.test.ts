/** What the hall's own terminal, strangers and signs-in are refused stands in the agent's real record, in few lines. */
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

test('ten thousand presses, unknown codes and forged tickets at the hall’s own terminal, and strangers at its door, are some lines', async () => {
  const home = mkdtempSync(join(tmpdir(), 'hall24-refusals-'));
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
  // What the agent's own document takes over.
  expect(role.api()).toMatchObject({ url: new URL(role.addresses.board).origin, document: { paths: { '/hall/tickets': { post: { 'x-role': 'clerk' } } } } });
  const { tickets } = role;
  const take = { class: 'insurance', item: null, priority: null, identified: false };
  let given = 0;
  for (let from = 0; from < 10_000; from += 500) given += (await Promise.all(Array.from({ length: 500 }, () => tickets.take(take)))).filter(({ ok }) => ok).length;
  expect(given).toBe(RULES.ticketsPerMinute);
  expect(await tickets.take({ ...take, class: 'estate' })).toEqual({ ok: false, refusal: 'identify-first' });
  expect(await tickets.checkIn('Y0123456789AB', null)).toEqual({ ok: false, refusal: 'appointment-unchecked' });
  expect(await tickets.checkIn('!', null)).toEqual({ ok: false, refusal: 'unknown-appointment' });
  expect(await tickets.giveBack('f'.repeat(24))).toEqual({ ok: false, refusal: 'forged-ticket' });
  const stranger = (method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<number> =>
    new Promise((resolve, reject) => {
      const asked = request(new URL(path, role.addresses.board), { method, headers, rejectUnauthorized: false, agent: false }, (answer) => answer.resume().on('end', () => resolve(answer.statusCode ?? 0)));
      asked.on('error', reject);
      asked.end(body);
    });
  for (let n = 0; n < 3; n += 1) expect(await stranger('GET', `/hall/tickets/${'f00d'.repeat(6)}`)).toBe(404);
  for (let n = 0; n < 3; n += 1) expect(await stranger('GET', '/hall/board', { origin: 'https://elsewhere.example' })).toBe(403);
  // Somebody types the number of a person where a name of staff belongs: it is no name, and it stands nowhere.
  expect(await stranger('POST', '/hall/sign-in', { 'content-type': 'application/json' }, JSON.stringify({ name: '440101199001011234', password: 'x' }))).toBe(400);
  await role.stop();
  const lines = audit.latest(1_000).toReversed();
  expect(lines.filter(({ event }) => event === 'queue.refused').map(({ fields }) => fields)).toEqual([
    { by: 'terminal-5', at: null, command: 'take', refusal: 'too-often', times: 1 },
    { by: 'terminal-5', at: null, command: 'take', refusal: 'identify-first', times: 1 },
    { by: 'terminal-5', at: null, command: 'check-in', refusal: 'appointment-unchecked', times: 1 },
    { by: 'terminal-5', at: null, command: 'check-in', refusal: 'unknown-appointment', times: 1 },
    { by: 'terminal-5', at: null, command: 'give-back', refusal: 'forged-ticket', times: 1 },
    { by: 'public', at: null, command: 'look', refusal: 'forged-ticket', times: 1 },
    { by: 'public', at: null, command: 'sign-in', refusal: 'not-understood', times: 1 },
    // What is gathered is written when the agent ends.
    { by: 'terminal-5', at: null, command: 'take', refusal: 'too-often', times: 10_000 - RULES.ticketsPerMinute - 1 },
    { by: 'public', at: null, command: 'look', refusal: 'forged-ticket', times: 2 },
  ]);
  expect(lines.filter(({ event }) => event === 'staff.refused').map(({ fields }) => fields)).toEqual([{ name: '-', reason: 'foreign-origin', times: 1 }, { name: '-', reason: 'foreign-origin', times: 2 }]);
  expect(JSON.stringify(lines)).not.toContain('440101199001011234');
}, 240_000);
