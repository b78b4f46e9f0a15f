/** From text to glyphs and advances, in one way for measuring, drawing and checking. */
import type { Font, Glyph, GlyphRun } from 'fontkit';
import { codePointOf } from './fonts.ts';

/** Hanzi and full-width marks stand in squares: no neighbour changes their glyph or their place. Then ASCII, then everything else. */
const PIECES = /[\u3400-\u4dbf\u4e00-\u9fff\u{20000}-\u{3ffff}、。，：；？！（）《》〈〉【】〔〕「」『』]|[ -~]+|[^ -~\u3400-\u4dbf\u4e00-\u9fff\u{20000}-\u{3ffff}、。，：；？！（）《》〈〉【】〔〕「」『』]+/gu;
const SQUARE = /^[\u3400-\u4dbf\u4e00-\u9fff\u{20000}-\u{3ffff}、。，：；？！（）《》〈〉【】〔〕「」『』]$/u;
const ASCII = /^[ -~]+$/;

interface Single {
  glyph: Glyph;
  advance: number;
}

/** What is kept of a font: single characters and pairs, nothing of whom they belong to. */
interface Known {
  singles: Map<string, Single>;
  /** Kerning after the first of two ASCII characters; null where the two change each other in another way (ligatures). */
  pairs: Map<string, number | null>;
}

const kept = new WeakMap<Font, Known>();

/** Lays out a run of one font, in font units: what the font's own layout answers, looked up where that is certain. Digits are always the font's own, not those it has for Latin text. The positions are the caller's to change. */
export const shape = (font: Font, text: string): GlyphRun => {
  const known = kept.get(font) ?? { singles: new Map(), pairs: new Map() };
  kept.set(font, known);
  const run: GlyphRun = { glyphs: [], positions: [] };
  for (const piece of text.match(PIECES) ?? []) {
    if (known.singles.has(piece) || SQUARE.test(piece)) put(run, singleOf(font, known, piece), 0);
    else if (!ASCII.test(piece) || !putPairs(run, font, known, piece)) {
      const laid = font.layout(piece, []);
      run.glyphs.push(...laid.glyphs);
      run.positions.push(...laid.positions);
    }
  }
  return run;
};

const put = (run: GlyphRun, { glyph, advance }: Single, kerning: number): void => {
  run.glyphs.push(glyph);
  run.positions.push({ xAdvance: advance + kerning, yAdvance: 0, xOffset: 0, yOffset: 0 });
};

const singleOf = (font: Font, known: Known, char: string): Single => {
  const found = known.singles.get(char);
  if (found !== undefined) return found;
  const glyph = font.glyphForCodePoint(codePointOf(char));
  const single = { glyph, advance: glyph.advanceWidth };
  known.singles.set(char, single);
  return single;
};

/** False, with nothing put, where pairs do not tell all. */
const putPairs = (run: GlyphRun, font: Font, known: Known, piece: string): boolean => {
  const kerning = [...piece].map((char, index) => (index + 1 === piece.length ? 0 : kerningOf(font, known, char, piece.charAt(index + 1))));
  if (kerning.includes(null)) return false;
  for (const [index, char] of [...piece].entries()) put(run, singleOf(font, known, char), kerning[index] ?? 0);
  return true;
};

const kerningOf = (font: Font, known: Known, first: string, second: string): number | null => {
  const found = known.pairs.get(first + second);
  if (found !== undefined) return found;
  // Digits are tabular; beside letters the font would take others of the same width, and a page would have two sorts.
  if (/\d[a-z]|[a-z]\d/i.test(first + second)) return 0;
  const [a, b] = [singleOf(font, known, first), singleOf(font, known, second)];
  const { glyphs, positions } = font.layout(first + second, []);
  const [one, two] = positions;
  const plain = glyphs.length === 2 && glyphs[0]?.id === a.glyph.id && glyphs[1]?.id === b.glyph.id && one !== undefined && two?.xAdvance === b.advance;
  const still = plain && positions.every(({ xOffset, yOffset }) => xOffset === 0 && yOffset === 0);
  const kerning = still ? one.xAdvance - a.advance : null;
  known.pairs.set(first + second, kerning);
  return kerning;
};
