import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { CommandContext, PrintJobSpec, Result, Tray } from '../contract.ts';
import { hastyClock } from '../transports/hasty-clock.ts';
import { attribute, GROUP, TAG } from './codec.ts';
import type { IppAttribute } from './codec.ts';
import { createDocumentPrinterDriver } from './driver.ts';
import { SECOND_TRAY, startDocumentPrinterEmulator } from './emulator.ts';
import type { DocumentPrinterEmulator } from './emulator.ts';
import { samplePdf } from './sample-pdf.ts';
import { printerOf } from './printer-attributes.ts';
import type { PrinterAttributes } from './printer-attributes.ts';
import { suppliesOf } from './supplies.ts';
import { chooseTray, sameMedia, sizeOfMedia, traysOf } from './trays.ts';

const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.fault));
  return result.value;
};
const code = (result: Result<unknown>): string => (result.ok ? 'ok' : result.fault.code);
const A4: PrintJobSpec = { jobName: 'certificate-1', copies: 1, media: 'iso_a4_210x297mm', sides: 'one-sided' };

const printerWith = (...attributes: IppAttribute[]): PrinterAttributes =>
  value(printerOf({ version: { major: 2, minor: 0 }, code: 0, requestId: 1, groups: [{ tag: GROUP.printer, attributes: [attribute('printer-state', TAG.enum, 3), ...attributes] }], data: new Uint8Array() }));
const input = (...fields: string[]): IppAttribute => attribute('printer-input-tray', TAG.octets, ...fields.map((text) => Buffer.from(text)));

describe('trays of a printer', () => {
  it('are put together from its sources, what lies in them, and how much', () => {
    const size = (x: number, y: number): IppAttribute => attribute('media-size', TAG.beginCollection, { members: [attribute('x-dimension', TAG.integer, x), attribute('y-dimension', TAG.integer, y)] });
    const printer = printerWith(
      attribute('media-source-supported', TAG.keyword, 'auto', 'main', 'tray-2', 'tray-3', 'manual'),
      attribute('media-col-ready', TAG.beginCollection, { members: [size(21_000, 29_700), attribute('media-source', TAG.keyword, 'main')] }, { members: [size(14_800, 21_000), attribute('media-source', TAG.keyword, 'tray-2')] }),
      input('type=sheetFeedAutoRemovableTray;maxcapacity=-2;level=-2;status=0;name=auto', 'type=sheetFeedAutoRemovableTray;maxcapacity=250;level=20;status=0;name=main;', 'type=sheetFeedAutoRemovableTray;maxcapacity=100;level=0;status=0;name=TRAY-2;', 'type=sheetFeedAutoRemovableTray;maxcapacity=100;level=-2;status=19;name=tray-3;', 'type=sheetFeedManual;level=-2;name=manual'),
    );
    expect(traysOf(printer, [{ source: 'tray-2', stock: 'numbered' }, { source: 'tray-9', stock: 'numbered', media: 'iso_a4_210x297mm' }])).toEqual([
      { source: 'main', stock: 'plain', media: 'iso_a4_210x297mm', state: 'low', left: 20 },
      { source: 'tray-2', stock: 'numbered', media: 'iso_a5_148x210mm', state: 'empty', left: 0 },
      { source: 'tray-3', stock: 'plain', media: null, state: 'missing', left: null },
      { source: 'tray-9', stock: 'numbered', media: 'iso_a4_210x297mm', state: 'missing', left: null },
    ]);
  });

  it('of a printer that says little are unknown, not absent', () => {
    expect(traysOf(printerWith(), [])).toEqual([]);
    expect(traysOf(printerWith(input('type=sheetFeedAutoNonRemovableTray;level=-3;maxcapacity=-2')), [])).toEqual([{ source: 'tray-1', stock: 'plain', media: null, state: 'unknown', left: null }]);
    expect(traysOf(printerWith(attribute('media-source-supported', TAG.keyword, 'main'), attribute('media-ready', TAG.keyword, 'iso_a4_210x297mm')), [])).toEqual([{ source: 'main', stock: 'plain', media: 'iso_a4_210x297mm', state: 'unknown', left: null }]);
  });

  it('never throw for what a printer writes into its fields', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 80 }), { maxLength: 5 }), fc.array(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 4 }), (fields, sources) => {
        const printer = printerWith(...(fields.length === 0 ? [] : [input(...fields)]), attribute('media-source-supported', TAG.keyword, ...sources), attribute('printer-supply', TAG.octets, ...sources.map((text) => Buffer.from(text))));
        for (const tray of traysOf(printer, [])) expect(tray.left ?? 0).toBeGreaterThanOrEqual(0);
        suppliesOf(printer, 2000);
      }),
    );
  });

  it('hold the same sheet under another name', () => {
    expect(sizeOfMedia('na_letter_8.5x11in')).toEqual({ x: 21_590, y: 27_940 });
    expect(sizeOfMedia('stationery')).toBeNull();
    expect(sameMedia('iso_a4_210x297mm', 'custom_mine_209.9x297mm')).toBe(true);
    expect(sameMedia('iso_a4_210x297mm', 'na_letter_8.5x11in')).toBe(false);
  });
});

