/** The locker's page in a real browser: an original put in by keys alone, a cell in doubt settled, one put out of use. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launch, TEST_MS } from './browser.ts';
import { startHall, type DeskHall } from './hall.ts';
import { aCabinet, signedIn } from './scenes.ts';

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

/** Somebody closes the door of a cell, and it is looked at. */
const shut = async (cell: number): Promise<void> => {
  hall.cabinet.open.delete(cell);
  hall.clock.advance(800);
  await hall.lockers.idle();
};
const seated = async (): Promise<{ page: Page; complaints: string[]; close: () => Promise<void> }> => {
  const { context, page, complaints } = await signedIn(browser, hall, 'lin', 'clerk');
  await context.request.post(`${hall.url}/hall/counters/3/open`, { data: {} });
  await page.goto(`${hall.url}/counter/?counter=3`);
  await page.waitForSelector('[data-name=locker-task]');
  return { page, complaints, close: () => context.close() };
};
const cell = (name: string) => hall.lockers.view()?.cells.find((one) => one.cell === name);

describe('a clerk at the locker', { timeout: TEST_MS }, () => {
  test('puts an original in by keys alone; it counts once the door was seen closed', async () => {
    hall.until(0);
    hall.original('欧阳示例', '2026112300500010');
    hall.original('李示例', '2026112300500021');
    const { page, complaints, close } = await seated();
    expect(await page.locator('[data-name=locker-task] p').allTextContents()).toEqual(['2 份结果等着放柜，格口 1、2、3 空着。']);
    expect(await page.locator('.tasks h2 b').textContent()).toBe('1');
    await page.keyboard.press('F11');
    await page.waitForSelector('[data-page=locker] [data-name=main]:not([data-disabled])');
    expect(await page.locator('.original b').allTextContents()).toEqual(['欧***', '李**']);
    // The name is masked, and nothing more of anybody comes to the page.
    expect(await page.content()).not.toContain('欧阳');
    await page.keyboard.press('F2');
    await page.waitForSelector('[data-name=cell-now][data-cell="1"][data-step=open]');
    expect(await page.locator('.locker-step').textContent()).toBe('门开着。放进去，关上门');
    // Pressed too early it does nothing.
    await page.keyboard.press('F2');
    expect(cell('1')).toMatchObject({ state: 'busy', step: 'open' });
    await shut(1);
    await page.waitForSelector('[data-name=cell-now][data-step=closed]');
    await page.keyboard.press('F2');
    await page.waitForSelector('.original >> nth=0');
    await page.waitForFunction(() => document.querySelectorAll('.original').length === 1);
    expect(cell('1')).toMatchObject({ state: 'loaded' });
    expect(hall.cabinet.pulses).toEqual([1]);

    // The next one does not fit, and waits again.
    await page.waitForSelector('[data-name=main]:not([data-disabled])');
    await page.keyboard.press('F2');
    await page.waitForSelector('[data-name=cell-now][data-cell="2"][data-step=open]');
    await shut(2);
    await page.waitForSelector('[data-name=cell-now][data-step=closed]');
    await page.keyboard.press('F8');
    await page.waitForFunction(() => document.querySelectorAll('.original').length === 1);
    expect(cell('2')).toMatchObject({ state: 'free' });
    await page.keyboard.press('Escape');
    await page.waitForSelector('[data-name=locker-task]');
    expect(complaints).toEqual([]);
    await close();
  });

  test('settles a cell in doubt by what was found, takes one back, and puts one out of use and into use again', async () => {
    hall.until(0);
    await aCabinet(hall);
    const { page, complaints, close } = await seated();
    expect(await page.locator('[data-name=locker-task] p').allTextContents()).toEqual(['3 份结果等着放柜，格口 3、4、6 空着。', '格口 2 拿不准，要您看一看。']);
    await page.click('[data-name=to-locker]');
    await page.click('[data-name=cell-2]');
    expect(await page.locator('.why p').allTextContents()).toContain('开过锁，不知道门开没开。');
    await page.click('[data-name=look]');
    await page.waitForSelector('[data-name=cell-now][data-cell="2"][data-step=open]');
    await shut(2);
    await page.waitForSelector('[data-name=cell-now][data-step=closed]');
    await page.keyboard.press('F2');
    await page.waitForSelector('[data-name=found-returned]');
    expect(await page.locator('.choices [data-name]').evaluateAll((found) => found.map((one) => one.getAttribute('data-name')))).toEqual(['found-inside', 'found-collected', 'found-returned']);
    await page.click('[data-name=found-returned]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.veil', { state: 'detached' });
    expect(cell('2')).toMatchObject({ state: 'free' });

    await page.click('[data-name=cell-1]');
    await page.click('[data-name=take-back]');
    await page.waitForSelector('[data-name=cell-now][data-cell="1"][data-step=open]');
    await shut(1);
    await page.waitForSelector('[data-name=cell-now]', { state: 'detached' });
    expect(cell('1')).toMatchObject({ state: 'free' });

    await page.click('[data-name=cell-5]');
    await page.click('[data-name=use-cell]');
    await page.waitForSelector('[data-name=close-cell]');
    await page.click('[data-name=close-cell]');
    await page.waitForSelector('[data-name=use-cell]');
    expect(cell('5')).toMatchObject({ state: 'out-of-use' });

    hall.cabinet.away = true;
    await page.waitForFunction(() => document.querySelector('.states .tag')?.textContent === '取件柜没有应答，先不能开门。');
    expect(await page.locator('[data-name=main]').getAttribute('data-disabled')).toBe('true');
    expect(complaints).toEqual([]);
    await close();
  });
});
