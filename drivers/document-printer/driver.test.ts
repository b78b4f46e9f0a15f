import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { CommandContext, PrintJob, PrintJobSpec, Result } from '../contract.ts';
import { hastyClock } from '../transports/hasty-clock.ts';
import { attribute, decodeIpp, encodeIpp, GROUP, OPERATION, STATUS, TAG } from './codec.ts';
import type { IppAttribute } from './codec.ts';
import { createDocumentPrinterDriver } from './driver.ts';
import { DOCUMENT_PRINTER_FAULTS, startDocumentPrinterEmulator } from './emulator.ts';
import type { DocumentPrinterEmulator } from './emulator.ts';
import { samplePdf } from './sample-pdf.ts';

const A4: PrintJobSpec = { jobName: 'certificate-1', copies: 1, media: 'iso_a4_210x297mm', sides: 'one-sided' };
/** Time runs ten times as fast for the driver, so that its back-off does not hold the tests up. */
const clock = hastyClock(10);
const within = (deadlineMs: number, signal: AbortSignal = new AbortController().signal): CommandContext => ({ signal, deadlineMs });
const open: (() => Promise<void>)[] = [];

async function printer(msPerSheet = 15): Promise<{ emulator: DocumentPrinterEmulator; driver: ReturnType<typeof createDocumentPrinterDriver> }> {
  const emulator = await startDocumentPrinterEmulator({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 }, msPerSheet });
  const driver = createDocumentPrinterDriver(emulator.uri, {}, clock);
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

async function sent(driver: ReturnType<typeof createDocumentPrinterDriver>, pages: number, spec: PrintJobSpec = A4): Promise<number> {
  const { jobId } = value(await driver.run('createJob', spec, within(60_000)));
  value(await driver.run('sendDocument', { jobId, pdf: await samplePdf(pages) }, within(60_000)));
  return jobId;
}

