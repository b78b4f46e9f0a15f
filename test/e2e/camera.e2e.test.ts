/**
 * A terminal whose only way to take paper is a document camera: the real agent, the page in a browser with the kiosk's own
 * command line, a film in place of the camera. From the card to a page sealed in the agent.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIdCardEmulator, type IdCardEmulator } from '../../drivers/id-card/emulator.ts';
import { specimen } from '../../drivers/id-card/specimens.ts';
import { startReceiptPrinterEmulator, type ReceiptPrinterEmulator } from '../../drivers/receipt-printer/emulator.ts';
import { entry } from '../../electron/entry.ts';
import { askCamera, askTicket, socketOf } from '../../electron/shell/agent-socket.ts';
import { chromiumArguments, chromiumEnvironment, findChromium } from '../../electron/shell/chromium.ts';
import { ASKEW, jpegOf, MARKS, photograph, printedPage } from '../../renderer/citizen/camera/desk.fixture.ts';
import { scaled } from '../../renderer/citizen/camera/geometry.ts';
import { secretsOf, watchLeftBehind } from './left-behind.ts';
import { findResidue } from './residue.ts';
import { freshHome, named, shows, titled, touch } from './walk.ts';

const DEMO = join(import.meta.dirname, '..', '..', 'kiosk-config', 'demo-hall');
const PHONE = '13800006620';
const SECRETS = secretsOf('resident', PHONE);
const ANSWERS = { phone: PHONE, maritalStatus: 'single', householdSize: '3', housingNow: 'rented', employer: '青溪市第二纺织厂', monthlyIncome: '3860', housingWanted: 'two-rooms', contactByPhone: 'yes' };

const left = watchLeftBehind();
let folder: string;
let film: string;
let agent: ChildProcess;
let reader: IdCardEmulator;
let printer: ReceiptPrinterEmulator;
let context: BrowserContext;
let page: Page;
const errors: string[] = [];

const lay = async (paper = true): Promise<void> => {
  writeFileSync(`${film}.new`, await jpegOf(await photograph(await printedPage(), { width: 1280, height: 960, corners: paper ? scaled(ASKEW, 1280, 960) : null })));
  renameSync(`${film}.new`, film);
};

/** The terminal file of the demonstration, with a camera and without a scanner. */
const terminalFile = (): string => `id: terminal-5
number: 5
panel: { widthMm: 398, lowerEdgeMm: 760 }
devices:
  - { id: id-card, class: id-card, transport: '${reader.uri}', where: { zh: 右下方, en: Lower right } }
  - { id: receipt-printer, class: receipt-printer, transport: '${printer.uri}', where: { zh: 正中, en: Middle } }
  - { id: camera, class: document-camera, transport: 'page:camera?label=desk.mjpeg', where: { zh: 台面右边的托板, en: The plate on the right } }
`;

beforeAll(async () => {
  folder = mkdtempSync(join(left.temp, 'camera-'));
  film = join(folder, 'desk.mjpeg');
  left.outside(film);
  await lay();
  reader = await startIdCardEmulator({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 } });
  printer = await startReceiptPrinterEmulator({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 } });
  const config = join(folder, 'hall');
  cpSync(DEMO, config, { recursive: true });
  writeFileSync(join(config, 'terminals', 'terminal-5.yaml'), terminalFile());
  agent = spawn(process.execPath, [entry('agent'), '--config', config, '--home', join(folder, 'home'), '--demo'], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve, reject) => {
    agent.once('exit', (code) => reject(new Error(`the agent ended with ${String(code)}`)));
    agent.stdout?.on('data', (chunk: Buffer) => chunk.toString().includes('"ready":true') && resolve(null));
  });
  const socket = socketOf(join(folder, 'home'));
  const camera = await askCamera(socket);
  const url = (await askTicket(socket)) ?? '';
  const own = ['--app=', '--user-data-dir=', '--incognito', '--kiosk', '--start-fullscreen'];
  const args = chromiumArguments({ url, profile: join(folder, 'profile'), sandbox: false, camera }).filter((argument) => !own.some((start) => argument.startsWith(start)));
  context = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath: findChromium() ?? '',
    headless: true,
    env: chromiumEnvironment(join(folder, 'profile')),
    args: [...args, '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`],
    viewport: { width: 1080, height: 1920 },
    hasTouch: true,
    locale: 'zh-CN',
  });
  page = context.pages()[0] ?? (await context.newPage());
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => (message.type() === 'error' ? errors.push(message.text()) : undefined));
  await page.goto(url);
});

afterAll(async () => {
  await context?.close();
  left.nothingOf(SECRETS);
  agent?.kill('SIGKILL');
  await reader?.close();
  await printer?.close();
  left.close();
});

/** Says something as the page itself does, on the page that is shown. */
const say = (event: object): Promise<void> =>
  page.evaluate(async (said) => {
    const revision = Number(document.querySelector('.stage')?.getAttribute('data-revision'));
    await fetch('/api/citizen/events', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ revision, event: said }) });
  }, event);

