/** The spoken mode in a real browser: what is said, what has the focus, in which order, and what is never said. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CitizenPost, SessionView, SpokenKey } from '../../renderer/api/types.ts';
import { BUILT, launch, scannedPage, settled, vary } from './browser.ts';
import { FIXTURES } from './fixtures.ts';
import { serve, type Hall } from './server.ts';

const WAIT = { timeout: 20_000, interval: 20 };
let hall: Hall;
let browser: Browser;
let page: Page;
let revision = 0;

beforeAll(async () => {
  browser = await launch();
}, 120_000);
afterAll(() => browser.close());
beforeEach(async () => {
  hall = await serve(BUILT, await scannedPage());
  page = await browser.newPage({ viewport: { width: 1080, height: 1920 }, hasTouch: true, reducedMotion: 'reduce' });
});
afterEach(async () => {
  await page.close();
  await hall.close();
});

/** Shows a page in spoken mode, and waits until its title was said. */
const open = async (name: string, { language = 'zh', on = true, change = {} }: { language?: 'zh' | 'en'; on?: boolean; change?: Partial<SessionView> } = {}): Promise<string> => {
  revision += 1;
  const before = hall.said.length;
  const first = page.url() === 'about:blank';
  hall.show({ ...vary(FIXTURES[name]!, { language, elder: false, spoken: on, widthMm: 398 }, revision), ...change });
  if (first) await page.goto(hall.url);
  await settled(page, revision);
  if (!on) return '';
  await expect.poll(() => hall.said.length, WAIT).toBeGreaterThan(before);
  return hall.said.at(-1)!;
};
/** Presses a key, and answers with what was said then. */
const press = async (key: SpokenKey): Promise<string> => {
  const before = hall.said.length;
  hall.key(key);
  await expect.poll(() => hall.said.length, WAIT).toBeGreaterThan(before);
  return hall.said.at(-1)!;
};
const focused = (): Promise<string> => page.locator('[data-has-focus]').evaluate((element) => element.getAttribute('data-name') ?? element.localName);
const events = (): CitizenPost['event'][] => hall.posts.map((post) => (post as CitizenPost).event);
/** Goes on until this has the focus. */
const goTo = async (name: string): Promise<string> => {
  for (let count = 0; count < 120; count += 1) {
    const said = await press('next');
    if ((await focused()) === name) return said;
  }
  throw new Error(`${name} never has the focus`);
};
/** The whole page, once around: what is said, and where it stands. */
const around = async (): Promise<{ said: string[]; boxes: { top: number; bottom: number; left: number }[] }> => {
  const said: string[] = [];
  const boxes: { top: number; bottom: number; left: number }[] = [];
  for (let count = 0; count < 200; count += 1) {
    const text = await press(count === 0 ? 'previous' : 'next');
    if (count > 0 && /从头开始|From the top/.test(text)) return { said, boxes };
    said.push(text);
    boxes.push(await page.locator('[data-has-focus]').evaluate((element) => ((box) => ({ top: box.top, bottom: box.bottom, left: box.left }))(element.getBoundingClientRect())));
  }
  throw new Error('no end');
};

