/** What nobody should ask of a hall, asked over its real API: refused with a clear word, nothing lost, on record. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ManualClock } from '../../electron/clock/index.ts';
import { exportPublicKey, signRequest } from '../../electron/platform/index.ts';
import { DAY, NINE, RULES } from '../../electron/queue/rules/fixtures.ts';
import { createPlatform } from '../platform/server.ts';
import { HALL, openLanHall, type LanHall } from './lan-hall.ts';

const MINUTE = 60_000;
/** Closes at noon. */
const CLASSES = RULES.classes.map((one) => ({ ...one, hours: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '08:00', to: '12:00' }] }));
let home = '';
let platform: Awaited<ReturnType<typeof createPlatform>>;
let platformAt = '';
/** Codes of agreed times, as the platform gave them. */
let codes: Record<'today' | 'tomorrow' | 'yesterday' | 'elsewhere' | 'noon', string>;
let clock: ManualClock;
let hall: LanHall;
let keys: Record<string, KeyObject>;
let cookies: Record<string, string>;

type Answer = [status: number, body: Record<string, unknown>];
const ask = async (method: 'GET' | 'POST' | 'PUT', url: string, headers: Record<string, string>, body?: unknown): Promise<Answer> => {
  const reply = await hall.api.app.inject({ method, url, headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { payload: Buffer.from(JSON.stringify(body)) }) });
  return [reply.statusCode, reply.json() as Record<string, unknown>];
};
/** Who is needed signs in then: a password takes its time. */
const as = async (who: string, method: 'GET' | 'POST' | 'PUT', url: string, body?: unknown): Promise<Answer> => {
  if (cookies[who] === undefined) {
    const signedIn = await hall.staff.signIn(who, await hall.staff.invite(who, who === 'zhao' ? 'manager' : 'clerk'), 'correct horse battery');
    if (!signedIn.ok) throw new Error(signedIn.reason);
    cookies[who] = `hall24-staff=${signedIn.token}`;
  }
  return ask(method, url, { cookie: cookies[who] }, body);
};
const at = (who: string, counter: string, act: string, body: unknown = {}): Promise<Answer> => as(who, 'POST', `/hall/counters/${counter}/${act}`, body);
const terminal = async (id: string, path: string, body: unknown): Promise<Answer> => {
  const url = `/hall/terminal/${path}`;
  return ask('POST', url, await signRequest({ key: keys[id] as KeyObject, keyId: id, method: 'POST', url, body: Buffer.from(JSON.stringify(body)) }), body);
};
const ticketId = (n: number): string => n.toString(16).padStart(24, '0');
const take = (n: number, by = 'terminal-6'): Promise<Answer> => terminal(by, 'tickets', { ticket: ticketId(n), class: 'insurance', item: null, priority: null, identified: false });
const refused = (refusal: string): Answer => [409, { refusal }];
/** What stands on record of refusals, as [who, counter, what was asked, word]. */
const onRecord = (): string[][] => hall.record.filter(([what]) => what === 'queue-refused').map(([, ...line]) => line.slice(0, 4).map(String));
const agree = async (agreed: number, day: string, more: object = {}): Promise<string> => {
  const reply = await fetch(`${platformAt}/control/appointments`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ hall: HALL.id, day, class: 'insurance', at: new Date(agreed).toISOString(), ...more }) });
  return ((await reply.json()) as { id: string }).id;
};
const HEXI = { zh: '河西区政务服务中心', en: 'Hexi Government Service Centre' };

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'hall24-bad-'));
  clock = new ManualClock(NINE);
  platform = await createPlatform({ dir: join(home, 'platform'), control: true, clock });
  platformAt = await platform.app.listen({ port: 0, host: '127.0.0.1' });
  codes = {
    today: await agree(NINE + 10 * MINUTE, DAY),
    tomorrow: await agree(NINE + 1_440 * MINUTE, '20261124'),
    yesterday: await agree(NINE - 1_440 * MINUTE, '20261122'),
    elsewhere: await agree(NINE + 10 * MINUTE, DAY, { hall: 'hexi', hallName: HEXI }),
    noon: await agree(NINE + 190 * MINUTE, DAY),
  };
  hall = await openLanHall({
    home: join(home, 'hall'),
    clock,
    rules: { ...RULES, classes: CLASSES },
    platform: platformAt,
  });
  keys = {};
  cookies = {};
  for (const id of ['terminal-6', 'terminal-7']) {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    keys[id] = privateKey;
    await hall.terminals.enrol(await hall.terminals.pair(id), id, exportPublicKey(publicKey));
  }
}, 120_000);
afterEach(async () => {
  await hall.close();
  await platform.close();
  rmSync(home, { recursive: true, force: true });
});

