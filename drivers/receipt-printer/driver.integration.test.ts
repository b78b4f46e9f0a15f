/** The receipt printer over a real PTY through the unmodified serial library, and over TCP. */
import { createServer, type Socket } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemDriverClock } from '../clock.ts';
import type { Bitmap, SlipDocument } from '../contract.ts';
import { createReceiptPrinterDriver } from './driver.ts';
import { startReceiptPrinterEmulator, type ReceiptPrinterEmulator, type ReceiptPrinterEmulatorSettings } from './emulator.ts';
import { interpret } from './interpreter.ts';

const context = (deadlineMs = 8000) => ({ signal: new AbortController().signal, deadlineMs });
const closing: (() => Promise<void>)[] = [];
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'printer-'));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});

const slip = (text: string): SlipDocument => ({ parts: [{ type: 'text', text, align: 'center', width: 2 }, { type: 'rule', style: 'solid' }, { type: 'qr', text: `case ${text}` }, { type: 'cut', mode: 'partial' }] });
const long: SlipDocument = { parts: [...Array.from({ length: 60 }, (_, at) => ({ type: 'row' as const, left: `第 ${at + 1} 项`, right: '已收' })), { type: 'cut', mode: 'full' }] };

const start = async (more: Partial<ReceiptPrinterEmulatorSettings> = {}, options: Record<string, unknown> = {}) => {
  const emulator = await startReceiptPrinterEmulator({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 }, ...more });
  closing.push(() => emulator.close());
  return { emulator, driver: driverOf(emulator, options) };
};
const driverOf = (emulator: ReceiptPrinterEmulator, options: Record<string, unknown> = {}) => {
  const driver = createReceiptPrinterDriver(emulator.uri, options, systemDriverClock);
  closing.push(() => driver.close());
  return driver;
};
const textsOf = (emulator: ReceiptPrinterEmulator) => emulator.slips().map(({ bytes }) => interpret(bytes).lines);

describe.each(['tcp', 'pty'] as const)('over %s', (kind) => {
  const listen = () => (kind === 'tcp' ? { kind, host: '127.0.0.1', port: 0 } : { kind, link: join(folder, 'tty') });

  test('a slip is printed, cut, and confirmed without a sensor', async () => {
    const { emulator, driver } = await start({ listen: listen() });
    const steps: string[] = [];
    expect(await driver.run('print', slip('受理回执'), context(), ({ step }) => steps.push(step))).toEqual({ ok: true, value: { delivery: 'confirmed-no-sensor' } });
    expect(steps).toEqual(['sent']);
    expect(emulator.slips()).toHaveLength(1);
    expect(interpret(emulator.slips()[0]!.bytes)).toMatchObject({ lines: ['受理回执'], qrCodes: ['case 受理回执'], unknown: [] });
  });

  test('a picture larger than any buffer arrives whole', async () => {
    const { emulator, driver } = await start({ listen: listen() });
    const bitmap: Bitmap = { width: 576, height: 1200, data: Uint8Array.from({ length: 72 * 1200 }, (_, at) => (at * 7) & 0xef) };
    expect(await driver.run('print', { parts: [{ type: 'image', bitmap }, { type: 'cut', mode: 'full' }] }, context())).toMatchObject({ ok: true });
    const { paper } = interpret(emulator.slips()[0]!.bytes);
    expect(Buffer.from(paper.data.subarray(0, bitmap.data.length)).equals(Buffer.from(bitmap.data))).toBe(true);
  });

  test('an unplugged printer is disconnected, and prints when it is back', async () => {
    const { emulator, driver } = await start({ listen: listen() });
    expect(await driver.open(context())).toMatchObject({ ok: true });
    await emulator.unplug();
    expect(await driver.run('print', slip('一'), context())).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
    await emulator.replug();
    expect(await driver.run('print', slip('二'), context())).toMatchObject({ ok: true });
    expect(textsOf(emulator)).toEqual([['二']]);
  });
});

