/** Every screen in every mode on two panels that stand and one that lies: nothing overflows, everything can be hit and read, nothing is refused. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILT, launch, scannedPage, settled, vary, type Variant } from './browser.ts';
import { FIXTURES } from './fixtures.ts';
import { inspect } from './inspect.ts';
import { serve, type Hall } from './server.ts';

const PANELS = [
  { widthMm: 398, viewport: { width: 1080, height: 1920 }, languages: ['zh', 'en'], elder: [false, true] },
  { widthMm: 268, viewport: { width: 1080, height: 1920 }, languages: ['zh', 'en'], elder: [false, true] },
  { widthMm: 698, viewport: { width: 1920, height: 1080 }, languages: ['zh'], elder: [false] },
] as const;
/** Seventy screens and their further pages one after the other, on a machine that has other work. */
const EVERY_SCREEN_MS = 300_000;
/** Cap height of the bundled faces. */
const CAP = 0.733;

let hall: Hall;
let browser: Browser;
const lanes: { page: Page; complaints: string[] }[] = [];
let revision = 0;

beforeAll(async () => {
  hall = await serve(BUILT, await scannedPage());
  browser = await launch();
  const page = await browser.newPage({ viewport: { width: 1080, height: 1920 }, hasTouch: true, reducedMotion: 'reduce' });
  const complaints: string[] = [];
  page.on('console', (message) => (message.type() === 'error' || message.type() === 'warning' ? complaints.push(message.text()) : undefined));
  page.on('pageerror', (error) => complaints.push(error.message));
  lanes.push({ page, complaints });
  hall.show(FIXTURES['home']!);
  await page.goto(hall.url);
}, 120_000);

afterAll(async () => {
  await browser.close();
  await hall.close();
});

describe.each(PANELS)('citizen screens on a panel $widthMm mm wide', ({ widthMm, viewport, languages, elder: letters }) => {
  beforeAll(() => lanes[0]!.page.setViewportSize(viewport));

  describe.each(languages)('in %s', (language) => {
    it.each(letters)('fit, can be hit and can be read with large letters %s', async (elder) => {
      const { page, complaints } = lanes[0]!;
      const variant: Variant = { language, elder, widthMm };
      const found: Record<string, string[]> = {};
      for (const [name, view] of Object.entries(FIXTURES)) {
        revision += 1;
        // After a session the page loads itself anew; here a new page is opened at once.
        if (!view.inSession) await page.goto('about:blank');
        hall.show(vary(view, variant, revision));
        if (!view.inSession) await page.goto(hall.url);
        await settled(page, revision);
        const limits = { cap: CAP, floor: elder ? 7.3 : 5.5, least: 20, bezel: 10 };
        let problems = await page.evaluate(inspect, limits);
        // What does not fit is on further pages: they are looked at as well.
        for (let turn = 0; turn < 12 && (await page.locator('[data-name="next-page"]:visible:not([data-disabled])').count()) > 0 && view.idle === null && view.help === null; turn += 1) {
          await page.locator('[data-name="next-page"]').click();
          problems = [...problems, ...(await page.evaluate(inspect, limits)).map((problem) => `page ${String(turn + 2)}: ${problem}`)];
        }
        problems.push(...complaints.splice(0).map((complaint) => `console: ${complaint}`));
        if (problems.length > 0) found[name] = problems;
      }
      expect(found).toEqual({});
    }, EVERY_SCREEN_MS);
  });
});
