/** Several boards on one line: over a real PTY through the unmodified serial library, and over TCP. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemDriverClock } from '../clock.ts';
import type { DeviceStatus, DriverClock, Result } from '../contract.ts';
import { hastyClock } from '../transports/hasty-clock.ts';
import { splitOptions } from '../transports/uri.ts';
import { createWindowDisplayDriver } from './driver.ts';
import { startWindowDisplayEmulator, type WindowDisplayEmulator, type WindowDisplayEmulatorSettings } from './emulator.ts';
import { BOARD_PROFILES } from './profiles.ts';

const context = (deadlineMs = 60_000) => ({ signal: new AbortController().signal, deadlineMs });
/** Counters 3, 4 and 5 have the boards 1, 2 and 3. */
const BOARDS = [{ board: 1, counter: '3' }, { board: 2, counter: '4' }, { board: 3, counter: '5' }];
let folder = '';
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'line-'));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});

const lineOn = async (wire: 'pty' | 'tcp', more: Omit<WindowDisplayEmulatorSettings, 'listen'> = {}) => {
  const emulator = await startWindowDisplayEmulator({ listen: wire === 'tcp' ? { kind: 'tcp', host: '127.0.0.1', port: 0 } : { kind: 'pty', link: join(folder, 'tty') }, boards: BOARDS, ...more });
  closing.push(() => emulator.close());
  return emulator;
};
const driverOf = (emulator: WindowDisplayEmulator, clock: DriverClock = hastyClock(5)) => {
  const { uri, options } = splitOptions(emulator.uri);
  const driver = createWindowDisplayDriver(uri, options, clock);
  closing.push(() => driver.close());
  return driver;
};
/** Bytes handed to the operating system are seen by the far end a little later. */
const LATER = { timeout: 20_000, interval: 5 };
const statesIn = (status: Result<DeviceStatus>) => (status.ok ? status.value.boards?.map(({ board, counter, state }) => `${board}/${counter ?? '-'} ${state}`) : status.fault.code);
const shownOn = (emulator: WindowDisplayEmulator) => BOARDS.map(({ board }) => emulator.shown(board));

describe.each(['pty', 'tcp'] as const)('three boards on one line over %s', (wire) => {
  test('each shows the calls of its own counter, and is cleared alone or with all', async () => {
    const emulator = await lineOn(wire);
    const driver = driverOf(emulator);
    expect(statesIn(await driver.open(context()))).toEqual(['1/3 ready', '2/4 ready', '3/5 ready']);
    for (const [number, counter] of [['A001', '3'], ['B002', '4'], ['C003', '5']] as const) {
      expect(await driver.run('show', { number, counter }, context())).toEqual({ ok: true, value: { text: `${number} ${counter}`, scrolling: false, proof: 'answered' } });
    }
    expect(shownOn(emulator)).toEqual(['A001 3', 'B002 4', 'C003 5']);
    expect(await driver.run('clear', { counter: '4' }, context())).toMatchObject({ ok: true, value: { text: '' } });
    expect(shownOn(emulator)).toEqual(['A001 3', '', 'C003 5']);
    expect(await driver.run('clear', {}, context())).toMatchObject({ ok: true, value: { text: '', proof: 'answered' } });
    expect(shownOn(emulator)).toEqual(['', '', '']);
  });

  test('one that is dead takes the others not out of service: it is told by name, and shows its number when it is back', async () => {
    const emulator = await lineOn(wire);
    const driver = driverOf(emulator);
    emulator.powerOff(2);
    const status = await driver.open(context());
    expect(statesIn(status)).toEqual(['1/3 ready', '2/4 silent', '3/5 ready']);
    expect(status).toMatchObject({ ok: true, value: { online: true, component: 'ready', conditions: [{ code: 'not-responding', severity: 'warning', remedy: 'maintain', original: 'board 2 (counter 4)' }] } });
    expect(await driver.run('show', { number: 'A001', counter: '3' }, context())).toMatchObject({ ok: true });
    expect(await driver.run('show', { number: 'B002', counter: '4' }, context())).toMatchObject({ ok: false, fault: { code: 'not-responding', remedy: 'maintain', message: 'board 2 (counter 4): the board does not answer' } });
    expect(await driver.run('show', { number: 'C003', counter: '5' }, context())).toMatchObject({ ok: true });
    expect(shownOn(emulator)).toEqual(['A001 3', null, 'C003 5']);
    emulator.powerOn(2);
    expect(await driver.run('status', undefined, context())).toMatchObject({ ok: true, value: { conditions: [] } });
    expect(shownOn(emulator)).toEqual(['A001 3', 'B002 4', 'C003 5']);
  });

  test('one that was without power shows its number again, and the others are left alone', async () => {
    const emulator = await lineOn(wire);
    const driver = driverOf(emulator);
    for (const { counter } of BOARDS) await driver.run('show', { number: 'A001', counter }, context());
    emulator.powerOff(3);
    expect(statesIn(await driver.run('status', undefined, context()))).toEqual(['1/3 ready', '2/4 ready', '3/5 silent']);
    emulator.powerOn(3);
    expect(statesIn(await driver.run('status', undefined, context()))).toEqual(['1/3 ready', '2/4 ready', '3/5 ready']);
    expect(shownOn(emulator)).toEqual(['A001 3', 'A001 4', 'A001 5']);
    expect(BOARDS.map(({ board }) => emulator.pictures(board))).toEqual([1, 1, 2]);
  });
});

