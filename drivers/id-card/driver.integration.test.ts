/** The reader over a real PTY through the unmodified serial library, and over TCP. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemDriverClock } from '../clock.ts';
import { startHidBus } from '../hid-emulator/device.ts';
import { driverOnBus } from '../hid-emulator/far-driver.ts';
import { createIdCardDriver } from './driver.ts';
import { startIdCardEmulator, type IdCardEmulator, type IdCardEmulatorSettings } from './emulator.ts';
import { specimen, SPECIMENS } from './specimens.ts';

const context = (deadlineMs = 4000) => ({ signal: new AbortController().signal, deadlineMs });
let folder = '';
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reader-'));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});

const onPty = async (more: Omit<IdCardEmulatorSettings, 'listen'> = {}) => {
  const emulator = await startIdCardEmulator({ listen: { kind: 'pty', link: join(folder, 'tty') }, ...more });
  closing.push(() => emulator.close());
  return { emulator, driver: driverOf(emulator) };
};
const driverOf = (emulator: IdCardEmulator) => {
  const driver = createIdCardDriver(emulator.uri, {}, systemDriverClock);
  closing.push(() => driver.close());
  return driver;
};

describe('over a PTY', () => {
  test('every kind of card is read as it was laid', async () => {
    const { emulator, driver } = await onPty();
    for (const laid of SPECIMENS) {
      emulator.layCard(laid);
      expect(await driver.run('read', undefined, context())).toEqual({ ok: true, value: laid.card });
    }
  });

  test('status names the module', async () => {
    const { driver } = await onPty();
    expect(await driver.open(context())).toMatchObject({ ok: true, value: { online: true, component: 'ready', conditions: [], model: '05.03-20260753-1-2' } });
  });

  test('a reader unplugged in the middle of a read is disconnected, and reads again when it is back', async () => {
    const { emulator, driver } = await onPty({ baudPaced: 9600 });
    const laid = specimen('resident')!;
    emulator.layCard(laid);
    let tell: () => void = () => {};
    const found = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const reading = driver.run('read', undefined, context(10_000), tell);
    await found;
    await emulator.unplug();
    expect(await reading).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
    expect(await driver.run('read', undefined, context(1000))).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
    await emulator.replug();
    expect(await driver.run('read', undefined, context(10_000))).toEqual({ ok: true, value: laid.card });
  });

  test('a port that another driver holds is busy elsewhere, and free once that one closes', async () => {
    const { emulator, driver } = await onPty();
    expect(await driver.open(context())).toMatchObject({ ok: true });
    const second = driverOf(emulator);
    expect(await second.open(context())).toMatchObject({ ok: false, fault: { code: 'busy-elsewhere' } });
    await driver.close();
    expect(await second.open(context())).toMatchObject({ ok: true });
  });

  test('a read is cancelled at once, and the port serves the next command', async () => {
    const { emulator, driver } = await onPty();
    const stop = new AbortController();
    const reading = driver.run('read', undefined, { signal: stop.signal, deadlineMs: 30_000 });
    expect(await driver.run('status', undefined, context())).toMatchObject({ ok: false, fault: { code: 'busy' } });
    stop.abort();
    expect(await reading).toMatchObject({ ok: false, fault: { code: 'cancelled' } });
    emulator.layCard(specimen('hmt')!);
    expect(await driver.run('read', undefined, context())).toEqual({ ok: true, value: specimen('hmt')!.card });
  });

  test('a card at 115200 baud is read in its wire time', async () => {
    const { emulator, driver } = await onPty({ baudPaced: 115_200 });
    emulator.layCard(specimen('resident')!);
    await driver.open(context());
    const began = performance.now();
    expect(await driver.run('read', undefined, context())).toMatchObject({ ok: true });
    const took = performance.now() - began;
    expect(took).toBeGreaterThan(112);
  });
});

describe('over HID', () => {
  test.each([
    ['plain reports of 64 bytes', {}],
    ['a maker’s four bytes before each part', { header: 4, prefix: Uint8Array.of(0xea, 0xeb, 0xec, 0xed) }],
    ['numbered reports of 32 bytes', { reportSize: 32, reportId: 3 }],
  ])('%s: cards, module and newer address are read, damage is read again, and the plug comes back', async (_what, framing) => {
    const bus = await startHidBus();
    closing.push(() => bus.close());
    const emulator = await startIdCardEmulator({ listen: { kind: 'hid', bus, framing } });
    closing.push(() => emulator.close());
    const driver = driverOnBus(bus.env, 'id-card', emulator.uri, {});
    closing.push(() => driver.end());
    const laid = specimen('rare-character')!;
    emulator.layCard(laid, '示例省样本市新虚构路1号');
    emulator.inject('bad-checksum-once');
    expect(await driver.run('read', undefined, context(10_000))).toMatchObject({ ok: true, value: { name: laid.card.name, idNumber: laid.card.idNumber } });
    expect(await driver.run('newAddress', undefined, context())).toEqual({ ok: true, value: { address: '示例省样本市新虚构路1号', unmapped: [] } });
    expect(await driver.run('module', undefined, context())).toMatchObject({ ok: true, value: { state: 'ready' } });
    expect(await driver.run('present', undefined, context())).toEqual({ ok: true, value: { present: true, same: true } });
    await emulator.unplug();
    await expect.poll(() => driver.run('status', undefined, context()), { timeout: 20_000 }).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
    await emulator.replug();
    expect(await driver.run('read', undefined, context(10_000))).toMatchObject({ ok: true, value: { name: laid.card.name } });
  });
});

describe('faults over TCP', () => {
  const onTcp = async (more: Omit<IdCardEmulatorSettings, 'listen'> = {}) => {
    const emulator = await startIdCardEmulator({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 }, ...more });
    closing.push(() => emulator.close());
    emulator.layCard(specimen('resident')!);
    return { emulator, driver: driverOf(emulator) };
  };

  test.each([
    ['bad-checksum', 'bad-checksum'],
    ['truncated', 'bad-frame'],
    ['noise', 'bad-frame'],
    ['absurd-length', 'bad-frame'],
    ['silent', 'not-responding'],
    ['module-locked', 'unauthorised-module'],
    ['lift-mid-read', 'media-removed'],
  ])('%s is told as %s, with nothing of the card in it, and the next read works', async (injected, code) => {
    const { emulator, driver } = await onTcp();
    emulator.inject(injected);
    const result = await driver.run('read', undefined, context(8000));
    expect(result).toMatchObject({ ok: false, fault: { code } });
    const { name, idNumber, address } = specimen('resident')!.card;
    for (const personal of [name, idNumber, address!]) expect(JSON.stringify(result)).not.toContain(personal);
    emulator.inject(null);
    emulator.layCard(specimen('long-name')!);
    expect(await driver.run('read', undefined, context())).toEqual({ ok: true, value: specimen('long-name')!.card });
  });

  test.each(['bad-checksum-once', 'noise-around', 'with-fingerprint'])('%s does not hinder the read', async (injected) => {
    const { emulator, driver } = await onTcp();
    emulator.inject(injected);
    expect(await driver.run('read', undefined, context())).toEqual({ ok: true, value: specimen('resident')!.card });
  });

  test('a short deadline is kept, whatever the reader does', async () => {
    const { emulator, driver } = await onTcp();
    for (const injected of emulator.faults) {
      emulator.inject(injected);
      const began = performance.now();
      await driver.run('read', undefined, context(120));
      expect(performance.now() - began).toBeLessThan(600);
    }
  });

  test('no card within the deadline is no media', async () => {
    const { emulator, driver } = await onTcp();
    emulator.liftCard();
    expect(await driver.run('read', undefined, context(250))).toMatchObject({ ok: false, fault: { code: 'no-media' } });
  });

  test.each([true, false])('a card that was read is still present until it is lifted, and can be read again (found again: %s)', async (findsAgain) => {
    const { emulator, driver } = await onTcp({ findsAgain });
    expect(await driver.run('present', undefined, context())).toEqual({ ok: true, value: { present: true, same: false } });
    await driver.run('read', undefined, context());
    expect(await driver.run('present', undefined, context())).toEqual({ ok: true, value: { present: true, same: true } });
    expect(await driver.run('read', undefined, context())).toMatchObject({ ok: true });
    emulator.liftCard();
    expect(await driver.run('present', undefined, context())).toEqual({ ok: true, value: { present: false, same: false } });
    emulator.layCard(specimen('hmt')!);
    expect(await driver.run('present', undefined, context())).toEqual({ ok: true, value: { present: true, same: false } });
  });

  test.each([true, false])('the newer address is read after the card or without it, told as none, and waits for nobody (found again: %s)', async (findsAgain) => {
    const { emulator, driver } = await onTcp({ findsAgain });
    expect(await driver.run('newAddress', undefined, context())).toEqual({ ok: true, value: { address: null, unmapped: [] } });
    emulator.layCard(specimen('resident')!, '示例省样本市演示区新虚构路\ue82d号');
    const answer = { ok: true, value: { address: '示例省样本市演示区新虚构路㭎号', unmapped: [] } };
    expect(await driver.run('newAddress', undefined, context())).toEqual(answer);
    expect(await driver.run('read', undefined, context())).toMatchObject({ ok: true });
    expect(await driver.run('newAddress', undefined, context())).toEqual(answer);
    emulator.liftCard();
    expect(await driver.run('newAddress', undefined, context())).toMatchObject({ ok: false, fault: { code: 'no-media' } });
  });

  test('the module tells its number in both paddings, and why it refuses', async () => {
    const { emulator, driver } = await onTcp();
    expect(await driver.run('module', undefined, context())).toEqual({
      ok: true,
      value: { state: 'ready', status: '000090', id: '05.03-20260753-1-2', printed: ['05.03-20260753-000000001-000000002', '05.03-20260753-0000000001-0000000002'] },
    });
    emulator.inject('module-locked');
    expect(await driver.run('module', undefined, context())).toEqual({ ok: true, value: { state: 'not-authorised', status: '000066', id: null, printed: [] } });
  });

  test("an issuer's own characters and a photo decoder may stand in the reader's options, other things not", async () => {
    const { emulator } = await onTcp();
    emulator.layCard({ ...specimen('resident')!.card, name: '李\ue001' });
    const withOptions = (options: Record<string, unknown>) => {
      const driver = createIdCardDriver(emulator.uri, options, systemDriverClock);
      closing.push(() => driver.close());
      return driver.run('read', undefined, context());
    };
    expect(await withOptions({ characters: { e001: '𠮷' }, photoDecoder: '/opt/photo/decode' })).toMatchObject({ ok: true, value: { name: '李𠮷' } });
    for (const wrong of [{ characters: { '4e00': '一' } }, { characters: { e001: 'ab' } }, { pollMs: 1 }, { colour: 'red' }]) expect(await withOptions(wrong)).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
  });

  test('a refused connection is disconnected', async () => {
    const { emulator, driver } = await onTcp();
    await emulator.unplug();
    expect(await driver.open(context())).toMatchObject({ ok: false, fault: { code: 'disconnected', original: 'ECONNREFUSED' } });
    await emulator.replug();
    expect(await driver.open(context())).toMatchObject({ ok: true });
  });
});
