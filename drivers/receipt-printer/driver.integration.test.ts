/** The receipt printer over a real PTY through the unmodified serial library, and over TCP. */
import { createServer, type Socket } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemDriverClock } from '../clock.ts';
import type { Bitmap, SlipDocument } from '../contract.ts';
import type { Listen } from '../emulator.ts';
import { createReceiptPrinterDriver } from './driver.ts';
import { startReceiptPrinterEmulator, type ReceiptPrinterEmulator, type ReceiptPrinterEmulatorSettings } from './emulator.ts';
import { interpret } from './interpreter.ts';
import { hastyClock } from '../transports/hasty-clock.ts';

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

describe.each(['tcp', 'pty', 'file'] as const)('over %s', (kind) => {
  const listen = (): Listen => (kind === 'tcp' ? { kind, host: '127.0.0.1', port: 0 } : { kind: 'pty', link: join(folder, 'tty') });

  /** `file`: the same near end of a PTY, as the device file that a printer-class driver makes. */
  const started = async () => {
    const { emulator, driver } = await start({ listen: listen() });
    return { emulator, driver: kind === 'file' ? driverOf({ ...emulator, uri: `file:${join(folder, 'tty')}` }) : driver };
  };

  test('a slip is printed, cut, and confirmed without a sensor', async () => {
    const { emulator, driver } = await started();
    const steps: string[] = [];
    expect(await driver.run('print', slip('受理回执'), context(), ({ step }) => steps.push(step))).toEqual({ ok: true, value: { delivery: 'confirmed-no-sensor' } });
    expect(steps).toEqual(['sent']);
    expect(emulator.slips()).toHaveLength(1);
    expect(interpret(emulator.slips()[0]!.bytes)).toMatchObject({ lines: ['受理回执'], qrCodes: ['case 受理回执'], unknown: [] });
  });

  test('a picture larger than any buffer arrives whole', async () => {
    const { emulator, driver } = await started();
    const bitmap: Bitmap = { width: 576, height: 1200, data: Uint8Array.from({ length: 72 * 1200 }, (_, at) => (at * 7) & 0xef) };
    expect(await driver.run('print', { parts: [{ type: 'image', bitmap }, { type: 'cut', mode: 'full' }] }, context())).toMatchObject({ ok: true });
    const { paper } = interpret(emulator.slips()[0]!.bytes);
    expect(Buffer.from(paper.data.subarray(0, bitmap.data.length)).equals(Buffer.from(bitmap.data))).toBe(true);
  });

  test('an unplugged printer is disconnected, and prints when it is back', async () => {
    const { emulator, driver } = await started();
    expect(await driver.open(context())).toMatchObject({ ok: true });
    await emulator.unplug();
    expect(await driver.run('print', slip('一'), context())).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
    await emulator.replug();
    expect(await driver.run('print', slip('二'), context())).toMatchObject({ ok: true });
    expect(textsOf(emulator)).toEqual([['二']]);
  });
});

const ticket = (number: string): SlipDocument => ({ parts: [...(/^[\x20-\x7e]*$/.test(number) ? [{ type: 'text', text: number, width: 2 } as const] : []), { type: 'feed', mm: 5 }, { type: 'cut', mode: 'full' }] });

