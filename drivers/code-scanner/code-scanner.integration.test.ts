/** Code scanners over a real PTY through the unmodified serial library, over TCP, and as HID devices through unmodified node-hid. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemDriverClock } from '../clock.ts';
import type { DriverClock } from '../contract.ts';
import type { EmulatedLink } from '../emulator.ts';
import { openEmulatedWire } from '../emulator-wire.ts';
import { startHidBus, startHidDevice, type EmulatedHidDevice } from '../hid-emulator/device.ts';
import { driverOnBus } from '../hid-emulator/far-driver.ts';
import { createCodeScannerDriver } from './driver.ts';
import { startCodeScannerEmulator, type CodeScannerEmulator, type CodeScannerEmulatorSettings } from './emulator.ts';
import { HONEYWELL_DESCRIPTOR, reportsOf } from './specimens.ts';

const context = (deadlineMs = 10_000) => ({ signal: new AbortController().signal, deadlineMs });
let folder = '';
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scanner-'));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});

const driverOf = (emulator: CodeScannerEmulator, options: Record<string, unknown> = {}) => {
  const driver = createCodeScannerDriver(emulator.uri, options, systemDriverClock);
  closing.push(() => driver.close());
  return driver;
};
const started = async (over: 'pty' | 'tcp', more: Omit<CodeScannerEmulatorSettings, 'listen'> = {}, options: Record<string, unknown> = {}) => {
  const listen = over === 'pty' ? ({ kind: 'pty', link: join(folder, 'tty') } as const) : ({ kind: 'tcp', host: '127.0.0.1', port: 0 } as const);
  const emulator = await startCodeScannerEmulator({ listen, ...more });
  closing.push(() => emulator.close());
  return { emulator, driver: driverOf(emulator, more.engine === 'gm65' ? { profile: 'gm65', ...options } : options) };
};

test('a plug that is pulled in the middle of a code is no end of it, though silence ends codes here', async () => {
  const GAP_MS = 90;
  const links: EmulatedLink[] = [];
  const wire = await openEmulatedWire({ kind: 'pty', link: join(folder, 'tty') }, { baud: 9_600, paced: false, onLink: (link) => (links.push(link), { onData: () => {}, onEnd: () => {} }) });
  closing.push(() => wire.close());
  // The first silence is the line at rest, then half a code comes; the second begins with that half and is over when the plug is out.
  let silences = 0;
  const clock: DriverClock = {
    // It stands: on a busy machine no silence is waited for longer than it is asked to.
    now: () => 0,
    sleep: async (ms, signal) => {
      if (ms !== GAP_MS) return systemDriverClock.sleep(ms, signal);
      silences += 1;
      if (silences === 1) setTimeout(() => links[0]?.send(Buffer.from('13456')), 0);
      else if (signal?.aborted !== true) await wire.unplug();
    },
  };
  const driver = createCodeScannerDriver(wire.uri, { profile: 'gap', gapMs: GAP_MS }, clock);
  closing.push(() => driver.close());
  expect(await driver.run('read', undefined, context())).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
  expect(silences).toBe(2);
});

test('the end of a code that came before the line was at rest is no beginning of the next, though nothing but silence ends codes here', async () => {
  const GAP_MS = 90;
  const links: EmulatedLink[] = [];
  const wire = await openEmulatedWire({ kind: 'tcp', host: '127.0.0.1', port: 0 }, { baud: 9_600, paced: false, onLink: (link) => (links.push(link), { onData: () => {}, onEnd: () => {} }) });
  closing.push(() => wire.close());
  let silences = 0;
  const clock: DriverClock = {
    // It stands: on a busy machine no silence is waited for longer than it is asked to.
    now: () => 0,
    sleep: async (ms, signal) => {
      if (ms !== GAP_MS) return systemDriverClock.sleep(ms, signal);
      silences += 1;
      const silence = silences;
      // While the line comes to rest an end of a code is on it; when it has rested, the code that is shown now.
      if (silence === 1) links[0]?.send(Buffer.from('456789'));
      await systemDriverClock.sleep(silence === 1 ? 60_000 : ms, signal);
      if (silence === 2) setTimeout(() => links[0]?.send(Buffer.from('1234')), 0);
    },
  };
  const driver = createCodeScannerDriver(wire.uri, { profile: 'gap', gapMs: GAP_MS }, clock);
  closing.push(() => driver.close());
  await driver.open(context());
  await expect.poll(() => links.length).toBe(1);
  expect(await driver.run('read', undefined, context())).toEqual({ ok: true, value: { text: '1234', symbology: 'unknown' } });
});

describe.each(['pty', 'tcp'] as const)('on a serial line (%s)', (over) => {
  test.each(['cr', 'crlf'] as const)('an engine that looks all the time is read, in UTF-8 and GB 18030, ended by %s', async (ending) => {
    const { emulator, driver } = await started(over, { ending });
    expect(await driver.open(context())).toMatchObject({ ok: true, value: { online: true, media: 'no-sensor', model: 'line' } });
    emulator.lay('取件码 QJ-073106');
    expect(await driver.run('read', undefined, context())).toEqual({ ok: true, value: { text: '取件码 QJ-073106', symbology: 'unknown' } });
    emulator.lay(Buffer.from('c8a1bcfec2eb', 'hex'));
    await expect.poll(() => driver.run('read', undefined, context())).toEqual({ ok: true, value: { text: '取件码', symbology: 'unknown' } });
  });

  test('an engine without an ending is read by its silence', async () => {
    const { emulator, driver } = await started(over, { ending: 'none' }, { profile: 'gap' });
    emulator.lay('134567890123456789');
    expect(await driver.run('read', undefined, context())).toEqual({ ok: true, value: { text: '134567890123456789', symbology: 'unknown' } });
  });

  test('a GM65 is lit for a read alone, answers, and is dark after it', async () => {
    const { emulator, driver } = await started(over, { engine: 'gm65' });
    expect(await driver.open(context())).toMatchObject({ ok: true, value: { model: 'gm65' } });
    const reading = driver.run('read', undefined, context());
    await expect.poll(() => emulator.lit).toBe(true);
    emulator.lay(']Q1134567890123456789');
    expect(await reading).toEqual({ ok: true, value: { text: ']Q1134567890123456789', symbology: 'unknown' } });
    const stop = new AbortController();
    emulator.lay(null);
    const second = driver.run('read', undefined, { signal: stop.signal, deadlineMs: 60_000 });
    await expect.poll(() => emulator.lit).toBe(true);
    stop.abort();
    expect(await second).toMatchObject({ ok: false, fault: { code: 'cancelled' } });
    await expect.poll(() => emulator.lit).toBe(false);
  });

  test('unplugged while it waits it is disconnected, and reads again when it is back', async () => {
    const { emulator, driver } = await started(over);
    await driver.open(context());
    const reading = driver.run('read', undefined, context(60_000));
    await emulator.unplug();
    expect(await reading).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
    await emulator.replug();
    emulator.lay('A001');
    expect(await driver.run('read', undefined, context())).toEqual({ ok: true, value: { text: 'A001', symbology: 'unknown' } });
  });
});

describe('faults of an engine', () => {
  test.each([
    ['silent', 'no-media'],
    ['broken-off', 'bad-frame'],
    ['control-character', 'media-unreadable'],
    ['no-text', 'media-unreadable'],
    ['endless', 'media-too-large'],
  ])('%s is told as %s, with nothing of the code in it, and the next code is read', async (injected, code) => {
    // Slower than a broken-off code is waited for, so that the next sending does not complete it.
    const { emulator, driver } = await started('tcp', { everyMs: injected === 'broken-off' ? 1_500 : 250 });
    emulator.lay('SECRET-0731');
    emulator.inject(injected);
    const result = await driver.run('read', undefined, context(4_000));
    expect(result).toMatchObject({ ok: false, fault: { code } });
    expect(JSON.stringify(result)).not.toContain('SECRET');
    emulator.inject(null);
    emulator.lay('NEXT');
    await expect.poll(() => driver.run('read', undefined, context()), { timeout: 15_000 }).toEqual({ ok: true, value: { text: 'NEXT', symbology: 'unknown' } });
  });

  test.each(['slow', 'glued'])('%s does not hinder a read', async (injected) => {
    const { emulator, driver } = await started('tcp', { everyMs: 600 });
    emulator.inject(injected);
    emulator.lay('0123456789');
    expect(await driver.run('read', undefined, context())).toEqual({ ok: true, value: { text: '0123456789', symbology: 'unknown' } });
  });

  test.each(['silent', 'damaged-reply'])('a GM65 that is %s does not respond', async (injected) => {
    const { emulator, driver } = await started('tcp', { engine: 'gm65' });
    emulator.inject(injected);
    expect(await driver.open(context())).toMatchObject({ ok: false, fault: { code: 'not-responding' } });
    expect(await driver.run('read', undefined, context())).toMatchObject({ ok: false, fault: { code: 'not-responding' } });
    emulator.inject(null);
    emulator.lay('A001');
    expect(await driver.run('read', undefined, context())).toMatchObject({ ok: true, value: { text: 'A001' } });
  });

  test('profiles and addresses that do not go together, and options that are none, are refused', async () => {
    const { emulator } = await started('tcp');
    for (const wrong of [{ profile: 'hid-pos' }, { profile: 'x' }, { gapMs: 1 }, { colour: 'red' }, { kinds: [{ kind: 'payment', name: 'x', pattern: '(' }] }]) {
      expect(await driverOf(emulator, wrong).open(context())).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
    }
    const typed = createCodeScannerDriver('page:keyboard', {}, systemDriverClock);
    expect(await typed.open(context())).toMatchObject({ ok: true, value: { model: 'keyboard' } });
    expect(await typed.run('read', undefined, context())).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
  });
});

describe('as a HID point-of-sale scanner', () => {
  const plugged = async (reports: Uint8Array, options: Record<string, unknown> = {}) => {
    const device = await startHidDevice({ vendorId: 0x0c2e, productId: 0x0b61, serial: 'S1', product: 'Scanner', reports });
    closing.push(() => device.close());
    const driver = driverOnBus(device.env, 'code-scanner', device.uri, options);
    closing.push(() => driver.end());
    return { device, driver };
  };
  /** Shows a code again and again until the read has it, as a citizen's hand does. */
  const shown = async <T>(device: EmulatedHidDevice, reports: Uint8Array[], reading: Promise<T>): Promise<T> => {
    await device.untilOpened();
    const showing = setInterval(() => {
      for (const report of reports) device.send(report);
    }, 300);
    return reading.finally(() => clearInterval(showing));
  };

  test('a short code and one of several reports are read by the descriptor that the scanner itself tells', async () => {
    const { device, driver } = await plugged(HONEYWELL_DESCRIPTOR);
    expect(await driver.open(context())).toMatchObject({ ok: true, value: { online: true, model: 'hid-pos' } });
    expect(await shown(device, reportsOf(Buffer.from('134567890123456789\r'), ']C0'), driver.run('read', undefined, context()))).toEqual({ ok: true, value: { text: '134567890123456789', symbology: 'code-128' } });
    const long = `https://yuyue.example.cn/?n=${'预约'.repeat(60)}`;
    expect(await shown(device, reportsOf(Buffer.from(long), ']Q1'), driver.run('read', undefined, context()))).toEqual({ ok: true, value: { text: long, symbology: 'qr-code' } });
  });

  test('another maker’s layout is found in its descriptor, and one that no descriptor tells stands in the options', async () => {
    // Id 7, 3 identifier bytes, then 20 bytes of code, no length.
    const other = Buffer.from('058c0902a1018507150026ff007508950309fb8102951409fe8102c0', 'hex');
    const { device, driver } = await plugged(other);
    const report = new Uint8Array(24);
    report.set([7, ...Buffer.from(']L0PDF-0001')]);
    expect(await shown(device, [report], driver.run('read', undefined, context()))).toEqual({ ok: true, value: { text: 'PDF-0001', symbology: 'pdf417' } });
    const silent = await plugged(Buffer.from('058c0902a1018503150026ff007508951009018102c0', 'hex'), { layout: { reportId: 3, length: 1, data: [2, 15] } });
    expect(await shown(silent.device, [Uint8Array.from([3, 4, ...Buffer.from('A001xxxxxxxxxxx')])], silent.driver.run('read', undefined, context()))).toEqual({ ok: true, value: { text: 'A001', symbology: 'unknown' } });
  });

  test('a Honeywell scanner is switched to this mode and lit by its own commands', async () => {
    const { device, driver } = await plugged(HONEYWELL_DESCRIPTOR, { profile: 'honeywell-hid' });
    const words: string[] = [];
    device.features.set(254, Uint8Array.of(254, 0));
    device.onReport((report) => words.push(Buffer.from(report.subarray(0, 5)).toString('hex')));
    expect(await shown(device, reportsOf(Buffer.from('A001'), ']Q0'), driver.run('read', undefined, context()))).toMatchObject({ ok: true, value: { text: 'A001', symbology: 'qr-code' } });
    expect([...device.features.get(254)!]).toEqual([254, 1]);
    await expect.poll(() => words).toEqual(['fd0316540d', 'fd0316550d']);
  });

  test('the emulated scanner plays its faults on the bus, goes with the plug, and is read when it is back', async () => {
    const bus = await startHidBus();
    closing.push(() => bus.close());
    const emulator = await startCodeScannerEmulator({ listen: { kind: 'hid', bus }, everyMs: 300 });
    closing.push(() => emulator.close());
    const driver = driverOnBus(bus.env, 'code-scanner', emulator.uri, {});
    closing.push(() => driver.end());
    emulator.lay('A001');
    for (const [injected, code] of [
      ['silent', 'no-media'],
      ['control-character', 'media-unreadable'],
      ['endless', 'media-too-large'],
    ] as const) {
      emulator.inject(injected);
      expect(await driver.run('read', undefined, context(3_000))).toMatchObject({ ok: false, fault: { code } });
    }
    emulator.inject('silent');
    const reading = driver.run('read', undefined, context(60_000));
    await emulator.unplug();
    expect(await reading).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
    await emulator.replug();
    emulator.inject('glued');
    expect(await driver.run('read', undefined, context())).toEqual({ ok: true, value: { text: 'A001', symbology: 'qr-code' } });
  });
});
