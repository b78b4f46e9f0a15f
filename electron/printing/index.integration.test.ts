import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoHall, doubtInput, insurance, insured, placesInput, receiptInput, terminal5 } from './fixtures.ts';
import { createPrinting, type CertificateInput, type PrintingService } from './index.ts';

const said: string[] = [];
const log = { info: () => {}, warn: (_: object, message: string) => said.push(message) };
const layout = insurance.certificate;
if (layout === undefined) throw new Error('the demo item has a certificate');
const certificate: CertificateInput = { hall: demoHall, terminal: terminal5, layout, certificate: insured, photo: null };
const folder = mkdtempSync(join(tmpdir(), 'printing-'));
let printing: PrintingService;

beforeAll(() => {
  printing = createPrinting({ log });
});
afterAll(async () => {
  await printing.close();
  rmSync(folder, { recursive: true });
});

describe('printing in its worker thread', () => {
  it('makes slips, certificates, and straight pages', async () => {
    expect(await printing.receiptSlip(receiptInput)).toMatchObject({ ok: true });
    expect(await printing.doubtSlip(doubtInput)).toMatchObject({ ok: true });
    expect(await printing.placesSlip(placesInput)).toMatchObject({ ok: true });
    const made = await printing.certificate(certificate);
    if (!made.ok) throw new Error(made.message);
    expect(Buffer.from(made.value.pdf).toString('latin1', 0, 5)).toBe('%PDF-');
    expect(await printing.checkForeignPdf(made.value.pdf)).toMatchObject({ ok: true });
    expect((await printing.coverage()).faces.length).toBeGreaterThan(6);
    const data = new Uint8Array(await sharp({ create: { width: 1240, height: 1754, channels: 3, background: '#fff' } }).jpeg().toBuffer());
    expect(await printing.straighten({ contentType: 'image/jpeg', data })).toMatchObject({ ok: true, findings: ['blank'] });
    // The caller's bytes stay the caller's.
    expect(data.byteLength).toBeGreaterThan(1000);
  });

  it('answers with what is missing', async () => {
    const named = { ...insured, values: { ...insured.values, employer: '😀' } };
    expect(await printing.certificate({ ...certificate, certificate: named })).toMatchObject({ ok: false, missing: ['😀'] });
  });

  it('replaces a worker that dies, fails the page it was at, and does the next ones', async () => {
    const program = join(folder, 'dies-once.mjs');
    writeFileSync(
      program,
      `import { parentPort, workerData } from 'node:worker_threads';
       import { existsSync, writeFileSync } from 'node:fs';
       parentPort.on('message', ({ id, kind, input }) => {
         const mark = ${JSON.stringify(join(folder, 'died'))};
         if (kind === 'certificate' && !existsSync(mark)) { writeFileSync(mark, ''); process.exit(3); }
         if (kind === 'straighten') process.exit(4);
         parentPort.postMessage({ id, output: { ok: true, value: kind } });
       });`,
    );
    const frail = createPrinting({ log, program });
    const [first, second] = await Promise.all([frail.certificate(certificate), frail.receiptSlip(receiptInput)]);
    expect(first).toMatchObject({ ok: false, missing: [], message: expect.stringContaining('lost while making this') });
    expect(second).toEqual({ ok: true, value: 'receipt' });
    expect(await frail.straighten({ contentType: 'image/png', data: new Uint8Array(9) })).toEqual({ ok: false, reason: 'not-an-image' });
    expect(await frail.certificate(certificate)).toEqual({ ok: true, value: 'certificate' });
    expect(said).toContain('print worker is replaced');
    await frail.close();
    expect(await frail.certificate(certificate)).toMatchObject({ ok: false, message: 'printing is closed' });
  });
});
