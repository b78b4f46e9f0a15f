import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startHidBus, startHidDevice, type EmulatedHidDevice } from './device.ts';

type Line = Record<string, unknown>;

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Unmodified node-hid in a process on the device's bus. */
const nodeHid = (device: EmulatedHidDevice): { child: ChildProcess; next: (key: string) => Promise<Line> } => {
  const child = fork(join(import.meta.dirname, 'node-hid-child.mjs'), [device.uri.slice('hid:'.length)], { env: { ...process.env, ...device.env }, execArgv: [] });
  const lines: Line[] = [];
  let wake = (): void => undefined;
  child.on('message', (line: Line) => {
    lines.push(line);
    wake();
  });
  closers.push(() => {
    child.kill();
  });
  const next = async (key: string): Promise<Line> => {
    for (;;) {
      const at = lines.findIndex((line) => key in line);
      if (at >= 0) return lines.splice(at, 1)[0]!;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { child, next };
};

const started = async (): Promise<EmulatedHidDevice> => {
  const device = await startHidDevice({
    vendorId: 0x0c2e,
    productId: 0x0b61,
    serial: 'S1',
    manufacturer: 'Maker',
    product: 'Scanner',
    reports: { usagePage: 0x8c, usage: 2, inputBytes: 64, outputBytes: 64, features: [{ id: 254, bytes: 2 }] },
  });
  closers.push(() => device.close());
  return device;
};

describe('an emulated HID device', () => {
  it('is found by node-hid with its ids, names and usage', async () => {
    const device = await started();
    const { next } = nodeHid(device);
    expect((await next('found'))['found']).toEqual([
      expect.objectContaining({ vendorId: 0x0c2e, productId: 0x0b61, serialNumber: 'S1', manufacturer: 'Maker', product: 'Scanner', usagePage: 0x8c, usage: 2, interface: 0 }),
    ]);
  });

  it('keeps a burst of reports apart, both ways', async () => {
    const device = await started();
    const { child, next } = nodeHid(device);
    const got: string[] = [];
    device.onReport((report) => got.push(Buffer.from(report).toString('hex')));
    await next('ready');
    await device.untilOpened();
    for (let count = 0; count < 10; count += 1) device.send(new Uint8Array(64).fill(count));
    for (let count = 0; count < 10; count += 1) expect((await next('report'))['report']).toBe(Buffer.alloc(64, count).toString('hex'));
    child.send({ write: '000102' });
    child.send({ write: '000304' });
    await next('written');
    await next('written');
    await expect.poll(() => got).toEqual(['000102', '000304']);
  });

  it('gives and takes the feature reports that it has, and no others', async () => {
    const device = await started();
    const { child, next } = nodeHid(device);
    await next('ready');
    child.send({ feature: 254 });
    expect((await next('feature'))['feature']).toBe('fe0000');
    child.send({ set: 'fe0102' });
    expect((await next('set'))['set']).toBe(3);
    expect(Buffer.from(device.features.get(254)!).toString('hex')).toBe('fe0102');
    child.send({ feature: 9 });
    expect((await next('failed'))['failed']).toContain('Input/output error');
  });

  it('goes away with the plug and is found again when it is back', async () => {
    const device = await started();
    const first = nodeHid(device);
    await first.next('ready');
    await device.unplug();
    expect(await first.next('error')).toMatchObject({ error: expect.stringContaining('disconnected') as string, left: 0 });
    await device.replug();
    const second = nodeHid(device);
    expect((await second.next('found'))['found']).toHaveLength(1);
  });

  it('shares a bus with others', async () => {
    const bus = await startHidBus();
    closers.push(() => bus.close());
    const one = await bus.plug({ vendorId: 1, productId: 1 });
    const two = await bus.plug({ vendorId: 2, productId: 2, reports: { usagePage: 0x8c, usage: 2, reportId: 2, inputBytes: 63 } });
    const { next } = nodeHid(two);
    await next('ready');
    expect(one.opened).toBe(0);
    two.send(Uint8Array.of(2, 9, 9));
    expect((await next('report'))['report']).toBe('020909');
  });
});
