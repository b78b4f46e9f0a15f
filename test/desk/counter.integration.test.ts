/** The counter's console in a real browser against the real queue and API. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { complaintsOf, launch, open, signInByCode, TEST_MS } from './browser.ts';
import { NOW, startHall, type DeskHall } from './hall.ts';
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

const PASSWORD = 'nine blue doors';
const shows = (page: Page, number: string, state: string): Promise<unknown> => page.waitForSelector(`[data-current="${number}"][data-state="${state}"]`);
const listed = (page: Page): Promise<string[]> => page.locator('.row .number').allTextContents();
const state = (number: string): string | undefined => hall.queue.day().tickets.get(number)?.state;

/** Signed in and seated at counter 3, by keys alone. */
const seated = async (page: Page): Promise<void> => {
  const code = await hall.invite('lin', 'clerk');
  await page.goto(`${hall.url}/counter/`);
  await signInByCode(page, 'lin', code, PASSWORD);
  await page.waitForSelector('.choose-counter');
  await page.waitForFunction(() => document.activeElement?.getAttribute('data-name') === 'counter-1');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.console');
};

describe('a clerk at a counter', { timeout: TEST_MS }, () => {
  test('signs in with a one-time code and works a day with keys alone', async () => {
    for (const minutes of [40, 39, 38, 37]) await hall.take('real-estate', minutes);
    await hall.take('general', 20);
    hall.until(0);
    const { context, page, complaints } = await open(browser);
    await seated(page);
    expect(hall.queue.day().counters.get('3')).toMatchObject({ clerk: 'lin', paused: false });
    expect(await page.locator('[data-name=why] li').allTextContents()).toEqual(['1这个窗口先办不动产登记，权重 2', '2这样算下来轮到 B001，等了 40 分钟']);

    await page.keyboard.press('F2');
    await shows(page, 'B001', 'called');
    // Missed before it was called again: refused, and told.
    await page.keyboard.press('F4');
    await page.waitForFunction(() => document.querySelector('[data-name=refused]')?.textContent === '先重呼一次，再过号');
    await page.keyboard.press('F3');
    await page.waitForFunction(() => document.querySelector('.current-state')?.textContent?.includes('叫了 2 次'));
    await page.keyboard.press('F4');
    await shows(page, '', '');
    expect(state('B001')).toBe('missed');

    await page.keyboard.press('F2');
    await shows(page, 'B002', 'called');
    await page.keyboard.press('F7');
    await shows(page, 'B002', 'serving');
    await page.keyboard.press('F5');
    await page.waitForSelector('input[name=note]');
    await page.keyboard.type('差一份户口本');
    await page.keyboard.press('Enter');
    await shows(page, '', '');
    expect(hall.queue.day().tickets.get('B002')).toMatchObject({ state: 'parked', note: '差一份户口本' });

    await page.keyboard.press('F2');
    await shows(page, 'B003', 'called');
    await page.keyboard.press('F7');
    await shows(page, 'B003', 'serving');
    await page.keyboard.press('F6');
    await page.waitForFunction(() => document.activeElement?.getAttribute('value') === 'real-estate');
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(() => document.activeElement?.getAttribute('value') === 'general');
    await page.keyboard.press('Enter');
    await shows(page, '', '');
    expect(hall.queue.day().tickets.get('B003')).toMatchObject({ state: 'waiting', class: 'general' });

    // By its original time it stands before those who came later.
    expect(await listed(page)).toEqual(['B004', 'B003', 'C001']);
    await page.keyboard.press('F2');
    await shows(page, 'B004', 'called');
    await page.keyboard.press('F7');
    await shows(page, 'B004', 'serving');
    await page.keyboard.press('F2');
    await shows(page, 'B003', 'called');
    expect(state('B004')).toBe('finished');
    await page.keyboard.press('F8');
    await shows(page, '', '');
    expect(state('B003')).toBe('finished');

    await page.keyboard.press('F9');
    await page.waitForSelector('input[name=number]');
    await page.keyboard.type('b001');
    await page.keyboard.press('Tab');
    await page.keyboard.type('回来了，只补一份材料');
    await page.keyboard.press('Enter');
    await shows(page, 'B001', 'called');
    await page.keyboard.press('F10');
    await page.waitForFunction(() => document.querySelector('[data-name=pause]')?.textContent?.startsWith('接着办'));
    expect(hall.queue.day().counters.get('3')).toMatchObject({ paused: true, current: 'B001' });
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('presses a key twice in a row and finishes one person, not two', async () => {
    for (const minutes of [40, 39, 38]) await hall.take('real-estate', minutes);
    hall.until(0);
    const { context, page } = await open(browser);
    await seated(page);
    await page.keyboard.press('F2');
    await shows(page, 'B001', 'called');
    await page.keyboard.press('F7');
    await shows(page, 'B001', 'serving');
    await page.evaluate(() => {
      for (let times = 0; times < 5; times += 1) window.dispatchEvent(new KeyboardEvent('keydown', { key: 'F2', cancelable: true }));
    });
    await shows(page, 'B002', 'called');
    expect([state('B001'), state('B002'), state('B003')]).toEqual(['finished', 'called', 'waiting']);
    await context.close();
  });

  test('presses for the next one again at once, or clicks twice, and whoever was just called is neither finished nor started', async () => {
    for (const minutes of [40, 39, 38]) await hall.take('real-estate', minutes);
    hall.until(0);
    const { context, page } = await open(browser);
    await seated(page);
    // Both clicks find the same place; between them the page shows who was called.
    const green = await page.locator('.act[data-kind=green]').boundingBox();
    const [x, y] = [(green?.x ?? 0) + 60, (green?.y ?? 0) + 20];
    await page.evaluate(() => {
      const real = performance.now.bind(performance);
      Object.assign(window, { waited: 0 });
      const started = real();
      // The page's own time goes only when the test says so.
      performance.now = () => started + (window as unknown as { waited: number }).waited;
    });
    await page.mouse.click(x, y);
    await shows(page, 'B001', 'called');
    await page.mouse.click(x, y);
    await page.keyboard.press('F2');
    await page.waitForFunction(() => document.querySelector('[data-name=refused]')?.textContent === '刚叫过，不再往下叫');
    expect([state('B001'), state('B002')]).toEqual(['called', 'waiting']);
    // The person stands there: a click a second later starts.
    await page.evaluate(() => Object.assign(window, { waited: 1_000 }));
    await page.mouse.click(x, y);
    await shows(page, 'B001', 'serving');
    await page.keyboard.press('F2');
    await shows(page, 'B002', 'called');
    await page.evaluate(() => Object.assign(window, { waited: 5_000 }));
    await page.keyboard.press('F2');
    await shows(page, 'B003', 'called');
    await context.close();
  });

  test('whose line to the hall swallows a press is told so, and goes on', async () => {
    await hall.take('real-estate', 40);
    hall.until(0);
    const { context, page } = await open(browser);
    await seated(page);
    let swallowed = 0;
    await page.route('**/hall/counters/3/next', (route) => {
      swallowed += 1;
      return swallowed > 1 ? route.continue() : undefined;
    });
    await page.keyboard.press('F2');
    await page.waitForFunction(() => document.querySelector('[data-name=refused]')?.textContent === '大厅没有应答，没有办成');
    expect(state('B001')).toBe('waiting');
    await page.keyboard.press('F2');
    await shows(page, 'B001', 'called');
    await context.close();
  });

  test('whose screen has gone deaf ends nobody that it does not show, and is right again by itself', async () => {
    for (const minutes of [40, 39]) await hall.take('real-estate', minutes);
    hall.until(0);
    const { context, page } = await open(browser);
    // The first line stays open and says nothing more.
    await page.addInitScript(() => {
      const { prototype } = EventSource;
      const listen = Reflect.get(prototype, 'addEventListener');
      const lines = new Set<EventSource>();
      Object.assign(prototype, {
        addEventListener(this: EventSource, type: string, listener: (event: Event) => void): void {
          lines.add(this);
          const [first] = lines;
          listen.call(this, type, (event: Event) => (this === first && 'deaf' in window ? undefined : listener(event)));
        },
      });
    });
    await seated(page);
    await page.evaluate(() => Object.assign(window, { deaf: true }));
    await page.keyboard.press('F2');
    await vi.waitFor(() => expect(state('B001')).toBe('called'), { timeout: 60_000 });
    // Nothing is seen of it, so it is pressed again, until the page says that this is another counter than it shows, or shows it.
    await page.waitForFunction(() => {
      window.dispatchEvent(new KeyboardEvent('keydown', { key: 'F2', cancelable: true }));
      return document.querySelector('[data-name=refused]')?.textContent === '窗口上已经不是这个号了，看一看再按';
    }, undefined, { polling: 200 });
    await shows(page, 'B001', 'called');
    expect([state('B001'), state('B002')]).toEqual(['called', 'waiting']);
    await context.close();
  });

  test('calls somebody else while somebody is there: he is set aside or finished in the same answer', async () => {
    for (const minutes of [40, 39, 38, 37]) await hall.take('real-estate', minutes);
    hall.until(0);
    const { context, page, complaints } = await open(browser);
    await seated(page);
    await page.keyboard.press('F2');
    await shows(page, 'B001', 'called');
    await page.keyboard.press('F7');
    await shows(page, 'B001', 'serving');
    await page.keyboard.press('F9');
    await page.waitForSelector('[data-name=first-park][data-selected]');
    await page.fill('input[name=number]', 'b003');
    await page.fill('input[name=reason]', '身体不舒服');
    await page.keyboard.press('Enter');
    await shows(page, 'B003', 'called');
    expect([state('B001'), hall.queue.day().tickets.get('B001')?.onlyCounter]).toEqual(['parked', '3']);
    // The row that was chosen is the number that is called.
    await page.click('.row:has-text("B004")');
    await page.keyboard.press('F9');
    await page.waitForSelector('[data-name=first-finish]');
    await page.click('[data-name=first-finish]');
    await page.fill('input[name=reason]', '抱着小孩');
    await page.click('[data-name=ask-answer]');
    await shows(page, 'B004', 'called');
    expect(state('B003')).toBe('finished');
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('sees who is booked and has not come, where he would stand, and until when each class gives numbers', async () => {
    for (const minutes of [40, 3]) await hall.take('real-estate', minutes);
    hall.until(0);
    const booked = (id: string, minutes: number, classId = 'real-estate') => ({ id, class: classId, item: null, slot: NOW + minutes * 60_000, day: '20261123', hall: 'qingxi' });
    hall.appointments.push(booked('LATER', 90), booked('SOON', 10), booked('GONE', -40), booked('OTHERS', 5, 'company'));
    const { context, page, complaints } = await open(browser);
    await seated(page);
    await page.waitForSelector('[data-expected]');
    expect(await page.locator('.row').evaluateAll((rows) => rows.map((row) => [row.querySelector('.number')?.textContent, row.querySelector('.waited')?.textContent]))).toEqual([
      ['B001', '40 分'],
      ['—', '约 10:51'],
      ['B002', '3 分'],
      ['—', '约 10:01'],
      ['—', '约 12:11'],
    ]);
    // Nobody who is not there is counted, or called by a key on his row.
    expect(await page.locator('.waiting-head h2 b').textContent()).toBe('2');
    await page.locator('[data-expected]').first().click({ force: true });
    expect(await page.locator('.row[data-selected]').count()).toBe(0);
    expect(await page.locator('[data-name=hours]').textContent()).toBe('取号时间不动产登记 全天综合业务 全天');
    await hall.run({ type: 'check-in', appointment: booked('SOON', 10), by: 't9', priority: null, ticket: 'a'.repeat(24) });
    await page.waitForSelector('.row:has-text("Y001")');
    expect(await page.locator('[data-expected]').count()).toBe(2);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('is told when the counter’s own pad did nothing, and why; before anybody sits there too', async () => {
    await hall.take('real-estate', 10);
    hall.until(0);
    const pressed = (refusal: 'counter-closed' | 'recall-first') => hall.pads.set('3', { at: '2026-11-23T10:41:00+08:00', key: refusal === 'recall-first' ? 'skip' : 'next', refusal });
    pressed('counter-closed');
    const { context, page } = await open(browser);
    const code = await hall.invite('lin', 'clerk');
    await page.goto(`${hall.url}/counter/`);
    await signInByCode(page, 'lin', code, PASSWORD);
    await page.waitForSelector('[data-name=counter-3] .pad-said');
    expect(await page.locator('[data-name=counter-3] .pad-said').textContent()).toBe('叫号器：下一位，窗口还没有开');
    hall.pads.clear();
    await page.click('[data-name=counter-3]');
    await page.waitForSelector('.console');
    pressed('recall-first');
    hall.refresh();
    await page.waitForFunction(() => document.querySelector('[data-name=refused]')?.textContent === '叫号器：过号，先重呼一次，再过号');
    await context.close();
  });

  test('takes up who was set aside, lets in who came back, and settles a number in doubt', async () => {
    for (const minutes of [40, 39, 38]) await hall.take('real-estate', minutes);
    hall.until(0);
    const { context, page } = await open(browser);
    await seated(page);
    await page.keyboard.press('F2');
    await shows(page, 'B001', 'called');
    await page.keyboard.press('F3');
    await page.waitForFunction(() => document.querySelector('.current-state')?.textContent?.includes('叫了 2 次'));
    await page.keyboard.press('F4');
    await shows(page, '', '');
    hall.clock.advance(5 * 60_000);
    await page.click('[data-name=filter-missed]');
    await page.click('[data-name=come-back-B001]');
    await page.waitForFunction(() => document.querySelector('[data-name=come-back-B001]') === null);
    expect(state('B001')).toBe('waiting');
    await page.click('[data-name=filter-mine]');
    expect(await page.locator('.row:has-text("B001") .waited').textContent()).toBe('45 分');
    await hall.run({ type: 'paper-doubtful', number: 'B002' });
    await page.click('[data-name=void-B002]');
    await page.waitForFunction(() => document.querySelector('[data-name=void-B002]') === null);
    expect(state('B002')).toBe('void');
    await hall.run({ type: 'paper-doubtful', number: 'B003' });
    await page.click('[data-name=confirm-B003]');
    await page.waitForFunction(() => document.querySelector('[data-name=confirm-B003]') === null);
    expect(state('B003')).toBe('waiting');
    await context.close();
  });

  test('checks doubtful paper: says what was seen only after looking, and what happened here stands with its times', async () => {
    for (const minutes of [40, 39]) await hall.take('real-estate', minutes);
    hall.until(30);
    const at = { counter: '3', clerk: 'lin' };
    await hall.run({ type: 'open', ...at });
    await hall.run({ type: 'next', ...at });
    hall.until(29);
    await hall.run({ type: 'start', ...at });
    hall.until(21);
    await hall.run({ type: 'finish', ...at });
    await hall.run({ type: 'next', ...at });
    hall.until(20);
    await hall.run({ type: 'recall', ...at });
    await hall.run({ type: 'miss', ...at });
    hall.until(0);
    hall.doubts.push({ paper: 'p0000000000000731', doubtNumber: '0731-6', kind: 'certificate', caseNumber: null, certificateNumber: '000123', sheets: 3, sheetsDone: 2, fault: 'paper-jam', at: '2026-11-23T03:26:00+08:00' });
    const { context, page, complaints } = await signedIn(browser, hall, 'lin', 'clerk');
    await page.goto(`${hall.url}/counter/?counter=3`);
    await page.waitForSelector('[data-name=check-0731-6]');
    expect(await page.locator('.recent li').allTextContents()).toEqual(['10:21B002 叫 2 次没到，过号', '10:21再叫 B002', '10:20叫 B002', '10:20B001 办完，8 分钟']);
    expect(await page.locator('[data-name=paper-0731-6] p').textContent()).toBe('terminal-1，03:26，证明共 3 张，机器数到 2 张。');
    await page.click('[data-name=check-0731-6]');
    await page.waitForSelector('text=证明编号 000123');
    expect(await page.locator('[data-name=ask-answer]').isDisabled()).toBe(true);
    await page.click('[data-name=seen-not-printed]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-name=paper-0731-6]', { state: 'detached' });
    expect(hall.doubts).toEqual([]);
    // What else the manager settles is not the clerk's.
    expect((await context.request.get(`${hall.url}/hall/doubts`)).status()).toBe(403);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('is told that the platform is out and what that means, and that the hall is out when it is', async () => {
    await hall.take('real-estate', 10);
    hall.until(6);
    hall.platform.reachable = false;
    hall.platform.since = hall.clock.wall();
    hall.until(0);
    const { context, page } = await open(browser);
    await seated(page);
    expect(await page.locator('.states').textContent()).toBe('大厅网络正常政务平台断开 6 分钟，叫号、办理不受影响');
    await context.setOffline(true);
    await page.waitForFunction(() => document.querySelector('.states')?.textContent?.startsWith('大厅连不上'));
    await context.setOffline(false);
    await page.waitForFunction(() => document.querySelector('.states')?.textContent?.startsWith('大厅网络正常'));
    await context.close();
  });

  test('is locked out after wrong passwords and told for how many seconds', async () => {
    await hall.invite('lin', 'clerk');
    const { context, page } = await open(browser);
    await page.goto(`${hall.url}/counter/`);
    await page.fill('input[name=name]', 'lin');
    for (let times = 0; times < 5; times += 1) {
      await page.fill('input[name=secret]', `wrong ${String(times)}`);
      const answered = page.waitForResponse((response) => response.url().endsWith('/hall/sign-in'));
      await page.click('[data-name=sign-in]');
      await answered;
      await page.waitForFunction(() => document.querySelector('[role=alert]')?.textContent !== '');
    }
    await page.waitForFunction(() => /这个名字先锁 \d+ 秒/.test(document.querySelector('[role=alert]')?.textContent ?? ''));
    expect(await page.locator('[data-name=sign-in]').isDisabled()).toBe(true);
    await context.close();
  });
});

describe('the screen that faces the citizen', { timeout: TEST_MS }, () => {
  test('shows the number at the counter and takes one rating of whoever was finished', async () => {
    for (const minutes of [40, 39]) await hall.take('real-estate', minutes);
    hall.until(0);
    const { context, page } = await open(browser);
    await seated(page);
    const glass = await (await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1024, height: 640 } })).newPage();
    const complaints = complaintsOf(glass);
    await glass.goto(`${hall.url}/rating/?counter=3`);
    await page.keyboard.press('F2');
    await glass.waitForFunction(() => document.querySelector('[data-name=current]')?.textContent === 'B001');
    expect(await glass.locator('[data-name=rating]').count()).toBe(0);
    await page.keyboard.press('F7');
    await shows(page, 'B001', 'serving');
    await page.keyboard.press('F2');
    await glass.waitForSelector('[data-name=rate-4]');
    await glass.waitForFunction(() => document.querySelector('[data-name=current]')?.textContent === 'B002');
    await glass.click('[data-name=rate-4]');
    await glass.waitForSelector('[data-rated]');
    expect(hall.queue.day().tickets.get('B001')?.rating).toBe(4);
    // Whoever is still served, or was rated, cannot be rated from here.
    for (const number of ['B001', 'B002']) {
      const refused = await glass.evaluate(async (wanted) => (await fetch('/hall/windows/3/rate', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ number: wanted, score: 1 }) })).status, number);
      expect(refused).toBe(409);
    }
    expect(complaints).toEqual([]);
    await glass.context().close();
    await context.close();
  });
});
