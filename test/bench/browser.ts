/** What the citizen's page itself costs: first page on a slow processor, bytes of script before it, paint after a card. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import type { IdCardEmulator } from '../../drivers/id-card/emulator.ts';
import type { CitizenEvent } from '../../electron/session/index.ts';
import { BUILT, launch } from '../screens/browser.ts';
import { atAnyMoment, inventedCard } from './citizen.ts';
import { load, median, round, type Effort, type Figure } from './figures.ts';
import { openHall, type Hall } from './hall.ts';

const TIMES = 7;
const SLOWER = 4;
const INTERACTIVE_MS = 2_000;
const SCRIPT_KB = 200;
const PAINTS = 30;
const VIEWPORT = { width: 1080, height: 1920 };

/** Kept in the page by {@link watch}; times are the page's own, ms since its navigation began. */
interface Notes {
  revision: number;
  kind: string;
  arrivedAt: number;
  /** Two frames after the home page's first tile stood there, with the main thread free. */
  interactiveAt: number | null;
  /** After the frame that shows the newest view. */
  paintedAt: number;
  paintedKind: string;
}
type Noting = typeof globalThis & { hall24Bench: Notes };

/** Runs in the page before its own scripts. */
const watch = (): void => {
  const notes: Notes = { revision: 0, kind: '', arrivedAt: 0, interactiveAt: null, paintedAt: 0, paintedKind: '' };
  (globalThis as Noting).hall24Bench = notes;
  const Plain = EventSource;
  globalThis.EventSource = class extends Plain {
    constructor(address: string | URL) {
      super(address);
      // Heard before the page's own listener: its work counts.
      this.addEventListener('view', (event: MessageEvent<string>) => {
        const view = JSON.parse(event.data) as { revision: number; screen: { kind: string } };
        if (view.screen.kind !== notes.kind) notes.arrivedAt = performance.now();
        notes.kind = view.screen.kind;
        notes.revision = view.revision;
      });
    }
  };
  const free = (act: () => void): void => {
    const channel = new MessageChannel();
    channel.port1.addEventListener('message', act);
    channel.port1.start();
    channel.port2.postMessage(null);
  };
  let shown = '';
  let waiting = false;
  new MutationObserver(() => {
    const kind = document.querySelector<HTMLElement>('.stage')?.dataset['screen'] ?? '';
    if (kind !== shown) {
      shown = kind;
      requestAnimationFrame(() =>
        free(() => {
          notes.paintedAt = performance.now();
          notes.paintedKind = kind;
        }),
      );
    }
    if (waiting || document.querySelector('.entry-tile, .row-tile') === null) return;
    waiting = true;
    requestAnimationFrame(() => requestAnimationFrame(() => free(() => (notes.interactiveAt = performance.now()))));
  }).observe(document, { childList: true, subtree: true, attributes: true });
};

const openPage = async (browser: Browser): Promise<Page> => {
  const page = await browser.newPage({ viewport: VIEWPORT, hasTouch: true, locale: 'zh-CN' });
  await page.addInitScript(watch);
  return page;
};
const notesOf = (page: Page): Promise<Notes & { bornAt: number }> => page.evaluate(() => ({ ...(globalThis as Noting).hall24Bench, bornAt: performance.timeOrigin }));

/** First page of a terminal on a processor a quarter as fast. */
export const measurePage = async (_effort: Effort): Promise<Figure[]> => {
  const hall = await openHall();
  const browser = await launch();
  try {
    const agent = await hall.startAgent();
    try {
      const times: number[] = [];
      let scripts: string[] = [];
      for (let time = 0; time < TIMES; time += 1) {
        const url = await hall.freshUrl();
        // A context of its own: nothing is cached, as after the start of a terminal.
        const page = await openPage(browser);
        const devtools = await page.context().newCDPSession(page);
        await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
        await page.goto(url, { waitUntil: 'commit' });
        const handle = await page.waitForFunction(() => (globalThis as Noting).hall24Bench?.interactiveAt, undefined, { timeout: 30_000, polling: 50 });
        const at = Number(await handle.jsonValue());
        times.push(at);
        scripts = await page.evaluate((until) => performance.getEntriesByType('resource').filter((entry) => entry.startTime < until && entry.name.endsWith('.js')).map((entry) => new URL(entry.name).pathname), at);
        await page.close();
      }
      const bytes = scripts.map((path) => gzipSync(readFileSync(join(BUILT, path)), { level: 9 }).byteLength);
      const total = bytes.reduce((sum, one) => sum + one, 0);
      return [
        { name: 'page-interactive', value: round(median(times), 0), unit: 'ms', against: `navigation → tiles of the home page painted and main thread free, processor slowed ${SLOWER} times, nothing cached, goal at most ${INTERACTIVE_MS}; longest ${round(Math.max(...times), 0)} ms of ${times.length}, ${load()}`, goal: { atMost: INTERACTIVE_MS } },
        { name: 'first-script-gzip', value: round(total / 1_000), unit: 'kB', against: `gzip -9 of ${scripts.length} script(s) asked for before that (${scripts.map((path) => path.replace('/assets/', '')).join(', ')}), goal at most ${SCRIPT_KB}`, goal: { atMost: SCRIPT_KB } },
      ];
    } finally {
      await agent.stop();
    }
  } finally {
    await browser.close();
    await hall.stop();
  }
};

/** Does not wait for the answer: the page may load itself anew because of it. */
const tell = (page: Page, event: CitizenEvent): Promise<void> =>
  page.evaluate((said) => void fetch('/api/citizen/events', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ revision: (globalThis as Noting).hall24Bench.revision, event: said }) }), event);
const painted = async (page: Page, kind: string): Promise<void> => {
  try {
    await page.waitForFunction((wanted) => (globalThis as Noting).hall24Bench.paintedKind === wanted, kind, { timeout: 30_000, polling: 20 });
  } catch (error) {
    const text = await page.evaluate(() => document.body.textContent.slice(0, 200));
    throw new Error(`waited for ${kind} on the screen; noted ${JSON.stringify(await notesOf(page))}; it says: ${text}`, { cause: error });
  }
};

/** For each card, ms: laid → the frame that shows its fields; the view's arrival in the page → that frame. */
export interface Painted {
  whole: number[];
  paint: number[];
}

/** Lays cards before a browser's page. */
export const paintOfCards = async (hall: Hall, reader: IdCardEmulator, random: () => number): Promise<Painted> => {
  const browser = await launch();
  try {
    const page = await openPage(browser);
    await page.goto(await hall.freshUrl());
    const samples: Painted = { whole: [], paint: [] };
    // The first card compiles the page's code.
    for (let number = 0; number <= PAINTS; number += 1) {
      await painted(page, 'home');
      await atAnyMoment(random);
      // Once somebody has gone the page loads itself anew: it is at rest when it stands there again.
      await painted(page, 'home');
      // Two processes, one wall clock.
      const laidAt = performance.timeOrigin + performance.now();
      reader.layCard(inventedCard(number));
      await painted(page, 'mine');
      const { arrivedAt, paintedAt, bornAt } = await notesOf(page);
      if (number > 0) {
        samples.whole.push(bornAt + paintedAt - laidAt);
        samples.paint.push(paintedAt - arrivedAt);
      }
      reader.liftCard();
      await tell(page, { type: 'leave' });
    }
    return samples;
  } finally {
    await browser.close();
  }
};
