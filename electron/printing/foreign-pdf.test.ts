import { deflateSync } from 'node:zlib';
import Pdf from 'pdfkit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFonts } from './fonts.ts';
import { checkForeignPdf } from './foreign-pdf.ts';
import { createPages } from './page.ts';

const bytesOf = async (doc: PDFKit.PDFDocument): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve) => doc.on('end', resolve));
  doc.end();
  await ended;
  return Buffer.concat(chunks);
};

describe('a PDF that the platform issued', () => {
  it('passes with all fonts inside', async () => {
    const pages = createPages(createFonts(), { title: 't', issuedAt: new Date(0) });
    pages.addPage();
    pages.line('青溪市 Qingxi', { x: 50, y: 50, em: 12, weight: 'regular' });
    pages.line('𪚥', { x: 50, y: 80, em: 12, weight: 'bold' });
    const answer = checkForeignPdf(await pages.finish());
    expect(answer.ok).toBe(true);
    expect(answer.fonts).toBeGreaterThan(2);
  });

  it('is refused when it leans on a font that it does not carry', async () => {
    const doc = new Pdf();
    doc.font('Helvetica').text('certificate');
    expect(checkForeignPdf(await bytesOf(doc))).toEqual({ ok: false, reason: 'unembedded-fonts', fonts: ['Helvetica'] });
  });

  it('is looked into where its objects are packed', () => {
    const packed = '<</Type/Font/Subtype/CIDFontType2/BaseFont/SimSun/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/FontDescriptor 9 0 R>> <</Type/FontDescriptor/FontName/SimSun/Flags 4>>';
    const index = `8 0 9 ${packed.indexOf('<</Type/FontDescriptor')} `;
    const body = deflateSync(Buffer.from(index + packed));
    const head = (more: string): Buffer => Buffer.concat([Buffer.from(`%PDF-1.5\n7 0 obj\n<</Type/ObjStm/N 2/First ${index.length}/Filter/FlateDecode/Length ${body.length}>>\nstream\n`, 'latin1'), body, Buffer.from(`\nendstream\nendobj\n${more}`)]);
    expect(checkForeignPdf(head(''))).toEqual({ ok: false, reason: 'unembedded-fonts', fonts: ['SimSun'] });
    expect(checkForeignPdf(head('9 0 obj <</Type/FontDescriptor/FontFile2 5 0 R>> endobj\ntrailer <</Encrypt 4 0 R>>'))).toMatchObject({ reason: 'encrypted' });
  });

  it('is refused, never thrown at, when it is damaged or something else', async () => {
    expect(checkForeignPdf(Buffer.from('<html>'))).toMatchObject({ reason: 'not-a-pdf' });
    expect(checkForeignPdf(Buffer.from('%PDF-1.7\nnothing'))).toMatchObject({ reason: 'unreadable' });
    const doc = new Pdf();
    doc.text('x');
    const good = await bytesOf(doc);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: good.length }), fc.uint8Array({ maxLength: 40 }), (at, noise) => {
        const bad = Buffer.concat([good.subarray(0, at), noise, good.subarray(Math.min(good.length, at + 20))]);
        expect(typeof checkForeignPdf(bad).ok).toBe('boolean');
      }),
      { numRuns: 50 },
    );
  });
});
