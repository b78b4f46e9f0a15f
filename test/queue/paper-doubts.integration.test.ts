/** Paper in doubt at terminals, settled by the manager of their hall: the hall role and terminals' dispensers as the agent opens them, over HTTPS. */
import { createHash, X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDispenser } from '../../electron/agent/dispenser.ts';
import { startHallRole, type HallRole } from '../../electron/agent/hall.ts';
import { createStaffDesk } from '../../electron/agent/staff-desk.ts';
import { createAudit } from '../../electron/audit/index.ts';
import { ManualClock } from '../../electron/clock/index.ts';
import { createPlatformLink } from '../../electron/platform/index.ts';
import { createLedger } from '../../electron/printing/index.ts';
import type { DispenserClient } from '../../electron/queue/index.ts';
import { NINE, RULES } from '../../electron/queue/rules/fixtures.ts';
import { openStorage, type Storage } from '../../electron/storage/index.ts';
import { loadHall } from '../../kiosk-config/index.ts';

const CASE = '2026112200000071';
let root = '';
let clock: ManualClock;
const clean: (() => unknown)[] = [];
const loaded = loadHall(join(process.cwd(), 'kiosk-config', 'demo-hall'), { terminal: 'terminal-5', overrides: { platformUrl: 'http://127.0.0.1:1' } });
if (!loaded.ok) throw new Error('the demonstration hall has mistakes');
const { hall, terminal, items } = loaded.config;

const onRecord = (storage: Storage, event: string): unknown[] => (storage.prepare('SELECT fields FROM audit WHERE event = ? ORDER BY sequence').all(event) as { fields: string }[]).map(({ fields }) => JSON.parse(fields));

/** What a machine of the hall has beside its queue. */
const machine = (id: string) => {
  const home = join(root, id);
  for (const folder of ['', 'keys']) mkdirSync(join(home, folder), { recursive: true });
  const storage = openStorage({ home, clock });
  const audit = createAudit({ storage, clock });
  const ledger = createLedger({ storage, audit, clock, timeZone: hall.timeZone });
  const desk = createStaffDesk({ ledger, outbox: { quarantined: () => [] } as never, cases: { get: () => ({ caseNumber: CASE }) } as never, closures: { list: () => [] } as never, items: [], devices: { health: () => [] }, badDevices: [] });
  return { home, storage, audit, ledger, desk };
};

interface Hall {
  role: HallRole;
  storage: Storage;
  at: URL;
  stop(): Promise<void>;
}
const openHall = async (port = 0): Promise<Hall> => {
  const { home, storage, audit, ledger, desk } = machine('terminal-5');
  if (port === 0) {
    ledger.sent(ledger.intend({ caseId: null, kind: 'places-slip', numbered: false, number: null, sheets: 1 }).id, null);
    for (const { id } of ledger.unsettled()) ledger.doubt(id, 'host-crashed', null);
  }
  const quiet = () => undefined;
  const role = await startHallRole({
    config: { hall: { ...hall, demo: false }, terminal: { ...terminal, id: 'terminal-5' }, items },
    rules: RULES,
    desk,
    serve: { host: '127.0.0.1', port, names: ['127.0.0.1'] },
    storage,
    clock,
    audit,
    link: createPlatformLink({ storage, audit, clock, hall, terminalId: 'terminal-5' }),
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet } as never,
    pages: join(home, 'no-pages'),
  });
  let over: Promise<void> | null = null;
  const stop = (): Promise<void> =>
    (over ??= (async () => {
      await role.stop();
      storage.close();
    })());
  clean.push(stop);
  return { role, storage, at: new URL(role.addresses.manager), stop };
};

/** As a browser at the manager's desk. */
const manager = { cookie: '' };
const ask = (at: URL, method: 'GET' | 'POST', path: string, body?: object): Promise<{ status: number; json: unknown; text: string }> =>
  new Promise((resolve, reject) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    // Who answers is not what this is about.
    const asked = request(new URL(path, at), { method, rejectUnauthorized: false, agent: false, headers: { cookie: manager.cookie, ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }) } }, (answer) => {
      let told = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (told += chunk));
      answer.on('end', () => {
        manager.cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? manager.cookie;
        resolve({ status: answer.statusCode ?? 0, text: told, json: told.startsWith('{') || told.startsWith('[') ? JSON.parse(told) : null });
      });
    });
    asked.on('error', reject);
    asked.end(text);
  });
