/** Pads over a real PTY, over TCP, and as a keypad over unmodified node-hid. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemDriverClock } from '../clock.ts';
import { startHidDevice } from '../hid-emulator/device.ts';
import { driverOnBus } from '../hid-emulator/far-driver.ts';
import { keyboardReport } from '../transports/hid-keyboard.ts';
import { createCallPadDriver } from './driver.ts';
import { startCallPadEmulator, type CallPadEmulator } from './emulator.ts';

const context = (deadlineMs = 10_000) => ({ signal: new AbortController().signal, deadlineMs });
let folder = '';
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pad-'));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});

const driverOf = (emulator: CallPadEmulator, options: Record<string, unknown> = {}) => {
  const driver = createCallPadDriver(emulator.uri, options, systemDriverClock);
  closing.push(() => driver.close());
  return driver;
};
const start = async (kind: 'pty' | 'tcp') => {
  const emulator = await startCallPadEmulator({ listen: kind === 'pty' ? { kind, link: join(folder, 'tty') } : { kind, host: '127.0.0.1', port: 0 } });
  closing.push(() => emulator.close());
  return emulator;
};
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
};
/** The far end knows of the driver. */
const heardBy = (emulator: CallPadEmulator) => until(() => emulator.listeners() > 0);

describe.each(['pty', 'tcp'] as const)('over %s', (kind) => {
  test('each key arrives with its counter', async () => {
    const emulator = await start(kind);
    const driver = driverOf(emulator, { counters: '1:3,2:4' });
    expect(await driver.open(context())).toMatchObject({ ok: true, value: { component: 'unknown' } });
    await heardBy(emulator);
    for (const [key, address, counter] of [['next', 1, '3'], ['recall', 2, '4'], ['skip', 1, '3']] as const) {
      const reading = driver.run('read', undefined, context());
      emulator.press(key, address);
      expect(await reading).toEqual({ ok: true, value: { key, counter, digits: null } });
    }
    expect(await driver.run('status', undefined, context())).toMatchObject({ ok: true, value: { component: 'ready', conditions: [] } });
  });

  test('a pad unplugged while somebody waits is disconnected, and its next press is heard when it is back', async () => {
    const emulator = await start(kind);
    const driver = driverOf(emulator);
    const waiting = driver.run('read', undefined, context());
    await heardBy(emulator);
    await emulator.unplug();
    expect(await waiting).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
    await emulator.replug();
    expect(await driver.open(context())).toMatchObject({ ok: true });
    await heardBy(emulator);
    emulator.press('next', 1);
    expect(await driver.run('read', undefined, context())).toMatchObject({ ok: true, value: { key: 'next', counter: '1' } });
  });
});