describe('document printer', () => {
  it('tells state, model and supplies', async () => {
    const { driver } = await printer();
    expect(value(await driver.open(within(10_000)))).toEqual({
      online: true,
      component: 'ready',
      media: 'no-sensor',
      conditions: [],
      supplies: [
        { name: 'paper', left: 250, percent: 100 },
        { name: 'toner', left: null, percent: 74 },
        { name: 'waste', left: null, percent: 31 },
      ],
      trays: [{ source: 'main', stock: 'plain', media: 'iso_a4_210x297mm', state: 'ready', left: 250 }],
      model: 'hall24 emulated A4 printer',
    });
  });

  it('prints a document, follows it to its end and counts its sheets', async () => {
    const { driver, emulator } = await printer();
    const pdf = await samplePdf(3);
    const { jobId } = value(await driver.run('createJob', { ...A4, copies: 2 }, within(60_000)));
    expect(emulator.jobs()).toMatchObject([{ jobId, name: 'certificate-1', pdf: null, sheets: 0 }]);
    value(await driver.run('sendDocument', { jobId, pdf }, within(60_000)));
    const seen: PrintJob[] = [];
    const job = value(await driver.run('followJob', { jobId }, within(600_000), (progress) => seen.push(progress)));
    expect(job).toEqual({ jobId, state: 'completed', stateReasons: ['job-completed-successfully'], impressionsCompleted: 6, sheetsCompleted: 6 });
    expect(seen.at(-1)).toEqual(job);
    expect(Buffer.from(emulator.jobs()[0]!.pdf!).equals(pdf)).toBe(true);
    expect(value(await driver.run('jobState', { jobId }, within(10_000)))).toEqual(job);
  });

  it('prints two sides of a sheet', async () => {
    const { driver } = await printer();
    const jobId = await sent(driver, 3, { ...A4, sides: 'two-sided-long-edge' });
    expect(value(await driver.run('followJob', { jobId }, within(600_000)))).toMatchObject({ impressionsCompleted: 3, sheetsCompleted: 2 });
  });

  it.each([
    ['paper-out', 'paper-out', 'media-empty-error'],
    ['jam-mid-job', 'paper-jam', 'media-jam-error'],
    ['cover-open', 'cover-open', 'cover-open-error'],
    ['toner-out', 'toner-out', 'toner-empty-error'],
    ['output-full', 'output-full', 'output-area-full-error'],
    ['stopped', 'paused', 'paused'],
  ])('names %s as what holds a job up, and finishes the job when it is over', async (fault, condition, original) => {
    const { driver, emulator } = await printer();
    emulator.inject(fault);
    const jobId = await sent(driver, 2);
    const held = await driver.run('followJob', { jobId }, within(4000));
    expect(held).toMatchObject({ ok: false, fault: { code: condition, original } });
    expect(held.ok ? '' : held.fault.message).toContain(fault === 'jam-mid-job' ? '(stopped), 1 sheet done' : '(stopped), 0 sheets done');
    expect(value(await driver.run('status', undefined, within(10_000)))).toMatchObject({ component: 'unavailable', conditions: [{ code: condition, severity: 'error' }] });
    emulator.inject(null);
    expect(value(await driver.run('followJob', { jobId }, within(600_000)))).toMatchObject({ state: 'completed', sheetsCompleted: 2 });
    expect(emulator.jobs()).toHaveLength(1);
  });

  it.each([
    ['paper-low', 'paper-low'],
    ['toner-low', 'toner-low'],
  ])('warns of %s and prints on', async (fault, condition) => {
    const { driver, emulator } = await printer();
    emulator.inject(fault);
    expect(value(await driver.run('status', undefined, within(10_000)))).toMatchObject({ online: true, component: 'ready', conditions: [{ code: condition, severity: 'warning', remedy: 'replenish' }] });
    const jobId = await sent(driver, 1);
    expect(value(await driver.run('followJob', { jobId }, within(600_000))).state).toBe('completed');
  });

  it('tells a job that the printer gives up, with what came out', async () => {
    const { driver, emulator } = await printer();
    emulator.inject('aborts');
    const jobId = await sent(driver, 2);
    expect(value(await driver.run('followJob', { jobId }, within(60_000)))).toMatchObject({ state: 'aborted', stateReasons: ['aborted-by-system'], sheetsCompleted: 0 });
  });

  it('cancels a job, and answers the same for one that is over', async () => {
    const { driver, emulator } = await printer();
    emulator.inject('paper-out');
    const jobId = await sent(driver, 2);
    expect(value(await driver.run('cancelJob', { jobId }, within(60_000)))).toMatchObject({ state: 'canceled' });
    expect(value(await driver.run('cancelJob', { jobId }, within(60_000)))).toMatchObject({ state: 'canceled' });
    expect(code(await driver.run('cancelJob', { jobId: 99 }, within(60_000)))).toBe('job-lost');
  });

  it('tells a job that the printer does not know as lost', async () => {
    const { driver } = await printer();
    expect(code(await driver.run('followJob', { jobId: 41 }, within(10_000)))).toBe('job-lost');
    expect(code(await driver.run('jobState', { jobId: 41 }, within(10_000)))).toBe('job-lost');
    expect(code(await driver.run('sendDocument', { jobId: 41, pdf: await samplePdf(1) }, within(10_000)))).toBe('job-lost');
  });

  it('makes no job of what the printer cannot print as asked', async () => {
    const { driver, emulator } = await printer();
    expect(code(await driver.run('createJob', { ...A4, media: 'iso_a3_297x420mm' }, within(10_000)))).toBe('refused');
    expect(code(await driver.run('createJob', { ...A4, copies: 100 }, within(10_000)))).toBe('refused');
    expect(code(await driver.run('createJob', { ...A4, copies: 0 }, within(10_000)))).toBe('bad-input');
    expect(code(await driver.run('sendDocument', { jobId: 1, pdf: Buffer.from('<html>') }, within(10_000)))).toBe('bad-input');
    expect(emulator.jobs()).toEqual([]);
  });

  it.each([
    ['silent', 'timed-out', 3_000],
    ['garbage', 'bad-frame', 60_000],
    ['never-ending-reply', 'bad-frame', 60_000],
  ])('answers %s with a fault and is usable afterwards', async (fault, expected, ms) => {
    const { driver, emulator } = await printer();
    emulator.inject(fault);
    expect(code(await driver.run('status', undefined, within(ms)))).toBe(expected);
    // Nothing stays open behind an answer that was none, above all one that never ends.
    await expect.poll(() => emulator.connections()).toBeLessThanOrEqual(fault === 'never-ending-reply' ? 0 : 1);
    emulator.inject(null);
    expect(code(await driver.run('status', undefined, within(10_000)))).toBe('ok');
  });

  it('follows a job through a printer that falls silent for a while', async () => {
    const { driver, emulator } = await printer(60);
    const quick = createDocumentPrinterDriver(emulator.uri, { answerMs: 300 }, clock);
    open.unshift(() => quick.close());
    const jobId = await sent(driver, 2);
    let told = 0;
    const following = quick.run('followJob', { jobId }, within(600_000), () => {
      told += 1;
      if (told === 1) emulator.inject('garbage');
    });
    await expect.poll(() => told).toBe(1);
    await expect.poll(() => emulator.jobs()[0]!.state).toBe('completed');
    emulator.inject(null);
    expect(value(await following)).toMatchObject({ state: 'completed', sheetsCompleted: 2 });
  });

  it('stops following at once when told to, and leaves the job alone', async () => {
    const { driver, emulator } = await printer();
    emulator.inject('paper-out');
    const jobId = await sent(driver, 1);
    const abort = new AbortController();
    const following = driver.run('followJob', { jobId }, within(600_000, abort.signal), () => abort.abort());
    expect(code(await following)).toBe('cancelled');
    expect(emulator.jobs()[0]!.state).toBe('stopped');
    const closing = driver.run('followJob', { jobId }, within(600_000), () => void driver.close());
    expect(code(await closing)).toBe('cancelled');
  });

  it('runs one command at a time', async () => {
    const { driver } = await printer();
    const first = driver.run('status', undefined, within(10_000));
    expect(code(await driver.run('status', undefined, within(10_000)))).toBe('busy');
    expect(code(await first)).toBe('ok');
  });

  it('answers a wrong address, wrong options and a host without a printer with a fault', async () => {
    for (const uri of ['http://127.0.0.1/ipp', 'ipp://', 'serial:/dev/ttyS0', '']) expect(code(await createDocumentPrinterDriver(uri, {}, clock).open(within(1000)))).toBe('bad-input');
    expect(code(await createDocumentPrinterDriver('ipp://127.0.0.1:1/ipp/print', { paper: 1 }, clock).open(within(1000)))).toBe('bad-input');
    expect(await createDocumentPrinterDriver('ipp://127.0.0.1:1/ipp/print', { trays: 3 }, clock).open(within(1000))).toMatchObject({ fault: { message: 'options of the document printer: cannot use trays: Invalid input: expected array, received number' } });
    expect(code(await createDocumentPrinterDriver('ipp://127.0.0.1:1/ipp/print', {}, clock).open(within(5000)))).toBe('disconnected');
    const { emulator } = await printer();
    expect(code(await createDocumentPrinterDriver(emulator.uri.replace('/ipp/print', '/other'), {}, clock).open(within(5000)))).toBe('wrong-device');
  });
});

