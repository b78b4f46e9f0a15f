/**
 * A4 pages with a memory: everything set in type is drawn and written down, glyph by glyph, so that the finished page can be
 * compared with what was meant. Lengths in points (1/72 inch), y from the top edge.
 */
import Pdf from 'pdfkit';
import type { Glyph } from 'fontkit';
import { embeddedFont } from './embedded.ts';
import type { Face, Fonts, Weight } from './fonts.ts';
import { setLine } from './typeset.ts';

export const MM = 72 / 25.4;
export const A4 = { width: 595.28, height: 841.89 };

/** One glyph as it was meant to be drawn. */
export interface DrawnGlyph {
  page: number;
  text: string;
  face: Face;
  glyph: Glyph;
  /** Origin on the baseline. */
  x: number;
  y: number;
  em: number;
}

export interface Pages {
  readonly doc: PDFKit.PDFDocument;
  readonly drawn: DrawnGlyph[];
  /** Zero-based number of the page being written. */
  page(): number;
  addPage(): void;
  /** Returns to a page already written, for what every page bears at its foot. */
  switchTo(page: number): void;
  /** Draws one line that is known to fit; `x` is its left edge, middle or right edge according to `align`. */
  line(text: string, at: { x: number; y: number; em: number; weight: Weight; align?: 'left' | 'center' | 'right' }): void;
  rule(x: number, y: number, length: number, thickness: number): void;
  /** Ends the document. */
  finish(): Promise<Uint8Array>;
}

/** @param about title and moment of the document: the only metadata, so that the same certificate makes the same bytes */
export const createPages = (fonts: Fonts, about: { title: string; issuedAt: Date }): Pages => {
  const doc = new Pdf({
    size: 'A4',
    margin: 0,
    autoFirstPage: false,
    // No font but the chain's.
    font: null as unknown as string,
    bufferPages: true,
    compress: true,
    // No maker's name in the file: who prints is nobody's business but the hall's.
    info: { Title: about.title, CreationDate: about.issuedAt, Producer: '', Creator: '' },
  });
  const chunks: Uint8Array[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    doc.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    doc.on('end', resolve);
    doc.on('error', reject);
  });
  const drawn: DrawnGlyph[] = [];
  const registered = new Set<string>();
  let current = -1;
  let pages = 0;

  const use = (face: Face, em: number): void => {
    if (!registered.has(face.id)) {
      // pdfkit's types know files and bytes alone; it takes an opened font as well.
      doc.registerFont(face.id, embeddedFont(face.data) as unknown as string);
      registered.add(face.id);
    }
    doc.font(face.id, em);
  };

  return {
    doc,
    drawn,
    page: () => current,
    addPage: () => {
      doc.addPage();
      current = pages;
      pages += 1;
    },
    switchTo: (page) => {
      doc.switchToPage(page);
      current = page;
    },
    line: (text, { x, y, em, weight, align = 'left' }) => {
      const line = setLine(fonts, text, weight, em);
      const left = x - (align === 'left' ? 0 : align === 'center' ? line.width / 2 : line.width);
      doc.fillColor('black');
      for (const run of line.runs) {
        use(run.face, em);
        doc.text(run.text, left + run.x, y, { lineBreak: false, baseline: 'alphabetic', features: [], textWidth: 0, wordCount: 1 } as PDFKit.Mixins.TextOptions);
      }
      for (const { face, glyph, x: from, rise, text: shown } of line.glyphs) {
        if (shown.trim() !== '') drawn.push({ page: current, text: shown, face, glyph, x: left + from, y: y - rise, em });
      }
    },
    rule: (x, y, length, thickness) => {
      doc.rect(x, y - thickness / 2, length, thickness).fill('black');
    },
    finish: async () => {
      doc.end();
      await ended;
      return Buffer.concat(chunks);
    },
  };
};
