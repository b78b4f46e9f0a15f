/** The locker over a real PTY through the unmodified serial library, and over TCP, against emulated cabinets of every family. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemDriverClock } from '../clock.ts';
import { createDriver } from '../index.ts';
import { hastyClock } from '../transports/hasty-clock.ts';
import { startLockerEmulator, type LockerEmulator, type LockerEmulatorSettings } from './emulator.ts';
import { ORDERS, POLARITIES } from './layout.ts';
import { PROFILE_NAMES, PROFILES } from './profiles.ts';

const context = (deadlineMs = 20_000, signal = new AbortController().signal) => ({ signal, deadlineMs });
let folder = '';
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locker-'));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});

const driverAt = (uri: string, options: Record<string, unknown> = {}, clock = systemDriverClock) => {
  const driver = createDriver('locker', uri, options, clock);
  closing.push(() => driver.close());
  return driver;
};
const emulated = async (more: Omit<LockerEmulatorSettings, 'listen'>, listen: LockerEmulatorSettings['listen']) => {
  const emulator = await startLockerEmulator({ listen, ...more });
  closing.push(() => emulator.close());
  return emulator;
};
const onPty = (more: Omit<LockerEmulatorSettings, 'listen'> = {}) => emulated(more, { kind: 'pty', link: join(folder, 'tty') });
const onTcp = (more: Omit<LockerEmulatorSettings, 'listen'> = {}) => emulated(more, { kind: 'tcp', host: '127.0.0.1', port: 0 });
const openCells = async (driver: ReturnType<typeof driverAt>, board: number): Promise<number[] | string> => {
  const result = await driver.run('cells', { board }, context());
  return result.ok ? result.value.cells.filter(({ door }) => door === 'open').map(({ cell }) => cell) : result.fault.code;
};

describe.each(PROFILE_NAMES)('%s', (profile) => {
  const board = PROFILES[profile].boards.least + 1;

  test('opens the one cell that it is told over a PTY, tells the doors, and pulses once', async () => {
    const emulator = await onPty({ profile, boards: [board], turnRoundMs: 15 });
    const driver = driverAt(emulator.uri);
    expect(await driver.open(context())).toMatchObject({ ok: true, value: { online: true, conditions: [] } });
    expect(await openCells(driver, board)).toEqual([]);
    const steps: unknown[] = [];
    expect(await driver.run('open', { board, cell: 5 }, context(), (step) => steps.push(step))).toMatchObject({ ok: true, value: { cells: [{ cell: 5, door: 'open' }] } });
    expect(steps).toEqual([{ step: 'pulsed' }]);
    expect(emulator.pulses).toEqual([{ board, cell: 5 }]);
    expect(await openCells(driver, board)).toEqual([5]);
    expect(await driver.run('cells', { board, cell: 5 }, context())).toMatchObject({ ok: true, value: { cells: [{ cell: 5, door: 'open', occupied: null }] } });
    emulator.closeDoor(board, 5);
    expect(await openCells(driver, board)).toEqual([]);
    // Every question left the line time to turn round.
    expect(emulator.collisions).toBe(0);
  });

  test('one open door teaches polarity, byte order and echo, and what was learned reads the doors right', async () => {
    for (const polarity of POLARITIES) {
      for (const order of PROFILES[profile].family.packed ? ORDERS : (['low-first'] as const)) {
        const echo = order === 'high-first' || polarity === 'open-shorts';
        const emulator = await onTcp({ profile, boards: [board], polarity, order, echo });
        emulator.openDoor(board, 2);
        const [bare = ''] = emulator.uri.split('?');
        const learned = await driverAt(`${bare}?profile=${profile}`).run('learn', { board, openCell: 2, cells: PROFILES[profile].cells }, context());
        expect(learned).toEqual({ ok: true, value: { polarity, order, echo } });
        const driver = driverAt(`${bare}?profile=${profile}&polarity=${polarity}&order=${order}&echo=${String(echo)}`);
        expect(await openCells(driver, board)).toEqual([2]);
        expect(await driver.run('open', { board, cell: 9 }, context())).toMatchObject({ ok: true, value: { cells: [{ cell: 9, door: 'open' }] } });
        expect(emulator.pulses).toEqual([{ board, cell: 9 }]);
      }
    }
  });

  test('garbage before every answer hinders nothing; noise, answers that break off and silence are told', async () => {
    const emulator = await onTcp({ profile, boards: [board] });
    const driver = driverAt(emulator.uri, {}, hastyClock(2));
    emulator.inject('garbage-first');
    expect(await openCells(driver, board)).toEqual([]);
    emulator.inject('noise');
    expect(await openCells(driver, board)).toBe('bad-frame');
    emulator.inject('truncated');
    expect(await openCells(driver, board)).toBe('bad-frame');
    emulator.inject('silent');
    expect(await openCells(driver, board)).toBe('not-responding');
    emulator.inject(null);
    expect(await openCells(driver, board)).toEqual([]);
  });
});

describe('a lock is pulsed once', () => {
  const cabinet = async (more: Omit<LockerEmulatorSettings, 'listen'> = {}) => {
    const emulator = await onTcp({ boards: [1, 2], ...more });
    return { emulator, driver: driverAt(emulator.uri) };
  };
  const onlyPulse = (emulator: LockerEmulator) => expect(emulator.pulses).toEqual([{ board: 2, cell: 7 }]);

  test('a cell that does not open is told as stuck with its door, is a condition until it opens, and is not pulsed again', async () => {
    const { emulator, driver } = await cabinet();
    emulator.stick(2, 7, true);
    expect(await driver.run('open', { board: 2, cell: 7 }, context())).toMatchObject({ ok: false, fault: { code: 'cell-stuck', original: expect.stringContaining('door closed') as unknown } });
    onlyPulse(emulator);
    expect(await driver.run('status', undefined, context())).toMatchObject({ ok: true, value: { conditions: [{ code: 'cell-stuck', severity: 'warning', original: 'board 2 cell 7' }] } });
    emulator.openDoor(2, 7);
    expect(await driver.run('status', undefined, context())).toMatchObject({ ok: true, value: { conditions: [] } });
  });

  test('a bolt that is slow is waited for', async () => {
    const { emulator, driver } = await cabinet();
    emulator.inject('slow');
    expect(await driver.run('open', { board: 2, cell: 7 }, context())).toMatchObject({ ok: true, value: { cells: [{ door: 'open' }] } });
    onlyPulse(emulator);
  });

  test('a board that does not answer after the pulse leaves the door unknown: timed out', async () => {
    const { emulator, driver } = await cabinet();
    emulator.inject('silent');
    expect(await driver.run('open', { board: 2, cell: 7 }, context())).toMatchObject({ ok: false, fault: { code: 'timed-out', original: expect.stringContaining('door unknown') as unknown } });
    onlyPulse(emulator);
  });

  test.each(['TCP', 'PTY'])('a line that goes away with the pulse: the door is asked when it is back, over %s', async (wire) => {
    const emulator = wire === 'TCP' ? await onTcp({ boards: [1, 2] }) : await onPty({ boards: [1, 2] });
    const driver = driverAt(emulator.uri);
    await driver.open(context());
    emulator.inject('cut-on-open');
    const opening = driver.run('open', { board: 2, cell: 7 }, context());
    await expect.poll(() => emulator.pulses.length, { timeout: 5000 }).toBe(1);
    emulator.inject(null);
    expect(await driver.run('status', undefined, context())).toMatchObject({ ok: false, fault: { code: 'busy' } });
    await emulator.unplug();
    await emulator.replug();
    expect(await opening).toMatchObject({ ok: true, value: { cells: [{ cell: 7, door: 'open' }] } });
    onlyPulse(emulator);
  });

  test('a line that went away by this fault is back when the fault ends, with nobody at the plug', async () => {
    const { emulator, driver } = await cabinet();
    await driver.open(context());
    emulator.inject('cut-on-open');
    const opening = driver.run('open', { board: 2, cell: 7 }, context());
    await expect.poll(() => emulator.pulses.length, { timeout: 5000 }).toBe(1);
    emulator.inject(null);
    expect(await opening).toMatchObject({ ok: true, value: { cells: [{ cell: 7, door: 'open' }] } });
    onlyPulse(emulator);
  });

  test('a line that does not come back leaves the door unknown', async () => {
    const { emulator, driver } = await cabinet();
    await driver.open(context());
    emulator.inject('cut-on-open');
    expect(await driver.run('open', { board: 2, cell: 7 }, context(1500))).toMatchObject({ ok: false, fault: { code: 'timed-out', original: expect.stringContaining('door unknown') as unknown } });
    onlyPulse(emulator);
  });

  test('cancelled after the pulse, it says that the door may be open, and the line serves the next command', async () => {
    const { emulator, driver } = await cabinet();
    emulator.inject('stuck');
    const stop = new AbortController();
    const opening = driver.run('open', { board: 2, cell: 7 }, context(20_000, stop.signal), () => stop.abort());
    expect(await opening).toMatchObject({ ok: false, fault: { code: 'cancelled', message: expect.stringContaining('may be open') as unknown } });
    expect(await openCells(driver, 2)).toEqual([]);
    onlyPulse(emulator);
  });

  test('nothing is sent to a line that is not there', async () => {
    const { emulator, driver } = await cabinet();
    await emulator.unplug();
    expect(await driver.run('open', { board: 2, cell: 7 }, context(2000))).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
    expect(emulator.pulses).toEqual([]);
  });

  test('cell 0 and cells that the board cannot have open nothing', async () => {
    const { emulator, driver } = await cabinet();
    for (const cell of [0, 51, 255]) expect(await driver.run('open', { board: 2, cell }, context())).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
    expect(emulator.pulses).toEqual([]);
  });
});

describe('a cabinet', () => {
  test('a door that is left open is a condition after the configured time, until it is closed', async () => {
    const emulator = await onTcp({ boards: [1, 2], cells: 8 });
    const driver = driverAt(emulator.uri, { leftOpenSeconds: 1 });
    emulator.openDoor(2, 3);
    const conditions = async () => {
      const result = await driver.run('status', undefined, context());
      return result.ok ? result.value.conditions.map(({ code, original }) => `${code} ${original}`) : result.fault.code;
    };
    expect(await conditions()).toEqual([]);
    await expect.poll(conditions, { timeout: 5000 }).toEqual(['cell-left-open board 2 cell 3']);
    emulator.closeDoor(2, 3);
    expect(await conditions()).toEqual([]);
  });

  test('tells what lies in its cells where sensors are wired to spare inputs, and by the own ones of a CU16', async () => {
    const spare = await onTcp({ boards: [1], cells: 12, sensorsAt: 13 });
    spare.put(1, 4, true);
    const driver = driverAt(spare.uri, { sensors: 13 });
    expect(await driver.run('cells', { board: 1, cell: 4 }, context())).toEqual({ ok: true, value: { cells: [{ cell: 4, door: 'closed', occupied: true }] } });
    expect(await driver.run('cells', { board: 1, cell: 5 }, context())).toEqual({ ok: true, value: { cells: [{ cell: 5, door: 'closed', occupied: false }] } });
    expect(await driver.open(context())).toMatchObject({ ok: true, value: { media: 'present' } });
    const own = await onTcp({ profile: 'kerong-cu' });
    own.put(0, 16, true);
    expect(await driverAt(own.uri, { sensors: 'own' }).run('open', { board: 0, cell: 16 }, context())).toEqual({ ok: true, value: { cells: [{ cell: 16, door: 'open', occupied: true }] } });
  });

  test('one silent board among two is a condition, two are a fault', async () => {
    const emulator = await onTcp({ boards: [1] });
    const [bare = ''] = emulator.uri.split('?');
    expect(await driverAt(`${bare}?boards=1,2`).open(context())).toMatchObject({ ok: true, value: { online: true, conditions: [{ code: 'not-responding', severity: 'error', original: 'board 2' }] } });
    expect(await driverAt(`${bare}?boards=3,2`).open(context())).toMatchObject({ ok: false, fault: { code: 'not-responding' } });
  });

  test('learning refuses a cabinet with two open doors, and a door that cannot tell the byte order', async () => {
    const emulator = await onTcp({ boards: [1], order: 'high-first' });
    const [bare = ''] = emulator.uri.split('?');
    const driver = driverAt(bare);
    emulator.openDoor(1, 12);
    expect(await driver.run('learn', { board: 1, openCell: 12, cells: 24 }, context())).toMatchObject({ ok: false, fault: { code: 'refused', message: expect.stringContaining('1 to 8') as unknown } });
    emulator.openDoor(1, 2);
    expect(await driver.run('learn', { board: 1, openCell: 2, cells: 24 }, context())).toMatchObject({ ok: false, fault: { code: 'refused' } });
  });

  test.each([{ profile: 'nobody' }, { polarity: 'up' }, { cells: 51 }, { boards: '0' }, { profile: 'winnsen', sensors: 'own' }, { surprise: 1 }, { turnRoundMs: 5 }])('settings that cannot be are told: %o', async (options) => {
    expect(await driverAt('tcp:127.0.0.1:1', options).open(context())).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
  });
});
