/** The document camera in a real browser: a film in place of the camera, the page's own worker, and what is sent to the agent. */
import { mkdtempSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ASKEW, jpegOf, MARKS, photograph, printedPage, type Desk } from '../../renderer/citizen/camera/desk.fixture.ts';
import { scaled, type Point, type Quad } from '../../renderer/citizen/camera/geometry.ts';
import type { Colour } from '../../renderer/citizen/camera/grey.ts';
import type { SessionView } from '../../renderer/api/types.ts';
import { BUILT, launch, scannedPage, settled } from './browser.ts';
import { FIXTURES } from './fixtures.ts';
import { serve, type Hall } from './server.ts';

const [WIDTH, HEIGHT] = [1280, 960];
const WAIT = { timeout: 40_000 };
const folder = mkdtempSync(join(tmpdir(), 'hall24-camera-'));
const film = join(folder, 'desk.mjpeg');
let paper: Colour;
let hall: Hall;
let browser: Browser;
let page: Page;
let revision = 500;
const complaints: string[] = [];

/** Puts another picture under the camera; it is there when the camera is opened next. */
const lay = async (more: Partial<Desk> = {}): Promise<void> => {
  const picture = await photograph(paper, { width: WIDTH, height: HEIGHT, corners: scaled(ASKEW, WIDTH, HEIGHT), ...more });
  writeFileSync(`${film}.new`, await jpegOf(picture));
  renameSync(`${film}.new`, film);
};

beforeAll(async () => {
  paper = await printedPage();
  await lay();
  browser = await launch(film);
}, 120_000);
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  hall = await serve(BUILT, await scannedPage());
  page = await browser.newPage({ viewport: { width: 1080, height: 1920 }, hasTouch: true, reducedMotion: 'reduce' });
  page.on('console', (message) => (message.type() === 'error' ? complaints.push(message.text()) : undefined));
  page.on('pageerror', (error) => complaints.push(error.message));
});
afterEach(async () => {
  await page.close();
  await hall.close();
  const said = complaints.splice(0);
  if (said.length > 0) throw new Error(said.join('; '));
});

const open = async (change: Partial<SessionView> = {}): Promise<void> => {
  revision += 1;
  hall.show({ ...FIXTURES['materials-camera']!, ...change, revision });
  await page.goto(hall.url);
  await settled(page, revision);
};
const says = (what: string) => page.locator(`[data-name="camera-${what}"]`).waitFor(WAIT);
const pictureSent = (): Promise<Buffer> => expect.poll(() => hall.pictures.length, { ...WAIT, interval: 50 }).toBeGreaterThan(0).then(() => hall.pictures[0]!);

/** Mean colour around a place of a picture, 0–1 across and down. */
const colourAt = async (jpeg: Buffer, [u, v]: readonly [number, number]): Promise<{ r: number; g: number; b: number }> => {
  const { width, height } = await sharp(jpeg).metadata();
  const { channels } = await sharp(await sharp(jpeg).extract({ left: Math.round(u * width) - 4, top: Math.round(v * height) - 4, width: 9, height: 9 }).toBuffer()).stats();
  return { r: channels[0]!.mean, g: channels[1]!.mean, b: channels[2]!.mean };
};

