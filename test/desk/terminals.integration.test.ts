/** Terminals on the manager's page: paired with a one-time code that is enough for a technician, seen, revoked. */
import { generateKeyPairSync } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { exportPublicKey } from '../../electron/platform/index.ts';
import { launch, TEST_MS } from './browser.ts';
import { startHall, type DeskHall } from './hall.ts';
import { signedIn } from './scenes.ts';

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

test('a manager pairs a terminal, sees it come, and revokes it after a second question', { timeout: TEST_MS }, async () => {
  hall.until(0);
  const { context, page, complaints } = await signedIn(browser, hall, 'wang', 'manager');
  await page.goto(`${hall.url}/manager/?place=terminals`);
  await page.waitForSelector('text=还没有别的终端从本厅取号');
  await page.fill('input[name=terminal]', 'terminal 6');
  await page.waitForSelector('text=只用小写字母、数字和连字符');
  await page.fill('input[name=terminal]', 'Terminal-6');
  await page.click('[data-name=pair]');
  const code = (await page.locator('[data-name=pair-code]').textContent()) ?? '';
  expect(code).toMatch(/^[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}$/);
  // Everything that a technician types: the terminal's file with the hall's address and fingerprint, and the command.
  expect(await page.locator('[data-name=pair-file]').textContent()).toBe(`id: terminal-6\nqueue:\n  at: ${hall.url}\n  authority: ${hall.fingerprint}`);
  expect(await page.locator('[data-name=pair-command]').textContent()).toContain(`staff -- pair ${code} `);
  await page.waitForSelector('[data-name=terminal-terminal-6] .tag:text-is("等它来配对")');
  const { publicKey } = generateKeyPairSync('ed25519');
  const enrol = (): Promise<number> => context.request.post(`${hall.url}/hall/terminal/enrol`, { data: { code, id: 'terminal-6', publicKey: exportPublicKey(publicKey) } }).then((answer) => answer.status());
  expect([await enrol(), await enrol()]).toEqual([200, 403]);
  await page.waitForSelector('[data-name=terminal-terminal-6] .tag:text-is("没连上")');
  hall.terminals.seen('terminal-6');
  await page.waitForSelector('[data-name=terminal-terminal-6] .tag:text-is("连着")');
  await page.waitForSelector('[data-name=terminal-terminal-6] td:text-is("10:41")');
  await page.click('[data-name=pair-seen]');
  expect(await page.content()).not.toContain(code);

  await page.click('[data-name=revoke-terminal-6]');
  await page.click('[data-name=ask-close]');
  expect(await hall.terminals.keyOf('terminal-6')).not.toBeNull();
  await page.click('[data-name=revoke-terminal-6]');
  await page.waitForSelector('text=停用 terminal-6？');
  await page.click('[data-name=ask-answer]');
  await page.waitForSelector('[data-name=terminal-terminal-6] .tag[data-tone=stop]');
  expect(await hall.terminals.keyOf('terminal-6')).toBeNull();
  expect(complaints).toEqual([]);
  await context.close();
});

test('a code that nobody used is taken back', { timeout: TEST_MS }, async () => {
  const code = await hall.terminals.pair('terminal-9');
  hall.until(0);
  // Half an hour from when it was made.
  const fresh = await hall.terminals.pair('terminal-10');
  const { context, page, complaints } = await signedIn(browser, hall, 'wang', 'manager');
  await page.goto(`${hall.url}/manager/?place=terminals&lang=en`);
  await page.waitForSelector('[data-name=terminal-terminal-10]');
  expect(await page.locator('[data-name=terminal-terminal-9]').count()).toBe(0);
  await page.click('[data-name=revoke-terminal-10]');
  await page.waitForSelector('text=Take the code of terminal-10 back?');
  await page.click('[data-name=ask-answer]');
  await page.waitForSelector('[data-name=terminal-terminal-10]', { state: 'detached' });
  const key = exportPublicKey(generateKeyPairSync('ed25519').publicKey);
  expect([await hall.terminals.enrol(fresh, 'terminal-10', key), await hall.terminals.enrol(code, 'terminal-9', key)]).toEqual(['wrong-code', 'wrong-code']);
  expect(complaints).toEqual([]);
  await context.close();
});
