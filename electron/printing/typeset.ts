/** Measuring and breaking lines as Chinese print does it; sizes are in whatever unit the caller's em is in. */
import type { Glyph } from 'fontkit';
import { codePointOf, isSpace, type Face, type Fonts, type Weight } from './fonts.ts';
import { shape } from './shape.ts';

export interface PlacedGlyph {
  face: Face;
  glyph: Glyph;
  /** From the start of the line, and upwards from the baseline. */
  x: number;
  rise: number;
  text: string;
}

export interface SetRun {
  face: Face;
  text: string;
  x: number;
}

export interface SetLine {
  width: number;
  glyphs: PlacedGlyph[];
  runs: SetRun[];
}

/** Sets one line at an em of `em`. Throws a RangeError for a character without a font. */
export const setLine = (fonts: Fonts, text: string, weight: Weight, em: number): SetLine => {
  const glyphs: PlacedGlyph[] = [];
  const runs: SetRun[] = [];
  let x = 0;
  for (const run of fonts.runs(text, weight)) {
    runs.push({ ...run, x });
    // The same call as the one that draws the run on a page: positions agree to the unit.
    const laid = shape(run.face.font, run.text);
    const unit = em / run.face.font.unitsPerEm;
    for (const [index, glyph] of laid.glyphs.entries()) {
      const position = laid.positions[index];
      glyphs.push({
        face: run.face,
        glyph,
        x: x + (position?.xOffset ?? 0) * unit,
        rise: (position?.yOffset ?? 0) * unit,
        text: String.fromCodePoint(...glyph.codePoints),
      });
      x += (position?.xAdvance ?? glyph.advanceWidth) * unit;
    }
  }
  return { width: x, glyphs, runs };
};

/** No line starts with these: they belong to what stands before them. */
const NOT_FIRST = new Set('，。、；：？！）》〉」』】〕〗〙〛’”…—～·％‰℃°!%),.:;?]}¢´ˇˉ―‖•›');
/** No line ends with these: they belong to what follows. */
const NOT_LAST = new Set('（《〈「『【〔〖〘〚‘“([{£¥＄￥$#＃');

/** Words in Latin letters and numbers stay whole; everything else may be parted anywhere. */
const WORD = /[\p{Script=Latin}\p{Nd}][\p{Script=Latin}\p{Nd}\p{M}'.,:/@_–-]*[\p{Script=Latin}\p{Nd}]|\n|[^]/gu;

/**
 * Breaks a text into lines no wider than `width` (first line: less `indent`). Obeys line breaks in the text, keeps words whole
 * unless a single one is wider than a line, and leaves no single Hanzi alone on the last line.
 */
export const breakLines = (fonts: Fonts, text: string, weight: Weight, em: number, width: number, indent = 0): string[] =>
  breakBy(text, (part) => setLine(fonts, part, weight, em).width, width, indent);

/** The same with any measure, e.g. the columns of a printer's own font. */
export const breakBy = (text: string, measure: (text: string) => number, width: number, indent = 0): string[] =>
  text.split('\n').flatMap((paragraph, index) => breakParagraph(paragraph, measure, width, index === 0 ? indent : 0));

const breakParagraph = (paragraph: string, measure: (text: string) => number, width: number, indent: number): string[] => {
  // Part by part instead of line by line: kerning between parts is at most a hundredth of an em, and lines are laid out a hundred times less.
  const known = new Map<string, number>();
  const widthOf = (part: string): number => {
    const own = known.get(part) ?? measure(part);
    known.set(part, own);
    return own;
  };
  const sum = (line: string[]): number => line.reduce((total, part) => total + widthOf(part), 0);
  const parts = (paragraph.match(WORD) ?? []).flatMap((part) => (widthOf(part) > width ? [...part] : [part]));
  const lines: string[][] = [[]];
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const line = lines.at(-1) ?? [];
    const room = lines.length === 1 ? width - indent : width;
    if (line.length === 0 && lines.length > 1 && isBlank(part)) continue;
    if (line.length === 0 || isBlank(part) || sum(line) + widthOf(part) <= room) {
      line.push(part);
      continue;
    }
    const carried = carry(line, part);
    // What must stand before a word may leave it no room: then the word is parted, too.
    if (sum(carried) + widthOf(part) > width && [...part].length > 1) {
      lines.push(carried);
      parts.unshift(...part);
    } else lines.push([...carried, part]);
  }
  const last = lines.at(-1);
  const before = lines.at(-2);
  if (last !== undefined && before !== undefined && before.length > 4 && last.filter((part) => !NOT_FIRST.has(part)).length === 1 && [...last.join('')].length <= 2) {
    const shorter = [...before];
    const pulled = pull(shorter);
    // Rather one Hanzi alone than a line that sticks out: marks can draw a whole line after them.
    if (sum([...pulled, ...last]) <= width) lines.splice(-2, 2, shorter, [...pulled, ...last]);
  }
  return lines.map((line) => line.join('').replace(/ +$/, ''));
};

const isBlank = (part: string): boolean => [...part].every((char) => isSpace(codePointOf(char)));

/** Takes from the end of a full line what must not stand there once `next` begins the following line. */
const carry = (line: string[], next: string): string[] => {
  const moved: string[] = [];
  let head = next;
  while (line.length > 1) {
    const tail = line.at(-1) ?? '';
    if (!NOT_FIRST.has(head) && !NOT_LAST.has(tail)) break;
    moved.unshift(tail);
    line.pop();
    head = tail;
  }
  // A word that fills the line by itself cannot move whole: its last character goes with the mark, as no line may begin with one.
  const word = [...(line[0] ?? '')];
  const last = line.length === 1 && NOT_FIRST.has(head) ? word.pop() : undefined;
  if (last === undefined || word.length === 0) return moved;
  line[0] = word.join('');
  return [last, ...moved];
};

const pull = (line: string[]): string[] => {
  const tail = line.pop() ?? '';
  return [...carry(line, tail), tail];
};
