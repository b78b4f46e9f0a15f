/** What the page says to the agent when it is touched, and what it does when the agent is away. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CitizenPost, SessionView } from '../../renderer/api/types.ts';
import { BUILT, launch, scannedPage, settled } from './browser.ts';
import { FIXTURES } from './fixtures.ts';
import { serve, type Hall } from './server.ts';

let hall: Hall;
let browser: Browser;
let page: Page;
let revision = 100;

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

const open = async (name: string, change: Partial<SessionView> = {}): Promise<void> => {
  revision += 1;
  const first = page.url() === 'about:blank';
  hall.show({ ...FIXTURES[name]!, ...change, revision });
  if (first) await page.goto(hall.url);
  await settled(page, revision);
};
const posts = (): CitizenPost[] => hall.posts as CitizenPost[];
/** Waits until the agent was told something of this type. */
const told = (type: string): Promise<CitizenPost> =>
  expect.poll(() => posts().find((one) => one.event.type === type), { timeout: 5_000, interval: 20 }).toBeDefined().then(() => posts().find((one) => one.event.type === type)!);
const button = (name: string) => page.locator(`[data-name="${name}"]`).first();

describe('touching the citizen page', () => {
  it('answers the revision that was on the glass', async () => {
    await open('home');
    await button('apply').tap();
    expect(await told('open-items')).toEqual({ revision, event: { type: 'open-items', entry: 'apply' } });
  });

  it.each([
    ['zh', '证明纸用完了'],
    ['en', 'Out of certificate paper'],
  ] as const)('says on the list of what is closed why each is, before it is touched (%s)', async (language, why) => {
    await open('items-closed', { language });
    expect(await button('item-social-insurance-certificate').innerText()).toContain(why);
  });

  it('does not say that the terminal works when nothing can be begun, and says with large letters that something is closed', async () => {
    await open('home-none-open');
    const line = page.locator('.terminal-line');
    expect(await line.innerText()).toContain('本机暂停办事');
    expect(await line.innerText()).not.toContain('本机能用');
    await open('home-none-open', { modes: { ...FIXTURES['home-none-open']!.modes, elder: true } });
    expect(await page.locator('.page-title').innerText()).toContain('有 2 件事暂时办不了');
  });

  it('tells of fingers at most once in two seconds', async () => {
    await open('home');
    for (let count = 0; count < 5; count += 1) await page.touchscreen.tap(540, 300);
    await told('touch');
    await button('elder').tap();
    expect(await told('set-elder')).toMatchObject({ event: { on: true } });
    expect(posts().filter((one) => one.event.type === 'touch')).toHaveLength(1);
  });

  it('shows a pressed button darker before it is let go', async () => {
    await open('check');
    const colour = (): Promise<string> => button('all-correct').evaluate((element) => getComputedStyle(element).backgroundColor);
    const before = await colour();
    const box = (await button('all-correct').boundingBox())!;
    await page.mouse.move(box.x + 50, box.y + 50);
    await page.mouse.down();
    expect(await colour()).not.toBe(before);
    await page.mouse.up();
    await told('all-correct');
  });

  it('shows whole numbers only while they are held', async () => {
    await open('check');
    const box = (await button('hold').boundingBox())!;
    expect(await page.locator('.page').innerText()).not.toContain('441200199001010037');
    await page.mouse.move(box.x + 50, box.y + 30);
    await page.mouse.down();
    await page.getByText('441200199001010037').waitFor();
    await page.mouse.up();
    await page.getByText('441200199001010037').waitFor({ state: 'detached' });
  });

  it('keeps what was typed while the same question is shown again, and sends it whole', async () => {
    await open('question-phone');
    for (const digit of ['6', '6', '2', '0']) await page.locator('.kb-pad').getByText(digit, { exact: true }).tap();
    await open('question-phone');
    await button('next').tap();
    expect(await told('answer')).toMatchObject({ event: { field: 'phone', value: '13800006620' } });
  });

  it('sends a signature as lines in millimetres, and lets it be wiped', async () => {
    await open('sign');
    const write = async (): Promise<void> => {
      const box = (await button('sign-pad').boundingBox())!;
      await page.mouse.move(box.x + 100, box.y + 200);
      await page.mouse.down();
      for (let step = 1; step <= 10; step += 1) await page.mouse.move(box.x + 100 + step * 40, box.y + 200 + (step % 2) * 60);
      await page.mouse.up();
    };
    expect(await button('signed').getAttribute('data-disabled')).not.toBeNull();
    await write();
    await button('clear').tap();
    expect(await button('signed').getAttribute('data-disabled')).not.toBeNull();
    await write();
    await button('signed').tap();
    const { event } = await told('sign');
    if (event.type !== 'sign') throw new Error('not a signature');
    expect(event.strokes).toHaveLength(1);
    expect(event.widthMm).toBeGreaterThan(300);
    expect(event.strokes[0]!.length).toBeGreaterThan(8);
    for (const [x, y, ms, pressure] of event.strokes[0]!) {
      expect(x >= 0 && x <= event.widthMm && y >= 0 && y <= event.heightMm && ms >= 0 && pressure >= 0 && pressure <= 1).toBe(true);
    }
  });

  it('hides the page behind the idle question and takes either answer', async () => {
    await open('idle');
    expect(await page.getByText('青溪市第二纺').isVisible()).toBe(false);
    await button('stay').tap();
    await told('stay');
    await button('leave-now').tap();
    await told('leave');
  });

  it('finds an item by its Pinyin initials from the home page', async () => {
    await open('home');
    await button('search').tap();
    await told('open-items');
    await open('items');
    for (const letter of ['g', 'z', 'f']) await page.locator('.kb-row').getByText(letter, { exact: true }).tap();
    await button('item-social-insurance-certificate').waitFor({ state: 'detached' });
    expect(await button('item-public-rental-housing').isVisible()).toBe(true);
  });
});

