/**
 * The spoken mode from end to end: keys of a pad on the emulated HID bus, unmodified node-hid, the real agent and its device host, the page
 * in a browser, and real espeak-ng. Nobody touches the glass.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startHidDevice, type EmulatedHidDevice } from '../../drivers/hid-emulator/device.ts';
import { startIdCardEmulator, type IdCardEmulator } from '../../drivers/id-card/emulator.ts';
import { startReceiptPrinterEmulator, type ReceiptPrinterEmulator } from '../../drivers/receipt-printer/emulator.ts';
import { decodeWav, loudness } from '../../drivers/sound/codec.ts';
import { keyboardReport } from '../../drivers/transports/hid-keyboard.ts';
import { entry } from '../../electron/entry.ts';
import { askTicket, socketOf } from '../../electron/shell/agent-socket.ts';
import { watchLeftBehind } from './left-behind.ts';
import { openChromium, type OpenShell } from './shells.ts';
import { titled } from './walk.ts';

const DEMO = join(import.meta.dirname, '..', '..', 'kiosk-config', 'demo-hall');
const KEYS = { up: 0x52, down: 0x51, left: 0x50, right: 0x4f, confirm: 0x28 } as const;
const WAIT = { timeout: 60_000, interval: 40 };

const left = watchLeftBehind();
let folder: string;
let agent: ChildProcess;
let pad: EmulatedHidDevice;
let reader: IdCardEmulator;
let printer: ReceiptPrinterEmulator;
let shell: OpenShell;
let page: Page;
/** What the page asked to be said, oldest first. */
const said: string[] = [];

const press = (key: keyof typeof KEYS): void => {
  pad.send(keyboardReport([KEYS[key]]));
  pad.send(keyboardReport());
};
/** Presses a key, and waits until something was said for it. */
const pressed = async (key: keyof typeof KEYS): Promise<string> => {
  const before = said.length;
  press(key);
  await expect.poll(() => said.length, WAIT).toBeGreaterThan(before);
  return said.at(-1) ?? '';
};
const sounds = (): string[] => (existsSync(join(folder, 'said')) ? readdirSync(join(folder, 'said')).filter((name) => name.endsWith('.wav')) : []);

const terminalFile = (): string => `id: terminal-5
number: 5
panel: { widthMm: 398, lowerEdgeMm: 760 }
devices:
  - { id: id-card, class: id-card, transport: '${reader.uri}', where: { zh: 右下方, en: Lower right } }
  - { id: receipt-printer, class: receipt-printer, transport: '${printer.uri}', where: { zh: 正中, en: Middle } }
  # Items need them, and this way does not.
  - { id: document-printer, class: document-printer, transport: 'ipp://127.0.0.1:1/ipp/print', where: { zh: 左下方, en: Lower left } }
  - { id: scanner, class: scanner, transport: 'escl:http://127.0.0.1:1/eSCL', where: { zh: 台面左边, en: On the left } }
  # Its emulated keys do not bounce, and nobody's hand presses them: a page that answers at once has the next one pressed within a bounce's time.
  - { id: nav-pad, class: nav-pad, transport: '${pad.uri}', where: { zh: 屏幕下面, en: Below the screen }, options: { debounceMs: 0 } }
  - { id: sound, class: sound, transport: 'sound:file:${join(folder, 'said')}', where: { zh: 屏幕上方, en: Above the screen } }
`;

beforeAll(async () => {
  folder = mkdtempSync(join(left.temp, 'spoken-'));
  pad = await startHidDevice({ vendorId: 0x05ac, productId: 0x0220, reports: { usagePage: 1, usage: 6, inputBytes: 8 } });
  reader = await startIdCardEmulator({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 } });
  printer = await startReceiptPrinterEmulator({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 } });
  const config = join(folder, 'hall');
  cpSync(DEMO, config, { recursive: true });
  writeFileSync(join(config, 'terminals', 'terminal-5.yaml'), terminalFile());
  agent = spawn(process.execPath, [entry('agent'), '--config', config, '--home', join(folder, 'home'), '--demo'], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...pad.env } });
  await new Promise((resolve, reject) => {
    agent.once('exit', (code) => reject(new Error(`the agent ended with ${String(code)}`)));
    agent.stdout?.on('data', (chunk: Buffer) => chunk.toString().includes('"ready":true') && resolve(null));
  });
  shell = await openChromium((await askTicket(socketOf(join(folder, 'home')))) ?? '');
  ({ page } = shell);
  page.on('request', (request) => {
    if (request.url().endsWith('/api/citizen/speech')) said.push((JSON.parse(request.postData() ?? '{}') as { text: string }).text);
  });
});

afterAll(async () => {
  await shell?.close();
  agent?.kill('SIGKILL');
  await pad?.close();
  await reader?.close();
  await printer?.close();
  left.close();
});

it('somebody who never touches the glass gets from the home page to the card by the keys of the pad, and hears the way', async () => {
  await titled(page, '您好');
  // Offered once the loudspeaker has answered, and its voices are known.
  await page.locator('[data-name="spoken"]').waitFor({ timeout: 60_000 });
  await pad.untilOpened();
  const first = await pressed('down');
  expect(first).toMatch(/^朗读已开。.*您好，要办什么事？/);
  let words = '';
  for (let count = 0; count < 60 && (await page.locator('[data-name="mine"][data-has-focus]').count()) === 0; count += 1) words = await pressed('down');
  expect(words).toMatch(/^办理进度/);
  expect(await pressed('right')).toBe(words);
  press('confirm');
  await expect.poll(() => said.at(-1), WAIT).toMatch(/^请把身份证/);
  await page.locator('.stage[data-screen="card"]').waitFor();
  press('left');
  await expect.poll(() => said.at(-1), WAIT).toMatch(/^您好，要办什么事？/);
  await expect.poll(() => sounds().length, WAIT).toBeGreaterThan(0);
  // The newest may still be on its way to the disk, or have been broken off for a newer one.
  const heard = sounds().flatMap((name) => decodeWav(readFileSync(join(folder, 'said', name))) ?? []).filter(({ samples }) => samples.length > 0);
  expect(Math.min(...heard.map(loudness))).toBeGreaterThan(0.001);
  const db = new Database(join(folder, 'home', 'terminal.db'), { readonly: true });
  const record = db.prepare("SELECT * FROM audit WHERE event = 'spoken-mode.on'").all();
  db.close();
  expect(record).toHaveLength(1);
  expect(JSON.stringify(record)).toContain('nav-pad');
  const log = readFileSync(join(folder, 'home', 'log', 'agent.log'), 'utf8');
  expect([/您好|身份证|办理进度/.test(log), shell.errors]).toEqual([false, []]);
}, 240_000);

it('the mode goes with whoever used it', async () => {
  for (let count = 0; count < 60 && (await page.locator('[data-name="leave"][data-has-focus]').count()) === 0; count += 1) await pressed('up');
  press('confirm');
  await expect.poll(() => page.locator('[data-name="spoken"]').getAttribute('aria-pressed'), WAIT).toBe('false');
  await expect.poll(() => page.locator('[data-has-focus]').count(), WAIT).toBe(0);
});