test('a second clerk on an occupied counter is refused at every act, and the first goes on', { timeout: 120_000 }, async () => {
  await take(1);
  expect((await at('lin', '1', 'open'))[0]).toBe(200);
  for (const act of ['open', 'next', 'recall', 'finish', 'pause', 'close']) expect(await at('wang', '1', act)).toEqual(refused('counter-occupied'));
  // Nor does one clerk sit at two counters.
  expect(await at('lin', '2', 'open')).toEqual(refused('counter-occupied'));
  expect(onRecord()).toEqual([...['open', 'next', 'recall', 'finish', 'pause', 'close'].map((act) => ['wang', '1', act, 'counter-occupied']), ['lin', '2', 'open', 'counter-occupied']]);
  expect((await at('lin', '1', 'next'))[1]).toMatchObject({ numbers: ['A001'] });
});

test('a call for a finished number, for one that nobody took, and for one at another counter', { timeout: 120_000 }, async () => {
  for (const n of [1, 2]) await take(n);
  await at('lin', '1', 'open');
  await at('wang', '2', 'open');
  for (const act of ['next', 'start', 'finish']) await at('lin', '1', act);
  expect(await at('lin', '1', 'call', { number: 'A001', reason: '再来一次' })).toEqual(refused('already-over'));
  expect(await at('lin', '1', 'call', { number: 'A099', reason: '再来一次' })).toEqual(refused('unknown-number'));
  await at('wang', '2', 'next');
  expect(await at('lin', '1', 'call', { number: 'A002', reason: '再来一次' })).toEqual(refused('not-waiting'));
  expect(hall.queue.day().counters.get('2')?.current).toBe('A002');
  for (const act of ['come-back', 'void']) expect(await as('lin', 'POST', `/hall/numbers/A001/${act}`)).toEqual(refused('already-over'));
  expect(onRecord()).toEqual([...['already-over', 'unknown-number', 'not-waiting'].map((word) => ['lin', '1', 'call', word]), ['lin', '-', 'come-back', 'already-over'], ['lin', '-', 'void', 'already-over']]);
});

test('a forged code of a ticket shows nothing, gives nothing back, rates nobody', { timeout: 120_000 }, async () => {
  await take(1);
  const forged = 'f'.repeat(24);
  expect(await ask('GET', `/hall/tickets/${forged}`, {})).toEqual([404, { refusal: 'forged-ticket' }]);
  expect(await ask('POST', `/hall/tickets/${forged}/give-back`, {})).toEqual(refused('forged-ticket'));
  expect(await ask('POST', `/hall/tickets/${forged}/rate`, {}, { score: 5 })).toEqual(refused('forged-ticket'));
  for (const nonsense of ['A001', '../rules', `${forged}f`, '%00']) expect((await ask('GET', `/hall/tickets/${encodeURIComponent(nonsense)}`, {}))[0]).toBe(400);
  expect(hall.queue.day().tickets.get('A001')?.state).toBe('waiting');
  expect(onRecord()).toEqual([...['look', 'give-back', 'rate'].map((asked) => ['public', '-', asked, 'forged-ticket']), ['public', '-', 'look', 'not-understood']]);
  // A thousand of them do not fill the record.
  for (let n = 0; n < 1_000; n += 1) await ask('GET', `/hall/tickets/${n.toString(16).padStart(24, 'a')}`, {});
  clock.advance(MINUTE);
  expect(onRecord()).toHaveLength(6);
  expect(hall.record.at(-2)).toEqual(['queue-refused', 'public', '-', 'look', 'forged-ticket', 1_000]);
});

