/** Drivers on emulated devices with a recorder between them; then the recording in the device's place. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startCallPadEmulator } from '../call-pad/emulator.ts';
import { startCodeScannerEmulator } from '../code-scanner/emulator.ts';
import type { DeviceClass, Driver, IdCard } from '../contract.ts';
import { startDocumentPrinterEmulator } from '../document-printer/emulator.ts';
import { samplePdf } from '../document-printer/sample-pdf.ts';
import type { Listen } from '../emulator.ts';
import { startIdCardEmulator } from '../id-card/emulator.ts';
import { specimen, SPECIMENS } from '../id-card/specimens.ts';
import { createDriver, systemDriverClock } from '../index.ts';
import { startLockerEmulator } from '../locker/emulator.ts';
import { startReceiptPrinterEmulator } from '../receipt-printer/emulator.ts';
import { startScannerEmulator } from '../scanner/emulator.ts';
import { startWindowDisplayEmulator } from '../window-display/emulator.ts';
import { record as recordIn, replayed } from './bench.ts';

const context = (deadlineMs = 5000) => ({ signal: new AbortController().signal, deadlineMs });
const TCP: Listen = { kind: 'tcp', host: '127.0.0.1', port: 0 };
let folder = '';
const closers: (() => Promise<void>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recording-'));
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});

const record = <C extends DeviceClass>(name: string, deviceClass: C, uri: string, options: Record<string, unknown>, work: (driver: Driver<C>) => Promise<void>) => recordIn(folder, name, deviceClass, uri, options, work);

const replaysTheSame = async (path: string, commands: number): Promise<void> => {
  const report = await replayed(path);
  expect(report.diverged).toBeNull();
  expect(report.commands.filter(({ agrees }) => !agrees)).toEqual([]);
  expect(report.commands).toHaveLength(commands);
};

/** Every way in which the person could still stand in the file. */
const traces = (card: IdCard): string[] =>
  [card.name, card.nameLatin, card.address, card.idNumber, card.birthDate, card.birthDate.replaceAll('-', ''), card.passNumber]
    .filter((text) => text !== null)
    .flatMap((text) => [text, Buffer.from(text, 'utf16le').toString('hex'), Buffer.from(text).toString('hex')])
    .concat(Buffer.from(card.photo ?? []).toString('hex').slice(40, 120));

describe('an ID-card reader', () => {
  test.each(SPECIMENS)('a recording of the card $id holds nobody, and reads nobody again', async ({ id, card }) => {
    const emulator = await startIdCardEmulator({ listen: TCP });
    closers.push(() => emulator.close());
    const { path, text } = await record(`id-card-${id}`, 'id-card', emulator.uri, {}, async (driver) => {
      expect((await driver.open(context())).ok).toBe(true);
      emulator.layCard(card, '示例省样本市新址路1号');
      expect((await driver.run('read', undefined, context())).ok).toBe(true);
      expect((await driver.run('newAddress', undefined, context())).ok).toBe(true);
      expect((await driver.run('present', undefined, context())).ok).toBe(true);
    });
    for (const trace of [...traces(card), '样本市新址', Buffer.from('样本市新址', 'utf16le').toString('hex')]) expect(text).not.toContain(trace);
    await replaysTheSame(path, 4);
  });

  test.each(['bad-checksum', 'noise', 'noise-around', 'truncated', 'silent', 'absurd-length', 'with-fingerprint', 'module-locked', 'lift-mid-read'])('a recording of the fault %s ends as the fault did', async (fault) => {
    const emulator = await startIdCardEmulator({ listen: TCP });
    closers.push(() => emulator.close());
    const { card } = specimen('resident')!;
    emulator.layCard(card);
    emulator.inject(fault);
    const { path, text } = await record(`id-card-fault-${fault}`, 'id-card', emulator.uri, {}, async (driver) => {
      await driver.run('read', undefined, context(1500));
    });
    for (const trace of traces(card)) expect(text).not.toContain(trace);
    await replaysTheSame(path, 1);
  });

  test('a recording tells of a pulled plug, and of a command given up', async () => {
    const emulator = await startIdCardEmulator({ listen: TCP });
    closers.push(() => emulator.close());
    const { path } = await record('id-card-unplugged', 'id-card', emulator.uri, {}, async (driver) => {
      await driver.open(context());
      const stop = new AbortController();
      const reading = driver.run('read', undefined, { signal: stop.signal, deadlineMs: 5000 });
      stop.abort();
      expect(await reading).toMatchObject({ fault: { code: 'cancelled' } });
      const lost = driver.run('read', undefined, context());
      await emulator.unplug();
      expect(await lost).toMatchObject({ fault: { code: 'disconnected' } });
      expect(await driver.run('status', undefined, context())).toMatchObject({ fault: { code: 'disconnected' } });
      await emulator.replug();
      expect((await driver.run('status', undefined, context())).ok).toBe(true);
    });
    await replaysTheSame(path, 5);
  });
});

