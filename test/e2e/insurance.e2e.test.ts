/** The insurance certificate: from a card on a PTY to paper in three touches, on CUPS's own printer; English with one touch. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIdCardEmulator, type IdCardEmulator } from '../../drivers/id-card/emulator.ts';
import { specimen } from '../../drivers/id-card/specimens.ts';
import { secretsOf, watchLeftBehind } from './left-behind.ts';
import { paintedPage } from './painted.ts';
import { codeOn, startRealPrinter, type RealPrinter } from './peers.ts';
import { openShell, type OpenShell } from './shells.ts';
import { startTerminal, type Terminal } from './terminal.ts';
import { choose, freshHome, shows, titled, touch } from './walk.ts';

const CARD = specimen('long-name')!;
const left = watchLeftBehind();
let reader: IdCardEmulator;
let terminal: Terminal;
let printer: RealPrinter;
let shell: OpenShell;

beforeAll(async () => {
  reader = await startIdCardEmulator({ listen: { kind: 'pty', link: join(left.temp, 'reader') }, baudPaced: 115_200 });
  printer = await startRealPrinter();
  terminal = await startTerminal({ transports: { 'id-card': reader.uri, 'document-printer': printer.uri } });
  left.outside(join(terminal.home, 'platform'), printer.folder);
  shell = await openShell(terminal, terminal.url);
});

afterAll(async () => {
  await shell?.close(() => left.nothingOf(secretsOf(CARD.id)));
  await terminal?.stop();
  await reader?.close();
  printer?.close();
  left.close();
});

describe('an insurance certificate', () => {
  it('takes three touches, and the sheet bears the name, painted', async () => {
    const { page } = shell;
    await choose(page, '社会保险参保证明');
    await titled(page, '请把身份证平放在读卡处');
    reader.layCard(CARD);
    await titled(page, '看一看');
    await touch(page, 'confirm');
    await shows(page, 'done');
    const pdf = printer.pages().at(-1) ?? '';
    const sheet = await paintedPage(pdf);
    expect(await sheet.read('社会保险参保证明', 'title')).toBe('社会保险参保证明');
    for (const words of [CARD.card.name, CARD.card.idNumber, '职工基本养老保险', '青溪市社会保险']) expect(await sheet.read(words)).toBe(words);
    expect(codeOn(pdf)).not.toBe('');
    reader.liftCard();
    await freshHome(page, () => touch(page, 'leave'));
    expect(left.tracesOf(secretsOf(CARD.id))).toEqual([]);
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
