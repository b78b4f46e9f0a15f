/** Text as dots for a thermal head: 203 dots per inch, eight to the millimetre, black or nothing. */
import type { Glyph } from 'fontkit';
import type { Bitmap } from '../../drivers/contract.ts';
import type { Face, Fonts, Weight } from './fonts.ts';
import { fillGlyph } from './outline.ts';
import { setLine } from './typeset.ts';

/** Characters that cannot be put on paper. */
export class MissingGlyphs extends Error {
  readonly missing: string[];
  constructor(missing: string[]) {
    super(`no font draws ${missing.join(' ')}`);
    this.missing = missing;
  }
}

/** One byte per dot while drawing, 1 = black. */
export interface Canvas {
  width: number;
  height: number;
  dots: Uint8Array;
}

export const createCanvas = (width: number, height: number): Canvas => ({ width, height, dots: new Uint8Array(width * height) });

/** A dot is burnt when at least this much of it is covered: a little less than half, since strokes thinner than a dot must stay whole. */
const COVERED = 0.42;

/**
 * Draws one line with its baseline at `y`.
 * Throws {@link MissingGlyphs} for a character that no font draws, or that would leave no dot or fall off the canvas.
 */
export const drawText = (canvas: Canvas, fonts: Fonts, text: string, at: { x: number; y: number; em: number; weight: Weight }): void => {
  const missing = fonts.missing(text, at.weight);
  if (missing.length > 0) throw new MissingGlyphs(missing);
  for (const { face, glyph, x, rise, text: shown } of setLine(fonts, text, at.weight, at.em).glyphs) {
    if (shown.trim() === '') continue;
    const dots = glyph.id === 0 ? null : dotsOf(face, glyph, at.em);
    if (dots === null) throw new MissingGlyphs([shown]);
    const [left, top] = [Math.round(at.x + x), Math.round(at.y - rise)];
    for (let index = 0; index < dots.length; index += 2) {
      const px = left + (dots[index] ?? 0);
      const py = top + (dots[index + 1] ?? 0);
      if (px < 0 || py < 0 || px >= canvas.width || py >= canvas.height) throw new MissingGlyphs([shown]);
      canvas.dots[py * canvas.width + px] = 1;
    }
  }
};

/** Dots of one glyph, x and y by turns, from its origin. */
type Dots = Int16Array;

/**
 * A slip's words are the same all day, at places of whole dots: each glyph is filled once. Single characters at a size, nothing
 * of which slip they were on; forgotten all at once when they are many.
 */
const KEPT_DOTS = 1_000_000;
let kept = new Map<string, Dots>();
let keptDots = 0;

/** Null for a glyph that leaves no dot. */
const dotsOf = (face: Face, glyph: Glyph, em: number): Dots | null => {
  const key = `${face.id} ${glyph.id} ${em}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const coverage = fillGlyph(glyph, em / face.font.unitsPerEm, 0, 0, 8);
  if (coverage === null) return null;
  const found: number[] = [];
  for (let row = 0; row < coverage.height; row += 1) {
    for (let column = 0; column < coverage.width; column += 1) if ((coverage.data[row * coverage.width + column] ?? 0) >= COVERED) found.push(coverage.left + column, coverage.top + row);
  }
  if (found.length === 0) return null;
  const dots = Int16Array.from(found);
  if (keptDots + dots.length > KEPT_DOTS) {
    kept = new Map();
    keptDots = 0;
  }
  kept.set(key, dots);
  keptDots += dots.length;
  return dots;
};

export const fillRect = (canvas: Canvas, x: number, y: number, width: number, height: number): void => {
  for (let row = y; row < y + height; row += 1) canvas.dots.fill(1, row * canvas.width + x, row * canvas.width + x + width);
};

/** Turns black and white round: for white text on a bar. */
export const invert = (canvas: Canvas): void => {
  for (let index = 0; index < canvas.dots.length; index += 1) canvas.dots[index] = canvas.dots[index] === 0 ? 1 : 0;
};

/** Eight dots to a byte, most significant bit left. */
export const pack = (canvas: Canvas): Bitmap => {
  const stride = Math.ceil(canvas.width / 8);
  const data = new Uint8Array(stride * canvas.height);
  const { width, height, dots } = canvas;
  for (let row = 0, to = 0; row < height; row += 1) {
    const end = (row + 1) * width;
    for (let at = row * width; at < end; at += 8, to += 1) {
      let byte = 0;
      for (let dot = at, bit = 0x80; dot < at + 8 && dot < end; dot += 1, bit >>= 1) if (dots[dot] === 1) byte |= bit;
      data[to] = byte;
    }
  }
  return { width: canvas.width, height: canvas.height, data };
};