describe('other classes', () => {
  test('a code that was read stays out of the recording', async () => {
    const emulator = await startCodeScannerEmulator({ listen: TCP, everyMs: 400 });
    closers.push(() => emulator.close());
    const codes = ['PICKUP-7391', '预约码：张伟三 2026', '138912345678901234'];
    const { path, text } = await record('code-scanner-line', 'code-scanner', emulator.uri, {}, async (driver) => {
      for (const code of codes) {
        emulator.lay(code);
        expect(await driver.run('read', undefined, context())).toMatchObject({ ok: true });
        emulator.lay(null);
      }
    });
    for (const code of codes) for (const trace of [code, Buffer.from(code).toString('hex')]) expect(text).not.toContain(trace);
    await replaysTheSame(path, 3);
  });

  test('a slip stays out of the recording, the state of the printer does not', async () => {
    const emulator = await startReceiptPrinterEmulator({ listen: TCP });
    closers.push(() => emulator.close());
    const { path, text } = await record('receipt-printer-slip', 'receipt-printer', emulator.uri, {}, async (driver) => {
      expect((await driver.run('print', { parts: [{ type: 'text', text: '张伟三 990101198805120016' }, { type: 'qr', text: 'A-7391-KEY' }, { type: 'cut', mode: 'partial' }] }, context(10_000))).ok).toBe(true);
      emulator.inject('paper-out');
      await driver.run('status', undefined, context());
    });
    for (const trace of ['张伟三', '990101198805120016', '7391', Buffer.from('990101198805120016').toString('hex')]) expect(text).not.toContain(trace);
    await replaysTheSame(path, 2);
  });

  test('a page that was scanned is a length', async () => {
    const emulator = await startScannerEmulator({ listen: TCP, msPerPage: 50 });
    closers.push(() => emulator.close());
    const { path, text } = await record('scanner-page', 'scanner', emulator.uri, {}, async (driver) => {
      expect((await driver.run('status', undefined, context())).ok).toBe(true);
      expect(await driver.run('scan', { source: 'platen', color: 'gray', resolution: 200, maxPages: 1 }, context(30_000))).toMatchObject({ ok: true, value: { pages: 1 } });
    });
    expect(text.length).toBeLessThan(40_000);
    await replaysTheSame(path, 2);
  });

  test('a document that was printed is a length, and its job is followed to its end', async () => {
    const emulator = await startDocumentPrinterEmulator({ listen: TCP });
    closers.push(() => emulator.close());
    const { path, text } = await record('document-printer-job', 'document-printer', emulator.uri, {}, async (driver) => {
      expect((await driver.run('status', undefined, context())).ok).toBe(true);
      const job = await driver.run('createJob', { jobName: 'Zhangwei', copies: 1, media: 'iso_a4_210x297mm', sides: 'one-sided' }, context());
      if (!job.ok) throw new Error(job.fault.message);
      expect((await driver.run('sendDocument', { jobId: job.value.jobId, pdf: await samplePdf(1) }, context(10_000))).ok).toBe(true);
      expect((await driver.run('followJob', { jobId: job.value.jobId }, context(20_000))).ok).toBe(true);
    });
    for (const trace of ['Zhangwei', Buffer.from('Zhangwei').toString('hex'), Buffer.from('/Pages').toString('hex')]) expect(text).not.toContain(trace);
    await replaysTheSame(path, 4);
  });

  test('boards of lockers and displays are recorded as they are', async () => {
    const locker = await startLockerEmulator({ listen: TCP });
    closers.push(() => locker.close());
    const opened = await record('locker-open', 'locker', locker.uri, {}, async (driver) => {
      await driver.run('cells', { board: 1 }, context());
      expect(await driver.run('open', { board: 1, cell: 2 }, context(10_000))).toMatchObject({ ok: true });
    });
    await replaysTheSame(opened.path, 2);
    const display = await startWindowDisplayEmulator({ listen: TCP });
    closers.push(() => display.close());
    const shown = await record('window-display-show', 'window-display', display.uri, {}, async (driver) => {
      await driver.run('show', { number: 'A001', counter: '3' }, context());
    });
    await replaysTheSame(shown.path, 1);
    const pad = await startCallPadEmulator({ listen: TCP });
    closers.push(() => pad.close());
    const idle = await record('call-pad-idle', 'call-pad', pad.uri, {}, async (driver) => {
      await driver.open(context());
    });
    await replaysTheSame(idle.path, 1);
  });
});

describe('a recording in the device’s place', () => {
  test('answers the command line’s address replay:, and says when it has nothing more', async () => {
    const emulator = await startIdCardEmulator({ listen: TCP });
    closers.push(() => emulator.close());
    emulator.layCard(specimen('resident')!);
    const { path } = await record('again', 'id-card', emulator.uri, {}, async (driver) => {
      await driver.run('read', undefined, context());
    });
    const driver = createDriver('id-card', `replay:${path}`, {}, systemDriverClock);
    closers.push(() => driver.close());
    expect(await driver.run('read', undefined, context())).toMatchObject({ ok: true, value: { name: '某某某某' } });
    expect(await driver.run('read', undefined, context())).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
    const printer = createDriver('receipt-printer', `replay:${path}`, {}, systemDriverClock);
    expect(await printer.open(context())).toMatchObject({ ok: false, fault: { code: 'bad-input', message: expect.stringContaining('id-card') as string } });
  });

  test('two recordings of one name lie side by side, and one that cannot be written is told', async () => {
    const emulator = await startIdCardEmulator({ listen: TCP });
    closers.push(() => emulator.close());
    const work = async (driver: Driver<'id-card'>): Promise<void> => {
      await driver.open(context());
    };
    await record('twice', 'id-card', emulator.uri, {}, work);
    await record('twice', 'id-card', emulator.uri, {}, work);
    await replaysTheSame(join(folder, 'twice-2.jsonl'), 1);
    const driver = createDriver('id-card', emulator.uri, { record: join(folder, 'no', 'such', 'place.jsonl') }, systemDriverClock);
    expect(await driver.open(context())).toMatchObject({ ok: false, fault: { code: 'bad-input', original: 'ENOENT' } });
  });
});