describe('paper under the document camera', () => {
  it('that lies askew is found, taken without a touch, and sent to the agent flat and upright', async () => {
    await lay();
    await open();
    const jpeg = await pictureSent();
    const { format, width, height } = await sharp(jpeg).metadata();
    expect(format).toBe('jpeg');
    expect(height / width).toBeCloseTo(Math.SQRT2, 2);
    const [red, blue] = [await colourAt(jpeg, MARKS.red), await colourAt(jpeg, MARKS.blue)];
    expect(red.r - red.b).toBeGreaterThan(70);
    expect(blue.b - blue.r).toBeGreaterThan(70);
    // Beside each mark, and in all four corners, there is paper and no desk.
    for (const place of [[MARKS.red[0] + 0.05, MARKS.red[1]], [0.015, 0.015], [0.985, 0.015], [0.985, 0.985], [0.015, 0.985]] as const) {
      const { r, g, b } = await colourAt(jpeg, place);
      expect(Math.min(r, g, b), String(place)).toBeGreaterThan(140);
    }
    expect(hall.posts.some((one) => (one as { event: { type: string } }).event.type === 'scan')).toBe(false);
  });

  it('shows its edge on the live picture where the paper is', async () => {
    await open();
    const points = await page.locator('.camera-view polygon').first().evaluate((polygon) => polygon.getAttribute('points') ?? '', undefined, WAIT);
    const seen = points.split(' ').map((pair) => pair.split(',').map(Number) as unknown as Point);
    for (const [index, [x, y]] of scaled(ASKEW, WIDTH, HEIGHT).entries()) expect(Math.hypot(seen[index]![0] - x, seen[index]![1] - y)).toBeLessThan(WIDTH * 0.012);
  });

  it.each([
    ['blurred', { blur: 3 }, '拍糊了，看不清字', 'Too blurred to read'],
    ['glare', { glare: { at: [0.47, 0.52] as Point, radius: 0.06 } }, '纸上有反光，字被盖住了', 'A reflection hides the writing'],
    ['dark', { paper: 70, desk: 12 }, '太暗了，看不清字', 'Too dark to read'],
  ] as const)('that is %s is not taken, and the reason is said in both languages and in large letters', async (why, more, zh, en) => {
    await lay(more);
    await open();
    await says(why);
    expect(await page.locator('.camera-says').innerText()).toContain(zh);
    const { screen } = FIXTURES['materials-camera']!;
    for (const [language, elder, words] of [['en', false, en], ['zh', true, zh], ['en', true, en]] as const) {
      revision += 1;
      hall.show({ ...FIXTURES['materials-camera']!, screen, language, modes: { elder, spoken: null }, revision });
      await settled(page, revision);
      await says(why);
      expect(await page.locator('.camera-says').innerText()).toContain(words);
    }
    expect(hall.pictures).toHaveLength(0);
  });

  it('that is out of focus is taken all the same when the citizen presses the shutter', async () => {
    await lay({ blur: 3 });
    await open();
    await says('blurred');
    await page.locator('[data-name="shutter"]').tap();
    expect((await sharp(await pictureSent()).metadata()).format).toBe('jpeg');
  });

  it('that goes on beyond the picture is told, and not taken by itself', async () => {
    await lay({ corners: scaled(ASKEW, WIDTH, HEIGHT).map(([x, y]) => [x, y + HEIGHT * 0.18] as Point) as unknown as Quad });
    await open();
    await says('cut-off');
    expect(hall.pictures).toHaveLength(0);
  });

  it('that is not there is asked for, with better advice after a while; pressed, the whole picture is taken', async () => {
    await lay({ corners: null });
    await open();
    await says('searching');
    await says('nothing');
    await page.locator('[data-name="shutter"]').tap();
    expect(await sharp(await pictureSent()).metadata()).toMatchObject({ width: WIDTH, height: HEIGHT });
  });

  it('leaves nothing in the browser: no storage, no cache, no other address', async () => {
    await lay();
    await open();
    await pictureSent();
    const left = await page.evaluate(async () => [localStorage.length, sessionStorage.length, document.cookie, (await caches.keys()).length, (await indexedDB.databases()).length]);
    expect(left).toEqual([0, 0, '', 0, 0]);
  });
});

describe('a document camera', () => {
  const states = (): string[] => hall.reports.map((one) => (one as { state: string }).state);

  it('is told to be there before anyone uses it', async () => {
    revision += 1;
    hall.show({ ...FIXTURES['home']!, terminal: FIXTURES['materials-camera']!.terminal, revision });
    await page.goto(hall.url);
    await expect.poll(states, WAIT).toContain('present');
    expect(hall.reports[0]).toMatchObject({ device: 'document-camera', state: 'present' });
  });

  it('that is unplugged before it is opened is told to the agent', async () => {
    unlinkSync(film);
    await open();
    await expect.poll(states, WAIT).toContain('disconnected');
    await lay();
  });

  it('that is pulled out while its picture is shown is told to the agent', async () => {
    await lay({ corners: null });
    await open();
    await says('searching');
    // The film's device cannot be pulled out: the browser's own word for that is said in its place.
    await page.locator('video').evaluate((video) => (video as HTMLVideoElement).srcObject instanceof MediaStream && ((video as HTMLVideoElement).srcObject as MediaStream).getTracks()[0]!.dispatchEvent(new Event('ended')));
    await expect.poll(states, WAIT).toContain('disconnected');
  });

  it('with another name than the configured one is not opened', async () => {
    const { terminal } = FIXTURES['materials-camera']!;
    await open({ terminal: { ...terminal, pageDevices: terminal.pageDevices.map((one) => ({ ...one, label: 'No Such Camera' })) } });
    await expect.poll(states, WAIT).toContain('disconnected');
    expect(hall.pictures).toHaveLength(0);
  });

  it('gives way to the scanner with one touch', async () => {
    await open();
    await page.locator('[data-name="use-scanner"]').tap();
    await expect.poll(() => hall.posts.some((one) => JSON.stringify(one).includes('"way":"scanner"')), WAIT).toBe(true);
  });
});