describe('the choice of a tray', () => {
  const tray = (more: Partial<Tray> = {}): Tray => ({ source: 'main', stock: 'plain', media: 'iso_a4_210x297mm', state: 'ready', left: 100, ...more });
  const numbered = (more: Partial<Tray> = {}): Tray => tray({ source: 'tray-2', stock: 'numbered', ...more });

  it('is the printer’s where no tray holds numbered stock', () => {
    expect(chooseTray(A4, [tray(), tray({ source: 'tray-2' })])).toEqual({ ok: true, value: null });
  });

  it('never draws numbered stock for an ordinary job', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ stock: fc.constantFrom<Tray['stock']>('plain', 'numbered'), state: fc.constantFrom<Tray['state']>('ready', 'low', 'empty', 'missing', 'unknown'), left: fc.option(fc.nat(5)) }), { maxLength: 4 }), fc.constantFrom<Tray['stock'] | undefined>('plain', 'numbered', undefined), (drawn, stock) => {
        const trays = drawn.map((one, index) => tray({ ...one, source: `tray-${index}` }));
        const chosen = chooseTray({ ...A4, stock, sheets: 2 }, trays);
        const safe =
          !chosen.ok || (chosen.value === null ? trays.every((one) => one.stock === 'plain') : chosen.value.stock === (stock ?? 'plain') && chosen.value.state !== 'empty' && chosen.value.state !== 'missing');
        expect(safe).toBe(true);
      }),
    );
  });

  it.each([
    [numbered({ state: 'empty', left: 0 }), 'paper-out'],
    [numbered({ state: 'missing', left: null }), 'tray-missing'],
    [numbered({ left: 2 }), 'paper-out'],
    [numbered({ media: 'iso_a5_148x210mm' }), 'refused'],
    [tray(), 'refused'],
  ])('refuses numbered stock that is not there: %j', (only, fault) => {
    expect(code(chooseTray({ ...A4, stock: 'numbered', sheets: 3 }, [only]))).toBe(fault);
  });

  it('takes the tray that was named, if it holds what was asked for', () => {
    expect(chooseTray({ ...A4, tray: 'main' }, [tray(), numbered()])).toMatchObject({ ok: true, value: { source: 'main' } });
    expect(code(chooseTray({ ...A4, tray: 'tray-2' }, [tray(), numbered()]))).toBe('refused');
    expect(code(chooseTray({ ...A4, tray: 'tray-7' }, [tray()]))).toBe('tray-missing');
  });
});

