/** Reports through unmodified node-hid, in a process on a bus of emulated devices. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startHidBus, type EmulatedHidDevice, type HidBus, type HidDeviceSpec } from '../hid-emulator/device.ts';
import { driverOnBus } from '../hid-emulator/far-driver.ts';
import { startIdCardEmulator } from '../id-card/emulator.ts';
import { specimen } from '../id-card/specimens.ts';
import type { Ask } from './hid-child.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const newBus = async (): Promise<HidBus> => {
  const bus = await startHidBus();
  closers.push(() => bus.close());
  return bus;
};

const SCANNER: HidDeviceSpec = { vendorId: 0x0c2e, productId: 0x0b61, serial: 'S1', reports: { usagePage: 0x8c, usage: 2, inputBytes: 64, outputBytes: 64, features: [{ id: 254, bytes: 1 }] } };

/** The transport in its own process: `ask` gives what it answers, `next` what it tells by itself. */
const transportOn = (bus: HidBus, uri: string, ...usage: string[]) => {
  const child = fork(join(import.meta.dirname, 'hid-child.ts'), [uri, ...usage], { env: { ...process.env, ...bus.env }, execArgv: ['--import', 'tsx'] });
  const lines: Record<string, unknown>[] = [];
  let wake = (): void => undefined;
  child.on('message', (line: Record<string, unknown>) => {
    lines.push(line);
    wake();
  });
  closers.push(() => {
    child.kill();
  });
  const next = async (key: string): Promise<unknown> => {
    for (;;) {
      const at = lines.findIndex((line) => key in line);
      if (at >= 0) return lines.splice(at, 1)[0]![key];
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return {
    next,
    ask: (ask: Ask) => {
      child.send(ask);
      return next('answer');
    },
    ended: () =>
      new Promise<number | null>((resolve) => {
        child.once('exit', resolve);
        child.disconnect();
      }),
  };
};

describe('reports over HID', () => {
  it('go both ways, and features are read and set', async () => {
    const bus = await newBus();
    const device: EmulatedHidDevice = await bus.plug(SCANNER);
    const heard: string[] = [];
    device.onReport((report) => heard.push(Buffer.from(report).toString('hex')));
    const far = transportOn(bus, device.uri);
    expect(await far.ask({ write: '0001' })).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
    expect(await far.ask({ open: 5000 })).toEqual({ ok: true });
    expect(await far.ask({ write: '000102' })).toEqual({ ok: true });
    await expect.poll(() => heard).toEqual(['000102']);
    await device.untilOpened();
    device.send(Uint8Array.of(7, 8, 9));
    expect(await far.next('report')).toBe('070809');
    expect(await far.ask({ set: 'fe01' })).toEqual({ ok: true });
    expect(await far.ask({ get: 254 })).toEqual({ ok: true, value: 'fe01' });
    expect(await far.ask({ get: 9 })).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
  });

  it('end with the plug, are told once, and begin again when it is back', async () => {
    const bus = await newBus();
    const device = await bus.plug(SCANNER);
    const far = transportOn(bus, 'hid:0c2e:0b61');
    await far.ask({ open: 5000 });
    for (let round = 0; round < 3; round += 1) {
      await device.unplug();
      expect(await far.next('closed')).toEqual(expect.any(String));
      expect(await far.ask({ write: '00' })).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
      expect(await far.ask({ open: 5000 })).toMatchObject({ ok: false, fault: { code: 'disconnected', message: expect.stringContaining('no such device') as string } });
      await device.replug();
      expect(await far.ask({ open: 5000 })).toEqual({ ok: true });
      device.send(Uint8Array.of(round));
      expect(await far.next('report')).toBe(`0${round}`);
    }
  });

  it('tell devices of one make apart by serial number and by usage, and refuse to guess', async () => {
    const bus = await newBus();
    await bus.plug(SCANNER);
    const two = await bus.plug({ ...SCANNER, serial: 'S2' });
    const guess = transportOn(bus, 'hid:0c2e:0b61');
    expect(await guess.ask({ open: 5000 })).toMatchObject({ ok: false, fault: { code: 'bad-input', original: 'S1; S2' } });
    const named = transportOn(bus, 'hid:0c2e:0b61:S2');
    expect(await named.ask({ open: 5000 })).toEqual({ ok: true });
    expect(two.opened).toBe(1);
    expect(await transportOn(bus, 'hid:0c2e:0b61:S3').ask({ open: 5000 })).toMatchObject({ ok: false, fault: { code: 'wrong-device' } });
    expect(await transportOn(bus, 'hid:0c2e:0b61:S1', '1').ask({ open: 5000 })).toMatchObject({ ok: false, fault: { code: 'wrong-device', message: expect.stringContaining('part') as string } });
  });

  it('of two of one make end as unplugged for the one that is, though the other one is there', async () => {
    const bus = await newBus();
    const one = await bus.plug(SCANNER);
    await bus.plug({ ...SCANNER, serial: 'S2' });
    const transport = transportOn(bus, 'hid:0c2e:0b61:S1');
    expect(await transport.ask({ open: 5000 })).toMatchObject({ ok: true });
    await one.unplug();
    await transport.next('closed');
    expect(await transport.ask({ open: 5000 })).toMatchObject({ ok: false, fault: { code: 'disconnected', message: expect.stringContaining('another one of its make') as string } });
  });

  it('leave nothing behind that keeps a program alive once closed', async () => {
    const bus = await newBus();
    const device = await bus.plug(SCANNER);
    const far = transportOn(bus, device.uri);
    await far.ask({ open: 5000 });
    expect(await far.ask({ close: true })).toEqual({ ok: true });
    await expect.poll(() => device.opened).toBe(0);
    expect(await far.ended()).toBe(0);
  });
});

describe('an ID-card reader behind HID', () => {
  it.each([{}, { reportSize: 32, header: 4, prefix: Uint8Array.of(0xea, 0xeb), reportId: 2 }])('reads a card, loses its plug and reads again (framing %j)', async (framing) => {
    const bus = await newBus();
    const emulator = await startIdCardEmulator({ listen: { kind: 'hid', bus, framing } });
    closers.push(() => emulator.close());
    const laid = specimen('resident')!;
    emulator.layCard(laid);
    const driver = driverOnBus(bus.env, 'id-card', emulator.uri);
    closers.push(() => driver.end());
    const context = () => ({ signal: new AbortController().signal, deadlineMs: 10_000 });
    expect(await driver.open(context())).toMatchObject({ ok: true, value: { online: true } });
    expect(await driver.run('read', undefined, context())).toEqual({ ok: true, value: laid.card });
    await emulator.unplug();
    expect(await driver.run('read', undefined, context())).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
    await emulator.replug();
    emulator.layCard(laid);
    expect(await driver.run('read', undefined, context())).toEqual({ ok: true, value: laid.card });
    emulator.inject('noise-around');
    emulator.layCard(laid);
    expect(await driver.run('read', undefined, context())).toEqual({ ok: true, value: laid.card });
    await driver.close();
  });
});
