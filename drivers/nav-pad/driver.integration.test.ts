/** A keypad with four keys and a confirm over unmodified node-hid. */
import { afterEach, expect, test } from 'vitest';
import { startHidDevice } from '../hid-emulator/device.ts';
import { driverOnBus } from '../hid-emulator/far-driver.ts';
import { keyboardReport } from '../transports/hid-keyboard.ts';

const context = (deadlineMs = 10_000) => ({ signal: new AbortController().signal, deadlineMs });
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const started = async (options: Record<string, unknown> = {}) => {
  const device = await startHidDevice({ vendorId: 0x05ac, productId: 0x0220, reports: { usagePage: 1, usage: 6, inputBytes: 8 } });
  closing.push(() => device.close());
  const driver = driverOnBus(device.env, 'nav-pad', device.uri, options);
  closing.push(() => driver.end());
  return { device, driver };
};
const keys = [
  [0x52, 'up'],
  [0x51, 'down'],
  [0x50, 'left'],
  [0x4f, 'right'],
  [0x28, 'confirm'],
] as const;

test('each key is heard once, in order, also those that were pressed while nobody waited', async () => {
  const { device, driver } = await started({ debounceMs: 0 });
  expect(await driver.open(context())).toMatchObject({ ok: true, value: { component: 'ready', conditions: [] } });
  await device.untilOpened();
  for (const [usage] of keys) {
    device.send(keyboardReport([usage]));
    device.send(keyboardReport([usage]));
    device.send(keyboardReport());
  }
  for (const [, key] of keys) expect(await driver.run('read', undefined, context())).toEqual({ ok: true, value: { key } });
});

test('a pad that is pulled out while somebody waits is disconnected, and serves again when it is back', async () => {
  const { device, driver } = await started();
  const waiting = driver.run('listen', undefined, context());
  await device.untilOpened();
  await device.unplug();
  expect(await waiting).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
  await device.replug();
  expect(await driver.open(context())).toMatchObject({ ok: true });
  await device.untilOpened();
  device.send(keyboardReport([0x28]));
  expect(await driver.run('read', undefined, context())).toEqual({ ok: true, value: { key: 'confirm' } });
});

test('reports that are none of a keyboard and keys that mean nothing are told to the technician', async () => {
  const { device, driver } = await started();
  await driver.open(context());
  await device.untilOpened();
  device.send(keyboardReport([0x04]));
  for (let count = 0; count < 3; count += 1) device.send(new Uint8Array(5));
  device.send(keyboardReport([0x52]));
  expect(await driver.run('read', undefined, context())).toEqual({ ok: true, value: { key: 'up' } });
  expect(await driver.run('status', undefined, context())).toMatchObject({
    ok: true,
    value: { conditions: [{ code: 'wrong-device' }, { code: 'unknown-reason', original: expect.stringContaining('usage 04') as string }] },
  });
});

test('mapping is data, and a mapping that is none is bad input', async () => {
  const { device, driver } = await started({ keys: { '04': 'confirm' } });
  await driver.open(context());
  await device.untilOpened();
  device.send(keyboardReport([0x04]));
  expect(await driver.run('read', undefined, context())).toEqual({ ok: true, value: { key: 'confirm' } });
  const other = await started({ keys: { '04': 'jump' } });
  expect(await other.driver.open(context())).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
});
