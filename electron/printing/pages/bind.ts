/** Several scanned pages as one PDF: each picture as it was compressed, in the size of its paper. */
import Pdf from 'pdfkit';
import sharp from 'sharp';

export type Bound = { ok: true; pdf: Uint8Array } | { ok: false; reason: 'empty' | 'too-many' | 'not-an-image'; /** Zero-based. */ page: number | null };

const MAX_PAGES = 500;
/** What pages are kept at, where a picture does not say. */
const DPI = 200;

/**
 * @param pages JPEG or PNG, upright
 * @returns a PDF that names neither maker nor moment, so that the same pages make the same bytes
 */
export async function bindPages(pages: readonly Uint8Array[]): Promise<Bound> {
  if (pages.length === 0) return { ok: false, reason: 'empty', page: null };
  if (pages.length > MAX_PAGES) return { ok: false, reason: 'too-many', page: null };
  const doc = new Pdf({ autoFirstPage: false, margin: 0, info: { Producer: '', Creator: '', CreationDate: new Date(0) } });
  const parts: Uint8Array[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    doc.on('data', (part: Uint8Array) => parts.push(part)).on('end', resolve).on('error', reject);
  });
  for (const [index, page] of pages.entries()) {
    try {
      const { format, width, height, density } = await sharp(page, { limitInputPixels: 60_000_000 }).metadata();
      if (format !== 'jpeg' && format !== 'png') return { ok: false, reason: 'not-an-image', page: index };
      const points = 72 / (density !== undefined && density >= 72 ? density : DPI);
      const size: [number, number] = [width * points, height * points];
      doc.addPage({ size, margin: 0 });
      doc.image(Buffer.from(page), 0, 0, { width: size[0], height: size[1] });
    } catch {
      return { ok: false, reason: 'not-an-image', page: index };
    }
  }
  doc.end();
  await ended;
  return { ok: true, pdf: Buffer.concat(parts) };
}
