/** A clerk's browser: trusts the hall's certificate, and keeps what the page complained about. */
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

/** Long enough for a machine that does ten other things; what is waited for comes at once on one that does not. */
const WAIT_MS = 90_000;
export const TEST_MS = 240_000;

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    chromiumSandbox: false,
    env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: 'disabled:', DBUS_SESSION_BUS_ADDRESS: 'disabled:' },
    args: ['--force-prefers-reduced-motion', '--font-render-hinting=none'],
  });

/** Errors of the page and what its content-security policy refused; answers like 401 and 409 are part of the work. */
export const complaintsOf = (page: Page): string[] => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text());
  });
  return complaints;
};

export const open = async (browser: Browser): Promise<{ context: BrowserContext; page: Page; complaints: string[] }> => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1366, height: 768 } });
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  return { context, page, complaints: complaintsOf(page) };
};

/** Signs in by keys alone, with a one-time code and a password of one's own. */
export const signInByCode = async (page: Page, name: string, code: string, password: string): Promise<void> => {
  const focused = (field: string): Promise<unknown> => page.waitForFunction((wanted) => document.activeElement?.getAttribute('name') === wanted, field);
  await focused('name');
  await page.keyboard.type(name);
  await page.keyboard.press('Tab');
  await focused('secret');
  await page.keyboard.type(code);
  await page.keyboard.press('Enter');
  await focused('chosen');
  await page.keyboard.type(password);
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
};
