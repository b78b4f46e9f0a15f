import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../../clock/index.ts';
import { exportPublicKey, signRequest } from '../../platform/index.ts';
import { NINE, RULES } from '../../queue/rules/fixtures.ts';
import { openLanHall, type LanHall } from '../../../test/queue/lan-hall.ts';
import type { Role } from './routes.ts';

const CALLERS = ['public', 'terminal', 'clerk', 'manager'] as const;
/** Who of them gets in where a route names a role. */
const MAY: Record<Role, readonly (typeof CALLERS)[number][]> = { public: CALLERS, terminal: ['terminal'], clerk: ['clerk', 'manager'], manager: ['manager'] };

/** Every route with who may use it. A route that is not in here does not pass. */
const TABLE: Record<string, Role> = {
  'POST /hall/sign-in': 'public',
  'POST /hall/first-manager': 'public',
  'GET /hall/me': 'clerk',
  'GET /hall/clerks': 'manager',
  'POST /hall/clerks': 'manager',
  'POST /hall/clerks/:name/disable': 'manager',
  'POST /hall/clerks/:name/enable': 'manager',
  'GET /hall/counters': 'clerk',
  'GET /hall/counters/:counter': 'clerk',
  'GET /hall/counters/:counter/stream': 'clerk',
  'POST /hall/counters/:counter/:act': 'clerk',
  'POST /hall/counters/:counter/release': 'manager',
  'POST /hall/numbers/:number/:act': 'clerk',
  'GET /hall/windows/:counter': 'public',
  'GET /hall/windows/:counter/stream': 'public',
  'POST /hall/windows/:counter/rate': 'public',
  'GET /hall/board': 'public',
  'GET /hall/board/stream': 'public',
  'GET /hall/classes': 'public',
  'POST /hall/tickets': 'clerk',
  'GET /hall/tickets/:ticket': 'public',
  'POST /hall/tickets/:ticket/give-back': 'public',
  'POST /hall/tickets/:ticket/rate': 'public',
  'GET /hall/rules': 'manager',
  'PUT /hall/rules': 'manager',
  'POST /hall/rules/check': 'manager',
  'GET /hall/doubts': 'manager',
  'GET /hall/papers': 'clerk',
  'GET /hall/lockers': 'clerk',
  'POST /hall/lockers/originals/:document/load': 'clerk',
  'POST /hall/lockers/cells/:cell/:act': 'clerk',
  'POST /hall/doubts/:terminal/:paper': 'clerk',
  'POST /hall/joins/:ticket/settle': 'manager',
  'GET /hall/rules/assumed-day': 'manager',
  'POST /hall/rules/simulate': 'manager',
  'GET /hall/figures': 'manager',
  'GET /hall/figures.csv': 'manager',
  'GET /hall/terminals': 'manager',
  'POST /hall/terminals': 'manager',
  'POST /hall/terminals/:terminal/revoke': 'manager',
  'POST /hall/terminal/enrol': 'public',
  'POST /hall/terminal/tickets': 'terminal',
  'POST /hall/terminal/check-in': 'terminal',
  'POST /hall/terminal/leases': 'terminal',
  'POST /hall/terminal/joins': 'terminal',
  'POST /hall/terminal/leases/:lease/burn': 'terminal',
  'POST /hall/terminal/tickets/:ticket/give-back': 'terminal',
  'POST /hall/terminal/tickets/:ticket/paper': 'terminal',
  'POST /hall/terminal/look': 'terminal',
  'GET /hall/authority.pem': 'public',
  'GET /hall/certificate': 'public',
  'GET /hall/certificate/end': 'manager',
  'GET /trust/': 'public',
  'GET /openapi.json': 'public',
  'GET /assets/*': 'public',
  'GET /counter/': 'public',
  'GET /rating/': 'public',
  'GET /board/': 'public',
  'GET /manager/': 'public',
  'GET /ticket/': 'public',
  'POST /hall/sign-out': 'clerk',
};
const FILLED: Record<string, string> = { name: 'nobody', counter: '99', act: 'open', number: 'A999', ticket: 'a'.repeat(24), paper: `p${'0'.repeat(16)}`, document: `c${'0'.repeat(24)}`, cell: '1', terminal: 'terminal-99', lease: 'a'.repeat(16) };

let home = '';
let hall: LanHall;
const headers: Record<string, Record<string, string>> = { public: {} };
const { privateKey, publicKey } = generateKeyPairSync('ed25519');

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'hall24-roles-'));
  hall = await openLanHall({ home, clock: new ManualClock(NINE), rules: RULES });
  for (const role of ['clerk', 'manager'] as const) {
    const signedIn = await hall.staff.signIn(`the-${role}`, await hall.staff.invite(`the-${role}`, role), 'correct horse battery');
    if (!signedIn.ok) throw new Error(signedIn.reason);
    headers[role] = { cookie: `hall24-staff=${signedIn.token}` };
  }
  await hall.terminals.enrol(await hall.terminals.pair('terminal-6'), 'terminal-6', exportPublicKey(publicKey));
}, 120_000);
afterAll(async () => {
  await hall.close();
  rmSync(home, { recursive: true, force: true });
});

const asks = async (caller: (typeof CALLERS)[number], method: string, url: string): Promise<number> => {
  const body = method === 'GET' ? null : Buffer.from('{"nothing":"that fits"}');
  const signature = caller === 'terminal' ? await signRequest({ key: privateKey, keyId: 'terminal-6', method, url, body }) : {};
  const reply = await hall.api.app.inject({ method: method as 'GET', url, headers: { ...headers[caller], ...signature, ...(body === null ? {} : { 'content-type': 'application/json' }) }, ...(body === null ? {} : { payload: body }), payloadAsStream: true });
  reply.stream().destroy();
  return reply.statusCode;
};

test('every route names who may use it, and stands in the table', () => {
  const served = hall.api.routes.map(({ method, path, role }): [string, string] => [`${method} ${path}`, role]);
  expect(TABLE).toMatchObject(Object.fromEntries(served));
  expect(served.length).toBeGreaterThan(50);
});

test.each(Object.entries(TABLE))('%s is for %s, and for nobody else', async (route, role) => {
  const [method = '', path = ''] = route.split(' ');
  const url = path.replaceAll(/:([a-z]+)/g, (_all, name: string) => FILLED[name] ?? '');
  for (const caller of CALLERS) {
    const status = await asks(caller, method, url);
    const inside = status !== 401 && status !== 403;
    expect([caller, inside, status]).toEqual([caller, MAY[role].includes(caller), status]);
  }
});