/** A printer that answers each operation with just these attributes. */
async function odd(answers: (operation: number) => { status: number; groups?: { tag: number; attributes: IppAttribute[] }[] }, http = 200): Promise<ReturnType<typeof createDocumentPrinterDriver>> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const asked = decodeIpp(Buffer.concat(parts));
      if (!asked.ok) throw new Error(asked.fault.message);
      const { status, groups = [] } = answers(asked.value.code);
      response.writeHead(http, { 'content-type': 'application/ipp' });
      response.end(Buffer.concat(encodeIpp({ version: { major: 2, minor: 0 }, code: status, requestId: asked.value.requestId, groups, data: new Uint8Array() })));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const driver = createDocumentPrinterDriver(`ipp://127.0.0.1:${(server.address() as AddressInfo).port}/ipp/print`, {}, clock);
  open.push(
    () => driver.close(),
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return driver;
}

const printerGroup = (...attributes: IppAttribute[]): { tag: number; attributes: IppAttribute[] } => ({ tag: GROUP.printer, attributes: [attribute('printer-state', TAG.enum, 3), attribute('printer-state-reasons', TAG.keyword, 'none'), ...attributes] });

describe('printers of other makes', () => {
  it('that take no PDF are refused before a job exists', async () => {
    const asked: number[] = [];
    const driver = await odd((operation) => {
      asked.push(operation);
      return { status: STATUS.ok, groups: [printerGroup(attribute('document-format-supported', TAG.mime, 'image/urf', 'application/octet-stream'))] };
    });
    expect(await driver.run('createJob', A4, within(10_000))).toMatchObject({ ok: false, fault: { code: 'refused', message: expect.stringContaining('application/pdf') } });
    expect(asked).toEqual([OPERATION.getPrinterAttributes]);
  });

  it('that would ignore the medium are refused', async () => {
    const driver = await odd((operation) =>
      operation === OPERATION.getPrinterAttributes
        ? { status: STATUS.ok, groups: [printerGroup(attribute('document-format-supported', TAG.mime, 'application/pdf'), attribute('media-supported', TAG.keyword, A4.media))] }
        : { status: STATUS.okIgnored, groups: [{ tag: GROUP.unsupported, attributes: [attribute('media', TAG.unsupported, null)] }] },
    );
    expect(await driver.run('createJob', A4, within(10_000))).toMatchObject({ ok: false, fault: { code: 'refused', message: expect.stringContaining('media') } });
  });

  it('that say little of themselves still get a status', async () => {
    const driver = await odd(() => ({ status: STATUS.ok, groups: [printerGroup(attribute('printer-is-accepting-jobs', TAG.boolean, false), attribute('marker-types', TAG.keyword, 'toner'), attribute('marker-levels', TAG.integer, -2))] }));
    expect(value(await driver.open(within(10_000)))).toEqual({
      online: true,
      component: 'ready',
      media: 'no-sensor',
      conditions: [{ code: 'paused', severity: 'error', remedy: 'clear', original: 'printer-is-accepting-jobs=false' }],
      supplies: [{ name: 'toner', percent: null, left: null }],
      model: null,
    });
  });

  it('that leave out what RFC 8011 requires are a bad frame', async () => {
    expect(code(await (await odd(() => ({ status: STATUS.ok }))).open(within(10_000)))).toBe('bad-frame');
    expect(code(await (await odd(() => ({ status: STATUS.ok, groups: [{ tag: GROUP.job, attributes: [attribute('job-id', TAG.integer, 3), attribute('job-state', TAG.enum, 12)] }] }))).run('jobState', { jobId: 3 }, within(10_000)))).toBe('bad-frame');
  });

  it.each([
    [STATUS.busy, 'busy-elsewhere'],
    [STATUS.notAccepting, 'paused'],
    [STATUS.serviceUnavailable, 'offline'],
    [STATUS.deviceError, 'device-fault'],
    [STATUS.notAuthorized, 'refused'],
    [STATUS.notFound, 'wrong-device'],
  ])('IPP status %i has its fault', async (status, expected) => {
    expect(code(await (await odd(() => ({ status }))).open(within(10_000)))).toBe(expected);
  });

  it.each([
    [401, 'refused'],
    [503, 'busy-elsewhere'],
    [500, 'bad-frame'],
  ])('HTTP %i has its fault', async (http, expected) => {
    expect(code(await (await odd(() => ({ status: STATUS.ok }), http)).open(within(10_000)))).toBe(expected);
  });
});

describe('emulated document printer', () => {
  it('refuses an unknown fault and a serial line', async () => {
    const { emulator } = await printer();
    expect(() => emulator.inject('hunger')).toThrow(RangeError);
    expect(emulator.faults).toEqual(DOCUMENT_PRINTER_FAULTS);
    await expect(startDocumentPrinterEmulator({ listen: { kind: 'pty', link: '/tmp/x' } })).rejects.toThrow(RangeError);
  });

  it('aborts what is no PDF', async () => {
    const { driver } = await printer();
    const { jobId } = value(await driver.run('createJob', A4, within(10_000)));
    value(await driver.run('sendDocument', { jobId, pdf: Buffer.from('%PDF-1.7 and nothing more') }, within(10_000)));
    expect(value(await driver.run('followJob', { jobId }, within(60_000)))).toMatchObject({ state: 'aborted', stateReasons: ['document-format-error'] });
  });
});
