/** The hall manager's page in a real browser against the real queue and API. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launch, open, signInByCode, TEST_MS } from './browser.ts';
import { NOW, startHall, type DeskHall } from './hall.ts';

let browser: Browser;
let hall: DeskHall;
beforeAll(async () => {
  browser = await launch();
}, TEST_MS);
afterAll(async () => {
  await browser.close();
});
beforeEach(async () => {
  hall = await startHall();
});
afterEach(() => hall.close());

const PASSWORD = 'nine blue doors';
const signedIn = async (page: Page, place = ''): Promise<void> => {
  const code = await hall.invite('wang', 'manager');
  await page.goto(`${hall.url}/manager/${place}`);
  await signInByCode(page, 'wang', code, PASSWORD);
  await page.waitForSelector('.manager');
};
const served = async (number: number): Promise<void> => {
  const at = { counter: '3', clerk: 'lin' };
  await hall.run({ type: 'open', ...at });
  for (let index = 0; index < number; index += 1) {
    await hall.take('real-estate', 100 - index * 10);
    await hall.run({ type: 'next', ...at });
    await hall.run({ type: 'start', ...at });
    hall.until(95 - index * 10);
    await hall.run({ type: 'finish', ...at });
  }
};

describe('a hall manager', { timeout: TEST_MS }, () => {
  test('comes in first by the code that the hall printed', async () => {
    const { context, page, complaints } = await open(browser);
    await page.goto(`${hall.url}/manager/`);
    await page.click('[data-name=first-manager]');
    await page.fill('input[name=name]', 'zhao');
    await page.fill('input[name=secret]', 'FIRST');
    await page.fill('input[name=chosen]', PASSWORD);
    await page.fill('input[name=again]', PASSWORD);
    await page.click('[data-name=sign-in]');
    await page.waitForSelector('.manager');
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('creates a clerk, whose code is shown once, and disables him', async () => {
    const { context, page, complaints } = await open(browser);
    await signedIn(page, '?place=staff');
    await page.fill('input[name=new-name]', 'lin');
    await page.click('[data-name=create]');
    const code = (await page.locator('[data-name=code]').textContent()) ?? '';
    expect(code).toMatch(/^[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}$/);
    await page.click('[data-name=code-seen]');
    expect(await page.content()).not.toContain(code);
    const clerk = await open(browser);
    await clerk.page.goto(`${hall.url}/counter/`);
    await signInByCode(clerk.page, 'lin', code, PASSWORD);
    await clerk.page.waitForSelector('.choose-counter');
    await clerk.page.goto(`${hall.url}/manager/`);
    await clerk.page.waitForSelector('text=lin 不是大厅管理员');
    await page.click('[data-name=switch-lin]');
    await page.waitForSelector('[data-name=member-lin] .tag[data-tone=stop]');
    await clerk.page.goto(`${hall.url}/counter/`);
    await clerk.page.waitForSelector('[data-name=sign-in]');
    expect([...complaints, ...clerk.complaints]).toEqual([]);
    await clerk.context.close();
    await context.close();
  });

  test('closes a counter whose clerk went home, and whoever was called there waits again', async () => {
    await hall.take('real-estate', 30);
    hall.until(0);
    await hall.run({ type: 'open', counter: '3', clerk: 'lin' });
    await hall.run({ type: 'next', counter: '3', clerk: 'lin' });
    const { context, page, complaints } = await open(browser);
    await signedIn(page);
    await page.click('[data-name=release-3]');
    await page.waitForSelector('text=B001 还在窗口上');
    expect(await page.locator('[data-name=release-1]').count()).toBe(0);
    await page.click('[data-name=ask-answer]');
    await page.waitForFunction(() => document.querySelector('[data-name=release-3]') === null && document.querySelector('.veil') === null);
    expect([hall.queue.day().counters.get('3')?.clerk, hall.queue.day().tickets.get('B001')?.state]).toEqual([null, 'waiting']);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('is told a mistake in the rules at its line, tries a day, and lets the rules hold from then on', async () => {
    const { context, page, complaints } = await open(browser);
    await signedIn(page, '?place=rules');
    await page.click('[data-name=way-text]');
    const text = await page.locator('textarea').inputValue();
    const line = text.split('\n').findIndex((one) => one.includes('prefix: C')) + 1;
    await page.fill('textarea', text.replace('prefix: C', 'prefix: A'));
    await page.waitForSelector(`[data-name=mistakes] b:text-is("第 ${String(line)} 行")`);
    expect(await page.locator('[data-name=hold]').isDisabled()).toBe(true);
    await page.fill('textarea', text.replace('headStartMinutes: 15', 'headStartMinutes: 35'));
    await page.waitForSelector('.rules-head .tag[data-tone=attention]');
    await page.click('[data-name=way-try]');
    await page.click('[data-name=try]');
    await page.waitForSelector('[data-name=tried]');
    expect((await page.locator('[data-name=tried] tr').count()) > 10).toBe(true);
    await page.click('[data-name=hold]');
    await page.waitForSelector('[data-rules="1"]');
    const kept = await page.evaluate(async () => (await (await fetch('/hall/rules')).json()) as { rules: { priorities: { headStartMinutes: number }[] }; by: string });
    expect(kept).toMatchObject({ by: 'wang' });
    expect(kept.rules.priorities[0]?.headStartMinutes).toBe(35);
    // The forms show the same rules, and a notice written there reaches the boards.
    await page.click('[data-name=way-forms]');
    await page.click('[data-name=add-notice]');
    await page.click('[data-name=hold]');
    await page.waitForSelector('[data-rules="2"]');
    const board = await page.evaluate(async () => (await (await fetch('/hall/board')).json()) as { notices: unknown[] });
    expect(board.notices).toHaveLength(2);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('adds a class by form; its tickets can be taken and called as soon as the rules hold', async () => {
    hall.until(0);
    const { context, page, complaints } = await open(browser);
    await signedIn(page, '?place=rules');
    await page.click('[data-name=add-class]');
    expect(await page.locator('input[name=new-prefix]').inputValue()).toBe('E');
    await page.fill('input[name=new-zh]', '婚姻登记');
    await page.fill('input[name=new-en]', 'Marriage registration');
    await page.fill('input[name=new-whereZh]', '三楼 E 区');
    await page.fill('input[name=new-whereEn]', 'Area E, second floor');
    expect(await page.locator('[data-name=ask-answer]').isDisabled()).toBe(true);
    await page.click('[data-name=new-counter-4]');
    await page.fill('input[name=new-prefix]', 'a');
    await page.waitForSelector('text=写一两个大写字母');
    await page.fill('input[name=new-prefix]', 'm');
    await page.click('[data-name=ask-answer]');
    await page.waitForSelector('[data-name=class-marriage-registration]');
    await page.click('[data-name=hold]');
    await page.waitForSelector('[data-rules="1"]');
    expect(await hall.take('marriage-registration', 0)).toBe('M001');
    await hall.run({ type: 'open', counter: '4', clerk: 'lin' });
    expect(await hall.run({ type: 'next', counter: '4', clerk: 'lin' })).toEqual(['M001']);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('sees the numbers that the hall did not take in, with what to do, until he has seen to them', async () => {
    await hall.joins.note({ day: '20261123', class: 'real-estate', ordinal: 31, number: 'B031', ticket: 'b'.repeat(24), by: 'terminal-7', refusal: 'unknown-lease', takenAt: NOW - 3_600_000 });
    hall.until(0);
    const { context, page, complaints } = await open(browser);
    await signedIn(page, '?place=doubts');
    await page.waitForSelector('text=B031，不收');
    await page.waitForSelector('text=terminal-7 在 2026-11-23 09:41 给的不动产登记号。');
    await page.waitForSelector('text=请他重新取一个');
    await page.click(`[data-name=settle-${'b'.repeat(24)}]`);
    await page.waitForSelector('text=没有大厅不收的号');
    expect(hall.joins.list()).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('is told in time that the certificate ends; a new one is served to whoever comes, and nobody who is there is sent away', async () => {
    const { context, page, complaints } = await open(browser);
    await signedIn(page, '?place=now');
    await page.waitForSelector('[data-name=live-1]');
    expect(await page.locator('[data-name=certificate-ends]').count()).toBe(0);
    await hall.renew('renewed.example', 12.5);
    hall.refresh();
    const names = await new Promise<string>((resolve, reject) => {
      const socket = connect({ port: Number(new URL(hall.url).port), host: '127.0.0.1', rejectUnauthorized: false }, () => {
        resolve(socket.getPeerCertificate().subjectaltname ?? '');
        socket.destroy();
      }).on('error', reject);
    });
    expect(names).toContain('renewed.example');
    await page.reload();
    await page.waitForSelector('[data-name=certificate-ends]:has-text("还有 12 天到期")');
    await hall.renew('ended.example', -0.5);
    await page.reload();
    await page.waitForSelector('[data-name=certificate-ends]:has-text("已经到期")');
    await hall.renew('fresh.example', 397);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('does not overwrite what another manager let hold meanwhile', async () => {
    const { context, page } = await open(browser);
    await signedIn(page, '?place=rules');
    await page.click('[data-name=way-forms]');
    await page.click('[data-name=add-notice]');
    await page.evaluate(async () => {
      const { rules, version } = (await (await fetch('/hall/rules')).json()) as { rules: { leaseNumbers: number }; version: number };
      await fetch('/hall/rules', { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ rules: { ...rules, leaseNumbers: 50 }, basedOn: version }) });
    });
    await page.click('[data-name=hold]');
    await page.waitForSelector('[role=alert]:has-text("别人刚改过规则")');
    await page.click('[data-name=reload]');
    await page.waitForSelector('[data-rules="1"]');
    await page.click('[data-name=way-text]');
    expect(await page.locator('textarea').inputValue()).toContain('leaseNumbers: 50');
    await context.close();
  });

  test('reads the figures of the day and takes them away as a table', async () => {
    await served(6);
    hall.estimates.push({ day: '20261120', class: 'real-estate', held: 9, of: 10, meanErrorMinutes: 3 }, { day: '20261123', class: 'real-estate', held: 15, of: 20, meanErrorMinutes: 4.5 });
    hall.until(0);
    const { context, page, complaints } = await open(browser);
    await signedIn(page, '?place=figures');
    await page.waitForSelector('[data-name=tiles]');
    expect(await page.locator('[data-name=tiles] dd').allTextContents()).toEqual(['6', '6', '0', '0', '5', '0%', '—']);
    expect(await page.locator('figure').evaluateAll((all) => all.map((one) => one.getAttribute('data-name')))).toEqual(['plot-tickets', 'plot-wait', 'plot-service', 'plot-noShows']);
    // By hour, class and counter: the same plots, and a table whose rows say so.
    const rows = (cut: string): Promise<string[]> => page.locator(`[data-name=table-${cut}] tbody th`).allTextContents();
    expect(await rows('hour')).toEqual(['09:00–10:00']);
    await page.click('[data-name=cut-class]');
    await page.waitForSelector('[data-name=table-class]');
    expect(await rows('class')).toEqual(['B 不动产登记']);
    expect(await page.locator('[data-name=plot-service] svg').getAttribute('aria-label')).toContain('B 5');
    await page.click('[data-name=cut-counter]');
    await page.waitForSelector('[data-name=table-counter]');
    expect(await page.locator('[data-name=table-counter] tbody td').allTextContents()).toEqual(['6', '6', '0', '0', '0', '5', '5', '0 · 0%', '—']);
    // How good the waits were that people were told: by class, and by day where there are several.
    expect(await page.locator('[data-name=told-real-estate] td').allTextContents()).toEqual(['20', '75%', '4.5']);
    expect(await page.locator('[data-name=told-days]').count()).toBe(0);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-name=csv]')]);
    const table = readFileSync(await download.path(), 'utf8');
    expect(table).toContain('分组,代码,名称,取号,');
    expect(table).toMatch(/业务,real-estate,不动产登记,6,6,6,.*,20,75,4\.5\r\n/);
    await page.click('[data-name=month]');
    await page.waitForSelector('[data-name=told-days]');
    expect(await page.locator('[data-name=told-days] tbody tr').allTextContents()).toEqual(['2026-11-2375%，差 4.5 分', '2026-11-2090%，差 3 分']);
    expect(await page.locator('[data-name=told-all] td').allTextContents()).toEqual(['30', '80%', '4']);
    await page.click('[data-name=language]');
    const [english] = await Promise.all([page.waitForEvent('download'), page.click('[data-name=csv]')]);
    const inEnglish = readFileSync(await english.path(), 'utf8');
    expect(inEnglish).toContain('class,real-estate,Real-estate registration,6,6,6,');
    expect(inEnglish).not.toMatch(/[\u3400-\u9fff]/);
    await page.click('[data-name=language]');
    await page.fill('input[name=from]', '2026-01-01');
    await page.waitForSelector('[role=alert]:has-text("最多看一百天")');
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('settles numbers and paper in doubt, and compares the fingerprint of the certificate', async () => {
    const number = await hall.take('general', 8);
    await hall.run({ type: 'paper-doubtful', number });
    hall.doubts.push({ paper: 'p0000000000000731', doubtNumber: '0731-6', kind: 'certificate', caseNumber: null, certificateNumber: '000123', sheets: 3, sheetsDone: 2, fault: 'paper-jam', at: '2026-11-23T03:26:00+08:00' });
    hall.until(0);
    const { context, page, complaints } = await open(browser);
    await signedIn(page, '?place=doubts');
    await page.click(`[data-name=void-${number}]`);
    await page.waitForSelector(`[data-name=void-${number}]`, { state: 'detached' });
    expect(hall.queue.day().tickets.get(number)?.state).toBe('void');
    await page.click('[data-name=printed-0731-6]');
    await page.waitForSelector('[data-name=printed-0731-6]', { state: 'detached' });
    expect(hall.doubts).toEqual([]);
    // Another terminal's, which is away by now.
    await hall.elsewhere.hear('terminal-6', { open: [{ paper: 'p0000000000000118', doubtNumber: '0118-3', kind: 'receipt-slip', caseNumber: '2026112200000071', certificateNumber: null, sheets: 1, sheetsDone: null, fault: 'timed-out', at: '2026-11-23T09:12:00+08:00' }], settled: [] });
    await page.waitForSelector('[data-name=not-printed-0118-3]');
    await page.click('[data-name=not-printed-0118-3]');
    await page.waitForSelector('[data-name=decided-0118-3]:has-text("terminal-6")');
    expect(hall.elsewhere.decisionsFor('terminal-6')).toEqual([{ paper: 'p0000000000000118', outcome: 'not-printed', by: 'wang' }]);
    await page.click('[data-name=place-trust]');
    await page.waitForSelector('[data-name=fingerprint]');
    // The same page for whoever cannot sign in yet.
    await page.goto(`${hall.url}/hall/certificate`);
    expect(new URL(page.url()).pathname).toBe('/trust/');
    await page.waitForFunction((wanted) => document.querySelector('[data-name=fingerprint]')?.textContent?.replaceAll(' ', '') === wanted, hall.fingerprint.replaceAll(/[^0-9a-f]/gi, '').toUpperCase());
    expect(complaints).toEqual([]);
    await context.close();
  });
});
