import react from '@vitejs/plugin-react';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** The keyboard in a real browser under the page's content-security policy, at the sizes of real panels. */
const here = import.meta.dirname;
const ENTRY = `
import { createElement, useState } from 'react';
import { createRoot } from 'react-dom/client';
import '${here}/../tokens.css';
import { Keyboard } from '${here}/index.ts';
const query = new URLSearchParams(location.search);
const given = (name, other) => query.get(name) ?? other;
function Page() {
  const [value, setValue] = useState(given('value', ''));
  const [composing, setComposing] = useState('');
  const max = query.get('max');
  return [
    createElement('div', { key: 'value', id: 'value' }, value),
    createElement('div', { key: 'composing', id: 'composing' }, composing),
    createElement(Keyboard, { key: 'keys', mode: given('mode', 'text'), value, onChange: setValue, maxLength: max === null ? null : Number(max), language: given('language', 'zh'), onComposition: setComposing }),
  ];
}
createRoot(document.getElementById('page')).render(createElement(Page));
`;
const HTML = '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><link rel="stylesheet" href="/page.css"><body><div id="page"></div><script type="module" src="/page.js"></script></body></html>';
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src 'self'; img-src 'self'";
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css', '.txt': 'text/plain; charset=utf-8' };

let folder = '';
let server: Server;
let browser: Browser;
let failTables = false;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hall24-keyboard-'));
  await build({
    configFile: false,
    root: here,
    logLevel: 'silent',
    base: '/',
    plugins: [react(), { name: 'page', resolveId: (id) => (id === 'virtual:page' ? `${here}/virtual-page.tsx` : null), load: (id) => (id === `${here}/virtual-page.tsx` ? ENTRY : null) }],
    build: { outDir: folder, emptyOutDir: true, assetsInlineLimit: 0, cssCodeSplit: false, rollupOptions: { input: 'virtual:page', output: { entryFileNames: 'page.js', assetFileNames: ({ names }) => (names[0]?.endsWith('.css') === true ? 'page.css' : 'assets/[name][extname]') } } },
  });
  server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://hall').pathname;
    if (path === '/') {
      response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': POLICY }).end(HTML);
      return;
    }
    if (failTables && path.endsWith('.txt')) {
      response.writeHead(503).end();
      return;
    }
    readFile(join(folder, path)).then(
      (body) => response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
});

afterAll(async () => {
  await browser?.close();
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(query: string, viewport = { width: 1080, height: 1920 }): Promise<Page> {
  const page = await browser.newPage({ viewport, hasTouch: true });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await page.goto(`http://127.0.0.1:${String(port)}/?${query}`);
  return page;
}
const tap = (page: Page, ...names: string[]) => names.reduce<Promise<void>>((before, name) => before.then(() => page.getByRole('button', { name, exact: true }).tap()), Promise.resolve());
const valueOf = (page: Page) => page.locator('#value').textContent();

describe('by touch', () => {
  test('青溪市第二纺 and zhichang become 青溪市第二纺织厂, and the field shows zhi’chang meanwhile', async () => {
    const page = await open(`value=${encodeURIComponent('青溪市第二纺')}`);
    await tap(page, ...'zhichang');
    await expect.poll(() => page.locator('#composing').textContent()).toBe("zhi'chang");
    await tap(page, '1 织厂');
    await expect.poll(() => valueOf(page)).toBe('青溪市第二纺织厂');
    await expect.poll(() => page.locator('#composing').textContent()).toBe('');
    await page.close();
  });

  test('𠮷 is found by its reading and strokes, and by its code', async () => {
    const page = await open('');
    await tap(page, '难字', 'j', 'i');
    for (let strokes = 1; strokes <= 9 && (await page.getByRole('button', { name: '只看 6 画' }).count()) === 0; strokes++) await tap(page, '多一画');
    await tap(page, '1 𠮷');
    await expect.poll(() => valueOf(page)).toBe('𠮷');
    await tap(page, '用编码找', '2', '0', 'B', 'B', '7', '1 𠮷');
    await expect.poll(() => valueOf(page)).toBe('𠮷𠮷');
    await tap(page, '删除一个字');
    await expect.poll(() => valueOf(page)).toBe('𠮷');
    await page.close();
  });

  test('a field that is full says so and takes nothing more', async () => {
    const page = await open(`value=${encodeURIComponent('张三')}&max=3`);
    await tap(page, ...'zhongguo');
    await page.getByRole('button', { name: /^1 / }).waitFor();
    await tap(page, '空格 选第一个词');
    await expect.poll(() => valueOf(page)).toBe('张三');
    await expect.poll(() => page.getByRole('status').textContent()).toBe('写满了，最多 3 个字');
    await page.close();
  });

  test('a table that does not come is told, and the next key fetches it again', async () => {
    failTables = true;
    const page = await open('');
    await expect.poll(() => page.getByRole('status').textContent()).toBe('字库打不开，再按一次键试试');
    failTables = false;
    await tap(page, 'w', 'o');
    await page.getByRole('button', { name: '1 我' }).waitFor();
    await page.close();
  });

  test('the keypad writes a date with its dashes', async () => {
    const page = await open('mode=date');
    await tap(page, ...'19900307');
    await expect.poll(() => valueOf(page)).toBe('1990-03-07');
    await page.close();
  });
});

describe('under the finger', () => {
  const boxesOf = (page: Page, selector: string) => page.locator(selector).evaluateAll((keys) => keys.map((key) => key.getBoundingClientRect()).map(({ left, right, top, bottom }) => ({ left, right, top, bottom })));

  test.each([
    ['32-inch', { width: 1080, height: 1920 }, 1080 / 398, 32, 25],
    ['21.5-inch', { width: 1080, height: 1920 }, 4.03, 20, 20],
  ])('keys on a %s panel are large enough and 2.4 mm apart', async (_panel, viewport, mm, width, height) => {
    const page = await open('', viewport);
    await page.evaluate((value) => document.documentElement.style.setProperty('--mm', `${String(value)}px`), mm);
    const boxes = await boxesOf(page, '.kb-row .kb-key');
    expect(boxes).toHaveLength(32);
    for (const box of boxes) {
      expect((box.right - box.left) / mm).toBeGreaterThanOrEqual(width);
      expect((box.bottom - box.top) / mm).toBeGreaterThanOrEqual(height - 0.01);
      for (const other of boxes) {
        const apart = Math.max(other.left - box.right, box.left - other.right, other.top - box.bottom, box.top - other.bottom);
        expect(other === box || apart / mm >= 2.39).toBe(true);
      }
    }
    await page.close();
  });

  test('keys of the keypad are at least 52 × 55 mm', async () => {
    const page = await open('mode=phone');
    const mm = 1080 / 398;
    for (const box of await boxesOf(page, '.kb-pad .kb-key')) {
      expect((box.right - box.left) / mm).toBeGreaterThanOrEqual(52);
      expect((box.bottom - box.top) / mm).toBeGreaterThanOrEqual(54.99);
    }
    await page.close();
  });
});
