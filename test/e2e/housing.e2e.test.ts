/**
 * The housing application for real: bytes on a PTY, pages over eSCL, a slip over ESC/POS, the case in the platform's own
 * database, and, when it is decided, a job in CUPS's own printer.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIdCardEmulator } from '../../drivers/id-card/emulator.ts';
import { specimen } from '../../drivers/id-card/specimens.ts';
import { secretsOf, watchLeftBehind } from './left-behind.ts';
import { paintedPage } from './painted.ts';
import { codeOn, startRealPrinter, type RealPrinter } from './peers.ts';
import { openShell, type OpenShell } from './shells.ts';
import { startTerminal, until, type Terminal } from './terminal.ts';
import { answerForm, choose, copyCard, freshHome, named, scanAll, shows, sign, titled, touch } from './walk.ts';

const root = join(import.meta.dirname, '..', '..');
const PHONE = '13800006620';
const CARD = specimen('rare-character')!;
const secrets = secretsOf(CARD.id, PHONE);
const left = watchLeftBehind();

interface Counts {
  cases: Record<string, { state: string; messages: number; receipts: number; kinds: Record<string, number>; certificates: number; bureauForms: number }>;
}

let terminal: Terminal;
let printer: RealPrinter;
let shell: OpenShell;
let reader: Awaited<ReturnType<typeof startIdCardEmulator>>;
let folder: string;
let caseNumber = '';

const platformHas = async (): Promise<Counts> => (await (await fetch(`${terminal.platform}/control/cases`)).json()) as Counts;

beforeAll(async () => {
  folder = mkdtempSync(join(left.temp, 'wires-'));
  reader = await startIdCardEmulator({ listen: { kind: 'pty', link: join(folder, 'reader') }, baudPaced: 115_200 });
  printer = await startRealPrinter();
  terminal = await startTerminal({ transports: { 'id-card': reader.uri, 'document-printer': printer.uri } });
  left.outside(join(terminal.home, 'platform'), printer.folder);
  shell = await openShell(terminal, terminal.url);
});

afterAll(async () => {
  await shell?.close(() => left.nothingOf(secrets));
  await terminal?.stop();
  await reader?.close();
  printer?.close();
  left.close();
});

describe('applying for public rental housing', () => {
  it('says that it is a demonstration', async () => {
    await titled(shell.page, '您好');
    expect(await shell.page.getByText('演示').count()).toBeGreaterThan(0);
  });

  it('goes from the card to a stored case, asking only what nobody knows', async () => {
    const { page } = shell;
    await choose(page, '公租房申请');
    await titled(page, '请把身份证平放在读卡处');
    reader.layCard(CARD);
    await named(page, 'agree').waitFor({ timeout: 30_000 });
    await touch(page, 'agree');
    const asked = await answerForm(page);
    expect(asked.some((title) => title.includes('哪个单位'))).toBe(false);
    expect(asked.length).toBeLessThanOrEqual(7);
    await scanAll(terminal, page, 2, 2);
    await copyCard(terminal, page);
    await titled(page, '请核对');
    expect(await page.getByText(CARD.card.name).count()).toBeGreaterThan(0);
    expect(await page.getByText(CARD.card.idNumber).count()).toBe(0);
    // More rows than one page holds: the green button leads through them first.
    while ((await named(page, 'see-next').count()) > 0) await touch(page, 'see-next');
    await touch(page, 'all-correct');
    await sign(page);
    await titled(page, '已经受理');
    caseNumber = ((await page.locator('body').textContent()) ?? '').replaceAll(/\s/g, '').match(/受理号(\d{16})/)?.[1] ?? '';
    expect(caseNumber).toMatch(/^\d{16}$/);
  });

  it('prints a slip without name or number, whose code anybody can check', async () => {
    const slips = await until('the slip', async () => {
      const list = (await (await terminal.look('/slips')).json()) as { texts?: string[]; qr?: string[] }[];
      return list.length > 0 ? list : null;
    });
    const text = JSON.stringify(slips[0]);
    expect(secrets.filter((secret) => typeof secret === 'string' && text.includes(secret))).toEqual([]);
    const picture = join(folder, 'slip.png');
    writeFileSync(picture, Buffer.from(await (await terminal.look('/slips/1.png')).arrayBuffer()));
    const code = spawnSync('zbarimg', ['-q', '--raw', picture], { encoding: 'utf8' }).stdout.trim();
    expect(code).toMatch(/^HALL24\.1\./);
    const verified = spawnSync(process.execPath, [join(root, 'dist', 'verify.js'), code, '--home', terminal.home, '--json'], { encoding: 'utf8' });
    expect(verified.status, verified.stderr).toBe(0);
    expect(verified.stdout).toContain(caseNumber);
    expect(spawnSync(process.execPath, [join(root, 'dist', 'verify.js'), `${code.slice(0, -4)}AAAA`, '--home', terminal.home]).status).toBe(1);
    const page = await fetch(`${terminal.platform}/verify`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ text: code }) });
    expect(await page.text()).toContain(caseNumber.replace(/(.{4})(?=.)/g, '$1 '));
  });

  it('reaches the platform and the housing bureau once', async () => {
    const one = await until('the case at the platform', async () => {
      const found = (await platformHas()).cases[caseNumber];
      return found !== undefined && found.receipts > 0 && found.bureauForms > 0 ? found : null;
    });
    expect(one).toMatchObject({ state: 'received', messages: 1, kinds: { submitted: 1 }, bureauForms: 1 });
  });

  it('has sent a contract of two pages and both sides of a card as one document each, and a statement as its pictures', async () => {
    const office = await (await fetch(`${terminal.platform}/office/cases/${caseNumber}`)).text();
    const sent = await Promise.all(
      [...new Set([...office.matchAll(/href="(\/office\/materials\/[0-9a-f]{64})"/g)].map(([, path]) => path ?? ''))].map(async (path) => {
        const answer = await fetch(`${terminal.platform}${path}`);
        const text = Buffer.from(await answer.arrayBuffer()).toString('latin1');
        return `${answer.headers.get('content-type') ?? ''} ${[...text.matchAll(/\/Type \/Page\b/g)].length}`;
      }),
    );
    expect(sent.sort()).toEqual(['application/pdf 1', 'application/pdf 2', 'image/jpeg 0', 'image/jpeg 0']);
  });

  it('asks for the card that was left, and then shows the home page', async () => {
    await touch(shell.page, 'leave');
    await titled(shell.page, '请拿走身份证');
    await freshHome(shell.page, () => reader.liftCard());
    expect(await shell.page.getByText(CARD.card.name).count()).toBe(0);
  });

  it('leaves nothing of the citizen in the clear: home, temporary files, spool, browser profile', () => {
    expect(left.tracesOf(secrets)).toEqual([]);
  });

  it('prints the confirmation once the platform has decided, every character painted', async () => {
    const approved = await fetch(`${terminal.platform}/office/cases/${caseNumber}/approve`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ round: '1', note: '' }),
      redirect: 'manual',
    });
    expect(approved.status).toBeLessThan(400);
    const { page } = shell;
    await until('the decision on the terminal', async () => {
      reader.layCard(CARD);
      await titled(page, CARD.card.name);
      if ((await page.getByText('证明可以打印').count()) > 0) return true;
      reader.liftCard();
      await freshHome(page, () => touch(page, 'leave'));
      return false;
    });
    await page.getByText('证明可以打印').first().tap();
    await named(page, 'print').waitFor();
    await touch(page, 'print');
    await shows(page, 'done');
    const pdf = printer.pages().at(-1) ?? '';
    expect(pdf, readdirSync(printer.spool).join(' ')).not.toBe('');
    const sheet = await paintedPage(pdf);
    expect(await sheet.read('公租房保障资格确认书', 'title')).toBe('公租房保障资格确认书');
    for (const words of [CARD.card.name, CARD.card.idNumber, '经审核', '可租户型']) expect(await sheet.read(words)).toBe(words);
    expect(codeOn(pdf)).not.toBe('');
    const one = await until('the printed certificate at the platform', async () => ((await platformHas()).cases[caseNumber]?.kinds['printed'] ?? 0) > 0 && (await platformHas()).cases[caseNumber]);
    expect(one).toMatchObject({ state: 'approved', certificates: 1, kinds: { submitted: 1, printed: 1 } });
  });

  it('leaves nothing behind with the confirmation either', async () => {
    await touch(shell.page, 'leave');
    await titled(shell.page, '请拿走身份证');
    await freshHome(shell.page, () => reader.liftCard());
    expect(left.tracesOf(secrets)).toEqual([]);
  });

  it('saw no error on the page, and no breach of its content-security policy', () => {
    expect(shell.errors).toEqual([]);
  });
});