describe('a page that more rows follow', () => {
  it('leads to them before it says that all is correct', async () => {
    const check = FIXTURES['check']!.screen;
    if (check.kind !== 'check') throw new Error('not the check page');
    await open('check', { screen: { ...check, groups: [...check.groups, ...check.groups.map((group) => ({ ...group, id: `${group.id}-2` }))] } });
    let turns = 0;
    for (; (await button('see-next').count()) > 0; turns += 1) {
      expect(await button('all-correct').count()).toBe(0);
      await button('see-next').tap();
    }
    expect(turns).toBeGreaterThan(0);
    await button('all-correct').tap();
    await told('all-correct');
    expect(posts().filter((one) => one.event.type === 'all-correct')).toHaveLength(1);
  });
});

describe('the end of a session', () => {
  const mark = (): Promise<void> => page.evaluate(() => void Object.assign(window, { ofThePersonBefore: true }));
  const marked = (): Promise<boolean> => page.evaluate(() => 'ofThePersonBefore' in window).catch(() => true);

  it('loads the page anew, so that nothing of the person stays in its memory, and takes the next touch', async () => {
    await open('question-phone');
    await mark();
    await open('home', { inSession: false });
    await expect.poll(marked, { timeout: 5_000, interval: 20 }).toBe(false);
    await settled(page, revision);
    await button('apply').tap();
    expect(await told('open-items')).toMatchObject({ event: { entry: 'apply' } });
  });

  it('shows the home page, or what the browser kept of it, and never an empty one', async () => {
    await open('question-phone');
    await mark();
    const shot = async (): Promise<string> => (await page.screenshot({ clip: { x: 0, y: 0, width: 40, height: 40 } })).toString('base64');
    await open('home', { inSession: false });
    const home = await shot();
    for (let count = 0; count < 8; count += 1) expect(await shot()).toBe(home);
    await expect.poll(marked, { timeout: 5_000, interval: 20 }).toBe(false);
  });

  it('does not load a page anew that nobody has used', async () => {
    await open('home', { inSession: false });
    await mark();
    await open('home', { inSession: false });
    await open('home', { inSession: false });
    expect(await marked()).toBe(true);
  });
});

describe('the way out of the page', () => {
  it('is closed to browser keys, menus and storage', async () => {
    await open('home');
    const prevented = await page.evaluate(() =>
      [
        new KeyboardEvent('keydown', { key: 'p', ctrlKey: true, cancelable: true }),
        new KeyboardEvent('keydown', { key: 'F5', cancelable: true }),
        new KeyboardEvent('keydown', { key: 'ArrowLeft', altKey: true, cancelable: true }),
        new MouseEvent('contextmenu', { cancelable: true }),
        new DragEvent('drop', { cancelable: true }),
        new Event('selectstart', { cancelable: true }),
      ].map((event) => !window.dispatchEvent(event)),
    );
    expect(prevented).toEqual([true, true, true, true, true, true]);
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie])).toEqual([0, 0, '']);
  });
});

describe('an agent that goes away', () => {
  it('leaves a quiet page, and the same question with its keystrokes when it is back', async () => {
    await open('question-phone');
    await page.locator('.kb-pad').getByText('9', { exact: true }).tap();
    hall.away(true);
    await page.getByText('正在准备').waitFor();
    expect(await page.getByText('您的手机号是多少').isVisible()).toBe(false);
    hall.away(false);
    await page.getByText('正在准备').waitFor({ state: 'detached' });
    expect(await page.locator('.field .value').innerText()).toBe('138 0000 9');
  });
});

describe('what a page says about now', () => {
  it('sends somebody whose number is called to the counter, and no longer speaks of waiting', async () => {
    await open('take-number-called');
    const facts = page.locator('.ticket-facts');
    await expect.poll(() => facts.textContent()).toContain('3 号窗口');
    expect(await page.locator('.ticket-body').textContent()).not.toMatch(/前面|大约要等/);
    expect(await button('instead').count()).toBe(0);
  });

  it('says that a number cannot be given back while the hall is away, not that none can be taken', async () => {
    await open('take-number-unknown');
    await expect.poll(() => page.locator('.note').allTextContents()).toContainEqual(expect.stringMatching(/^号没有退掉.*退不了/));
  });

  it('has a way on, and promises no printing, where a certificate cannot be printed now', async () => {
    await open('result-closed');
    await button('home').tap();
    await told('home');
    expect(await page.locator('.page-title').textContent()).not.toContain('可以打印');
  });

  it('names a promised day only while the reviewer has the case', async () => {
    await open('mine');
    expect(await button('case-202611180012').textContent()).not.toContain('有结果');
    const { screen } = FIXTURES['mine']!;
    if (screen.kind !== 'mine') throw new Error('no such page');
    await open('mine', { screen: { ...screen, cases: screen.cases.map((one) => ({ ...one, state: 'received' as const })) } });
    await expect.poll(() => button('case-202611180012').textContent()).toContain('12月8日前有结果');
  });

  it('does not ask for a card that the reader cannot read', async () => {
    await open('home-reader-closed');
    expect(await page.locator('.greeting').textContent()).not.toContain('放上身份证');
  });
});
