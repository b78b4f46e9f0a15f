/** The board over a real PTY through the unmodified serial library, and over TCP. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DriverClock } from '../contract.ts';
import { hastyClock } from '../transports/hasty-clock.ts';
import { splitOptions } from '../transports/uri.ts';
import { createWindowDisplayDriver } from './driver.ts';
import { startWindowDisplayEmulator, type WindowDisplayEmulator, type WindowDisplayEmulatorSettings } from './emulator.ts';
import { BOARD_FAMILIES, BOARD_PROFILES } from './profiles.ts';

const context = (deadlineMs = 60_000) => ({ signal: new AbortController().signal, deadlineMs });
const CALL = { number: 'A001', counter: '3' };
let folder = '';
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'board-'));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});

const driverAt = (address: string, clock: DriverClock = hastyClock(20), more: Record<string, unknown> = {}) => {
  const { uri, options } = splitOptions(address);
  const driver = createWindowDisplayDriver(uri, { ...options, ...more }, clock);
  closing.push(() => driver.close());
  return driver;
};
const driverOf = (emulator: WindowDisplayEmulator, clock?: DriverClock, more?: Record<string, unknown>) => driverAt(emulator.uri, clock, more);
const start = async (settings: WindowDisplayEmulatorSettings) => {
  const emulator = await startWindowDisplayEmulator(settings);
  closing.push(() => emulator.close());
  return emulator;
};
const onTcp = (more: Omit<WindowDisplayEmulatorSettings, 'listen'> = {}) => start({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 }, ...more });
/** Bytes handed to the operating system are seen by the far end a little later. */
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
};

describe.each(BOARD_FAMILIES)('%s', (profile) => {
  const { shows, answers } = BOARD_PROFILES[profile];
  const text = shows === 'digits' ? '001' : 'A001 3';

  test('shows a call and clears it over a PTY', async () => {
    const emulator = await start({ listen: { kind: 'pty', link: join(folder, 'tty') }, profile });
    const driver = driverOf(emulator);
    expect(await driver.run('show', CALL, context())).toMatchObject({ ok: true, value: { text, proof: answers ? 'answered' : 'none' } });
    await until(() => emulator.shown() === text);
    expect(await driver.run('clear', {}, context())).toMatchObject({ ok: true });
    await until(() => emulator.shown() === (shows === 'digits' ? '000' : ''));
  });

  test('is ready only where the board answers', async () => {
    const emulator = await onTcp({ profile });
    const driver = driverOf(emulator);
    expect(await driver.open(context())).toMatchObject({ ok: true, value: { component: profile === 'am03127' ? 'ready' : 'unknown' } });
    await driver.run('show', CALL, context());
    expect(await driver.run('status', undefined, context())).toMatchObject({ ok: true, value: { component: answers ? 'ready' : 'unknown' } });
  });

  test('shows the number again after the board was without power', async () => {
    const emulator = await onTcp({ profile });
    let now = 0;
    const driver = driverOf(emulator, { ...hastyClock(20), now: () => now });
    await driver.run('show', CALL, context());
    await until(() => emulator.shown() === text);
    emulator.powerOff();
    const dark = await driver.run('status', undefined, context());
    expect(dark.ok).toBe(!answers);
    emulator.powerOn();
    now += BOARD_PROFILES[profile].refreshMs;
    expect(await driver.run('status', undefined, context())).toMatchObject({ ok: true });
    await until(() => emulator.shown() === text);
  });

  test('shows the number again when the line was unplugged and another driver took over', async () => {
    const emulator = await onTcp({ profile });
    const driver = driverOf(emulator);
    await driver.run('show', CALL, context());
    await until(() => emulator.shown() === text);
    await emulator.unplug();
    emulator.powerOff();
    const said = await driver.run('show', { ...CALL, number: 'A002' }, context());
    // Bytes that nobody answers may be gone before the line is known to be: that is what `proof: 'none'` says.
    expect(said).toMatchObject(said.ok && !answers ? { value: { proof: 'none' } } : { ok: false, fault: { code: 'disconnected' } });
    await driver.close();
    emulator.powerOn();
    await emulator.replug();
    expect(await driverOf(emulator).open(context())).toMatchObject({ ok: true });
    await until(() => emulator.shown() === text.replace('001', '002'));
  });
});

describe('faults', () => {
  test.each([
    ['silent', 'not-responding', 'am03127'],
    ['refuses', 'bad-checksum', 'am03127'],
    ['silent', 'not-responding', 'sunpn'],
    ['other-values', 'bad-frame', 'sunpn'],
  ] as const)('%s is told as %s (%s), and the next call is shown', async (injected, code, profile) => {
    const emulator = await onTcp({ profile });
    const driver = driverOf(emulator);
    emulator.inject(injected);
    expect(await driver.run('show', CALL, context())).toMatchObject({ ok: false, fault: { code } });
    emulator.inject(null);
    expect(await driver.run('show', { ...CALL, number: 'B007' }, context())).toMatchObject({ ok: true });
    expect(emulator.shown()).toContain('007');
  });

  test.each(['refuses-once', 'noise-around', 'local-echo'].flatMap((injected) => [[injected, 'am03127'] as const, [injected, 'sunpn'] as const]))('%s does not hinder a call (%s)', async (injected, profile) => {
    const emulator = await onTcp({ profile });
    emulator.inject(injected);
    expect(await driverOf(emulator).run('show', CALL, context())).toMatchObject({ ok: true, value: { proof: 'answered' } });
    expect(emulator.shown()).toContain('001');
  });

  test('a call is cancelled at once, and a second command meanwhile is told busy', async () => {
    const emulator = await onTcp();
    emulator.inject('silent');
    const driver = driverOf(emulator, hastyClock(1));
    const stop = new AbortController();
    const showing = driver.run('show', CALL, { signal: stop.signal, deadlineMs: 30_000 });
    expect(await driver.run('clear', {}, context())).toMatchObject({ ok: false, fault: { code: 'busy' } });
    stop.abort();
    expect(await showing).toMatchObject({ ok: false, fault: { code: 'cancelled' } });
  });

  test('another address on the line is left alone', async () => {
    const emulator = await onTcp({ profile: 'number4', boards: [{ board: 9 }] });
    const driver = driverAt(emulator.uri.replace('boards=9', 'boards=8'));
    await driver.run('show', CALL, context());
    await driverOf(emulator).run('show', { ...CALL, number: 'A005' }, context());
    await until(() => emulator.shown() !== '');
    expect([emulator.shown(), emulator.pictures()]).toEqual(['005', 1]);
  });

  test('options that are none, and a wire that is none, are bad input', async () => {
    const emulator = await onTcp();
    expect(await driverOf(emulator, hastyClock(1), { template: '<script>' }).open(context())).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
    expect(await driverAt('ipp://127.0.0.1/x').open(context())).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
  });
});
