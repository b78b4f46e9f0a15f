import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CommandContext, Result, ScannedPage, ScanRequest } from '../contract.ts';
import { hastyClock } from '../transports/hasty-clock.ts';
import { createScannerDriver } from './driver.ts';
import { scanned } from './emulator-pages.ts';
import { SCANNER_FAULTS, startScannerEmulator } from './emulator.ts';
import type { ScannerEmulator } from './emulator.ts';

/** Time runs twenty times as fast for the driver: a second between two tries is 50 ms. */
const clock = hastyClock(20);
const within = (deadlineMs: number, signal: AbortSignal = new AbortController().signal): CommandContext => ({ signal, deadlineMs });
const MINUTES = 30 * 60_000;
const FROM_FEEDER: ScanRequest = { source: 'feeder', color: 'gray', resolution: 200, maxPages: 20 };
const open: (() => Promise<void>)[] = [];

// Making a page takes a moment and the whole thread: not while a driver in a hurry counts the time.
beforeAll(async () => {
  const size = { resolution: 200, width: 1653, height: 2339 };
  for (const page of ['contract', 'income', 'lid'] as const) for (const color of ['RGB24', 'Grayscale8'] as const) await scanned({ page, ...size, color });
}, 60_000);

async function scanner({ notReadyTimes = 0, answerMs = 60_000 } = {}): Promise<{ emulator: ScannerEmulator; driver: ReturnType<typeof createScannerDriver> }> {
  const emulator = await startScannerEmulator({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 }, msPerPage: 5, notReadyTimes });
  const driver = createScannerDriver(emulator.uri, { answerMs, pageMs: 300_000 }, clock);
  open.push(
    () => driver.close(),
    () => emulator.close(),
  );
  return { emulator, driver };
}

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.fault));
  return result.value;
};
const code = (result: Result<unknown>): string => (result.ok ? 'ok' : result.fault.code);

