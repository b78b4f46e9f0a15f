/** Several scanned pages as one PDF: each picture as it was compressed, in the size of its paper. */
import Pdf from 'pdfkit';
import sharp from 'sharp';

export type Bound = { ok: true; pdf: Uint8Array } | { ok: false; reason: 'empty' | 'too-many' | 'too-large' | 'not-an-image'; /** Zero-based. */ page: number | null };

const MAX_PAGES = 500;
/** More is refused: the citizen takes a page out, or the paper goes over the counter. The platform takes twice as much at a time. */
export const MAX_DOCUMENT_BYTES = 32 * 1024 * 1024;
/** What pages are kept at, where a picture does not say. */
const DPI = 200;

/**
 * A PDF that names neither maker nor moment, so that the same pictures make the same bytes.
 * @param pictures all that {@link draw} puts on its pages: JPEG or PNG, looked at before
 */
export async function writePdf(pictures: readonly Uint8Array[], draw: (doc: InstanceType<typeof Pdf>, sizes: readonly { width: number; height: number; dpi: number }[]) => void, maxBytes = MAX_DOCUMENT_BYTES): Promise<Bound> {
  if (pictures.length === 0) return { ok: false, reason: 'empty', page: null };
  if (pictures.length > MAX_PAGES) return { ok: false, reason: 'too-many', page: null };
  if (pictures.reduce((sum, { byteLength }) => sum + byteLength, 0) > maxBytes) return { ok: false, reason: 'too-large', page: null };
  const sizes: { width: number; height: number; dpi: number }[] = [];
  for (const [index, picture] of pictures.entries()) {
    try {
      const { format, width, height, density } = await sharp(picture, { limitInputPixels: 60_000_000 }).metadata();
      if (format !== 'jpeg' && format !== 'png') return { ok: false, reason: 'not-an-image', page: index };
      sizes.push({ width, height, dpi: density !== undefined && density >= 72 ? density : DPI });
    } catch {
      return { ok: false, reason: 'not-an-image', page: index };
    }
  }
  const doc = new Pdf({ autoFirstPage: false, margin: 0, info: { Producer: '', Creator: '', CreationDate: new Date(0) } });
  const parts: Uint8Array[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    doc.on('data', (part: Uint8Array) => parts.push(part)).on('end', resolve).on('error', reject);
  });
  draw(doc, sizes);
  doc.end();
  await ended;
  return { ok: true, pdf: new Uint8Array(Buffer.concat(parts)) };
}

/** @param pages JPEG or PNG, upright */
export const bindPages = (pages: readonly Uint8Array[], maxBytes = MAX_DOCUMENT_BYTES): Promise<Bound> =>
  writePdf(
    pages,
    (doc, sizes) => {
      for (const [index, { width, height, dpi }] of sizes.entries()) {
        const size: [number, number] = [(width * 72) / dpi, (height * 72) / dpi];
        doc.addPage({ size, margin: 0 });
        doc.image(Buffer.from(pages[index] ?? []), 0, 0, { width: size[0], height: size[1] });
      }
    },
    maxBytes,
  );