test('an appointment of another day or hall, or none at all, is told apart; the right one checks in once', { timeout: 120_000 }, async () => {
  const checkIn = (code: string, n: number): Promise<Answer> => terminal('terminal-6', 'check-in', { ticket: ticketId(n), code, priority: null });
  const elsewhere = (refusal: string, agreed: number, name: unknown = null): Answer => [409, { refusal, agreed: { at: new Date(agreed).toISOString(), hall: name } }];
  expect(await checkIn(codes.tomorrow, 1)).toEqual(elsewhere('other-day', NINE + 1_440 * MINUTE));
  // What is over or of another hall does not stand in the hall's own book: the platform is asked.
  expect(await checkIn(codes.yesterday, 2)).toEqual(elsewhere('other-day', NINE - 1_440 * MINUTE));
  expect(await checkIn(codes.elsewhere.toLowerCase(), 3)).toEqual(elsewhere('other-hall', NINE + 10 * MINUTE, HEXI));
  for (const code of ['NOBODYS', 'Y000000000000', '😀', '../rules']) expect(await checkIn(code, 4)).toEqual(refused('unknown-appointment'));
  expect((await checkIn(codes.today, 5))[1]).toMatchObject({ number: 'Y001', class: 'insurance' });
  expect(await checkIn(codes.today, 6)).toEqual(refused('already-checked-in'));
  // Agreed a moment ago: the book of a minute ago does not have it yet.
  expect((await checkIn(await agree(NINE + 20 * MINUTE, DAY), 7))[1]).toMatchObject({ number: 'Y002' });
  expect([...hall.queue.day().tickets.keys()]).toEqual(['Y001', 'Y002']);
  expect(onRecord()).toEqual(['other-day', 'other-hall', 'unknown-appointment', 'already-checked-in'].map((word) => ['terminal-6', '-', 'check-in', word]));
});

test('while the platform is away an appointment that the hall does not know is said to be nothing that can be looked up now; those of today check in', { timeout: 120_000 }, async () => {
  while (hall.appointments.find(codes.today) === null) await new Promise((resolve) => setTimeout(resolve, 20));
  const checkIn = (code: string, n: number): Promise<Answer> => terminal('terminal-6', 'check-in', { ticket: ticketId(n), code, priority: null });
  for (const mode of ['5xx', 'html', 'half-body']) {
    await fetch(`${platformAt}/control/mode`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ mode }) });
    expect([mode, await checkIn(codes.elsewhere, 1)]).toEqual([mode, refused('appointment-unchecked')]);
  }
  await platform.close();
  expect(await checkIn(codes.elsewhere, 2)).toEqual(refused('appointment-unchecked'));
  expect((await checkIn(codes.today, 3))[1]).toMatchObject({ number: 'Y001' });
  expect(onRecord()).toEqual([['terminal-6', '-', 'check-in', 'appointment-unchecked']]);
});

test('a class that closed meanwhile gives no number and checks nobody in, and says when it opens again', { timeout: 120_000 }, async () => {
  clock.advance(180 * MINUTE);
  expect(await take(1)).toEqual(refused('class-closed'));
  expect(await terminal('terminal-6', 'check-in', { ticket: ticketId(2), code: codes.noon, priority: null })).toEqual(refused('class-closed'));
  const [, classes] = (await ask('GET', '/hall/classes', {})) as unknown as [number, Record<string, unknown>[]];
  expect(classes[0]).toMatchObject({ id: 'insurance', open: false, opening: { today: [{ from: '08:00', to: '12:00' }], until: null, opens: { inDays: 1, weekday: 2, at: '08:00' } } });
  // Taken away by a manager while a terminal still offers it.
  const [, { rules, version }] = (await as('zhao', 'GET', '/hall/rules')) as [number, { rules: typeof RULES; version: number }];
  const without = { ...rules, classes: rules.classes.filter(({ id }) => id !== 'insurance'), counters: rules.counters.filter(({ id }) => id === '3') };
  expect((await as('zhao', 'PUT', '/hall/rules', { rules: without, basedOn: version }))[0]).toBe(200);
  expect(await take(3)).toEqual(refused('unknown-class'));
  // The counter's desk is told the same, and its own presses stand on record under its clerk.
  expect(await as('lin', 'POST', '/hall/tickets', { class: 'insurance' })).toEqual(refused('unknown-class'));
  expect(onRecord()).toEqual([
    ['terminal-6', '-', 'take', 'class-closed'],
    ['terminal-6', '-', 'check-in', 'class-closed'],
    ['terminal-6', '-', 'take', 'unknown-class'],
    ['lin', '-', 'take', 'unknown-class'],
  ]);
});

