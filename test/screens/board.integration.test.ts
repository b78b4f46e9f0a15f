/** The hall board and the ticket on a telephone, in a real browser, on the hall's real API with its real queue. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launch } from './browser.ts';
import { aMorning, startHall, type TestHall } from './hall.ts';

let browser: Browser;
let hall: TestHall;
let context: BrowserContext;
let page: Page;
let complaints: string[];

/** Voices that remember what they said, and can be made to want a touch first. */
const fakeVoices = (): void => {
  const said: string[] = [];
  const busy = { now: false, overlaps: 0 };
  Object.assign(window, { said, busy });
  Object.defineProperty(window, 'speechSynthesis', {
    value: Object.assign(new EventTarget(), {
      getVoices: () => [{ lang: 'zh-CN' }, { lang: 'en-GB' }],
      cancel: () => undefined,
      speak: (utterance: EventTarget & { text: string }) => {
        if (busy.now) busy.overlaps += 1;
        busy.now = true;
        setTimeout(() => {
          busy.now = false;
          said.push(utterance.text);
          utterance.dispatchEvent(new Event('end'));
        }, 20);
      },
    }),
  });
  Object.assign(window, {
    SpeechSynthesisUtterance: class extends EventTarget {
      text: string;
      constructor(text: string) {
        super();
        this.text = text;
      }
    },
  });
};
const said = (): Promise<string[]> => page.evaluate(() => (window as unknown as { said: string[] }).said);
const at = (counter: string) => ({ counter, clerk: `clerk-${counter}` });

beforeAll(async () => {
  browser = await launch();
}, 120_000);
afterAll(() => browser.close());

beforeEach(async () => {
  hall = await startHall();
  context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1920, height: 1080 } });
  page = await context.newPage();
  complaints = [];
  // What the network says while the hall is away is no complaint of the page.
  page.on('console', (message) => (message.type() === 'error' && !message.text().includes('Failed to load resource') ? complaints.push(message.text()) : undefined));
  page.on('pageerror', (error) => complaints.push(error.message));
});
afterEach(async () => {
  await context.close();
  await hall.close();
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
});

const openBoard = async (query = ''): Promise<void> => {
  await page.goto(`${hall.url()}/board/${query}`);
  await page.locator('.board').waitFor();
};

describe('the hall board', () => {
  it('shows and says two calls of the same moment, each once, one after the other, in Chinese and English', async () => {
    await page.addInitScript(fakeVoices);
    await hall.run({ type: 'open', ...at('1') });
    await hall.run({ type: 'open', ...at('3') });
    await openBoard();
    await page.getByText('还没有叫号').waitFor();
    await hall.take('insurance');
    await hall.take('real-estate');
    await Promise.all([hall.run({ type: 'next', ...at('1') }), hall.run({ type: 'next', ...at('3') })]);
    await expect.poll(said).toEqual(['请A零零一号到一号窗口办理', 'Number A zero zero one, please come to counter one.', '请B零零一号到三号窗口办理', 'Number B zero zero one, please come to counter three.']);
    // The first stands in the light long enough to be read; then the second takes its place.
    await page.locator('.called .number:text-is("B001")').waitFor();
    expect(await page.locator('.calls li .number').allTextContents()).toEqual(['A001']);
    expect(await page.evaluate(() => (window as unknown as { busy: { overlaps: number } }).busy.overlaps)).toBe(0);
  });

  it('shows and says a second call as what it is', async () => {
    await page.addInitScript(fakeVoices);
    await hall.run({ type: 'open', ...at('1') });
    await hall.take('insurance');
    await openBoard();
    await hall.run({ type: 'next', ...at('1') });
    await page.locator('.called').waitFor();
    await hall.run({ type: 'recall', ...at('1') });
    await page.getByText('再叫一次').waitFor();
    await expect.poll(async () => (await said()).filter((text) => text.startsWith('重新呼叫'))).toEqual(['重新呼叫，请A零零一号马上到一号窗口办理']);
  });

  it('says that it is not connected, and is right again by itself, with the calls that it missed', async () => {
    await page.addInitScript(fakeVoices);
    await hall.run({ type: 'open', ...at('1') });
    for (let count = 0; count < 3; count += 1) await hall.take('insurance');
    await openBoard();
    await hall.run({ type: 'next', ...at('1') });
    await page.locator('.called[data-lit]').waitFor();
    await hall.goAway();
    await page.getByText('大屏没有连上，以窗口叫号为准').waitFor({ timeout: 20_000 });
    expect(await page.locator('.called[data-lit]').count()).toBe(0);
    await hall.run({ type: 'start', ...at('1') });
    await hall.run({ type: 'finish-and-next', ...at('1') });
    await hall.comeBack();
    await expect.poll(() => page.locator('.called[data-lit] .number').textContent(), { timeout: 20_000 }).toBe('A002');
    await expect.poll(async () => (await said()).filter((text) => text.startsWith('请'))).toEqual(['请A零零一号到一号窗口办理', '请A零零二号到一号窗口办理']);
  });

  it('after a quarter of an hour without its hall calls only whom somebody awaits, and shows what was called last', async () => {
    await page.addInitScript(fakeVoices);
    await hall.run({ type: 'open', ...at('1') });
    for (let count = 0; count < 16; count += 1) await hall.take('insurance');
    await openBoard();
    await hall.run({ type: 'next', ...at('1') });
    await page.locator('.called[data-lit]').waitFor();
    await hall.goAway();
    await page.getByText('大屏没有连上，以窗口叫号为准').waitFor({ timeout: 20_000 });
    for (let count = 0; count < 14; count += 1) {
      hall.clock.advance(60_000);
      await hall.run({ type: 'start', ...at('1') });
      await hall.run({ type: 'finish-and-next', ...at('1') });
    }
    hall.clock.advance(60_000);
    await hall.comeBack();
    await expect.poll(() => page.locator('.called[data-lit] .number').textContent(), { timeout: 20_000 }).toBe('A015');
    expect(await page.locator('.calls li .number').allTextContents()).toEqual(['A014', 'A013', 'A012', 'A011']);
    await hall.run({ type: 'finish-and-next', ...at('1') });
    await expect.poll(async () => (await said()).filter((text) => text.startsWith('请')), { timeout: 20_000 }).toEqual(['请A零零一号到一号窗口办理', '请A零一五号到一号窗口办理', '请A零一六号到一号窗口办理']);
  });

  it('without a voice says on its face that it is silent', async () => {
    await page.addInitScript(() => Object.defineProperty(window, 'speechSynthesis', { value: Object.assign(new EventTarget(), { getVoices: () => [] }) }));
    await hall.run({ type: 'open', ...at('1') });
    await hall.take('insurance');
    await openBoard();
    await hall.run({ type: 'next', ...at('1') });
    await expect.poll(() => page.locator('footer').textContent(), { timeout: 20_000 }).toContain('大屏没有声音，请看号');
  });

  it.each([1_210, 952])('on a screen %i mm wide shows the called number 90 mm high, and nothing overflows', async (widthMm) => {
    await aMorning(hall);
    for (const language of ['zh', 'en']) {
      await openBoard(`?mm=${String(widthMm)}&lang=${language}`);
      await page.locator('.called').waitFor();
      const found = await page.evaluate(async (mm) => {
        await document.fonts.ready;
        const pxPerMm = window.innerWidth / mm;
        const number = document.querySelector('.called .number');
        const cap = number === null ? 0 : (Number.parseFloat(getComputedStyle(number).fontSize) * 0.733) / pxPerMm;
        // The box of a large line is higher than its letters; what counts upwards is the part of the board that holds it.
        const wide = [...document.querySelectorAll('.board, .board section, .called, .calls li, .waits li, footer')].filter((element) => element.scrollWidth > element.clientWidth + 1);
        const high = [...document.querySelectorAll('.board, .board section, footer')].filter((element) => element.scrollHeight > element.clientHeight + 1);
        const over = [...wide, ...high].map((element) => `${element.tagName} ${element.className} ${String(element.scrollWidth)}×${String(element.scrollHeight)} in ${String(element.clientWidth)}×${String(element.clientHeight)}`);
        return { cap, over };
      }, widthMm);
      expect(found.over).toEqual([]);
      expect(found.cap).toBeGreaterThanOrEqual(90);
    }
  });

  it('shows numbers and counters, no person and nothing to press', async () => {
    await hall.take('insurance');
    await openBoard();
    expect(await page.locator('button, a, input').count()).toBe(0);
  });
});

