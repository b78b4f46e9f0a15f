/** A citizen at the glass: touches what is shown, in a real browser, and knows the page only by what it shows. */
import { expect } from 'vitest';
import type { CDPSession, Locator, Page } from 'playwright-core';
import type { Terminal } from './terminal.ts';

export const named = (page: Page, name: string) => page.locator(`[data-name="${name}"]`);

const fingers = new WeakMap<Page, CDPSession>();

/** A page that the test did not open itself takes no touch from it but by its browser's own input. */
export const bringFinger = async (page: Page): Promise<void> => void fingers.set(page, await page.context().newCDPSession(page));

/** Touches what is there, stands still and is covered by nothing. */
export const tap = async (target: Locator): Promise<void> => {
  const finger = fingers.get(target.page());
  if (finger === undefined) return target.tap();
  await target.click({ trial: true });
  const box = await target.boundingBox();
  if (box === null) throw new Error('gone before it was touched');
  await finger.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }] });
  await finger.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
};

const touch = (page: Page, name: string): Promise<void> => tap(named(page, name).first());

/** Waits for a page whose title holds these words. */
export const titled = async (page: Page, words: string | RegExp): Promise<void> => {
  await page.locator('h1', { hasText: words }).first().waitFor({ timeout: 20_000 });
};

/** Waits for a kind of page: several may bear the same title. */
export const shows = async (page: Page, screen: string): Promise<void> => {
  await page.locator(`.stage[data-screen="${screen}"]`).waitFor({ timeout: 30_000 });
};

/** Does what ends a citizen's session, and waits for the home page of the next one: the page loads itself anew in between. */
export const freshHome = async (page: Page, end: () => void | Promise<void>): Promise<void> => {
  const loaded = page.waitForEvent('load', { timeout: 30_000 });
  await end();
  await loaded;
  await titled(page, '您好');
};

/** Types by the keys on the glass. */
export const keys = async (page: Page, text: string): Promise<void> => {
  for (const key of text) await tap(page.locator('.kb').getByRole('button', { name: key, exact: true }).first());
};

/** Types Pinyin and takes the candidate with these characters. */
export const pinyin = async (page: Page, spelling: string, characters: string): Promise<void> => {
  await keys(page, spelling);
  await tap(page.locator('.kb').getByRole('button', { name: new RegExp(`${characters}$`) }).first());
};

/** Chooses an item on the home page. */
export const choose = async (page: Page, item: string): Promise<void> => {
  await titled(page, '您好');
  await tap(page.getByRole('button', { name: item }).first());
};

const CHOICES: Record<string, string> = { 您现在结婚了吗: 'choice-married', 一起住的家里几口人: 'choice-3', 现在住的是什么房子: 'choice-rented', 您想租多大的房子: 'choice-two-rooms', '有结果了，要打电话': 'choice-yes' };

/** Answers every question that the form asks, until the materials. */
export const answerForm = async (page: Page): Promise<string[]> => {
  const asked: string[] = [];
  for (let count = 0; count < 20; count += 1) {
    // A page may still be on its way: the form is over only when another page is there.
    await page.locator('[data-name="next"], [data-name="scan"], [data-name="all-correct"]').first().waitFor({ timeout: 20_000 });
    if ((await named(page, 'next').count()) === 0) break;
    const title = (await page.locator('h1').first().textContent()) ?? '';
    asked.push(title);
    const choice = Object.entries(CHOICES).find(([words]) => title.includes(words));
    if (choice !== undefined) await touch(page, choice[1]);
    else if (title.includes('手机号')) await keys(page, '13800006620');
    else if (title.includes('爱人叫什么')) {
      await pinyin(page, 'li', '李');
      await pinyin(page, 'xiaoman', '小满').catch(async () => {
        await pinyin(page, 'xiao', '小');
        await pinyin(page, 'man', '满');
      });
    }
    await touch(page, 'next');
    await expect.poll(async () => page.locator('h1').first().textContent(), { timeout: 10_000 }).not.toBe(title);
  }
  return asked;
};

/** Pages are scanned, straightened and sealed while everything else of a test goes on on the same machine. */
const SCAN_MS = 120_000;

/** A copy of a card: front, then back, each laid on the glass and looked at. */
export const copyCard = async (terminal: Terminal, page: Page): Promise<void> => {
  for (const [side, words] of [['front', '正面'], ['back', '反面']] as const) {
    await page.locator('h1', { hasText: words }).first().waitFor({ timeout: SCAN_MS });
    await terminal.play('/scanner/glass', { page: `card-${side}` });
    await touch(page, 'scan');
  }
  await named(page, 'again-back').waitFor({ timeout: SCAN_MS });
  await touch(page, 'material-done');
};

/** Scans sheets for each material that is asked for. */
export const scanAll = async (terminal: Terminal, page: Page, materials: number, sheets = 1): Promise<void> => {
  for (let count = 0; count < materials; count += 1) {
    await terminal.play('/scanner/load', { sheets });
    await touch(page, 'scan');
    await named(page, 'material-done').waitFor({ timeout: SCAN_MS });
    await page.locator('img').first().waitFor({ timeout: 30_000 });
    await touch(page, 'material-done');
  }
};

/** Writes a name with a finger. */
export const sign = async (page: Page): Promise<void> => {
  const box = await named(page, 'sign-pad').boundingBox();
  if (box === null) throw new Error('no pad to sign on');
  for (const stroke of [0.2, 0.45, 0.7]) {
    await page.mouse.move(box.x + box.width * stroke, box.y + box.height * 0.3);
    await page.mouse.down();
    for (let step = 1; step <= 12; step += 1) await page.mouse.move(box.x + box.width * (stroke + step / 80), box.y + box.height * (0.3 + step / 30));
    await page.mouse.up();
  }
  await touch(page, 'signed');
};

export { touch };