const send = (bytes: number, type = 'image/jpeg'): Promise<number> =>
  page.evaluate(
    async ([length, contentType]) => {
      const revision = Number(document.querySelector('.stage')?.getAttribute('data-revision'));
      return (await fetch(`/api/citizen/camera-pages?revision=${String(revision)}`, { method: 'POST', headers: { 'content-type': contentType }, body: new Uint8Array(length) })).status;
    },
    [bytes, type] as const,
  );

describe('a terminal with a document camera and no scanner', () => {
  it('opens its items as soon as the page has told of the camera, and lets the page have its picture but no sound', async () => {
    await titled(page, '您好');
    // Closed until the devices have answered and the page has told of its camera.
    await say({ type: 'open-items', entry: 'apply' });
    await named(page, 'item-public-rental-housing').waitFor();
    await expect.poll(async () => {
      await say({ type: 'open-item', item: 'public-rental-housing' });
      const screen = await page.locator('.stage').getAttribute('data-screen');
      if (screen !== 'card') await say({ type: 'back' });
      return screen;
    }, { timeout: 30_000 }).toBe('card');
    const heard = await page.evaluate(async () => {
      try {
        (await navigator.mediaDevices.getUserMedia({ audio: true })).getTracks().forEach((track) => track.stop());
        return 'sound';
      } catch (error) {
        return error instanceof DOMException ? error.name : 'other';
      }
    });
    expect(heard).toBe('NotAllowedError');
  });

  it('takes no picture while no page of it is shown', async () => {
    expect(await send(100)).toBe(409);
    errors.length = 0; // the browser writes down the refusal
  });

  it('keeps a page that lay askew under the camera, straight, and shows it', async () => {
    await shows(page, 'card');
    reader.layCard(specimen('resident')!);
    await shows(page, 'notice');
    await say({ type: 'agree' });
    await shows(page, 'question');
    await expect
      .poll(
        async () => {
          for (const [field, value] of Object.entries(ANSWERS)) await say({ type: 'answer', field, value });
          return page.locator('.stage').getAttribute('data-screen');
        },
        { timeout: 60_000 },
      )
      .toBe('materials');
    await titled(page, '平放在镜头下');
    await touch(page, 'scan');
    const picture = page.locator('.page-preview img');
    await picture.waitFor({ timeout: 90_000 });
    const bytes = Buffer.from(await picture.evaluate(async (img) => [...new Uint8Array(await (await fetch((img as HTMLImageElement).src)).arrayBuffer())]));
    const { width, height } = await sharp(bytes).metadata();
    expect(height / width).toBeCloseTo(Math.SQRT2, 1);
    const mark = async ([u, v]: readonly [number, number]): Promise<number[]> => (await sharp(await sharp(bytes).extract({ left: Math.round(u * width) - 4, top: Math.round(v * height) - 4, width: 9, height: 9 }).toBuffer()).stats()).channels.map(({ mean }) => mean);
    const [red, blue] = [await mark(MARKS.red), await mark(MARKS.blue)];
    expect(red[0]! - red[2]!).toBeGreaterThan(60);
    expect(blue[2]! - blue[0]!).toBeGreaterThan(60);
    expect(await page.locator('.fine').count()).toBe(1);
    // Nothing of the picture lies in the open, also while it is shown.
    expect(findResidue([join(folder, 'home'), join(folder, 'profile')], [bytes.subarray(600, 660)], undefined, true)).toEqual([]);
  });

  it('refuses what is too large, what is no picture, and says of one that cannot be read that it cannot', async () => {
    await lay(false);
    await touch(page, 'retake');
    await named(page, 'camera-searching').waitFor();
    expect(await send(100, 'text/plain')).toBe(415);
    expect(await send(13_000_000)).toBe(413);
    errors.length = 0; // the browser writes down both refusals
    expect(await send(100)).toBe(202);
    await page.getByText('这张照片看不出字').waitFor();
    await page.getByText('再拍一次').waitFor();
  });

  it('that loses its camera says so on the page, with a way on, and closes its items; plugged in again all is well', async () => {
    unlinkSync(film);
    await touch(page, 'scan');
    await page.getByText('高拍仪没有接好').waitFor({ timeout: 60_000 });
    await page.getByText('白天可以到窗口').waitFor();
    reader.liftCard();
    await freshHome(page, () => say({ type: 'leave' }));
    expect(left.tracesOf(SECRETS)).toEqual([]);
    await say({ type: 'open-items', entry: 'closed' });
    await named(page, 'item-public-rental-housing').waitFor({ timeout: 60_000 });
    await lay();
    await named(page, 'item-public-rental-housing').waitFor({ state: 'detached', timeout: 60_000 });
    expect(errors.filter((line) => !/40[0-9]|41[0-9]/.test(line))).toEqual([]);
  });
});