describe('the ticket on a telephone', () => {
  beforeEach(() => page.setViewportSize({ width: 390, height: 844 }));

  it('tells how many are ahead, follows the call, and is given back in two touches', async () => {
    await hall.take('insurance');
    const { ticket, number } = await hall.take('insurance');
    await page.goto(`${hall.url()}/ticket/?t=${ticket}&lang=zh`);
    await page.getByText(number).first().waitFor();
    expect(await page.locator('dd').first().textContent()).toContain('1');
    await page.locator('[data-name="give-back"]').click();
    expect(hall.queue.ticket(ticket)?.state).toBe('waiting');
    await page.locator('[data-name="really"]').click();
    await page.getByText('号退掉了，不会再叫').waitFor();
    expect(hall.queue.ticket(ticket)?.state).toBe('given-back');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });

  it.each([
    ['zh', '连不上大厅的叫号，现在退不了。号还是您的', '现在取不了号'],
    ['en', 'The number stays yours', 'desk'],
  ])('says in %s that the number is still held when the hall cannot be reached to take it back', async (language, right, wrong) => {
    const { ticket } = await hall.take('insurance');
    await page.goto(`${hall.url()}/ticket/?t=${ticket}&lang=${language}`);
    await page.locator('[data-name="give-back"]').click();
    await page.route('**/give-back', (route) => route.abort());
    await page.locator('[data-name="really"]').click();
    await expect.poll(() => page.locator('[role=alert]').textContent()).toContain(right);
    expect(await page.locator('[role=alert]').textContent()).not.toContain(wrong);
    expect(hall.queue.ticket(ticket)?.state).toBe('waiting');
  });

  it('says where to go when it is called', async () => {
    const { ticket } = await hall.take('insurance');
    await hall.run({ type: 'open', ...at('2') });
    await hall.run({ type: 'next', ...at('2') });
    await page.goto(`${hall.url()}/ticket/?t=${ticket}&lang=zh`);
    await expect.poll(() => page.locator('.state').textContent()).toBe('叫到您了，请到 2 号窗口');
  });

  it.each(['', '?t=0000000000000000ffffffff', '?t=%3Cscript%3E'])('a forged code %s shows nothing of anybody', async (query) => {
    await page.goto(`${hall.url()}/ticket/${query}`);
    await expect.poll(() => page.locator('h1').textContent()).toMatch(/不是本厅今天的|not one of this hall/);
    expect(await page.locator('button').count()).toBe(1);
  });
});
