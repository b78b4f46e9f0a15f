/** Codes before the scanner of the terminal, and nobody before the terminal: an appointment checks in, a telephone stands for a card. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretsOf, watchLeftBehind } from './left-behind.ts';
import { openShell, type OpenShell } from './shells.ts';
import { startTerminal, until, type Terminal } from './terminal.ts';
import { freshHome, shows, titled, touch } from './walk.ts';

const left = watchLeftBehind();
let terminal: Terminal;
let shell: OpenShell;
let appointment = '';

const AGREED_MS = 120_000;
/** The hall's clock is eight hours ahead of UTC, and its business day begins at midnight. */
const hallDate = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '');

/** Agrees on a time with the platform. @returns what the citizen's telephone shows */
const agree = async (): Promise<string> => {
  const now = Date.now();
  // At the end of a day the agreed time is one that was just missed: it is of the same day.
  const at = hallDate(now) === hallDate(now + 3 * AGREED_MS) ? now + AGREED_MS : now - AGREED_MS;
  const body = JSON.stringify({ hall: 'qingxi', day: hallDate(at), class: 'real-estate', at: new Date(at).toISOString() });
  const answer = await fetch(`${terminal.platform}/control/appointments`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  return ((await answer.json()) as { id: string }).id;
};

beforeAll(async () => {
  terminal = await startTerminal();
  left.outside(join(terminal.home, 'platform'));
  appointment = await agree();
  // The hall asks for agreed times when it starts, and each minute.
  const before = terminal.processId('agent');
  await terminal.play('/kill', { process: 'agent' });
  await until('the next agent', () => terminal.processId('agent') !== before);
  await terminal.play('/presence', { near: false });
  const url = await until('its page', () => terminal.freshUrl().catch(() => null), 60_000);
  shell = await openShell(terminal, url);
}, 120_000);

afterAll(async () => {
  await shell?.close(() => left.nothingOf(secretsOf('long-term')));
  await terminal?.stop();
  left.close();
});

describe('before the scanner', () => {
  it('with nobody near the page goes quiet, and whoever comes wakes it', async () => {
    await shows(shell.page, 'home');
    await shell.page.locator('.rest').waitFor({ timeout: 60_000 });
    await terminal.play('/presence', { near: true });
    await titled(shell.page, '您好');
    expect(await shell.page.locator('.rest').count()).toBe(0);
  }, 90_000);

  it('a code of an appointment on the home page becomes a number, and the page says the agreed time', async () => {
    const { page } = shell;
    await terminal.play('/code', { text: appointment });
    await shows(page, 'ticket');
    expect(await page.locator('.ticket-number').textContent()).toBe('Y001');
    await page.locator('.note', { hasText: /约好 \d\d:\d\d/ }).waitFor();
    await freshHome(page, () => touch(page, 'leave'));
  }, 90_000);

  it('a code of one’s own takes a number when the platform knows it; an old one does not, and without a network the card does', async () => {
    const { page } = shell;
    await touch(page, 'number');
    await touch(page, 'class-company');
    await titled(page, '要看证件');
    await terminal.play('/identity-code', { lifeSeconds: 0 });
    await page.locator('.note', { hasText: '过期' }).waitFor();
    await terminal.play('/network', { cut: true });
    await terminal.play('/code', { text: 'CITYID-NOBODYCANASK' });
    await page.locator('.note', { hasText: '查不了身份码' }).waitFor();
    await terminal.play('/network', { cut: false });
    const shown = String((await terminal.play('/identity-code', {}))['text']);
    await shows(page, 'ticket');
    expect(await page.locator('.ticket-number').textContent()).toBe('D001');
    await freshHome(page, () => touch(page, 'leave'));
    // The code alone would let anybody ask who it is.
    expect(left.tracesOf(secretsOf('long-term', shown))).toEqual([]);
    expect(shell.errors).toEqual([]);
  }, 90_000);
});