describe('the spoken mode', () => {
  it('says when it is on, how it is used, and the page with its first sentence; and only a page’s own words after that', async () => {
    await open('home', { on: false });
    await page.locator('[data-name="spoken"]').tap();
    await expect.poll(() => events(), WAIT).toContainEqual({ type: 'set-spoken', on: true });
    expect(await open('home')).toMatch(/^朗读已开。.*您好，要办什么事？选一件事/);
    expect(await page.locator('[data-name="spoken"]').getAttribute('aria-pressed')).toBe('true');
    expect(await open('card')).toMatch(/^请把身份证平放/);
    expect(await page.evaluate(() => document.querySelectorAll('[data-has-focus]').length)).toBe(1);
  });

  it('goes through a page in the order in which it stands, everything once, and presses what has the focus', async () => {
    await open('home');
    expect(await goTo('apply')).toBe('办事申请，填表、交材料，按钮。');
    hall.key('confirm');
    await expect.poll(() => events(), WAIT).toContainEqual({ type: 'open-items', entry: 'apply' });
  });

  it.each(['home', 'question-phone', 'check', 'take-number', 'closed', 'done', 'notice'])('reads %s from top to bottom', async (name) => {
    await open(name);
    // To the first thing of all.
    let said = '';
    for (let count = 0; count < 200 && !/从头开始/.test(said); count += 1) said = await press('next');
    const seen: { top: number; bottom: number; left: number; right: number }[] = [];
    for (let count = 0; count < 200; count += 1) {
      seen.push(await page.locator('[data-has-focus]').evaluate((element) => ((box) => ({ top: box.top, bottom: box.bottom, left: box.left, right: box.right }))(element.getBoundingClientRect())));
      if (/从头开始/.test(await press('next'))) break;
    }
    // What comes later stands below, or at the right, of what came before, or is a part of it.
    const wrong = seen.slice(1).filter((box, index) => ((before) => box.bottom <= before.top + 1 && box.left < before.right - 1)(seen[index]!));
    expect([seen.length > 5, wrong]).toEqual([true, []]);
  }, 120_000);

  it('follows the page’s own way back, and says where there is none', async () => {
    await open('card');
    hall.key('back');
    await expect.poll(() => events(), WAIT).toContainEqual({ type: 'back' });
    await open('home');
    expect(await press('back')).toBe('这一页没有返回。');
  });

  it('types by the keys on the glass, and tells how much stands in the field, never what', async () => {
    await open('question-phone');
    const { said } = await around();
    expect(said.join(' ')).toContain('已填 7 个字');
    for (let count = 0; count < 100 && !/^9。$/.test(hall.said.at(-1)!); count += 1) await press('next');
    expect(await press('confirm')).toBe('按好了。');
    await press('repeat');
    expect(await page.locator('.field .value').innerText()).toBe('138 0000 9');
    expect(hall.said.join(' ')).not.toMatch(/1\s*3\s*8\s*0\s*0\s*0\s*0/);
  }, 120_000);

  it.each(['zh', 'en'] as const)('says nobody’s name, number or answers in %s', async (language) => {
    for (const name of ['mine', 'check', 'sign', 'confirm']) {
      await open(name, { language });
      await around();
    }
    const all = hall.said.join(' ').replaceAll(' ', '');
    expect(all).not.toMatch(/欧阳|吉祥|4412|0037|1380|第二纺/);
    expect(all).toContain(language === 'zh' ? '已填' : 'filledin');
  }, 240_000);

  it('tells by itself what changes on a page, and reads the question that comes over it', async () => {
    await open('card');
    const { screen } = FIXTURES['card']!;
    if (screen.kind !== 'card') throw new Error('no such page');
    expect(await open('card', { change: { screen: { ...screen, state: 'reading' } } })).toContain('正在读');
    expect(await open('idle')).toMatch(/^您还在吗？/);
    const { said } = await around();
    expect(said.join(' ')).not.toContain('第二纺');
  }, 120_000);

  it('turns the pages of a wall, and goes on at the first thing of the new one', async () => {
    const { screen } = FIXTURES['check']!;
    if (screen.kind !== 'check') throw new Error('no such page');
    await open('check', { change: { screen: { ...screen, groups: [...screen.groups, ...screen.groups.map((group) => ({ ...group, id: `${group.id}-2` }))] } } });
    await goTo('next-page');
    const before = await page.locator('.wall').getAttribute('data-page');
    await press('confirm');
    await expect.poll(() => page.locator('.wall').getAttribute('data-page'), WAIT).not.toBe(before);
    await expect.poll(() => page.locator('.wall-body [data-has-focus], .wall-body[data-has-focus]').count(), WAIT).toBe(1);
  }, 120_000);

  it('reads what is printed on the slip, without its codes', async () => {
    const { screen } = FIXTURES['done']!;
    if (screen.kind !== 'done' || screen.slip === null) throw new Error('no such page');
    await open('done', { change: { screen: { ...screen, slip: { ...screen.slip, lines: ['受理回执', '受理号', '2026 1122 0050 0017'] } } } });
    expect((await around()).said).toContain('纸上印着：受理回执，受理号，2 0 2 6，1 1 2 2，0 0 5 0，0 0 1 7。');
  }, 120_000);

  it('reads what a finger touches', async () => {
    await open('home');
    const before = hall.said.length;
    await page.locator('.greeting .lead').tap();
    await expect.poll(() => hall.said.slice(before).at(-1), WAIT).toMatch(/^选一件事/);
  });

  it('ends with its switch: nothing is said any more, and nothing has the focus', async () => {
    await open('home');
    await open('home', { on: false });
    await expect.poll(() => page.locator('[data-has-focus]').count(), WAIT).toBe(0);
    const { length } = hall.said;
    hall.key('next');
    await open('card', { on: false });
    expect(hall.said.length).toBe(length);
  });

  it('is not offered where nothing says this language', async () => {
    await open('home', { on: false, change: { modes: { elder: false, spoken: null } } });
    expect(await page.locator('[data-name="spoken"]').count()).toBe(0);
    await open('home', { change: { modes: { elder: false, spoken: { on: true, languages: ['zh'], pad: false } } } });
    expect([await page.locator('[data-name="language"]').count(), hall.said.at(-1)!.includes('碰一下')]).toEqual([0, true]);
  });
});