describe.each(['custom-kpm216', 'custom-vkp80iii', 'citizen-ppu700', 'citizen-pmu2300iii', 'pyramid-reliance'] as const)('a presenter, %s', (profile) => {
  const own = profile === 'custom-vkp80iii';
  const options = (more: Record<string, unknown> = {}) => ({ profile, takeMs: 2000, ...more });
  const present = async (more: Partial<ReceiptPrinterEmulatorSettings> = {}, settings: Record<string, unknown> = {}) => start({ profile, ...more }, options(settings));
  const until = async (what: () => boolean) => {
    while (!what()) await systemDriverClock.sleep(10);
  };

  test('a ticket that a hand takes is taken, and the mouth is empty', async () => {
    const { emulator, driver } = await present({ takenAfterMs: 300 });
    expect(await driver.run('print', ticket('A001'), context())).toEqual({ ok: true, value: { delivery: 'taken' } });
    expect(emulator.drawnBack()).toBe(0);
    expect(await driver.run('status', undefined, context())).toMatchObject({ ok: true, value: { media: 'absent', conditions: [] } });
    expect(await driver.run('present', undefined, context())).toEqual({ ok: true, value: { delivery: 'taken' } });
  });

  test('a ticket that lies there is presented; its being taken is proved later', async () => {
    const { emulator, driver } = await present({}, { takeMs: 200 });
    expect(await driver.run('print', ticket('A002'), context())).toEqual({ ok: true, value: { delivery: 'presented' } });
    expect(await driver.run('status', undefined, context())).toMatchObject({ ok: true, value: { media: 'present', component: 'ready', conditions: [{ code: 'media-left', severity: 'warning', remedy: 'clear' }] } });
    const taken = driver.run('present', undefined, context());
    await until(() => emulator.inMouth());
    emulator.takeTicket();
    expect(await taken).toEqual({ ok: true, value: { delivery: 'taken' } });
  });

  test('a ticket that nobody takes is drawn back after its time, and the next citizen does not find it', async () => {
    const { emulator, driver } = await present({}, { takeMs: 100, retractMs: 1000 });
    expect(await driver.run('print', ticket('A003'), context())).toMatchObject({ ok: true });
    await until(() => emulator.drawnBack() === 1);
    expect(emulator.inMouth()).toBe(false);
    expect(await driver.run('present', undefined, context())).toEqual({ ok: true, value: { delivery: 'retracted' } });
  });

  test.skipIf(own)('a ticket is drawn back when asked, once', async () => {
    const { emulator, driver } = await present({}, { takeMs: 0 });
    expect(await driver.run('print', ticket('A004'), context())).toEqual({ ok: true, value: { delivery: 'presented' } });
    expect(await driver.run('retract', undefined, context())).toEqual({ ok: true, value: { retracted: true } });
    expect(await driver.run('retract', undefined, context())).toEqual({ ok: true, value: { retracted: false } });
    expect(emulator.drawnBack()).toBe(1);
  });

  test.skipIf(own)('a box that is full is told until somebody clears the mouth', async () => {
    const { emulator, driver } = await present({}, { takeMs: 0 });
    expect(await driver.run('print', ticket('A005'), context())).toMatchObject({ ok: true });
    emulator.inject('retract-stuck');
    expect(await driver.run('retract', undefined, context(10_000))).toMatchObject({ ok: false, fault: { code: 'retract-full', remedy: 'clear' } });
    expect(await driver.run('status', undefined, context())).toMatchObject({ ok: true, value: { component: 'unavailable', conditions: [{ code: 'media-left' }, { code: 'retract-full', severity: 'error' }] } });
    emulator.takeTicket();
    expect(await driver.run('status', undefined, context())).toMatchObject({ ok: true, value: { component: 'ready', conditions: [] } });
  });

  test.skipIf(own)('a device that comes back with a ticket in its mouth is asked first, and the ticket drawn back before the next is printed', async () => {
    const { emulator, driver } = await present({}, { takeMs: 0 });
    await driver.run('print', ticket('A006'), context());
    await driver.close();
    const later = driverOf(emulator, options({ takeMs: 0 }));
    expect(await later.open(context())).toMatchObject({ ok: true, value: { media: 'present' } });
    expect(await later.run('print', ticket('A007'), context())).toEqual({ ok: true, value: { delivery: 'presented' } });
    expect(emulator.drawnBack()).toBe(1);
  });
});

test('a printer without a presenter neither presents nor draws back', async () => {
  const { driver } = await start();
  for (const command of ['present', 'retract'] as const) expect(await driver.run(command, undefined, context())).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
});

