/** Taking a number at the terminal of the hall that runs its queue: shown when it is kept, printed, on the telephone, on the board, given back. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretsOf, watchLeftBehind } from './left-behind.ts';
import { openShell, type OpenShell } from './shells.ts';
import { startTerminal, type Terminal } from './terminal.ts';
import { freshHome, shows, titled, touch } from './walk.ts';

const left = watchLeftBehind();
let terminal: Terminal;
let shell: OpenShell;

beforeAll(async () => {
  terminal = await startTerminal();
  left.outside(join(terminal.home, 'platform'));
  shell = await openShell(terminal, terminal.url);
});

afterAll(async () => {
  await shell?.close(() => left.nothingOf(secretsOf('resident')));
  await terminal?.stop();
  left.close();
});

/** What the hall's API answers a telephone, which may not know the hall's certificate. */
const askHall = (url: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    get(url, { rejectUnauthorized: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part)).on('end', () => resolve(JSON.parse(body)));
    }).on('error', reject);
  });

/** From home to the ticket of this class. @returns the number on the glass */
const take = async (classId: string): Promise<string> => {
  const { page } = shell;
  await titled(page, '您好');
  await touch(page, 'number');
  await shows(page, 'number');
  await touch(page, `class-${classId}`);
  await shows(page, 'ticket');
  return (await page.locator('.ticket-number').textContent()) ?? '';
};

describe('a number at the terminal', () => {
  it('comes in two touches, with its paper, and is not given twice', async () => {
    const { page } = shell;
    const first = await take('real-estate');
    expect(first).toBe('B001');
    await titled(page, /请拿走号票|号取好了$/);
    const picture = join(left.temp, 'ticket.png');
    writeFileSync(picture, Buffer.from(await (await terminal.look('/slips/1.png')).arrayBuffer()));
    // The code on the paper, read by zbar, is the ticket's page for a telephone, and it is there.
    const code = spawnSync('zbarimg', ['-q', '--raw', picture], { encoding: 'utf8' }).stdout.trim();
    expect(code).toMatch(/^https:\/\/.*\/ticket\/\?t=[0-9a-f]{24}$/);
    const ticket = await askHall(code.replace('/ticket/?t=', '/hall/tickets/'));
    expect(ticket).toMatchObject({ number: 'B001', state: 'waiting', ahead: 0 });
    await freshHome(page, () => touch(page, 'leave'));
    expect(await take('real-estate')).toBe('B002');
    expect(await page.locator('.ticket-facts .figure').last().textContent()).toContain('1');
  });

  it('is given back with one touch, and whoever comes next has another number', async () => {
    const { page } = shell;
    await touch(page, 'give-back');
    await titled(page, 'B002 退掉了');
    await touch(page, 'again');
    await shows(page, 'number');
    await touch(page, 'class-real-estate');
    await shows(page, 'ticket');
    expect(await page.locator('.ticket-number').textContent()).toBe('B003');
    await freshHome(page, () => touch(page, 'leave'));
  });

  it('wants the card where the class says so, and bears no name', async () => {
    const { page } = shell;
    await touch(page, 'number');
    await touch(page, 'class-company');
    await titled(page, '要看证件');
    await terminal.play('/card', { specimen: 'resident' });
    await shows(page, 'ticket');
    expect(await page.locator('.ticket-number').textContent()).toBe('D001');
    expect(await page.locator('.page').textContent()).not.toContain('欧阳');
    await terminal.play('/card', { lift: true });
    await freshHome(page, () => touch(page, 'leave'));
    expect(left.tracesOf(secretsOf('resident'))).toEqual([]);
  });

  it('without paper is told on the glass, and may be printed when there is some', async () => {
    const { page } = shell;
    await terminal.play('/ticket-dispenser/fault', { fault: 'paper-out' });
    const number = await take('general');
    await titled(page, '请记住这个号');
    expect(await page.locator('.page').textContent()).toContain(number);
    await terminal.play('/ticket-dispenser/fault', { fault: null });
    await touch(page, 'print-ticket');
    await titled(page, /请拿走号票|号取好了$/);
    expect(shell.errors).toEqual([]);
  });
});
