import react from '@vitejs/plugin-react';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Signature } from './sign-pad.tsx';

/** Signing on the glass in a real browser: what leaves the page are lines with time and pressure. */
const here = import.meta.dirname;
const ENTRY = `
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { SignPad } from '${here}/sign-pad.tsx';
window.signed = [];
createRoot(document.getElementById('page')).render(createElement(SignPad, { label: 'pad', onChange: (signature) => window.signed.push(signature) }));
`;
const HTML = '<!doctype html><meta charset="utf-8"><style>:root{--mm:4px}body{margin:0}canvas{width:400px;height:200px;display:block;touch-action:none}</style><div id="page"></div><script type="module" src="/page.js"></script>';

let folder = '';
let server: Server;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hall24-sign-'));
  await build({
    configFile: false,
    root: here,
    logLevel: 'silent',
    base: '/',
    plugins: [react(), { name: 'page', resolveId: (id) => (id === 'virtual:page' ? `${here}/virtual-page.tsx` : null), load: (id) => (id === `${here}/virtual-page.tsx` ? ENTRY : null) }],
    build: { outDir: folder, emptyOutDir: true, rollupOptions: { input: 'virtual:page', output: { entryFileNames: 'page.js' } } },
  });
  server = createServer((request, response) => {
    if (request.url === '/page.js') void readFile(join(folder, 'page.js')).then((body) => response.writeHead(200, { 'content-type': 'text/javascript' }).end(body));
    else response.writeHead(200, { 'content-type': 'text/html' }).end(HTML);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
});

afterAll(async () => {
  await browser?.close();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

const opened = async (): Promise<Page> => {
  const context = await browser.newContext({ hasTouch: true, viewport: { width: 500, height: 300 } });
  const page = await context.newPage();
  const address = server.address();
  await page.goto(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`);
  await page.waitForSelector('[data-name=sign-pad]');
  return page;
};
const last = (page: Page): Promise<Signature | undefined> => page.evaluate(() => (window as unknown as { signed: Signature[] }).signed.at(-1));

test('a finger leaves strokes in millimetres, with the time since the first touch and the pressure that the glass feels', async () => {
  const page = await opened();
  const glass = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: { x: number; y: number; force: number }[]) => glass.send('Input.dispatchTouchEvent', { type, touchPoints: points });
  await touch('touchStart', [{ x: 40, y: 20, force: 0.25 }]);
  await touch('touchMove', [{ x: 80, y: 40, force: 0.75 }]);
  await touch('touchEnd', []);
  await touch('touchStart', [{ x: 200, y: 100, force: 0.5 }]);
  await touch('touchEnd', []);
  await expect.poll(() => last(page).then((signature) => signature?.strokes.length)).toBe(2);
  const signature = (await last(page))!;
  expect([signature.widthMm, signature.heightMm]).toEqual([100, 50]);
  const points = signature.strokes.flat();
  expect(points[0]).toEqual([10, 5, 0, 0.25]);
  expect(points.map(([, , , pressure]) => pressure)).toEqual(expect.arrayContaining([0.25, 0.75, 0.5]));
  const times = points.map(([, , ms]) => ms);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(times.at(-1)).toBeGreaterThan(0);
});

test('a pointer that feels no pressure leaves one half, as browsers say it', async () => {
  const page = await opened();
  await page.mouse.move(40, 40);
  await page.mouse.down();
  await page.mouse.move(120, 60, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => last(page).then((signature) => signature?.strokes.length)).toBe(1);
  const [stroke] = (await last(page))!.strokes;
  expect(stroke!.length).toBeGreaterThan(2);
  expect(new Set(stroke!.map(([, , , pressure]) => pressure))).toEqual(new Set([0.5]));
});