describe('presses', () => {
  test('while nobody waits are kept, the newest sixteen', async () => {
    const emulator = await start('tcp');
    const driver = driverOf(emulator);
    await driver.open(context());
    await heardBy(emulator);
    for (let address = 1; address <= 20; address += 1) emulator.press('next', address);
    const heard: (string | null)[] = [];
    const stop = new AbortController();
    const listening = driver.run('listen', undefined, { signal: stop.signal, deadlineMs: 10_000 }, ({ counter }) => {
      heard.push(counter);
      if (counter === '20') stop.abort();
    });
    expect(await listening).toMatchObject({ ok: false, fault: { code: 'cancelled' } });
    expect(heard).toEqual(Array.from({ length: 16 }, (_one, index) => String(index + 5)));
  });

  test('nobody pressed until the deadline is told so, and leaves the pad served', async () => {
    const driver = driverOf(await start('tcp'));
    expect(await driver.run('read', undefined, context(50))).toMatchObject({ ok: false, fault: { code: 'no-media', remedy: 'wait' } });
    expect(await driver.run('listen', undefined, context(50))).toEqual({ ok: true, value: { presses: 0 } });
  });

  test('a read is cancelled at once, a second one meanwhile is told busy, and a press after it is kept', async () => {
    const emulator = await start('tcp');
    const driver = driverOf(emulator);
    await driver.open(context());
    await heardBy(emulator);
    const stop = new AbortController();
    const reading = driver.run('read', undefined, { signal: stop.signal, deadlineMs: 30_000 });
    expect(await driver.run('read', undefined, context())).toMatchObject({ ok: false, fault: { code: 'busy' } });
    stop.abort();
    expect(await reading).toMatchObject({ ok: false, fault: { code: 'cancelled' } });
    emulator.press('skip');
    expect(await driver.run('read', undefined, context())).toMatchObject({ ok: true, value: { key: 'skip' } });
  });

  test.each(['noise-around', 'repeats', 'dribbles'])('%s makes one press of one press', async (injected) => {
    const emulator = await start('tcp');
    const driver = driverOf(emulator);
    await driver.open(context());
    await heardBy(emulator);
    emulator.inject(injected);
    emulator.press('next', 1);
    emulator.press('recall', 2);
    expect([await driver.run('read', undefined, context()), await driver.run('read', undefined, context())]).toMatchObject([{ value: { key: 'next' } }, { value: { key: 'recall' } }]);
    expect(await driver.run('read', undefined, context(50))).toMatchObject({ ok: false });
  });

  test.each([
    ['unknown-key', 'a key was pressed that is mapped to nothing', 'pad 1: 7e7e'],
    ['bad-checksum', 'what came is no frame of a pad: wrong baud, wiring or make', expect.stringMatching(/^\d+ bytes$/)],
    ['silent', 'no key was pressed', undefined],
  ])('%s: whoever reads a pad that is not set up yet is told what came', async (injected, message, original) => {
    const emulator = await start('tcp');
    const driver = driverOf(emulator);
    const reading = driver.run('read', undefined, context(400));
    await heardBy(emulator);
    emulator.inject(injected);
    emulator.press('next', 1);
    expect(await reading).toMatchObject({ ok: false, fault: { code: 'no-media', message, ...(original === undefined ? {} : { original }) } });
  });

  test.each([
    ['bad-checksum', []],
    ['truncated', []],
    ['silent', []],
    ['unknown-key', [{ code: 'unknown-reason', original: 'a key that is mapped to nothing: pad 1: 7e7e' }]],
  ])('%s makes none, and the next one counts', async (injected, conditions) => {
    const emulator = await start('tcp');
    const driver = driverOf(emulator);
    await driver.open(context());
    await heardBy(emulator);
    emulator.inject(injected);
    emulator.press('next', 1);
    emulator.inject(null);
    emulator.press('skip', 2);
    expect(await driver.run('read', undefined, context())).toMatchObject({ ok: true, value: { key: 'skip', counter: '2' } });
    const status = await driver.run('status', undefined, context());
    expect(status).toMatchObject({ ok: true, value: { conditions } });
  });

  test('options that are none are bad input', async () => {
    expect(await driverOf(await start('tcp'), { counters: 'three' }).open(context())).toMatchObject({ ok: false, fault: { code: 'bad-input', message: expect.stringContaining('counters') as string } });
  });
});

describe('a keypad over node-hid', () => {
  test('types a number and a key, goes away with the plug, and comes back', async () => {
    const device = await startHidDevice({ vendorId: 0x1c4f, productId: 0x0002, reports: { usagePage: 1, usage: 6, inputBytes: 8 } });
    closing.push(() => device.close());
    const driver = driverOnBus(device.env, 'call-pad', device.uri, { counter: '5' });
    closing.push(() => driver.end());
    expect(await driver.open(context())).toMatchObject({ ok: true, value: { component: 'ready' } });
    await device.untilOpened();
    for (const usage of [0x59, 0x5a, 0x58]) {
      device.send(keyboardReport([usage]));
      device.send(keyboardReport());
    }
    expect(await driver.run('read', undefined, context())).toEqual({ ok: true, value: { key: 'next', counter: '5', digits: '12' } });
    const waiting = driver.run('read', undefined, context());
    await device.unplug();
    expect(await waiting).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
    expect(await driver.run('read', undefined, context(2000))).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
    await device.replug();
    expect(await driver.open(context())).toMatchObject({ ok: true });
    await device.untilOpened();
    device.send(keyboardReport([0x57]));
    expect(await driver.run('read', undefined, context())).toMatchObject({ ok: true, value: { key: 'recall' } });
  });

  test('a device that is no keyboard is the wrong device', async () => {
    const device = await startHidDevice({ vendorId: 0x1c4f, productId: 0x0003, reports: { usagePage: 0x8c, usage: 2, inputBytes: 64 } });
    closing.push(() => device.close());
    const driver = driverOnBus(device.env, 'call-pad', device.uri);
    closing.push(() => driver.end());
    expect(await driver.open(context())).toMatchObject({ ok: false, fault: { code: 'wrong-device' } });
  });
});
