/** What the citizen's page itself costs: first page on a slow processor, bytes of script before it, paint after a card. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import type { IdCardEmulator } from '../../drivers/id-card/emulator.ts';
import type { CitizenEvent, Screen } from '../../electron/session/index.ts';
import { BUILT, launch } from '../screens/browser.ts';
import { ANSWERS, atAnyMoment, inventedCard } from './citizen.ts';
import { load, median, round, type Effort, type Figure } from './figures.ts';
import { openHall, type Hall } from './hall.ts';

const TIMES = 7;
const SLOWER = 4;
const INTERACTIVE_MS = 2_000;
const SCRIPT_KB = 200;
const PAINTS = 30;
/** For a walk through form and scans, on a machine that does something else as well. */
const WALK_MS = 120_000;
const VIEWPORT = { width: 1080, height: 1920 };

/** Kept in the page by {@link watch}; times are the page's own, ms since its navigation began. */
interface Notes {
  revision: number;
  kind: string;
  screen: unknown;
  arrivedAt: number;
  /** When the newest finger came down. */
  touchedAt: number;
  /** Two frames after the home page's first tile stood there, with the main thread free. */
  interactiveAt: number | null;
  /** After the frame that shows the newest view. */
  paintedAt: number;
  paintedKind: string;
}
type Noting = typeof globalThis & { hall24Bench: Notes };

/** Runs in the page before its own scripts. */
const watch = (): void => {
  const notes: Notes = { revision: 0, kind: '', screen: null, arrivedAt: 0, touchedAt: 0, interactiveAt: null, paintedAt: 0, paintedKind: '' };
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
        notes.screen = view.screen;
        notes.revision = view.revision;
      });
    }
  };
  globalThis.addEventListener('pointerdown', (event) => (notes.touchedAt = event.timeStamp), { capture: true });
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

/** Ms of each session. */
export interface Painted {
  /** Card laid → the frame that shows its fields. */
  whole: number[];
  /** That view's arrival in the page → that frame. */
  paint: number[];
  /** The finger comes down on the green button beside the signature → the frame that says the case number. */
  told: number[];
}

const screenOf = async (page: Page): Promise<Screen> => (await page.evaluate(() => (globalThis as Noting).hall24Bench.screen)) as Screen;

/** From the card's own page to the one to sign on. What is said here has nothing to do with what is measured. */
const walkToSign = async (page: Page, hall: Hall, item: string): Promise<void> => {
  /** Tells it of the page that is shown now, and waits for another view. */
  const say = async (event: CitizenEvent): Promise<void> => {
    const { revision } = await notesOf(page);
    await tell(page, event);
    await page.waitForFunction((before) => (globalThis as Noting).hall24Bench.revision > before, revision, { timeout: 30_000, polling: 20 });
  };
  const end = performance.now() + WALK_MS;
  for (;;) {
    const screen = await screenOf(page);
    if (screen.kind === 'sign') return;
    if (performance.now() > end) throw new Error(`no page to sign on; the screen is ${JSON.stringify(screen).slice(0, 400)}`);
    // A view may have come between what was said and its answer: then it is said again.
    if (screen.kind === 'mine') await say({ type: 'open-item', item });
    else if (screen.kind === 'notice') await say({ type: 'agree' });
    else if (screen.kind === 'question') await say({ type: 'answer', field: screen.question.field, value: screen.value === '' ? (ANSWERS[screen.question.field] ?? '') : screen.value });
    else if (screen.kind === 'materials' && screen.phase === 'review' && screen.pages.length > 0) await say({ type: 'material-done' });
    else if (screen.kind === 'materials' && screen.phase === 'insert') {
      await hall.play('/scanner/load', { sheets: 1 });
      await say({ type: 'scan' });
    } else if (screen.kind === 'check') await say({ type: 'all-correct' });
    else await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

/** A name is written, and the button touched. @returns ms to the frame with the case number */
const signAndBeTold = async (page: Page): Promise<number> => {
  const pad = page.locator('[data-name="sign-pad"]');
  await pad.waitFor();
  const box = await pad.boundingBox();
  if (box === null) throw new Error('there is no pad to sign on');
  for (const stroke of [0.2, 0.45, 0.7]) {
    await page.mouse.move(box.x + box.width * stroke, box.y + box.height * 0.3);
    await page.mouse.down();
    for (let step = 1; step <= 12; step += 1) await page.mouse.move(box.x + box.width * (stroke + step / 80), box.y + box.height * (0.3 + step / 30));
    await page.mouse.up();
  }
  await page.locator('[data-name="signed"]').tap();
  await painted(page, 'done');
  const { touchedAt, paintedAt } = await notesOf(page);
  return paintedAt - touchedAt;
};

/** Lays cards before a browser's page, and takes each citizen through to the signature. */
export const paintOfSessions = async (hall: Hall, reader: IdCardEmulator, item: string, random: () => number): Promise<Painted> => {
  const browser = await launch();
  try {
    const page = await openPage(browser);
    await page.goto(await hall.freshUrl());
    const samples: Painted = { whole: [], paint: [], told: [] };
    // The first session compiles the page's code.
    for (let number = 0; number <= PAINTS; number += 1) {
      await painted(page, 'home');
      await atAnyMoment(random);
      // Once somebody has gone the page loads itself anew: it is at rest when it stands there again.
      await painted(page, 'home');
      // Two processes, one wall clock.
      const laidAt = performance.timeOrigin + performance.now();
      reader.layCard(inventedCard(500 + number));
      await painted(page, 'mine');
      const { arrivedAt, paintedAt, bornAt } = await notesOf(page);
      await walkToSign(page, hall, item);
      const told = await signAndBeTold(page);
      if (number > 0) {
        samples.whole.push(bornAt + paintedAt - laidAt);
        samples.paint.push(paintedAt - arrivedAt);
        samples.told.push(told);
      }
      reader.liftCard();
      await tell(page, { type: 'leave' });
    }
    return samples;
  } finally {
    await browser.close();
  }
};
