/** An original out of the locker: told by the platform, put in by staff over the hall's API, fetched at the glass by card and by code; boards of locks on their own wire. */
import { request } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { specimen } from '../../drivers/id-card/specimens.ts';
import type { LockersView } from '../../electron/lockers/index.ts';
import { secretsOf, watchLeftBehind } from './left-behind.ts';
import { openShell, type OpenShell } from './shells.ts';
import { startTerminal, until, type Terminal } from './terminal.ts';
import { freshHome, shows, titled, touch } from './walk.ts';

const left = watchLeftBehind();
let terminal: Terminal;
let shell: OpenShell;
let cookie = '';

beforeAll(async () => {
  terminal = await startTerminal();
  left.outside(join(terminal.home, 'platform'));
  shell = await openShell(terminal, terminal.url);
  const { clerk } = terminal.hall;
  const signed = await hall('POST', '/hall/sign-in', { name: clerk?.name, password: clerk?.code, newPassword: 'nine blue doors' });
  if (signed.status !== 200) throw new Error(`the clerk cannot sign in: ${signed.status}`);
}, 120_000);
afterAll(async () => {
  await shell?.close(() => left.nothingOf(secretsOf('resident')));
  await terminal?.stop();
  left.close();
});

/** The hall's API as a counter's browser asks it, which has come to trust the hall's certificate. */
const hall = (method: 'GET' | 'POST', path: string, body?: unknown): Promise<{ status: number; body: unknown }> =>
  new Promise((resolve, reject) => {
    const asked = request(new URL(path, terminal.hall.counter), { method, rejectUnauthorized: false, headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) } }, (response) => {
      let text = '';
      const given = response.headers['set-cookie']?.[0]?.split(';')[0];
      if (given !== undefined) cookie = given;
      response.setEncoding('utf8').on('data', (part: string) => (text += part)).on('end', () => resolve({ status: response.statusCode ?? 0, body: text === '' ? null : JSON.parse(text) }));
    });
    asked.on('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
const locker = async () => ((await hall('GET', '/hall/lockers')).body as LockersView).locker;
const cellOf = async (cell: string) => (await locker())?.cells.find((one) => one.cell === cell);
const shut = (cell: string): Promise<unknown> => terminal.play('/locker/door', { cell: Number(cell), open: false });
const became = async (caseNumber: string): Promise<string | undefined> => ((await (await fetch(`${terminal.platform}/control/originals`)).json()) as { caseNumber: string; state: string }[]).find((one) => one.caseNumber === caseNumber)?.state;

/** The platform tells, and staff put it into this cell. @returns its pick-up code */
const putIn = async (caseNumber: string, cell: string): Promise<string> => {
  const person = specimen('resident')?.card;
  const answer = await fetch(`${terminal.platform}/control/originals`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ terminal: 'terminal-5', caseNumber, name: person?.name, idNumber: person?.idNumber }) });
  const { code } = (await answer.json()) as { code: string };
  const waiting = await until('the original is known', async () => (await locker())?.waiting.find((one) => one.caseNumber === caseNumber));
  expect((await hall('POST', `/hall/lockers/originals/${waiting.document}/load`, { cell })).status).toBe(200);
  await until('its door is open', async () => (await cellOf(cell))?.step === 'open');
  expect((await hall('POST', `/hall/lockers/cells/${cell}/put`)).body).toEqual({ refusal: 'door-open' });
  await shut(cell);
  await until('its door was seen closed', async () => (await cellOf(cell))?.step === 'closed');
  expect((await hall('POST', `/hall/lockers/cells/${cell}/put`)).status).toBe(200);
  await until('the platform knows', async () => (await became(caseNumber)) === 'loaded');
  return code;
};

describe('an original in the locker', () => {
  it('is fetched by card: the cell opens at a touch, and it is over when the door was seen closed', async () => {
    const { page } = shell;
    await putIn('2026112200500012', '4');
    await touch(page, 'pick-up');
    await titled(page, '取件，请放身份证');
    await terminal.play('/card', { specimen: 'resident' });
    await shows(page, 'pick-ups');
    await touch(page, 'fetch-4');
    await titled(page, '门开了');
    expect(await page.locator('.cell-number').textContent()).toBe('4');
    await shut('4');
    await titled(page, '取好了');
    await until('the platform knows', async () => (await became('2026112200500012')) === 'collected');
    expect((await cellOf('4'))?.state).toBe('free');
    await terminal.play('/card', { lift: true });
    await freshHome(page, () => touch(page, 'leave'));
    expect(left.tracesOf(secretsOf('resident'))).toEqual([]);
  }, 120_000);

  it('with the platform away is fetched by its code alone; a door that does not spring open is told, and is staff\'s', async () => {
    const { page } = shell;
    const [first, second] = [await putIn('2026112200500021', '2'), await putIn('2026112200500033', '3')];
    await terminal.play('/network', { cut: true });
    await terminal.play('/code', { text: 'QJ00000000' });
    await titled(page, '没有这份件');
    await touch(page, 'home');
    await terminal.play('/code', { text: first });
    await shows(page, 'pick-ups');
    expect(await page.locator('.page').textContent()).not.toContain('欧阳');
    await touch(page, 'fetch-2');
    await titled(page, '门开了');
    await shut('2');
    await titled(page, '取好了');
    await freshHome(page, () => touch(page, 'leave'));

    await terminal.play('/locker/fault', { fault: 'stuck' });
    await terminal.play('/code', { text: second });
    await shows(page, 'pick-ups');
    await touch(page, 'fetch-3');
    await titled(page, '门没有弹开');
    expect(await cellOf('3')).toMatchObject({ state: 'doubtful', why: 'stuck' });
    await terminal.play('/locker/fault', { fault: null });
    await touch(page, 'back');
    await shows(page, 'pick-ups');
    expect(await page.locator('[data-name="fetch-3"]').count()).toBe(0);
    await freshHome(page, () => touch(page, 'back'));
    expect((await hall('POST', '/hall/lockers/cells/3/settle', { found: 'inside' })).status).toBe(200);
    await terminal.play('/network', { cut: false });
    await until('the platform knows', async () => (await became('2026112200500021')) === 'collected' && (await became('2026112200500033')) === 'loaded', 90_000);
    expect(shell.errors).toEqual([]);
  }, 180_000);

  it('of a locker that does not answer is not promised: closed on the home page with its reason', async () => {
    const { page } = shell;
    await terminal.play('/locker/fault', { fault: 'silent' });
    await page.locator('[data-name="pick-up"]', { hasText: '开不了' }).waitFor({ timeout: 60_000 });
    await touch(page, 'pick-up');
    await titled(page, '取件柜现在开不了门');
    expect(await page.locator('.page').textContent()).toContain('原件还锁在柜子里');
    await touch(page, 'back');
    await terminal.play('/locker/fault', { fault: null });
    await page.locator('[data-name="pick-up"]', { hasText: '取放好的原件' }).waitFor({ timeout: 60_000 });
  }, 180_000);
});
