/** A browser that shows the citizen's page as a terminal does, and the variants of each view. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import sharp from 'sharp';
import { build } from 'vite';
import type { SessionView } from '../../renderer/api/types.ts';

export const ROOT = process.cwd();
export const BUILT = join(ROOT, 'dist', 'renderer');

export type Variant = { language: 'zh' | 'en'; elder: boolean; spoken?: boolean; widthMm: number };
export const vary = (view: SessionView, variant: Variant, revision: number): SessionView => ({ ...view, revision, language: variant.language, modes: { elder: variant.elder, spoken: { on: variant.spoken === true, languages: ['zh', 'en'], pad: true } }, terminal: { ...view.terminal, widthMm: variant.widthMm } });

const INDEX = join(BUILT, 'index.html');
/** What the pages are made of; whatever is newer than the pages makes them old. */
const SOURCES = ['renderer', 'electron', 'drivers', 'kiosk-config', 'package-lock.json'].map((name) => join(ROOT, name));
const newest = (path: string): number =>
  statSync(path).isFile() ? statSync(path).mtimeMs : Math.max(0, ...readdirSync(path, { withFileTypes: true, recursive: true }).map((found) => (found.isFile() ? statSync(join(found.parentPath, found.name)).mtimeMs : 0)));

/** Builds every page of the product into {@link BUILT}, unless they are as new as their sources. What is there already stays: another run may be showing it. */
export const buildPage = async (): Promise<void> => {
  const built = existsSync(INDEX) ? statSync(INDEX).mtimeMs : 0;
  if (SOURCES.every((path) => newest(path) < built)) return;
  // A test run is no production by itself, and a development React is slower and talks more.
  const before = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  await build({ configFile: join(ROOT, 'renderer', 'vite.config.ts'), logLevel: 'error', build: { emptyOutDir: false } });
  process.env['NODE_ENV'] = before;
};

/** The switch of the shell itself (electron/shell/chromium.ts): no automatic consent of the browser's own tests. */
const CAMERA = ['--auto-accept-camera-and-microphone-capture'];

/** @param film a file of JPEGs, one after another, that a camera of this terminal shows; without it there is no camera */
export const launch = (film?: string): Promise<Browser> => chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', chromiumSandbox: false,
    // A system bus that comes and goes beside the test would take the browser with it.
    env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: 'disabled:', DBUS_SESSION_BUS_ADDRESS: 'disabled:' },
    args: ['--force-prefers-reduced-motion', '--font-render-hinting=none', ...CAMERA, film === undefined ? '--use-fake-device-for-media-stream=device-count=0' : '--use-fake-device-for-media-stream', ...(film === undefined ? [] : [`--use-file-for-fake-video-capture=${film}`])] });

/** Waits until the page shows this revision, its fonts are there and nothing moves. */
export const settled = async (page: Page, revision: number): Promise<void> => {
  await page.waitForSelector(`[data-revision="${String(revision)}"]`);
  await page.waitForFunction(() => document.querySelector('.page')?.childElementCount !== 0 && (document.querySelector('.counter-band') === null || document.querySelector('.counter-band')?.childElementCount !== 0));
  await page.evaluate(async () => {
    await document.fonts.ready;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    await document.fonts.ready;
  });
};

/** A page of a labour contract, as a scanner would give it. */
export const scannedPage = (): Promise<Buffer> => {
  const lines = Array.from({ length: 15 }, (_, index) => `<rect x="${String(index % 5 === 0 ? 100 : 60)}" y="${String(170 + index * 38)}" width="${String(index % 5 === 4 ? 280 : index % 5 === 0 ? 440 : 480)}" height="11" rx="3" fill="#8f8779"/>`).join('');
  return sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="600" height="849"><rect width="600" height="849" fill="#fff"/><rect x="200" y="80" width="200" height="34" fill="#1d2420"/>${lines}<circle cx="170" cy="760" r="52" fill="none" stroke="#c0503d" stroke-width="6" opacity=".5"/></svg>`)).png().toBuffer();
};