test('rules whose prefixes overlap are refused at their place and on the record, and the old ones hold', { timeout: 120_000 }, async () => {
  const [, { rules, version }] = (await as('zhao', 'GET', '/hall/rules')) as [number, { rules: typeof RULES; version: number }];
  const second = rules.classes[1] as (typeof rules.classes)[number];
  for (const [changed, path] of [
    [{ ...second, prefix: 'A' }, ['classes', 1, 'prefix']],
    [{ ...second, morePrefixes: ['K', 'A'] }, ['classes', 1, 'morePrefixes', 1]],
    [{ ...second, prefix: 'Y' }, ['appointments', 'prefix']],
  ] as const) {
    const [status, body] = await as('zhao', 'PUT', '/hall/rules', { rules: { ...rules, classes: [rules.classes[0], changed] }, basedOn: version });
    expect([status, body]).toMatchObject([422, { mistakes: [{ path, kind: 'clash' }] }]);
  }
  expect((await as('zhao', 'GET', '/hall/rules'))[1]).toMatchObject({ version });
  expect(hall.record.filter(([what]) => what === 'rules-refused')).toEqual(Array.from({ length: 3 }, () => ['rules-refused', 'zhao', 1]));
});

test('ten thousand presses in a minute from one terminal: its share is given, the rest is told why, another terminal waits for nothing', { timeout: 240_000 }, async () => {
  const given: string[] = [];
  const others: Answer[] = [];
  const said = new Map<string, number>();
  for (let from = 0; from < 10_000; from += 100) {
    const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => take(from + index)));
    for (const [status, body] of answers) {
      if (status === 201) given.push(String(body['number']));
      else said.set(`${String(status)} ${String(body['refusal'])}`, (said.get(`${String(status)} ${String(body['refusal'])}`) ?? 0) + 1);
    }
    if (from === 5_000) others.push(await take(20_000, 'terminal-7'));
    clock.advance(500);
  }
  const share = RULES.ticketsPerMinute;
  expect(others).toMatchObject([[201, { number: `A${String(share + 1).padStart(3, '0')}` }]]);
  expect([given.length, new Set(given).size, [...said]]).toEqual([share, share, [['409 too-often', 10_000 - share]]]);
  // The minute is over: its numbers go on where they stopped, with none left out.
  clock.advance(MINUTE);
  expect((await take(30_000))[1]).toMatchObject({ number: `A${String(share + 2).padStart(3, '0')}` });
  expect([...hall.queue.day().tickets.keys()]).toHaveLength(share + 2);
  // On record in two lines: the first at once, all the others of the minute as one.
  expect(hall.record.filter(([what]) => what === 'queue-refused')).toEqual([
    ['queue-refused', 'terminal-6', '-', 'take', 'too-often', 1],
    ['queue-refused', 'terminal-6', '-', 'take', 'too-often', 10_000 - share - 1],
  ]);
});

test('a number that the hall does not take in stands among the doubts until a manager saw to it', { timeout: 120_000 }, async () => {
  const told = { day: DAY, lease: 'a'.repeat(16), class: 'insurance', ordinal: 7, ticket: ticketId(7), priority: null, item: null, takenAt: NINE - MINUTE };
  // Told again, as the answer was lost: it stands there once.
  for (let times = 0; times < 2; times += 1) expect(await terminal('terminal-6', 'joins', told)).toEqual(refused('unknown-lease'));
  const doubts = async (): Promise<unknown> => (await as('zhao', 'GET', '/hall/doubts'))[1]['joins'];
  expect(await doubts()).toMatchObject([{ number: 'A007', by: 'terminal-6', day: DAY, refusal: 'unknown-lease' }]);
  expect((await as('lin', 'POST', `/hall/joins/${ticketId(7)}/settle`))[0]).toBe(403);
  expect((await as('zhao', 'POST', `/hall/joins/${ticketId(7)}/settle`))[0]).toBe(200);
  expect(await doubts()).toEqual([]);
  expect((await as('zhao', 'POST', `/hall/joins/${ticketId(7)}/settle`))[0]).toBe(404);
});