describe('scanner', () => {
  it('tells state, model and whether paper lies in the feeder', async () => {
    const { driver, emulator } = await scanner();
    expect(value(await driver.open(within(60_000)))).toEqual({
      online: true,
      component: 'ready',
      media: 'absent',
      conditions: [{ code: 'feeder-empty', severity: 'info', remedy: 'clear', original: 'ScannerAdfEmpty' }],
      supplies: [],
      model: 'hall24 emulated scanner',
    });
    emulator.loadFeeder(1);
    expect(value(await driver.run('status', undefined, within(60_000)))).toMatchObject({ media: 'present', conditions: [] });
  });

  it('gives the pages of the feeder one by one, A4 at the resolution that was asked', async () => {
    const { driver, emulator } = await scanner();
    emulator.loadFeeder(2);
    const pages: ScannedPage[] = [];
    expect(value(await driver.run('scan', { ...FROM_FEEDER, source: 'auto' }, within(MINUTES), (page) => pages.push(page)))).toEqual({ pages: 2 });
    expect(pages.map(({ index, contentType }) => ({ index, contentType }))).toEqual([
      { index: 0, contentType: 'image/jpeg' },
      { index: 1, contentType: 'image/jpeg' },
    ]);
    expect(await sharp(pages[0]!.data).metadata()).toMatchObject({ width: 1653, height: 2339, channels: 1, density: 200 });
    expect(Buffer.from(pages[0]!.data).equals(pages[1]!.data)).toBe(false);
    expect(emulator.openJobs()).toBe(0);
  });

  it('takes the glass when the feeder is empty, in colour, and the bare lid when nothing lies there', async () => {
    const { driver, emulator } = await scanner();
    const pages: ScannedPage[] = [];
    const request: ScanRequest = { source: 'auto', color: 'color', resolution: 200, maxPages: 20 };
    expect(value(await driver.run('scan', request, within(MINUTES), (page) => pages.push(page)))).toEqual({ pages: 1 });
    emulator.layOnGlass(null);
    expect(value(await driver.run('scan', request, within(MINUTES), (page) => pages.push(page)))).toEqual({ pages: 1 });
    const [paper, lid] = await Promise.all(pages.map((page) => sharp(page.data).stats()));
    expect(paper!.channels).toHaveLength(3);
    expect(paper!.entropy).toBeGreaterThan(lid!.entropy + 0.5);
    emulator.layOnGlass('income');
    expect(emulator.feederSheets()).toBe(0);
  });

  it('leaves what it was not asked for in the feeder', async () => {
    const { driver, emulator } = await scanner();
    emulator.loadFeeder(5);
    expect(value(await driver.run('scan', { ...FROM_FEEDER, maxPages: 2 }, within(MINUTES)))).toEqual({ pages: 2 });
    expect(emulator.feederSheets()).toBe(3);
    expect(emulator.openJobs()).toBe(0);
  });

  it('waits for a scanner that warms up', async () => {
    const { driver, emulator } = await scanner({ notReadyTimes: 3 });
    emulator.loadFeeder(1);
    expect(value(await driver.run('scan', FROM_FEEDER, within(MINUTES)))).toEqual({ pages: 1 });
  });

  it('takes only the path of Location', async () => {
    const { driver, emulator } = await scanner();
    emulator.inject('wrong-host');
    emulator.loadFeeder(1);
    expect(value(await driver.run('scan', FROM_FEEDER, within(MINUTES)))).toEqual({ pages: 1 });
  });

  it.each([
    ['feeder-empty', 'feeder-empty', 'clear'],
    ['feeder-jam', 'feeder-jam', 'clear'],
    ['cover-open', 'cover-open', 'clear'],
    ['busy', 'busy-elsewhere', 'wait'],
    ['huge-page', 'media-too-large', 'wait'],
    ['empty-page', 'media-empty', 'wait'],
    ['html-answer', 'bad-frame', 'reset'],
    ['half-body', 'bad-frame', 'reset'],
    ['silent', 'timed-out', 'reset'],
    ['xml-bomb', 'bad-frame', 'reset'],
  ])('answers %s with the fault %s, leaves no job behind and scans again', async (fault, expected, remedy) => {
    const { driver, emulator } = await scanner(fault === 'silent' ? { answerMs: 6000 } : {});
    emulator.loadFeeder(3);
    emulator.inject(fault);
    expect(await driver.run('scan', FROM_FEEDER, within(MINUTES))).toMatchObject({ ok: false, fault: { code: expected, remedy } });
    emulator.inject(null);
    emulator.loadFeeder(1);
    expect(emulator.openJobs()).toBe(0);
    expect(value(await driver.run('scan', FROM_FEEDER, within(MINUTES)))).toEqual({ pages: 1 });
  });

  it.each(['xml-bomb', 'html-answer', 'huge-page'])('closes the connection of a scanner that gives a %s', async (fault) => {
    const { driver, emulator } = await scanner();
    emulator.loadFeeder(1);
    emulator.inject(fault);
    expect((await driver.run('scan', FROM_FEEDER, within(MINUTES))).ok).toBe(false);
    // The deleted job's answer was sound: that connection may stand idle, the other one is gone.
    await expect.poll(() => emulator.connections()).toBeLessThanOrEqual(fault === 'xml-bomb' ? 0 : 1);
  });

  it('finds a scanner that was switched off and on ready, and without its old job', async () => {
    const { driver, emulator } = await scanner();
    emulator.loadFeeder(5);
    const cut = driver.run('scan', FROM_FEEDER, within(MINUTES), () => void emulator.unplug());
    expect(['disconnected', 'bad-frame']).toContain(code(await cut));
    expect(code(await driver.open(within(60_000)))).toBe('disconnected');
    await emulator.replug();
    value(await driver.open(within(60_000)));
    expect(value(await driver.run('scan', FROM_FEEDER, within(MINUTES))).pages).toBeGreaterThan(2);
  });

  it('takes away the job that it could not take away when the scanner fell silent, before the next citizen’s', async () => {
    const { driver, emulator } = await scanner({ answerMs: 10_000 });
    value(await driver.open(within(60_000)));
    emulator.loadFeeder(5);
    expect(code(await driver.run('scan', FROM_FEEDER, within(20_000), () => emulator.inject('silent')))).toBe('timed-out');
    expect(emulator.openJobs()).toBe(1);
    emulator.inject(null);
    value(await driver.run('status', undefined, within(60_000)));
    emulator.loadFeeder(2);
    expect(value(await driver.run('scan', FROM_FEEDER, within(MINUTES)))).toEqual({ pages: 2 });
    expect(emulator.openJobs()).toBe(0);
  });

  it('keeps memory bounded while a scanner pours out a page without end', async () => {
    const { driver, emulator } = await scanner();
    emulator.loadFeeder(1);
    emulator.inject('huge-page');
    const before = process.memoryUsage().arrayBuffers;
    expect(code(await driver.run('scan', FROM_FEEDER, within(MINUTES)))).toBe('media-too-large');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(150 * 1024 * 1024);
  });

  it('gives up the job of a program that died in the middle of a scan, when it opens the scanner', async () => {
    const { driver, emulator } = await scanner();
    emulator.loadFeeder(9);
    const dead = createScannerDriver(emulator.uri, { answerMs: 60_000, pageMs: 300_000 }, clock);
    const stuck = dead.run('scan', FROM_FEEDER, within(MINUTES), () => {
      // From here on nobody hears of the first program again: its job stays open.
    });
    await expect.poll(() => emulator.openJobs()).toBe(1);
    value(await driver.open(within(60_000)));
    expect(emulator.openJobs()).toBe(0);
    await dead.close();
    await stuck;
  });

  it('tells a jam in the middle of a batch, after the pages that came', async () => {
    const { driver, emulator } = await scanner();
    emulator.loadFeeder(4);
    const pages: number[] = [];
    const result = await driver.run('scan', FROM_FEEDER, within(MINUTES), (page) => {
      pages.push(page.index);
      if (page.index === 1) emulator.inject('feeder-jam');
    });
    expect(result).toMatchObject({ ok: false, fault: { code: 'feeder-jam', message: 'ScannerAdfJam after 2 pages' } });
    expect(pages).toEqual([0, 1]);
  });

  it('deletes the job when the citizen gives up, and when the driver is closed', async () => {
    const { driver, emulator } = await scanner();
    emulator.loadFeeder(9);
    const abort = new AbortController();
    expect(code(await driver.run('scan', FROM_FEEDER, within(MINUTES, abort.signal), () => abort.abort()))).toBe('cancelled');
    expect(emulator.openJobs()).toBe(0);
    expect(code(await driver.run('scan', FROM_FEEDER, within(MINUTES), () => void driver.close()))).toBe('cancelled');
    expect(emulator.openJobs()).toBe(0);
    expect(emulator.feederSheets()).toBeGreaterThan(4);
  });

  it('answers a wrong address, options, request or host with a fault', async () => {
    for (const uri of ['http://127.0.0.1/eSCL', 'escl:', 'escl:ftp://x/', 'ipp://x/']) expect(code(await createScannerDriver(uri, {}, clock).open(within(60_000)))).toBe('bad-input');
    expect(code(await createScannerDriver('escl:http://127.0.0.1:1/eSCL', { speed: 1 }, clock).open(within(60_000)))).toBe('bad-input');
    expect(code(await createScannerDriver('escl:http://127.0.0.1:1/eSCL', {}, clock).open(within(60_000)))).toBe('disconnected');
    const { driver, emulator } = await scanner();
    expect(code(await driver.run('scan', { ...FROM_FEEDER, maxPages: 0 }, within(60_000)))).toBe('bad-input');
    expect(code(await createScannerDriver(emulator.uri.replace('eSCL', 'other'), {}, clock).open(within(60_000)))).toBe('wrong-device');
  });

  it('survives a scanner that accepts a job and does not say where it is', async () => {
    const { emulator } = await scanner();
    emulator.loadFeeder(1);
    const server = createServer((request, response) => {
      if (request.method === 'POST') response.writeHead(201).end();
      else fetch(emulator.uri.replace('escl:', '').replace('/eSCL', request.url ?? '/'))
          .then(async (answer) => response.end(Buffer.from(await answer.arrayBuffer())))
          .catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const driver = createScannerDriver(`escl:http://127.0.0.1:${(server.address() as AddressInfo).port}/eSCL`, { answerMs: 60_000 }, clock);
    expect(code(await driver.run('scan', FROM_FEEDER, within(MINUTES)))).toBe('bad-frame');
    await driver.close();
    server.closeAllConnections();
    server.close();
  });
});

describe('emulated scanner', () => {
  it('refuses an unknown fault and a serial line', async () => {
    const { emulator } = await scanner();
    expect(() => emulator.inject('hunger')).toThrow(RangeError);
    expect(emulator.faults).toEqual(SCANNER_FAULTS);
    await expect(startScannerEmulator({ listen: { kind: 'pty', link: '/tmp/x' } })).rejects.toThrow(RangeError);
  });

  it('refuses settings that it cannot serve', async () => {
    const { emulator } = await scanner();
    const post = (body: string): Promise<number> => fetch(`${emulator.uri.replace('escl:', '')}/ScanJobs`, { method: 'POST', body }).then((answer) => answer.status);
    expect(await post('no xml')).toBe(409);
    expect(await post('<ScanSettings><XResolution>1200</XResolution></ScanSettings>')).toBe(409);
    expect(await post('<ScanSettings><InputSource>Feeder</InputSource></ScanSettings>')).toBe(409);
    expect(await post('x'.repeat(300_000))).toBe(413);
  });
});
