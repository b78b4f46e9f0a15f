/** Rules changed by forms alone: nothing here is written as text, and what the hall keeps is what the forms say. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Rules } from '../../renderer/api/hall-types.ts';
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

const forms = async (page: Page, language = 'zh'): Promise<void> => {
  await page.goto(`${hall.url}/manager/?place=rules&lang=${language}`);
  await page.waitForSelector('.forms');
};
/** Lets the draft hold, as version `version`. @returns the rules that the hall keeps */
const held = async (page: Page, version: number): Promise<Rules> => {
  await page.click('[data-name=hold]');
  await page.waitForSelector(`[data-rules="${String(version)}"]`);
  return page.evaluate(async () => ((await (await fetch('/hall/rules')).json()) as { rules: Rules }).rules);
};
const write = (page: Page, at: string, value: string): Promise<void> => page.fill(`[data-at="${at}"]`, value);

describe('rules by form', { timeout: TEST_MS }, () => {
  test('hours, weights, no-shows, head starts, appointments and reserves', async () => {
    hall.until(0);
    const { context, page, complaints } = await signedIn(browser, hall, 'wang', 'manager');
    await forms(page);
    await write(page, 'classes.0.hours.0.from', '08:30');
    await write(page, 'classes.0.hours.0.to', '12:00');
    await page.click('[data-name="hours-classes.0.hours.0"] label:has-text("周日")');
    await page.click('[data-name=more-hours-insurance]');
    await write(page, 'classes.0.hours.1.to', '17:30');
    await page.selectOption('[data-name=skills-4] select >> nth=0', '3');
    await page.selectOption('[data-name=skills-3] select >> nth=2', '0');
    await write(page, 'noShow.toleranceCalls', '5');
    await write(page, 'noShow.misses', '2');
    await write(page, 'priorities.0.headStartMinutes', '25');
    await write(page, 'priorities.0.fromAge', '65');
    await write(page, 'appointments.earlyMinutes', '45');
    await write(page, 'leaseNumbers', '40');
    const rules = await held(page, 1);
    expect(rules.classes[0]?.hours).toEqual([
      { days: [1, 2, 3, 4, 5, 6], from: '08:30', to: '12:00' },
      { days: [1, 2, 3, 4, 5], from: '13:30', to: '17:30' },
    ]);
    expect(rules.counters[3]?.skills).toEqual([{ class: 'insurance', weight: 3 }, { class: 'real-estate', weight: 1 }]);
    expect(rules.counters[2]?.skills).toEqual([{ class: 'real-estate', weight: 2 }]);
    expect(rules.noShow).toEqual({ recalls: 1, toleranceCalls: 5, behind: 2, misses: 2 });
    expect(rules.priorities[0]).toMatchObject({ id: 'elder', headStartMinutes: 25, fromAge: 65 });
    expect([rules.appointments?.earlyMinutes, rules.leaseNumbers]).toEqual([45, 40]);
    // Off, and on again with what is usual.
    await page.click('[data-name=appointments]');
    expect(await held(page, 2)).not.toHaveProperty('appointments');
    await page.click('[data-name=appointments]');
    await write(page, 'appointments.prefix', 'z');
    expect((await held(page, 3)).appointments).toEqual({ prefix: 'Z', earlyMinutes: 30, lateMinutes: 15, headStartMinutes: 20 });
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('a counter and a priority come, get their names and go; a form stays while it holds a mistake, and says it in the language of the page', async () => {
    hall.until(0);
    await hall.run({ type: 'open', counter: '5', clerk: 'lin' });
    const { context, page, complaints } = await signedIn(browser, hall, 'wang', 'manager');
    await forms(page);
    await page.click('[data-name=add-counter]');
    await write(page, 'counters.5.id', '6A');
    await write(page, 'counters.5.name.zh', '婚姻登记');
    await write(page, 'counters.5.name.en', 'Marriage');
    await page.click('[data-name=add-priority]');
    // Without a name it does not hold, and the form is still there to give it one.
    await page.waitForSelector('[data-name=form-mistakes]');
    expect(await page.locator('[data-name=hold]').isDisabled()).toBe(true);
    expect(await page.locator('[data-name=form-mistakes] li').first().textContent()).toBe('优先：4 · 名称太小，或者太少');
    expect(await page.locator('[data-at="priorities.3.name.zh"]').getAttribute('data-wrong')).toBe('');
    await write(page, 'priorities.3.name.zh', '带小孩的');
    await write(page, 'priorities.3.name.en', 'With a small child');
    await page.waitForSelector('[data-name=form-mistakes]', { state: 'detached' });
    await page.click('[data-name=remove-priority-soldier]');
    await write(page, 'counters.0.name.zh', '社保');
    const rules = await held(page, 1);
    expect(rules.counters.at(-1)).toEqual({ id: '6A', name: { zh: '婚姻登记', en: 'Marriage' }, skills: [{ class: 'insurance', weight: 1 }] });
    expect(rules.counters[0]?.name.zh).toBe('社保');
    expect(rules.priorities.map(({ id, name }) => [id, name.zh])).toEqual([['elder', '长者优先'], ['disabled', '残障人士优先'], ['priority-4', '带小孩的']]);
    // Somebody sits at 5: it stays, and why is said without a word of English.
    await page.click('[data-name=remove-counter-5]');
    await page.waitForSelector('[data-name=form-mistakes]:has-text("5 号窗口有人坐着，窗口关了才能去掉。")');
    expect(await page.locator('[data-name=form-mistakes]').textContent()).not.toMatch(/[A-Za-z]{3}/);
    await page.click('[data-name=discard]');
    await page.waitForSelector('[data-name=form-mistakes]', { state: 'detached' });
    await page.click('[data-name=remove-counter-6A]');
    expect((await held(page, 2)).counters.map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5']);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('what stands behind a class: where one waits, what comes after 999, its items; letters that clash are said with the name of the other class', async () => {
    hall.until(0);
    const { context, page, complaints } = await signedIn(browser, hall, 'wang', 'manager');
    await forms(page, 'en');
    await page.click('[data-name=more-general]');
    await page.fill('input[name=more-where-zh]', '三楼 C 区');
    await page.fill('input[name=more-where-en]', 'Area C, second floor');
    await page.fill('input[name=more-way-en]', 'Lift to the second floor');
    await page.click('[data-name=after-next]');
    await page.fill('input[name=more-prefixes]', 'a, m');
    await page.click('[data-name=more-item-social-insurance-certificate]');
    await page.click('[data-name=ask-answer]');
    await page.waitForSelector('[data-name=form-mistakes]:has-text("The letters A belong to Social and medical insurance: two people would hold the same number.")');
    // As text, the same sentence; in Chinese, too.
    await page.click('[data-name=way-text]');
    await page.waitForSelector('[data-name=mistakes]:has-text("The letters A belong to")');
    await page.click('[data-name=language]');
    await page.waitForSelector('[data-name=mistakes]:has-text("字头 A 是社保医保的，两个人会拿到同一个号。")');
    await page.click('[data-name=way-forms]');
    await page.click('[data-name=more-general]');
    await page.fill('input[name=more-prefixes]', 'M N');
    await page.click('[data-name=ask-answer]');
    await page.waitForSelector('[data-name=form-mistakes]', { state: 'detached' });
    const { classes } = await held(page, 1);
    expect(classes[2]).toMatchObject({ id: 'general', after999: 'next-prefix', morePrefixes: ['M', 'N'], where: { zh: '三楼 C 区', en: 'Area C, second floor' }, way: { en: 'Lift to the second floor' } });
    expect(new Set(classes[2]?.items)).toEqual(new Set(['public-rental-housing', 'social-insurance-certificate']));
    // Text that cannot be read at all is told in Chinese on a Chinese page.
    await page.click('[data-name=way-text]');
    await page.fill('textarea', 'classes:\n\t- a');
    await page.waitForSelector('[data-name=mistakes]:has-text("开头要用空格，不能用制表键。")');
    expect(await page.locator('[data-name=mistakes]').textContent()).not.toMatch(/[A-Za-z]{3}/);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