describe('supplies', () => {
  it('tell pages left from the yield of a full cartridge, or from a printer that counts pages itself', () => {
    const markers = [attribute('marker-types', TAG.keyword, 'toner', 'waste-toner'), attribute('marker-levels', TAG.integer, 40, 96), attribute('marker-low-levels', TAG.integer, 10, -1), attribute('marker-high-levels', TAG.integer, 100, 95)];
    expect(suppliesOf(printerWith(...markers), 2600)).toEqual({
      supplies: [{ name: 'toner', percent: 40, left: 1040 }, { name: 'waste', percent: 96, left: null }],
      conditions: [{ code: 'waste-full', severity: 'warning', remedy: 'replenish', original: 'marker-levels=96' }],
    });
    expect(suppliesOf(printerWith(...markers), null).supplies[0]).toEqual({ name: 'toner', percent: 40, left: null });
    const counted = attribute('printer-supply', TAG.octets, Buffer.from('index=1;class=supplyThatIsConsumed;type=toner;unit=impressions;maxcapacity=2000;level=310;colorantname=black;'), Buffer.from('index=2;class=receptacleThatIsFilled;type=wasteToner;unit=percent;maxcapacity=100;level=20;'));
    expect(suppliesOf(printerWith(counted), 2600).supplies).toEqual([{ name: 'toner', percent: 16, left: 310 }, { name: 'waste', percent: 20, left: null }]);
    expect(suppliesOf(printerWith(...markers, counted), 2600).supplies[0]).toEqual({ name: 'toner', percent: 40, left: 310 });
  });
});

