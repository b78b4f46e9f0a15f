import { createServer, type Server } from 'node:http';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** The guard in a real browser, beside a field and a button that would take the keys. */
const HTML = '<!doctype html><meta charset="utf-8"><input id="field"><button id="button">x</button><script src="/page.js"></script>';
const ENTRY = `
import { guardKeys } from './wedge.ts';
import { harden } from './harden.ts';
window.codes = []; window.pressed = 0;
guardKeys((code) => window.codes.push(code));
harden();
document.getElementById('button').addEventListener('click', () => { window.pressed += 1; });
`;

let server: Server;
let browser: Browser;
let url = '';

beforeAll(async () => {
  const { outputFiles } = await build({ stdin: { contents: ENTRY, resolveDir: import.meta.dirname, loader: 'ts' }, bundle: true, write: false, format: 'iife' });
  server = createServer((request, response) => {
    if (request.url === '/page.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(outputFiles[0]?.text);
    else response.writeHead(200, { 'content-type': 'text/html' }).end(HTML);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`;
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});

const opened = async (focus: '#field' | '#button'): Promise<Page> => {
  const page = await browser.newPage();
  await page.goto(url);
  await page.focus(focus);
  return page;
};
/** Keys with times of their own, so that a slow machine types as fast as a scanner. */
const type = (page: Page, text: string, gap: number): Promise<void> =>
  page.evaluate(
    ([characters, pause]) => {
      let at = performance.now();
      const press = (name: string, kind: 'keydown' | 'keyup'): void => {
        const event = new KeyboardEvent(kind, { key: name, bubbles: true, cancelable: true });
        Object.defineProperty(event, 'timeStamp', { value: at });
        (document.activeElement ?? document.body).dispatchEvent(event);
        at += pause;
      };
      for (const name of [...characters, 'Enter']) for (const kind of ['keydown', 'keyup'] as const) press(name, kind);
    },
    [text, gap] as const,
  );
const state = (page: Page) => page.evaluate(() => ({ codes: (window as unknown as { codes: string[] }).codes, pressed: (window as unknown as { pressed: number }).pressed, field: (document.getElementById('field') as HTMLInputElement).value }));

describe('the guard against a scanner that types', () => {
  test('tells the code, and nothing of it comes into the field that has the focus', async () => {
    const page = await opened('#field');
    await type(page, '134567890123456789', 4);
    expect(await state(page)).toEqual({ codes: ['134567890123456789'], pressed: 0, field: '' });
    await page.close();
  });

  test('real keys of the browser reach no field either, at whatever pace', async () => {
    const page = await opened('#field');
    await page.keyboard.type('QJ-0731');
    await page.keyboard.press('Enter');
    expect(await state(page)).toMatchObject({ field: '' });
    await page.keyboard.type('ab', { delay: 80 });
    expect(await state(page)).toMatchObject({ field: '' });
    await page.close();
  });

  test('the Enter and the spaces of a code press no button that has the focus; a person’s Enter does', async () => {
    const page = await opened('#button');
    await page.keyboard.type('AB 12 34');
    await page.keyboard.press('Space');
    expect((await state(page)).pressed).toBe(0);
    await type(page, 'AB 12 34', 4);
    expect(await state(page)).toMatchObject({ pressed: 0 });
    // A person's pause: longer than any between two keys of a scanner.
    await page.waitForTimeout(300);
    await page.keyboard.press('Enter');
    expect((await state(page)).pressed).toBe(1);
    await page.close();
  });
});
