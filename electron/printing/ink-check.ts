/**
 * The glyph guarantee (law 7), proved by painted pixels: a finished page is painted by pdfium, and the box of every character
 * that was set must hold the very shape that the font's outline gives, painted here by other means. A blank, a missing-glyph
 * box, a wrong or a shifted glyph does not look like it.
 */
import { PDFiumLibrary } from '@hyzyla/pdfium';
import type { Font, Glyph } from 'fontkit';
import { fillGlyph, type Coverage } from './outline.ts';
import { A4, type DrawnGlyph } from './page.ts';

/** Pixels per point: 216 dots per inch tells 9-point Hanzi apart at a fraction of the cost of print resolution. */
const SCALE = 3;
/**
 * Likeness (correlation) of painted and expected pixels. Measured over thousands of Hanzi of all planes at 9.5 to 27 points:
 * right glyphs 0.978 and more, the most alike of wrong ones (日 for 曰, 未 for 末) 0.951 and less.
 */
const ALIKE = 0.965;
/** pdfium puts each glyph on a whole pixel, and a run's widths are rounded to thousandths of its em; nearest places first. */
const SHIFTS = [0, -1, 1, -2, 2].flatMap((dy) => [0, -1, 1, -2, 2].map((dx) => ({ dx, dy }))).sort((a, b) => Math.hypot(a.dx, a.dy) - Math.hypot(b.dx, b.dy));
/** Painted ink over expected ink: less is a ghost of the character, more is something printed over it. */
const INK = { least: 0.6, most: 1.6 };

export interface InkFault {
  page: number;
  text: string;
  /** Points from the page's left and top edge. */
  x: number;
  y: number;
  why: 'blank' | 'missing-glyph-box' | 'wrong-shape' | 'outside';
}

/** A page as it was painted, 255 = white, and as it was meant, 255 = black; rows top to bottom. */
interface Painted {
  width: number;
  height: number;
  grey: Uint8Array;
  meant: Uint8Array;
}

let library: Promise<PDFiumLibrary> | undefined;

/**
 * Paints the document and compares every glyph.
 * @returns what is wrong, empty for a good document; a document with another number of pages than expected throws
 */
export const checkInk = async (pdf: Uint8Array, drawn: readonly DrawnGlyph[], pages: number): Promise<InkFault[]> => {
  library ??= PDFiumLibrary.init();
  const document = await (await library).loadDocument(pdf);
  try {
    if (document.getPageCount() !== pages) throw new Error(`${pages} pages were made, ${document.getPageCount()} are in the file`);
    const faults: InkFault[] = [];
    for (let number = 0; number < pages; number += 1) {
      const { width, height, data } = await document.getPage(number).render({ width: Math.round(A4.width * SCALE), height: Math.round(A4.height * SCALE), render: 'bitmap', colorSpace: 'Gray' });
      const here = drawn.filter((glyph) => glyph.page === number);
      const painted = { width, height, grey: data, meant: allOf(here, width, height) };
      for (const glyph of here) {
        const why = judge(painted, glyph);
        if (why !== null) faults.push({ page: number, text: glyph.text, x: glyph.x, y: glyph.y, why });
      }
    }
    return faults;
  } finally {
    document.destroy();
  }
};

/** Every expected shape on one page: kerned letters such as AV reach into each other's boxes. */
const allOf = (drawn: readonly DrawnGlyph[], width: number, height: number): Uint8Array => {
  const page = new Uint8Array(width * height);
  for (const glyph of drawn) {
    const shape = expectation(glyph, glyph.glyph);
    if (shape === null) continue;
    for (let row = Math.max(0, -shape.top); row < shape.height && shape.top + row < height; row += 1) {
      for (let column = Math.max(0, -shape.left); column < shape.width && shape.left + column < width; column += 1) {
        const at = (shape.top + row) * width + shape.left + column;
        page[at] = Math.max(page[at] ?? 0, Math.round(255 * (shape.data[row * shape.width + column] ?? 0)));
      }
    }
  }
  return page;
};

const judge = (painted: Painted, drawn: DrawnGlyph): InkFault['why'] | null => {
  const expected = expectation(drawn, drawn.glyph);
  if (drawn.glyph.id === 0) return 'missing-glyph-box';
  if (expected === null) return 'blank';
  if (expected.left < 0 || expected.top < 0 || expected.left + expected.width > painted.width || expected.top + expected.height > painted.height) return 'outside';
  const { alike, ink } = compare(painted, expected, true);
  if (ink < INK.least) return 'blank';
  if (alike < ALIKE) {
    const box = expectation(drawn, drawn.face.font.getGlyph(0));
    return box !== null && compare(painted, box, false).alike >= ALIKE ? 'missing-glyph-box' : 'wrong-shape';
  }
  return ink > INK.most ? 'wrong-shape' : null;
};