describe('a printer with a tray of numbered stock', () => {
  const clock = hastyClock(10);
  const within = (deadlineMs: number): CommandContext => ({ signal: new AbortController().signal, deadlineMs });
  const open: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0)) await close();
  });

  async function printer(more: Partial<Parameters<typeof startDocumentPrinterEmulator>[0]> = {}): Promise<{ emulator: DocumentPrinterEmulator; driver: ReturnType<typeof createDocumentPrinterDriver> }> {
    const emulator = await startDocumentPrinterEmulator({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 }, msPerSheet: 15, trays: [SECOND_TRAY], ...more });
    const driver = createDocumentPrinterDriver(emulator.uri, { trays: [{ source: 'tray-2', stock: 'numbered' }], tonerPages: 2600 }, clock);
    open.push(
      () => driver.close(),
      () => emulator.close(),
    );
    return { emulator, driver };
  }
  const print = async (driver: ReturnType<typeof createDocumentPrinterDriver>, spec: PrintJobSpec, pages: number): Promise<number> => {
    const { jobId } = value(await driver.run('createJob', spec, within(60_000)));
    value(await driver.run('sendDocument', { jobId, pdf: await samplePdf(pages) }, within(60_000)));
    value(await driver.run('followJob', { jobId }, within(600_000)));
    return jobId;
  };

  it('tells both trays, and pages left', async () => {
    const { driver, emulator } = await printer();
    emulator.setTray('tray-2', 7);
    const status = value(await driver.open(within(10_000)));
    expect(status.trays).toEqual([
      { source: 'main', stock: 'plain', media: 'iso_a4_210x297mm', state: 'ready', left: 250 },
      { source: 'tray-2', stock: 'numbered', media: 'iso_a4_210x297mm', state: 'low', left: 7 },
    ]);
    expect(status.supplies).toEqual([{ name: 'paper', left: 250, percent: 100 }, { name: 'numbered-stock', left: 7, percent: 7 }, { name: 'toner', left: 1924, percent: 74 }, { name: 'waste', left: null, percent: 31 }]);
  });

  it('draws each job from its own tray, with copies and both sides', async () => {
    const { driver, emulator } = await printer();
    await print(driver, { ...A4, stock: 'numbered', sheets: 1 }, 1);
    await print(driver, { ...A4, copies: 2, sides: 'two-sided-long-edge' }, 3);
    expect(emulator.jobs()).toMatchObject([{ source: 'tray-2', sheets: 1 }, { source: 'main', sheets: 4, copies: 2, sides: 'two-sided-long-edge' }]);
    expect([emulator.trayLeft('main'), emulator.trayLeft('tray-2')]).toEqual([246, 99]);
  });

  it('makes no job of numbered stock when that tray is empty, too low or pulled out', async () => {
    const { driver, emulator } = await printer();
    for (const [sheets, fault] of [[0, 'paper-out'], [2, 'paper-out'], [null, 'tray-missing']] as const) {
      emulator.setTray('tray-2', sheets);
      expect(await driver.run('createJob', { ...A4, stock: 'numbered', sheets: 3 }, within(10_000))).toMatchObject({ ok: false, fault: { code: fault } });
    }
    expect(emulator.jobs()).toEqual([]);
    expect(value(await driver.run('createJob', A4, within(10_000)))).toMatchObject({ tray: 'main', trayLeft: 250 });
  });

  it('holds a job until it is released', async () => {
    const { driver, emulator } = await printer();
    const { jobId } = value(await driver.run('createJob', { ...A4, hold: true }, within(10_000)));
    value(await driver.run('sendDocument', { jobId, pdf: await samplePdf(1) }, within(10_000)));
    expect(value(await driver.run('jobState', { jobId }, within(10_000)))).toMatchObject({ state: 'held', stateReasons: ['job-hold-until-specified'] });
    expect(value(await driver.run('holdJob', { jobId }, within(10_000)))).toMatchObject({ state: 'held' });
    value(await driver.run('releaseJob', { jobId }, within(10_000)));
    expect(value(await driver.run('followJob', { jobId }, within(600_000)))).toMatchObject({ state: 'completed', sheetsCompleted: 1 });
    expect(code(await driver.run('holdJob', { jobId }, within(10_000)))).toBe('refused');
    expect(code(await driver.run('releaseJob', { jobId }, within(10_000)))).toBe('refused');
    expect(code(await driver.run('holdJob', { jobId: 99 }, within(10_000)))).toBe('job-lost');
    expect(emulator.jobs()).toHaveLength(1);
  });

  it.each([
    ['never-ending-reply', 'bad-frame'],
    ['dripping-reply', 'timed-out'],
    ['garbage', 'bad-frame'],
  ])('that gives a %s gets a fault and no connection stays open', async (fault, expected) => {
    const { driver, emulator } = await printer();
    emulator.inject(fault);
    expect(code(await driver.run('status', undefined, within(3000)))).toBe(expected);
    await expect.poll(() => emulator.connections()).toBe(0);
    emulator.inject(null);
    expect(code(await driver.run('status', undefined, within(10_000)))).toBe('ok');
  });

  it('that is unplugged in the middle of a job is followed on when it is back, and prints nothing twice', async () => {
    const { driver, emulator } = await printer({ msPerSheet: 60 });
    const { jobId } = value(await driver.run('createJob', A4, within(60_000)));
    value(await driver.run('sendDocument', { jobId, pdf: await samplePdf(4) }, within(60_000)));
    let told = 0;
    const following = driver.run('followJob', { jobId }, within(600_000), () => (told += 1));
    await expect.poll(() => told).toBeGreaterThan(0);
    await emulator.unplug();
    await emulator.replug();
    expect(value(await following)).toMatchObject({ state: 'completed', sheetsCompleted: 4 });
    expect(emulator.jobs()).toHaveLength(1);
  });

  it('counts the front of a sheet that sticks on its way to the back as an impression, and as no sheet', async () => {
    const { driver, emulator } = await printer();
    emulator.inject('jam-mid-job');
    const { jobId } = value(await driver.run('createJob', { ...A4, sides: 'two-sided-long-edge' }, within(60_000)));
    value(await driver.run('sendDocument', { jobId, pdf: await samplePdf(6) }, within(60_000)));
    expect(code(await driver.run('followJob', { jobId }, within(5000)))).toBe('paper-jam');
    expect(value(await driver.run('jobState', { jobId }, within(60_000)))).toMatchObject({ state: 'stopped', sheetsCompleted: 1, impressionsCompleted: 3 });
  });
});