describe('a line', () => {
  test('rests 50 ms between any two frames, whosever they are', async () => {
    // Over a PTY a frame may arrive in pieces.
    const emulator = await lineOn('tcp');
    const driver = driverOf(emulator, systemDriverClock);
    await driver.open(context());
    for (const { counter } of BOARDS) await driver.run('show', { number: 'A001', counter }, context());
    emulator.inject('silent@2');
    await driver.run('show', { number: 'A002', counter: '5' }, context());
    await driver.run('status', undefined, context());
    expect(emulator.rests().length).toBeGreaterThan(10);
    // A timer may end a millisecond early.
    expect(Math.min(...emulator.rests())).toBeGreaterThanOrEqual(48);
  });

  test('of boards that are all dead is out of service, and comes back with the first of them', async () => {
    const emulator = await lineOn('tcp');
    const driver = driverOf(emulator);
    for (const { counter } of BOARDS) await driver.run('show', { number: 'A001', counter }, context());
    emulator.powerOff();
    expect(await driver.open(context())).toMatchObject({ ok: false, fault: { code: 'not-responding', message: expect.stringMatching(/no board on this line works: board 1 \(counter 3\).*board 3/) as string } });
    emulator.powerOn(2);
    expect(statesIn(await driver.open(context()))).toEqual(['1/3 silent', '2/4 ready', '3/5 silent']);
    expect(emulator.shown(2)).toBe('A001 4');
  });

  test('clears every board that it reaches, and names the one that it does not; that one is dark when it is back', async () => {
    const emulator = await lineOn('tcp');
    const driver = driverOf(emulator);
    for (const { counter } of BOARDS) await driver.run('show', { number: 'A001', counter }, context());
    emulator.inject('silent@1');
    expect(await driver.run('clear', {}, context())).toMatchObject({ ok: false, fault: { code: 'not-responding', message: 'board 1 (counter 3): the board does not answer' } });
    expect(shownOn(emulator)).toEqual(['A001 3', '', '']);
    emulator.inject(null);
    await driver.run('status', undefined, context());
    expect(shownOn(emulator)).toEqual(['', '', '']);
  });

  test('has a fault of one board told as that board’s, and the others work', async () => {
    const emulator = await lineOn('tcp');
    const driver = driverOf(emulator);
    emulator.inject('refuses@3');
    const status = await driver.open(context());
    expect(statesIn(status)).toEqual(['1/3 ready', '2/4 ready', '3/5 failing']);
    expect(status).toMatchObject({ ok: true, value: { conditions: [{ code: 'device-fault', severity: 'warning', original: 'board 3 (counter 5): the board received a damaged frame' }] } });
    expect(await driver.run('show', { number: 'A001', counter: '4' }, context())).toMatchObject({ ok: true });
    expect(await driver.run('show', { number: 'A001', counter: '5' }, context())).toMatchObject({ ok: false, fault: { code: 'bad-checksum' } });
  });

  test('asks one dead board with a look, once, and each of them in its turn', async () => {
    const emulator = await lineOn('tcp');
    const driver = driverOf(emulator);
    emulator.powerOff(1);
    emulator.powerOff(3);
    await driver.open(context());
    const before = emulator.rests().length;
    await driver.run('status', undefined, context());
    // The board that works, and one that does not.
    expect(emulator.rests().length - before).toBe(2);
    emulator.powerOn();
    await driver.run('status', undefined, context());
    expect(statesIn(await driver.run('status', undefined, context()))).toEqual(['1/3 ready', '2/4 ready', '3/5 ready']);
  });

  test('refuses a counter that has no board on it, in words, and sends nothing', async () => {
    const emulator = await lineOn('tcp');
    const driver = driverOf(emulator);
    expect(await driver.run('show', { number: 'A001', counter: '7' }, context())).toMatchObject({ ok: false, fault: { code: 'bad-input', message: 'no board on this line hangs above counter 7; there are boards for 3, 4, 5' } });
    expect(await driver.run('clear', { counter: '7' }, context())).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
    expect(emulator.rests()).toEqual([]);
  });

  test('takes one command at a time', async () => {
    const emulator = await lineOn('tcp');
    const driver = driverOf(emulator);
    const clearing = driver.run('clear', {}, context());
    expect(await driver.run('show', { number: 'A001', counter: '3' }, context())).toMatchObject({ ok: false, fault: { code: 'busy' } });
    expect(await clearing).toMatchObject({ ok: true });
  });

  test.each(['number4', 'fds-mled'] as const)('of boards that never answer (%s) shows each its own, and again to the one that was without power', async (profile) => {
    const emulator = await lineOn('pty', { profile });
    let now = 0;
    const hasty = hastyClock(5);
    const driver = driverOf(emulator, { ...hasty, now: () => now + hasty.now() });
    const text = (number: string, counter: string): string => (profile === 'number4' ? number.slice(1) : `${number} ${counter}`);
    for (const [number, counter] of [['A001', '3'], ['A002', '4'], ['A003', '5']] as const) expect(await driver.run('show', { number, counter }, context())).toMatchObject({ ok: true, value: { proof: 'none' } });
    const all = [text('A001', '3'), text('A002', '4'), text('A003', '5')];
    await expect.poll(() => shownOn(emulator), LATER).toEqual(all);
    emulator.powerOff(2);
    emulator.powerOn(2);
    now += BOARD_PROFILES[profile].refreshMs;
    expect(statesIn(await driver.run('status', undefined, context()))).toEqual(['1/3 unknown', '2/4 unknown', '3/5 unknown']);
    await expect.poll(() => shownOn(emulator), LATER).toEqual(all);
  });
});
