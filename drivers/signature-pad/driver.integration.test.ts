/** A pen digitizer over unmodified node-hid. */
import { afterEach, expect, test } from 'vitest';
import { startHidDevice } from '../hid-emulator/device.ts';
import { driverOnBus } from '../hid-emulator/far-driver.ts';
import { startSignaturePadEmulator, type SignaturePadSettings } from './emulator.ts';

const context = (deadlineMs = 20_000) => ({ signal: new AbortController().signal, deadlineMs });
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const started = async (pad: SignaturePadSettings = {}, options: Record<string, unknown> = {}) => {
  const emulator = await startSignaturePadEmulator(pad);
  closing.push(() => emulator.close());
  const driver = driverOnBus(emulator.device.env, 'signature-pad', emulator.device.uri, options);
  closing.push(() => driver.end());
  return { emulator, driver };
};
const FIRST = [
  { x: 100, y: 200, p: 0.25 },
  { x: 6000, y: 3000, p: 0.5 },
];
const SECOND = [{ x: 11_999, y: 5999, p: 1 }];

test('strokes come as they were written, with time and pressure, when the key confirms them', async () => {
  const { emulator, driver } = await started();
  expect(await driver.open(context())).toMatchObject({ ok: true, value: { component: 'ready', model: '120 × 60 mm, pressure' } });
  await emulator.device.untilOpened();
  const points: number[] = [];
  const capturing = driver.run('capture', undefined, context(), ({ stroke }) => {
    points.push(stroke);
    if (points.length === 3) emulator.press(1);
  });
  // A second command tells that the first has begun: they come to the driver in order.
  expect(await driver.run('capture', undefined, context())).toMatchObject({ ok: false, fault: { code: 'busy' } });
  emulator.draw(FIRST);
  emulator.draw(SECOND);
  const p = (value: number) => expect.closeTo(value, 2) as number;
  expect(await capturing).toEqual({
    ok: true,
    value: { widthMm: 120, heightMm: 60, strokes: [[{ x: 100, y: 200, t: 0, p: p(0.25) }, { x: 6000, y: 3000, t: 5, p: p(0.5) }], [{ x: 11_999, y: 5999, t: 15, p: p(1) }]] },
  });
  expect(points).toEqual([0, 0, 1]);
});

test('a pad that is pulled out while somebody writes is disconnected and gives nothing, and serves again when it is back', async () => {
  const { emulator, driver } = await started({ keys: false, pressure: false, size: false }, { widthMm: 90, heightMm: 45, idleMs: 500 });
  expect(await driver.open(context())).toMatchObject({ ok: true, value: { model: '90 × 45 mm' } });
  await emulator.device.untilOpened();
  const capturing = driver.run('capture', undefined, context(), () => void emulator.device.unplug());
  expect(await driver.run('status', undefined, context())).toMatchObject({ ok: false, fault: { code: 'busy' } });
  emulator.draw(FIRST.slice(0, 1));
  expect(await capturing).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
  await emulator.device.replug();
  expect(await driver.open(context())).toMatchObject({ ok: true });
  await emulator.device.untilOpened();
  const again = driver.run('capture', undefined, context());
  expect(await driver.run('status', undefined, context())).toMatchObject({ ok: false, fault: { code: 'busy' } });
  emulator.draw(SECOND);
  expect(await again).toMatchObject({ ok: true, value: { widthMm: 90, strokes: [[{ x: 8999, p: null }]] } });
});

test('one that nobody writes on tells that, a cancelled capture gives nothing', async () => {
  const { emulator, driver } = await started();
  await driver.open(context());
  expect(await driver.run('capture', undefined, context(100))).toMatchObject({ ok: false, fault: { code: 'no-media' } });
  await emulator.device.untilOpened();
  const stop = new AbortController();
  const capturing = driver.run('capture', undefined, { signal: stop.signal, deadlineMs: 20_000 }, () => stop.abort());
  expect(await driver.run('status', undefined, context())).toMatchObject({ ok: false, fault: { code: 'busy' } });
  emulator.draw(FIRST);
  expect(await capturing).toMatchObject({ ok: false, fault: { code: 'cancelled' } });
});

test('a device that is no digitizer is the wrong device, a pad that does not tell its size needs it told', async () => {
  const keyboard = await startHidDevice({ vendorId: 1, productId: 2, reports: { usagePage: 1, usage: 6, inputBytes: 8 } });
  closing.push(() => keyboard.close());
  const wrong = driverOnBus(keyboard.env, 'signature-pad', keyboard.uri);
  closing.push(() => wrong.end());
  expect(await wrong.open(context())).toMatchObject({ ok: false, fault: { code: 'wrong-device' } });
  const { driver } = await started({ size: false });
  expect(await driver.open(context())).toMatchObject({ ok: false, fault: { code: 'bad-input', message: expect.stringContaining('widthMm') as string } });
});