interface Row {
  terminal: string;
  paper: string;
  doubtNumber: string;
  kind: string;
  caseNumber: string | null;
  certificateNumber: string | null;
  decided: { outcome: string; by: string; at: string } | null;
}
const papers = async ({ at }: Hall): Promise<Row[]> => ((await ask(at, 'GET', '/hall/doubts')).json as { papers: Row[] }).papers;
const settle = async ({ at }: Hall, { terminal: where, paper }: Pick<Row, 'terminal' | 'paper'>, outcome: string): Promise<number> => (await ask(at, 'POST', `/hall/doubts/${where}/${paper}`, { outcome })).status;

const openBox = (id: string, { at }: Hall, authority: string) => {
  const { storage, audit, ledger, desk } = machine(id);
  const client: DispenserClient = openDispenser({ config: { hall, terminal: { ...terminal, id }, items }, rules: RULES, queue: { at: at.origin, authority }, desk, storage, clock, audit });
  let over: Promise<void> | null = null;
  const stop = (): Promise<void> =>
    (over ??= (async () => {
      await client.stop();
      storage.close();
    })());
  clean.push(stop);
  return { client, storage, ledger, desk, stop };
};
const authorityOf = async ({ at }: Hall): Promise<string> => createHash('sha256').update(new X509Certificate((await ask(at, 'GET', '/hall/authority.pem')).text).raw).digest('hex');

/** Lets time pass until it is so. */
const until = async (so: () => boolean | Promise<boolean>, what: string): Promise<void> => {
  for (let turn = 0; turn < 1_500; turn += 1) {
    if (await so()) return;
    clock.advance(500);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`not so: ${what}`);
};
/** A sheet whose printer went away while it printed. @returns what the terminal calls it */
const doubtful = ({ ledger }: ReturnType<typeof openBox>, kind: 'receipt-slip' | 'certificate', number: string | null): string => {
  const { id } = ledger.intend({ caseId: 'c1', kind, numbered: number !== null, number, sheets: 1 });
  ledger.sent(id, null);
  ledger.doubt(id, 'timed-out', null);
  return id;
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hall24-paper-doubts-'));
  clock = new ManualClock(NINE);
  manager.cookie = '';
});
afterEach(async () => {
  for (const one of clean.splice(0).reverse()) await one();
  rmSync(root, { recursive: true, force: true });
});

const signedIn = async (one: Hall): Promise<void> => {
  expect((await ask(one.at, 'POST', '/hall/first-manager', { code: one.role.firstCode, name: 'zhao', password: 'correct horse battery' })).status).toBe(200);
};
const paired = async (id: string, one: Hall, authority: string) => {
  const box = openBox(id, one, authority);
  const { code } = (await ask(one.at, 'POST', '/hall/terminals', { id })).json as { code: string };
  expect(await box.client.pair(code)).toBe('paired');
  box.client.start();
  return box;
};

