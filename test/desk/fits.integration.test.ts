/** Pages of staff at 1366 × 768, in Chinese and in English: nothing is cut, nothing is beside or below the screen. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch, TEST_MS } from './browser.ts';
import { unfit } from './fits.ts';
import { startHall, type DeskHall } from './hall.ts';
import { aBusyMorning, aCabinet, atCounter, atLocker, atPlace, PLACES, settled, signedIn } from './scenes.ts';

let browser: Browser;
let hall: DeskHall;
beforeAll(async () => {
  browser = await launch();
  hall = await startHall();
  await aBusyMorning(hall);
  await aCabinet(hall);
}, TEST_MS);
afterAll(async () => {
  await browser.close();
  await hall.close();
});

/** Opens something, looks, and closes it. */
const asks = async (page: Page, open: () => Promise<unknown>, there: string): Promise<string[]> => {
  await open();
  await page.waitForSelector(there);
  await settled(page);
  const found = await page.evaluate(unfit);
  await page.keyboard.press('Escape');
  await page.waitForSelector('.veil', { state: 'detached' });
  return found;
};

describe.each(['zh', 'en'] as const)('at 1366 × 768 in %s', { timeout: TEST_MS }, (language) => {
  test("the counter's console, what it asks, and the choice of a counter", async () => {
    const { context, page, complaints } = await signedIn(browser, hall, 'lin', 'clerk');
    await atCounter(page, hall, language);
    await page.waitForSelector('[data-name=locker-task]');
    const found: Record<string, string[]> = { serving: await page.evaluate(unfit) };
    // What is to be settled stands in a column that moves; the first two need no moving.
    const bottoms = await page.locator('.task').evaluateAll((tasks) => tasks.map((task) => Math.round(task.getBoundingClientRect().bottom)));
    expect(bottoms).toHaveLength(4);
    expect(Math.max(...bottoms.slice(0, 2))).toBeLessThanOrEqual(768);
    for (const filter of ['all', 'parked', 'missed', 'mine']) {
      await page.click(`[data-name=filter-${filter}]`);
      await settled(page);
      found[filter] = await page.evaluate(unfit);
    }
    found['check'] = await asks(page, () => page.click('[data-name=check-0731-6]'), '[data-name=seen-printed]');
    found['park'] = await asks(page, () => page.keyboard.press('F5'), 'input[name=note]');
    found['transfer'] = await asks(page, () => page.keyboard.press('F6'), '.ask');
    found['call'] = await asks(page, () => page.keyboard.press('F9'), 'input[name=number]');
    await page.goto(`${hall.url}/counter/?lang=${language}`);
    await page.waitForSelector('[data-name=counter-5]');
    await settled(page);
    found['choose'] = await page.evaluate(unfit);
    await atLocker(page, hall, language);
    found['locker'] = await page.evaluate(unfit);
    await page.click('[data-name=cell-2]');
    await page.waitForSelector('[data-name=settle]');
    found['locker in doubt'] = await page.evaluate(unfit);
    found['settle'] = await asks(page, () => page.click('[data-name=settle]'), '[data-name=found-inside]');
    expect(Object.entries(found).filter(([, list]) => list.length > 0)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('every place of the manager', async () => {
    const { context, page, complaints } = await signedIn(browser, hall, 'wang', 'manager');
    const found: Record<string, string[]> = {};
    for (const place of PLACES) {
      await atPlace(page, hall, place, language);
      found[place] = await page.evaluate(unfit);
    }
    await atPlace(page, hall, 'figures', language);
    for (const cut of ['class', 'counter']) {
      await page.click(`[data-name=cut-${cut}]`);
      await page.waitForSelector(`[data-name=table-${cut}]`);
      found[`by ${cut}`] = await page.evaluate(unfit);
    }
    await atPlace(page, hall, 'terminals', language);
    await page.fill('input[name=terminal]', `terminal-of-the-second-floor-${language}`);
    await page.click('[data-name=pair]');
    await page.waitForSelector('[data-name=pairing]');
    found['pairing'] = await page.evaluate(unfit);
    found['revoke'] = await asks(page, () => page.click('[data-name=revoke-terminal-7]'), '.ask');
    await atPlace(page, hall, 'rules', language);
    found['class'] = await asks(page, () => page.click('[data-name=more-real-estate]'), 'input[name=more-prefixes]');
    found['new class'] = await asks(page, () => page.click('[data-name=add-class]'), 'input[name=new-zh]');
    await page.click('[data-name=way-text]');
    await page.waitForSelector('textarea');
    found['text'] = await page.evaluate(unfit);
    await page.click('[data-name=way-try]');
    await page.waitForSelector('[data-name=try]');
    await page.click('[data-name=try]');
    await page.waitForSelector('[data-name=tried]');
    found['tried'] = await page.evaluate(unfit);
    expect(Object.entries(found).filter(([, list]) => list.length > 0)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