describe('unasked status', () => {
  const asb = { profile: 'rongta-rp326' as const };

  test('comes between the answers and disturbs nothing', async () => {
    const { emulator, driver } = await start(asb, asb);
    for (const number of ['A001', 'A002', 'A003']) {
      emulator.inject(number === 'A002' ? 'paper-low' : null);
      expect(await driver.run('print', ticket(number), context())).toMatchObject({ ok: true });
    }
    expect(textsOf(emulator)).toEqual([['A001'], ['A002'], ['A003']]);
  });

  test('of an open cover ends a slip under way', async () => {
    const { emulator, driver } = await start(asb, asb);
    const big: Bitmap = { width: 576, height: 4000, data: new Uint8Array(72 * 4000) };
    const running = driver.run('print', { parts: [{ type: 'image', bitmap: big }, { type: 'cut', mode: 'full' }] }, context(), () => emulator.inject('cover-open'));
    expect(await running).toMatchObject({ ok: false, fault: { code: 'cover-open' } });
  });
});

test('a knife that sticks once is freed by the printer itself, and the slip comes out once', async () => {
  const { emulator, driver } = await start();
  emulator.inject('cutter-sticks');
  expect(await driver.run('print', slip('一次'), context())).toMatchObject({ ok: true });
  expect(textsOf(emulator)).toEqual([['一次']]);
});

test('a knife that somebody freed is asked to recover, and what was left of the slip before is cut away', async () => {
  const { emulator, driver } = await start();
  emulator.inject('cutter');
  expect(await driver.run('print', slip('一'), context())).toMatchObject({ ok: false, fault: { code: 'cutter-fault' } });
  emulator.inject(null);
  expect(await driver.run('print', slip('二'), context())).toMatchObject({ ok: true });
  expect(textsOf(emulator)).toEqual([['一'], ['二']]);
});

describe('paper that hangs uncut', () => {
  test('is told apart from a slip that broke off, and cut away by itself as soon as the knife is free: nobody has to print first', async () => {
    const { emulator } = await start();
    const driver = createReceiptPrinterDriver(emulator.uri, {}, hastyClock(10));
    closing.push(() => driver.close());
    emulator.inject('cutter');
    const steps: string[] = [];
    expect(await driver.run('print', slip('一'), context(), ({ step }) => steps.push(step))).toMatchObject({ ok: false, fault: { code: 'cutter-fault' } });
    expect(steps).toEqual(['sent', 'uncut']);
    expect(await driver.run('status', undefined, context())).toMatchObject({ ok: true, value: { component: 'unavailable', conditions: [{ code: 'cutter-fault' }] } });
    expect(emulator.slips()).toEqual([]);
    emulator.inject(null);
    await expect.poll(() => driver.run('status', undefined, context()), { timeout: 15_000 }).toMatchObject({ ok: true, value: { component: 'ready', conditions: [] } });
    await expect.poll(() => textsOf(emulator), { timeout: 15_000 }).toEqual([['一']]);
    expect(emulator.uncut()).toHaveLength(0);
    expect(await driver.run('print', slip('二'), context())).toMatchObject({ ok: true });
    expect(textsOf(emulator)).toEqual([['一'], ['二']]);
  }, 40_000);

  test('is cut off before the next slip by a driver that has seen nothing of it, when it is told', async () => {
    const { emulator, driver } = await start();
    emulator.inject('paper-out-mid-slip');
    expect(await driver.run('print', long, context())).toMatchObject({ ok: false, fault: { code: 'paper-out' } });
    emulator.inject(null);
    await driver.close();
    const next = driverOf(emulator);
    expect(await next.run('print', { ...slip('别人的'), cutFirst: true }, context())).toMatchObject({ ok: true });
    expect(textsOf(emulator).at(-1)).toEqual(['别人的']);
    // It knows now that nothing hangs there.
    const before = emulator.slips().length;
    expect(await next.run('print', { ...slip('又一张'), cutFirst: true }, context())).toMatchObject({ ok: true });
    expect(emulator.slips()).toHaveLength(before + 1);
  });
});

test('options that are none are told with what is known', async () => {
  const { driver } = await start({}, { profile: 'laser' });
  expect(await driver.open(context())).toMatchObject({ ok: false, fault: { code: 'bad-input', message: expect.stringMatching(/cannot use profile; known: profile .generic-80/) as string } });
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