/** Shapes around the origin, per font; certificates repeat their characters. Which ones were ever printed, nothing of whose they were. */
let shapes = new WeakMap<Font, Map<string, Coverage | null>>();
let kept = 0;
/** About 20 MB of shapes: then from the beginning. */
const KEPT_MOST = 2_000;

const shapeOf = (font: Font, glyph: Glyph, em: number): Coverage | null => {
  const known = shapes.get(font) ?? new Map<string, Coverage | null>();
  const key = `${glyph.id} ${em}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  if (kept >= KEPT_MOST) [shapes, kept] = [new WeakMap(), 0];
  const shape = fillGlyph(glyph, (em * SCALE) / font.unitsPerEm, 0, 0, 4);
  shapes.set(font, known.set(key, shape));
  kept += 1;
  return shape;
};

const expectation = ({ x, y, em, face }: DrawnGlyph, glyph: Glyph): Coverage | null => {
  const shape = shapeOf(face.font, glyph, em);
  return shape === null ? null : { ...shape, left: shape.left + Math.round(x * SCALE), top: shape.top + Math.round(y * SCALE) };
};

/** The best of the places within two pixels, a sixth of a millimetre. */
const compare = (painted: Painted, expected: Coverage, neighbours: boolean): { alike: number; ink: number } => {
  let best = { alike: -1, ink: 0 };
  const others = neighbours ? neighboursIn(painted, expected) : null;
  for (const { dx, dy } of SHIFTS) {
    const here = compareAt(painted, expected, neighbours, others, dx, dy);
    if (here.alike > best.alike) best = here;
    if (best.alike >= ALIKE) break;
  }
  return best;
};

/** A kerned neighbour reaches into the box from a whole pixel of its own, which may be another one than was reckoned. */
const NEIGHBOUR_STRAYS = 2;
/** Less than this is rounding. */
const LEAST_INK = 0.02;

/** Pixels of the box and its margin of one on which only a neighbour is meant, or right beside such; null: nobody reaches in. */
const neighboursIn = ({ meant, width }: Painted, expected: Coverage): Uint8Array | null => {
  const across = expected.width + 2;
  let mask: Uint8Array | null = null;
  for (let row = -1; row <= expected.height; row += 1) {
    for (let column = -1 - NEIGHBOUR_STRAYS; column <= expected.width + NEIGHBOUR_STRAYS; column += 1) {
      if ((meant[(expected.top + row) * width + expected.left + column] ?? 0) / 255 <= ownAt(expected, row, column) + LEAST_INK) continue;
      mask ??= new Uint8Array(across * (expected.height + 2));
      for (let aside = Math.max(-1, column - NEIGHBOUR_STRAYS); aside <= Math.min(expected.width, column + NEIGHBOUR_STRAYS); aside += 1) {
        if (ownAt(expected, row, aside) === 0) mask[(row + 1) * across + aside + 1] = 1;
      }
    }
  }
  return mask;
};

const ownAt = ({ width, height, data }: Coverage, row: number, column: number): number => (row >= 0 && column >= 0 && row < height && column < width ? (data[row * width + column] ?? 0) : 0);

/**
 * Pearson correlation over the glyph's box and a margin of one pixel, and painted over expected ink; with what is meant to stand beside it, or alone. Where
 * nothing but a neighbour is meant the neighbour is judged, in its own box.
 */
const compareAt = (painted: Painted, expected: Coverage, neighbours: boolean, others: Uint8Array | null, dx: number, dy: number): { alike: number; ink: number } => {
  let n = 0;
  let sumA = 0;
  let sumE = 0;
  let sumAA = 0;
  let sumEE = 0;
  let sumAE = 0;
  for (let row = -1; row <= expected.height; row += 1) {
    for (let column = -1; column <= expected.width; column += 1) {
      const px = expected.left + column + dx;
      const py = expected.top + row + dy;
      if (px < 0 || py < 0 || px >= painted.width || py >= painted.height) continue;
      const a = 1 - (painted.grey[py * painted.width + px] ?? 255) / 255;
      if (others?.[(row + 1) * (expected.width + 2) + column + 1] === 1) continue;
      const own = ownAt(expected, row, column);
      const e = neighbours ? Math.max(own, (painted.meant[(expected.top + row) * painted.width + expected.left + column] ?? 0) / 255) : own;
      n += 1;
      sumA += a;
      sumE += e;
      sumAA += a * a;
      sumEE += e * e;
      sumAE += a * e;
    }
  }
  const spread = Math.sqrt((n * sumAA - sumA * sumA) * (n * sumEE - sumE * sumE));
  return { alike: spread > 0 ? (n * sumAE - sumA * sumE) / spread : 0, ink: sumE > 0 ? sumA / sumE : 0 };
};
