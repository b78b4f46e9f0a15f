/** The insurance certificate: from card to paper in three touches, on CUPS's own printer; English with one touch. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookAt, startRealPrinter, type RealPrinter } from './peers.ts';
import { openShell, type OpenShell } from './shells.ts';
import { startTerminal, type Terminal } from './terminal.ts';
import { choose, freshHome, shows, titled, touch } from './walk.ts';

let terminal: Terminal;
let printer: RealPrinter;
let shell: OpenShell;

beforeAll(async () => {
  printer = await startRealPrinter();
  terminal = await startTerminal({ transports: { 'document-printer': printer.uri } });
  shell = await openShell(terminal, terminal.url);
});

afterAll(async () => {
  await shell?.close();
  await terminal?.stop();
  printer?.close();
});

describe('an insurance certificate', () => {
  it('takes three touches, and the sheet bears the name, painted', async () => {
    const { page } = shell;
    await choose(page, '社会保险参保证明');
    await titled(page, '请把身份证平放在读卡处');
    await terminal.play('/card', { specimen: 'long-name' });
    await titled(page, '看一看');
    await touch(page, 'confirm');
    await shows(page, 'done');
    const sheet = lookAt(printer.pages().at(-1) ?? '');
    expect(sheet.text.replaceAll(/\s/g, '')).toContain('社会保险参保证明');
    expect(sheet.text.replaceAll(/\s/g, '')).toContain('阿不都克里木·吾买尔江·玉素甫');
    await terminal.play('/card', { lift: true });
    await freshHome(page, () => touch(page, 'leave'));
  });

  it('speaks English after one touch, and Chinese again to the next person', async () => {
    const { page } = shell;
    await touch(page, 'language');
    await titled(page, /[A-Za-z]{3}/);
    expect(await page.locator('h1').first().textContent()).not.toMatch(/[\u4e00-\u9fff]/);
    await touch(page, 'language');
    await titled(page, '您好');
    expect(shell.errors).toEqual([]);
  });
});
