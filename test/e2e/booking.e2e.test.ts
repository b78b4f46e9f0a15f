/** A number that becomes an appointment at the glass: the tile, a time, the yes, the slip with its code; and what a cut network leaves of it. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { watchLeftBehind } from './left-behind.ts';
import { openShell, type OpenShell } from './shells.ts';
import { startTerminal, until, type Terminal } from './terminal.ts';
import { freshHome, named, shows, titled, touch } from './walk.ts';

const left = watchLeftBehind();
let terminal: Terminal;
let shell: OpenShell;

beforeAll(async () => {
  terminal = await startTerminal();
  left.outside(join(terminal.home, 'platform'));
  shell = await openShell(terminal, terminal.url);
});
afterAll(async () => {
  await shell?.close();
  await terminal?.stop();
  left.close();
});

const take = async (): Promise<string> => {
  const { page } = shell;
  await titled(page, '您好');
  await touch(page, 'number');
  await shows(page, 'number');
  await touch(page, 'class-real-estate');
  await shows(page, 'ticket');
  return (await page.locator('.ticket-number').textContent()) ?? '';
};
/** From the ticket to the question before the yes. */
const choose = async (): Promise<void> => {
  const { page } = shell;
  await touch(page, 'open-times');
  await shows(page, 'times');
  expect(await page.locator('.times-day .choice-button').count()).toBe(6);
  await page.locator('.times-day .choice-button').first().tap();
  await shows(page, 'book');
};

describe('a number becomes an appointment', () => {
  it('with three touches and one yes: the number is given back, and a slip with the code comes out', async () => {
    const { page } = shell;
    const number = await take();
    await titled(page, /请拿走号票|号取好了$/);
    await named(page, 'open-times').waitFor();
    expect(await named(page, 'open-times').textContent()).toMatch(/换成预约最早(今天|明天|\d+月\d+日 周[一二三四五]) \d+:\d\d/);
    await choose();
    await touch(page, 'book');
    await shows(page, 'appointment');
    const code = (await page.locator('.code-text').textContent()) ?? '';
    expect(code).toMatch(/^Y[0-9A-F]{12}$/);
    await page.getByText(`号 ${number} 退掉了`).waitFor();
    await titled(page, /请拿走预约单|约好了$/);
    // The newest paper of the dispenser is the slip: its code, read by zbar, is the one that the check-in wants.
    const slips = (await (await terminal.look('/slips')).json()) as { png: string }[];
    const picture = join(left.temp, 'appointment.png');
    writeFileSync(picture, Buffer.from(await (await terminal.look(slips.at(-1)?.png ?? '')).arrayBuffer()));
    expect(spawnSync('zbarimg', ['-q', '--raw', picture], { encoding: 'utf8' }).stdout.trim()).toBe(code);
    await freshHome(page, () => touch(page, 'leave'));
    // Shown before its day it is known, and told for when it is.
    await terminal.play('/code', { text: code });
    await shows(page, 'check-in');
    await page.locator('.page', { hasText: /约的不是今天|来得太早了/ }).waitFor();
    await touch(page, 'back');
    await touch(page, 'back');
    await titled(page, '您好');
  });

  it('is not offered without the network, and one whose answer never came leaves the number, told in plain words', async () => {
    const { page } = shell;
    const number = await take();
    await named(page, 'open-times').waitFor();
    await choose();
    await terminal.play('/network', { cut: true });
    await touch(page, 'book');
    await page.getByText(`没有约上：中心平台没有回答。号 ${number} 还是您的`).waitFor({ timeout: 30_000 });
    await until('the tile goes', async () => (await named(page, 'open-times').count()) === 0);
    await terminal.play('/network', { cut: false });
    await named(page, 'open-times').waitFor({ timeout: 60_000 });
    await choose();
    await touch(page, 'book');
    await page.getByText(`号 ${number} 退掉了`).waitFor({ timeout: 30_000 });
    await freshHome(page, () => touch(page, 'leave'));
    expect(shell.errors).toEqual([]);
  });
});
