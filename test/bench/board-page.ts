/** The hall's board in a real browser: when a call's message arrived there, and when the frame that shows it in the light was painted. */
import type { Browser } from 'playwright-core';

/** Kept in the page; times are milliseconds since 1970, by the page's own clock. */
interface Notes {
  /** Of each call, when its message arrived. */
  arrived: Record<number, number>;
  /** Of each number, when it was first painted in the light. */
  painted: Record<string, number>;
}
type Noting = typeof globalThis & { hall24Board: Notes };

/** Runs in the page before its own scripts. */
const watch = (): void => {
  const notes: Notes = { arrived: {}, painted: {} };
  (globalThis as Noting).hall24Board = notes;
  const now = (): number => performance.timeOrigin + performance.now();
  const Plain = EventSource;
  globalThis.EventSource = class extends Plain {
    constructor(address: string | URL) {
      super(address);
      // Heard before the page's own listener: its work counts.
      for (const type of ['message', 'view']) {
        this.addEventListener(type, (event) => {
          for (const { id } of (JSON.parse((event as MessageEvent<string>).data) as { calls: { id: number }[] }).calls) notes.arrived[id] ??= now();
        });
      }
    }
  };
  new MutationObserver(() => {
    const number = document.querySelector('.called .number')?.textContent;
    if (number === undefined || number === null || notes.painted[number] !== undefined) return;
    notes.painted[number] = Number.NaN;
    requestAnimationFrame(() => {
      // After the frame, when its work is done.
      const channel = new MessageChannel();
      channel.port1.addEventListener('message', () => (notes.painted[number] = now()));
      channel.port1.start();
      channel.port2.postMessage(null);
    });
  }).observe(document, { childList: true, subtree: true, characterData: true });
};

export interface BoardPage {
  notes(): Promise<Notes>;
  /** Until this number has been painted in the light. @returns false: it was not, in five seconds */
  painted(number: string): Promise<boolean>;
}

/** @param url of the hall; its certificate is its own, and trust is not what is measured */
export const openBoardPage = async (browser: Browser, url: string): Promise<BoardPage> => {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 }, locale: 'zh-CN', ignoreHTTPSErrors: true });
  await page.addInitScript(watch);
  await page.goto(`${url}/board/?voice=off`);
  await page.waitForSelector('.board[data-version]');
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  return {
    notes: () => page.evaluate(() => (globalThis as Noting).hall24Board),
    painted: (number) =>
      page
        .waitForFunction((wanted) => Number.isFinite((globalThis as Noting).hall24Board.painted[wanted]), number, { timeout: 5_000, polling: 50 })
        .then(() => true)
        .catch(() => false),
  };
};