describe('faults', () => {
  test.each([
    ['paper-out', 'paper-out'],
    ['jam', 'paper-jam'],
    ['cover-open', 'cover-open'],
    ['head-hot', 'head-hot'],
    ['offline', 'offline'],
  ])('%s before the slip: %s, and nothing is printed', async (injected, code) => {
    const { emulator, driver } = await start();
    emulator.inject(injected);
    const steps: string[] = [];
    expect(await driver.run('status', undefined, context())).toMatchObject({ ok: true, value: { online: false, component: 'unavailable', conditions: [{ code, severity: 'error' }] } });
    expect(await driver.run('print', slip('不印'), context(), ({ step }) => steps.push(step))).toMatchObject({ ok: false, fault: { code } });
    expect(steps).toEqual([]);
    emulator.inject(null);
    expect(await driver.run('print', slip('印'), context())).toMatchObject({ ok: true });
    expect(textsOf(emulator)).toEqual([['印']]);
  });

  test('a roll that is nearly used up is a warning, and the slip is printed', async () => {
    const { emulator, driver } = await start();
    emulator.inject('paper-low');
    expect(await driver.run('status', undefined, context())).toMatchObject({ ok: true, value: { component: 'ready', conditions: [{ code: 'paper-low', severity: 'warning', remedy: 'replenish' }] } });
    expect(await driver.run('print', slip('印'), context())).toMatchObject({ ok: true });
  });

  test('paper that ends in the middle of a slip is told, and the rest of that slip never hangs on the next one', async () => {
    const { emulator, driver } = await start();
    emulator.inject('paper-out-mid-slip');
    const steps: string[] = [];
    expect(await driver.run('print', long, context(), ({ step }) => steps.push(step))).toMatchObject({ ok: false, fault: { code: 'paper-out' } });
    expect(steps).toEqual(['sent']);
    emulator.inject(null);
    expect(await driver.run('print', slip('新的一张'), context())).toMatchObject({ ok: true });
    expect(textsOf(emulator).at(-1)).toEqual(['新的一张']);
  });

  test('a blocked knife is a cutter fault', async () => {
    const { emulator, driver } = await start();
    emulator.inject('cutter');
    expect(await driver.run('print', slip('一'), context())).toMatchObject({ ok: false, fault: { code: 'cutter-fault' } });
  });

  test.each([
    ['silent', 'not-responding'],
    ['noise', 'bad-frame'],
  ])('%s: %s', async (injected, code) => {
    const { emulator, driver } = await start();
    emulator.inject(injected);
    expect(await driver.run('print', slip('一'), context())).toMatchObject({ ok: false, fault: { code } });
    emulator.inject(null);
    expect(await driver.run('print', slip('二'), context())).toMatchObject({ ok: true });
  });

  test('a printer that never answers in turn is believed after the time of the slip, or not at all where the answer is required', async () => {
    const { emulator, driver } = await start({ answersOrdered: false });
    expect(await driver.run('print', slip('一'), context())).toMatchObject({ ok: true });
    await driver.close();
    expect(await driverOf(emulator, { orderedStatus: 'required' }).run('print', slip('二'), context(3500))).toMatchObject({ ok: false, fault: { code: 'timed-out' } });
  });

  test('a text that the font lacks is refused before anything is sent', async () => {
    const { emulator, driver } = await start();
    expect(await driver.run('print', { parts: [{ type: 'text', text: '𠮷' }] }, context())).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
    expect(emulator.slips()).toEqual([]);
  });

  test('a printer that takes the connection and reads nothing is a fault within the deadline', async () => {
    const sockets: Socket[] = [];
    const deaf = createServer({ pauseOnConnect: true }, (socket) => sockets.push(socket));
    await new Promise<void>((resolve) => {
      deaf.listen(0, '127.0.0.1', resolve);
    });
    closing.push(async () => {
      for (const socket of sockets) socket.destroy();
      deaf.close();
    });
    const address = deaf.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const driver = createReceiptPrinterDriver(`tcp:127.0.0.1:${port}`, {}, systemDriverClock);
    closing.push(() => driver.close());
    expect(await driver.run('print', slip('一'), context(1000))).toMatchObject({ ok: false, fault: { code: 'not-responding' } });
  });
});
