/** Lamps and sensors over a real PTY (RTU), Modbus/TCP and RTU through TCP, against an emulated relay board. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemDriverClock } from '../clock.ts';
import { createDriver } from '../index.ts';
import { startSignalsEmulator, type SignalsEmulatorSettings } from './emulator.ts';

const context = (deadlineMs = 5000, signal = new AbortController().signal) => ({ signal, deadlineMs });
let folder = '';
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signals-'));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});

const OPTIONS = { outputs: { card: 0, slip: 5 }, inputs: { presence: 1, lid: { at: 3, closedIs: 'off' } } };
const WIRES: [string, () => Omit<SignalsEmulatorSettings, 'unit'>][] = [
  ['a PTY', () => ({ listen: { kind: 'pty', link: join(folder, 'tty') } })],
  ['Modbus/TCP', () => ({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 } })],
  ['RTU through TCP', () => ({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 }, rtu: true })],
];
const board = async (settings: SignalsEmulatorSettings, options: Record<string, unknown> = OPTIONS) => {
  const emulator = await startSignalsEmulator(settings);
  closing.push(() => emulator.close());
  const driver = createDriver('signals', emulator.uri, options, systemDriverClock);
  closing.push(() => driver.close());
  return { emulator, driver };
};
const onTcp = (options?: Record<string, unknown>) => board({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 } }, options);

describe.each(WIRES)('over %s', (_wire, settings) => {
  test('lamps are switched by name, and what is seen is told by name', async () => {
    const { emulator, driver } = await board({ ...settings(), unit: 1 });
    expect(await driver.open(context())).toMatchObject({ ok: true, value: { online: true, conditions: [] } });
    expect(await driver.run('set', { output: 'slip', to: 'on' }, context())).toEqual({ ok: true, value: {} });
    expect([emulator.relay(5), emulator.relay(0)]).toEqual([true, false]);
    emulator.contact(1, true);
    expect(await driver.run('read', undefined, context())).toEqual({
      ok: true,
      value: { inputs: [{ name: 'presence', on: true }, { name: 'lid', on: true }], outputs: [{ name: 'card', on: false }, { name: 'slip', on: true }] },
    });
    expect(await driver.run('set', { output: 'slip', to: 'off' }, context())).toMatchObject({ ok: true });
    expect(emulator.relay(5)).toBe(false);
  });

  test('unplugged it is disconnected; back again, the lamps are as they were meant', async () => {
    const { emulator, driver } = await board({ ...settings(), unit: 1 });
    await driver.run('set', { output: 'card', to: 'on' }, context());
    await emulator.unplug();
    expect(await driver.run('set', { output: 'slip', to: 'on' }, context())).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
    emulator.restart();
    await emulator.replug();
    expect(await driver.run('status', undefined, context())).toMatchObject({ ok: true, value: { online: true } });
    expect([emulator.relay(0), emulator.relay(5)]).toEqual([true, true]);
  });
});

describe('lamps', () => {
  test('a lamp blinks once a second until it is set again, and others stay as they are', async () => {
    const { emulator, driver } = await onTcp();
    await driver.run('set', { output: 'slip', to: 'on' }, context());
    await driver.run('set', { output: 'card', to: 'blink' }, context());
    await expect.poll(() => emulator.switched.filter(({ relay }) => relay === 0).length, { timeout: 10_000 }).toBeGreaterThan(4);
    expect(emulator.switched.filter(({ relay }) => relay === 0).slice(0, 4).map(({ on }) => on)).toEqual([true, false, true, false]);
    await driver.run('set', { output: 'card', to: 'off' }, context());
    const so_far = emulator.switched.length;
    await driver.run('listen', undefined, context(1200));
    expect([emulator.switched.length, emulator.relay(0), emulator.relay(5)]).toEqual([so_far, false, true]);
  });

  test('a lamp that blinks while the driver is closed stays lit', async () => {
    const { emulator, driver } = await onTcp();
    await driver.run('set', { output: 'card', to: 'blink' }, context());
    await expect.poll(() => emulator.relay(0), { timeout: 5000, interval: 10 }).toBe(false);
    await driver.close();
    expect(emulator.relay(0)).toBe(true);
  });

  test('a board that lost its power gets its lamps again, those never set are left alone', async () => {
    const { emulator, driver } = await onTcp();
    await driver.run('set', { output: 'card', to: 'on' }, context());
    emulator.restart();
    await driver.run('status', undefined, context());
    expect([emulator.relay(0), emulator.switched]).toEqual([true, [{ relay: 0, on: true }, { relay: 0, on: true }]]);
  });

  test('a lamp without a name is told with the names that there are', async () => {
    const { driver } = await onTcp();
    expect(await driver.run('set', { output: 'roof', to: 'on' }, context())).toMatchObject({ ok: false, fault: { code: 'bad-input', message: expect.stringContaining('card, slip') as unknown } });
  });
});

describe('sensors', () => {
  test('presence is told once it lasts, and its end long after; a flicker is nobody', async () => {
    const { emulator, driver } = await onTcp({ ...OPTIONS, inputs: { presence: 1 }, enterMs: 200, leaveMs: 600, pollMs: 20 });
    const told: unknown[] = [];
    const stop = new AbortController();
    const listening = driver.run('listen', undefined, context(30_000, stop.signal), (level) => told.push(level));
    await expect.poll(() => told.length, { timeout: 5000 }).toBe(1);
    expect(await driver.run('read', undefined, context())).toMatchObject({ ok: false, fault: { code: 'busy' } });
    emulator.contact(1, true);
    await expect.poll(() => told.length, { timeout: 5000 }).toBe(2);
    emulator.contact(1, false);
    await expect.poll(() => told.length, { timeout: 5000 }).toBe(3);
    expect(told).toEqual([{ name: 'presence', on: false }, { name: 'presence', on: true }, { name: 'presence', on: false }]);
    stop.abort();
    expect(await listening).toMatchObject({ ok: false, fault: { code: 'cancelled' } });
  });

  test('listening ends at its deadline with the number of changes', async () => {
    const { driver } = await onTcp();
    expect(await driver.run('listen', undefined, context(300))).toEqual({ ok: true, value: { changes: 0 } });
  });
});

describe('faults', () => {
  test.each([['silent', 'not-responding'], ['noise', 'bad-frame'], ['truncated', 'bad-frame'], ['bad-crc', 'bad-frame'], ['busy', 'device-fault'], ['failed', 'device-fault']])('%s is told as %s, and the next question is answered', async (injected, code) => {
    const { emulator, driver } = await onTcp();
    emulator.inject(injected);
    expect(await driver.run('read', undefined, context())).toMatchObject({ ok: false, fault: { code } });
    emulator.inject(null);
    expect(await driver.run('read', undefined, context())).toMatchObject({ ok: true });
  });

  test.each(['noise-around', 'busy-once'])('%s hinders nothing', async (injected) => {
    const { emulator, driver } = await board({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 }, rtu: true });
    emulator.inject(injected);
    expect(await driver.run('read', undefined, context())).toMatchObject({ ok: true });
  });

  test('a number that the board does not have is refused, with the number', async () => {
    const { driver } = await onTcp({ outputs: { card: 31 } });
    expect(await driver.run('set', { output: 'card', to: 'on' }, context())).toMatchObject({ ok: false, fault: { code: 'refused', message: expect.stringContaining('31') as unknown, original: 'exception 2: illegal address' } });
  });

  test.each([{ outputs: { Card: 0 } }, { outputs: 'card' }, { outputs: { card: -1 } }, { unit: 0 }, { framing: 'ascii' }, { surprise: 1 }, { outputs: { a: 0, b: 9000 } }])('options that cannot be are told: %o', async (options) => {
    const driver = createDriver('signals', 'modbus:tcp:127.0.0.1:1', options, systemDriverClock);
    expect(await driver.open(context())).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
    await driver.close();
  });

  test('names can stand in the address', async () => {
    const emulator = await startSignalsEmulator({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 }, unit: 7 });
    closing.push(() => emulator.close());
    const driver = createDriver('signals', `${emulator.uri}?unit=7&outputs=card:3&inputs=presence:0`, {}, systemDriverClock);
    closing.push(() => driver.close());
    expect(await driver.run('set', { output: 'card', to: 'on' }, context())).toMatchObject({ ok: true });
    expect(emulator.relay(3)).toBe(true);
  });
});
