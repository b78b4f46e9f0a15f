/** Recordings of wires that other programs and libraries hold: Modbus boards, SANE's scanners, a host's loudspeaker, HID devices; each played again. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startCodeScannerEmulator } from '../code-scanner/emulator.ts';
import type { Listen } from '../emulator.ts';
import { startHidBus, startHidDevice } from '../hid-emulator/device.ts';
import { driverOnBus } from '../hid-emulator/far-driver.ts';
import { startIdCardEmulator } from '../id-card/emulator.ts';
import { specimen } from '../id-card/specimens.ts';
import { startSignalsEmulator } from '../signals/emulator.ts';
import { startSignaturePadEmulator } from '../signature-pad/emulator.ts';
import { keyboardReport } from '../transports/hid-keyboard.ts';
import { record, replayed } from './bench.ts';

const context = (deadlineMs = 20_000) => ({ signal: new AbortController().signal, deadlineMs });
const PATH = process.env['PATH'] ?? '';
let folder = '';
const closers: (() => Promise<void>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recording-'));
});
afterEach(async () => {
  process.env['PATH'] = PATH;
  for (const close of closers.splice(0).reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});

const replaysTheSame = async (path: string, commands: number): Promise<void> => {
  const report = await replayed(path);
  expect(report.diverged).toBeNull();
  expect(report.commands.filter(({ agrees }) => !agrees)).toEqual([]);
  expect(report.commands).toHaveLength(commands);
};
const forms = (text: string): string[] => [text, Buffer.from(text).toString('hex'), Buffer.from(text, 'utf16le').toString('hex')];

test.each([
  ['serial', () => ({ kind: 'pty', link: join(folder, 'board') }) satisfies Listen],
  ['tcp', () => ({ kind: 'tcp', host: '127.0.0.1', port: 0 }) satisfies Listen],
] as const)('a Modbus board over %s is recorded as it is, a pulled plug and all', async (wire, listen) => {
  const board = await startSignalsEmulator({ listen: listen() });
  closers.push(() => board.close());
  const { path } = await record(folder, `signals-modbus-${wire}`, 'signals', board.uri, { outputs: { card: 0, slip: 2 }, inputs: { presence: 1 } }, async (driver) => {
    expect(await driver.open(context())).toMatchObject({ ok: true });
    expect(await driver.run('set', { output: 'slip', to: 'on' }, context())).toMatchObject({ ok: true });
    board.contact(1, true);
    expect(await driver.run('read', undefined, context())).toMatchObject({ ok: true, value: { inputs: [{ name: 'presence', on: true }] } });
    await board.unplug();
    await expect.poll(async () => (await driver.run('read', undefined, context())).ok).toBe(false);
  });
  const report = await replayed(path);
  expect(report.diverged).toBeNull();
  expect(report.commands.filter(({ agrees }) => !agrees)).toEqual([]);
  expect(report.commands.length).toBeGreaterThanOrEqual(4);
});

test('a scan through SANE is recorded with its pages as lengths, and played without SANE', async () => {
  const { path, text } = await record(folder, 'scanner-sane', 'scanner', 'sane:test:0', { settings: { 'test-picture': 'Grid' } }, async (driver) => {
    expect(await driver.open(context())).toMatchObject({ ok: true });
    expect(await driver.run('scan', { source: 'feeder', color: 'gray', resolution: 200, maxPages: 2 }, context(60_000))).toEqual({ ok: true, value: { pages: 2 } });
  });
  // The picture's own chunk of data is not there, and neither is the folder of this run.
  expect(text).not.toContain(Buffer.from('IDAT').toString('hex'));
  expect(text).not.toContain('hall24-scan-');
  process.env['PATH'] = folder;
  await replaysTheSame(path, 2);
});

test('a fault and a scan given up through SANE end in the recording as they did', async () => {
  const jam = await record(folder, 'scanner-sane-jam', 'scanner', 'sane:test:0', { settings: { 'read-return-value': 'SANE_STATUS_JAMMED' } }, async (driver) => {
    expect(await driver.run('scan', { source: 'feeder', color: 'gray', resolution: 200, maxPages: 2 }, context(60_000))).toMatchObject({ ok: false, fault: { code: 'feeder-jam' } });
  });
  await replaysTheSame(jam.path, 1);
  const slow = await record(folder, 'scanner-sane-given-up', 'scanner', 'sane:test:0', { settings: { 'read-delay': true, 'read-delay-duration': 200_000 } }, async (driver) => {
    expect(await driver.run('scan', { source: 'platen', color: 'color', resolution: 300, maxPages: 1 }, context(2_500))).toMatchObject({ ok: false, fault: { code: 'timed-out' } });
  });
  await replaysTheSame(slow.path, 1);
});

test('what a loudspeaker said stays out of the recording, who said it and that it was said does not', async () => {
  await writeFile(join(folder, 'aplay'), '#!/bin/sh\nif [ "$1" = -l ]; then echo "card 0: Generic [HD-Audio Generic], device 0"; exit 0; fi\ncat > /dev/null\n');
  for (const name of ['pactl', 'amixer', 'spd-say']) await writeFile(join(folder, name), '#!/bin/sh\nexit 1\n');
  for (const name of ['aplay', 'pactl', 'amixer', 'spd-say']) await chmod(join(folder, name), 0o755);
  process.env['PATH'] = `${folder}:${PATH}`;
  const { path, text } = await record(folder, 'sound-say', 'sound', 'sound:default', {}, async (driver) => {
    expect(await driver.open(context())).toMatchObject({ ok: true, value: { model: 'aplay' } });
    expect(await driver.run('say', { text: 'Zhangwei 7391, counter three', language: 'en' }, context())).toMatchObject({ ok: true, value: { by: 'espeak-ng' } });
    expect(await driver.run('log', undefined, context())).toMatchObject({ ok: true });
    expect(await driver.run('say', { text: 'salem', language: 'xx' }, context())).toMatchObject({ ok: false, fault: { code: 'voice-missing' } });
  });
  for (const trace of ['Zhangwei', '7391', 'salem'].flatMap(forms)) expect(text).not.toContain(trace);
  const nothing = join(folder, 'nothing');
  await mkdir(nothing);
  process.env['PATH'] = nothing;
  await replaysTheSame(path, 4);
});

test('a signature on a HID pad is reports without a place, and the pad’s own descriptor', async () => {
  const pad = await startSignaturePadEmulator();
  closers.push(() => pad.close());
  const { path, text } = await record(
    folder,
    'signature-pad-hid',
    'signature-pad',
    pad.device.uri,
    {},
    async (driver) => {
      expect(await driver.open(context())).toMatchObject({ ok: true });
      await pad.device.untilOpened();
      // What is written while nobody listens yet is lost: the person writes until it is taken.
      const writing = setInterval(() => {
        pad.press(2);
        pad.draw([{ x: 0x1234, y: 0x0567, p: 0.5 }]);
        pad.press(1);
      }, 100);
      const captured = await driver.run('capture', undefined, context()).finally(() => clearInterval(writing));
      expect(captured).toMatchObject({ ok: true, value: { strokes: [[{ x: 0x1234, y: 0x0567 }]] } });
    },
    (options) => driverOnBus(pad.device.env, 'signature-pad', pad.device.uri, options),
  );
  expect(text).not.toContain('34126705');
  expect(text).toContain('"descriptor"');
  await replaysTheSame(path, 2);
});

test('a code on a HID scanner is masked in its reports and read again by the recorded descriptor', async () => {
  const bus = await startHidBus();
  closers.push(() => bus.close());
  const scanner = await startCodeScannerEmulator({ listen: { kind: 'hid', bus }, everyMs: 200 });
  closers.push(() => scanner.close());
  scanner.lay('PICKUP-7391');
  const { path, text } = await record(
    folder,
    'code-scanner-hid',
    'code-scanner',
    scanner.uri,
    {},
    async (driver) => {
      expect(await driver.run('read', undefined, context())).toMatchObject({ ok: true, value: { text: 'PICKUP-7391' } });
    },
    (options) => driverOnBus(bus.env, 'code-scanner', scanner.uri, options),
  );
  for (const trace of ['7391', 'PICKUP'].flatMap(forms)) expect(text).not.toContain(trace);
  await replaysTheSame(path, 1);
});

test('a HID card reader and a keypad are recorded like their serial kin', async () => {
  const bus = await startHidBus();
  closers.push(() => bus.close());
  const reader = await startIdCardEmulator({ listen: { kind: 'hid', bus } });
  closers.push(() => reader.close());
  const { card } = specimen('resident')!;
  reader.layCard(card);
  const read = await record(
    folder,
    'id-card-hid',
    'id-card',
    reader.uri,
    {},
    async (driver) => {
      expect(await driver.run('read', undefined, context())).toMatchObject({ ok: true, value: { name: card.name } });
    },
    (options) => driverOnBus(bus.env, 'id-card', reader.uri, options),
  );
  for (const trace of [card.name, card.idNumber].flatMap((one) => forms(one ?? '-'))) expect(read.text).not.toContain(trace);
  await replaysTheSame(read.path, 1);

  const keypad = await startHidDevice({ vendorId: 0x05ac, productId: 0x0220, reports: { usagePage: 1, usage: 6, inputBytes: 8 } });
  closers.push(() => keypad.close());
  const pressed = await record(
    folder,
    'nav-pad-hid',
    'nav-pad',
    keypad.uri,
    {},
    async (driver) => {
      await driver.open(context());
      await keypad.untilOpened();
      keypad.send(keyboardReport([0x52]));
      expect(await driver.run('read', undefined, context())).toEqual({ ok: true, value: { key: 'up' } });
    },
    (options) => driverOnBus(keypad.env, 'nav-pad', keypad.uri, options),
  );
  await replaysTheSame(pressed.path, 2);
});