test("every terminal's doubtful paper stands before the manager; one that is away hears what was decided when it is back, once, over restarts of both", async () => {
  const first = await openHall();
  await signedIn(first);
  const authority = await authorityOf(first);
  const [six, seven] = [await paired('terminal-6', first, authority), await paired('terminal-7', first, authority)];
  const slip = doubtful(six, 'receipt-slip', null);
  const certificate = doubtful(seven, 'certificate', '000123');
  await until(async () => (await papers(first)).length === 3, 'the hall knows of its own and of both others');
  const seen = (await papers(first)).sort((one, other) => one.terminal.localeCompare(other.terminal));
  expect(seen.map(({ terminal: where, kind, caseNumber, certificateNumber, decided }) => [where, kind, caseNumber, certificateNumber, decided])).toEqual([
    ['terminal-5', 'places-slip', null, null, null],
    ['terminal-6', 'receipt-slip', CASE, null, null],
    ['terminal-7', 'certificate', CASE, '000123', null],
  ]);

  // The hall's own is settled at once.
  const own = seen.find((one) => one.terminal === 'terminal-5') as Row;
  expect([await settle(first, own, 'printed'), await settle(first, own, 'printed')]).toEqual([200, 404]);

  // One terminal is away.
  await six.stop();
  expect(await settle(first, { terminal: 'terminal-6', paper: slip }, 'not-printed')).toBe(200);
  const waiting = (await papers(first)).find(({ paper }) => paper === slip);
  expect(waiting?.decided).toMatchObject({ outcome: 'not-printed', by: 'zhao' });
  // Decided is decided, and nobody's paper is nobody's.
  expect([await settle(first, { terminal: 'terminal-6', paper: slip }, 'printed'), await settle(first, { terminal: 'terminal-6', paper: certificate }, 'printed')]).toEqual([404, 404]);
  expect(await settle(first, { terminal: 'terminal-7', paper: certificate }, 'printed')).toBe(200);
  await until(() => seven.ledger.doubts().length === 0, 'the terminal that is there has heard it');
  expect(seven.ledger.get(certificate)).toMatchObject({ state: 'settled', outcome: 'printed' });

  // The hall is started anew, then the terminal.
  const port = Number(first.at.port);
  await first.stop();
  const second = await openHall(port);
  expect((await papers(second)).find(({ paper }) => paper === slip)?.decided).toMatchObject({ outcome: 'not-printed' });
  const back = openBox('terminal-6', second, authority);
  expect(back.ledger.get(slip)?.state).toBe('doubt');
  back.client.start();
  await until(async () => (await papers(second)).length === 0, 'nothing is open any more');
  expect(back.ledger.get(slip)).toMatchObject({ state: 'settled', outcome: 'not-printed' });
  expect([onRecord(back.storage, 'paper.settled').length, onRecord(seven.storage, 'paper.settled').length]).toEqual([1, 1]);
  await until(() => onRecord(second.storage, 'paper.decision-reached').length === 2, 'both have told what came of it');
  expect(onRecord(second.storage, 'paper.decided')).toMatchObject([
    { terminal: 'terminal-6', by: 'zhao', outcome: 'not-printed' },
    { terminal: 'terminal-7', by: 'zhao', outcome: 'printed' },
  ]);
});

test('a terminal that dies before it told is told again and settles nothing twice; staff who were faster there are right', async () => {
  const one = await openHall();
  await signedIn(one);
  const authority = await authorityOf(one);
  const six = await paired('terminal-6', one, authority);
  const [slip, other] = [doubtful(six, 'receipt-slip', null), doubtful(six, 'receipt-slip', null)];
  await until(async () => (await papers(one)).length === 3, 'the hall knows them');
  expect(await settle(one, { terminal: 'terminal-6', paper: slip }, 'printed')).toBe(200);
  await until(() => six.ledger.get(slip)?.state === 'settled', 'the terminal has settled it');
  await six.stop();
  expect(await settle(one, { terminal: 'terminal-6', paper: other }, 'printed')).toBe(200);

  const back = openBox('terminal-6', one, authority);
  const number = back.desk.doubts().find(({ paper }) => paper === other)?.doubtNumber ?? '';
  expect(back.desk.settle({ doubtNumber: number, outcome: 'not-printed', by: 'clerk-1' })).toBe(true);
  back.client.start();
  await until(() => onRecord(one.storage, 'paper.decision-reached').length === 2, 'both decisions have come there');
  expect(onRecord(one.storage, 'paper.decision-reached')).toMatchObject([{ became: 'printed' }, { became: 'not-printed' }]);
  expect(onRecord(back.storage, 'paper.settled')).toMatchObject([{ by: 'zhao', outcome: 'printed' }, { by: 'clerk-1', outcome: 'not-printed' }]);
  expect((await papers(one)).filter(({ terminal: where }) => where === 'terminal-6')).toEqual([]);

  // It is no terminal of this hall any more: its paper is for whoever stands there.
  doubtful(back, 'receipt-slip', null);
  await until(async () => (await papers(one)).some(({ terminal: where }) => where === 'terminal-6'), 'a third one is known');
  expect((await ask(one.at, 'POST', '/hall/terminals/terminal-6/revoke', {})).status).toBe(200);
  expect((await papers(one)).map(({ terminal: where }) => where)).toEqual(['terminal-5']);
});
