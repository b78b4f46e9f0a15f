/**
 * Reads a printed page by its dots. A PDF's text layer says what should stand there even where nothing, or a box, was painted; so
 * the page is rasterised by poppler, and each character is told from others by its shape alone.
 */
import { spawnSync } from 'node:child_process';
import sharp from 'sharp';
import { createFonts, type Fonts, type Weight } from '../../electron/printing/fonts.ts';

/** Dots per inch: a character of 4 mm is 47 dots high. */
const DPI = 300;
const PER_POINT = DPI / 72;
/** Shapes are compared in squares of so many dots. */
const SIDE = 32;
/** Darker than this is ink: the pale 演示 across a demonstration's page is not. */
const INK = 128;
/** Of −1 to 1: a character and its own drawing are 0.8 to 1 alike; a box, a blot or half a character is like nothing. */
const ALIKE = 0.7;
/** What a character might be taken for, beside those that should stand there: common ones, and shapes near to those of names. */
const OTHERS = [...'的一是在不了有和人中大为上个国要他时来生到地李苏季杏土士未末日曰目自吉𠮷告古右石名0123456789X'];

interface Word {
  text: string;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

interface Raster {
  data: Buffer;
  width: number;
  height: number;
}

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'" };

/** Where the text layer says that words stand, in dots. */
const wordsOf = (pdf: string): Word[] => {
  const { stdout } = spawnSync('pdftotext', ['-bbox', '-l', '1', pdf, '-'], { encoding: 'utf8' });
  return [...stdout.matchAll(/<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)<\/word>/g)].map(([, left, top, right, bottom, text = '']) => ({
    text: text.replaceAll(/&\w+;/g, (entity) => ENTITIES[entity] ?? entity),
    left: Number(left) * PER_POINT,
    right: Number(right) * PER_POINT,
    top: Number(top) * PER_POINT,
    bottom: Number(bottom) * PER_POINT,
  }));
};

const rasterOf = async (pdf: string): Promise<Raster> => {
  const { stdout } = spawnSync('pdftoppm', ['-r', String(DPI), '-gray', '-png', '-singlefile', pdf], { maxBuffer: 64 * 1024 * 1024 });
  const { data, info } = await sharp(stdout).greyscale().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
};

/** A drawing without where it stood and how large it was: its dots in a square, less their mean, of length 1. */
interface Shape {
  dots: Float64Array;
  /** Width ÷ height of its ink. */
  slant: number;
}

const shapeOf = ({ data, width, height }: Raster, box: { left: number; top: number; right: number; bottom: number }): Shape | null => {
  const at = { left: Math.max(0, Math.floor(box.left)), top: Math.max(0, Math.floor(box.top)), right: Math.min(width, Math.ceil(box.right)), bottom: Math.min(height, Math.ceil(box.bottom)) };
  let [left, top, right, bottom] = [at.right, at.bottom, at.left - 1, at.top - 1];
  for (let y = at.top; y < at.bottom; y += 1) {
    for (let x = at.left; x < at.right; x += 1) {
      if ((data[y * width + x] ?? 255) >= INK) continue;
      [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    }
  }
  if (right < left) return null;
  const [wide, high] = [right - left + 1, bottom - top + 1];
  // The mean of what lies under each square of the grid.
  const dots = Float64Array.from({ length: SIDE * SIDE }, (_, index) => {
    const [column, row] = [index % SIDE, Math.floor(index / SIDE)];
    const [fromX, fromY] = [Math.floor((column * wide) / SIDE), Math.floor((row * high) / SIDE)];
    const [toX, toY] = [Math.max(fromX + 1, Math.ceil(((column + 1) * wide) / SIDE)), Math.max(fromY + 1, Math.ceil(((row + 1) * high) / SIDE))];
    let sum = 0;
    for (let y = fromY; y < toY; y += 1) for (let x = fromX; x < toX; x += 1) sum += data[(top + y) * width + left + x] ?? 255;
    return sum / ((toX - fromX) * (toY - fromY));
  });
  const mean = dots.reduce((sum, dot) => sum + dot, 0) / dots.length;
  const length = Math.hypot(...dots.map((dot) => dot - mean)) || 1;
  return { dots: dots.map((dot) => (dot - mean) / length), slant: wide / high };
};

const alike = (one: Shape, other: Shape): number => one.dots.reduce((sum, dot, at) => sum + dot * (other.dots[at] ?? 0), 0) * (Math.min(one.slant, other.slant) / Math.max(one.slant, other.slant)) ** 0.5;

const LETTERS = { moveTo: 'M', lineTo: 'L', quadraticCurveTo: 'Q', bezierCurveTo: 'C', closePath: 'Z' } as const;
const CELL = { width: 96, height: 120 };

/** Characters as their fonts draw them, all on one sheet; those that no font draws are left out. */
const drawn = async (fonts: Fonts, characters: readonly string[], weight: Weight): Promise<Map<string, Shape>> => {
  const glyphs = characters.flatMap((character) => {
    const face = fonts.faceFor(character.codePointAt(0) ?? 0, weight);
    return face === null ? [] : [{ character, commands: face.font.glyphForCodePoint(character.codePointAt(0) ?? 0).path.commands, unit: (CELL.width * 0.75) / face.font.unitsPerEm }];
  });
  const paths = glyphs.map(({ commands, unit }, at) => `<path transform="translate(${at * CELL.width + CELL.width * 0.1},${CELL.height * 0.7}) scale(${unit},${-unit})" d="${commands.map(({ command, args }) => LETTERS[command] + args.join(' ')).join('')}"/>`);
  const picture = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${glyphs.length * CELL.width}" height="${CELL.height}"><rect width="100%" height="100%" fill="#fff"/>${paths.join('')}</svg>`);
  const { data, info } = await sharp(picture, { unlimited: true }).greyscale().raw().toBuffer({ resolveWithObject: true });
  const shapes = glyphs.map(({ character }, at) => [character, shapeOf({ data, width: info.width, height: info.height }, { left: at * CELL.width, top: 0, right: (at + 1) * CELL.width, bottom: CELL.height })] as const);
  return new Map(shapes.flatMap(([character, shape]) => (shape === null ? [] : [[character, shape] as const])));
};

export interface PaintedPage {
  /**
   * What the dots say where the text layer has these characters: each one as the character that its shape is most like, `□` where there
   * is no ink, `?` where it is like none.
   * @throws Error where the text layer has no such words
   */
  read(words: string, weight?: Weight): Promise<string>;
}

/** A printed page's first sheet. */
export const paintedPage = async (pdf: string, fonts: Fonts = createFonts()): Promise<PaintedPage> => {
  const words = wordsOf(pdf);
  const raster = await rasterOf(pdf);
  const advance = (character: string, weight: Weight): number => {
    const face = fonts.faceFor(character.codePointAt(0) ?? 0, weight);
    return face === null ? 1 : face.font.glyphForCodePoint(character.codePointAt(0) ?? 0).advanceWidth / face.font.unitsPerEm;
  };
  /** One box for each character of the text layer, in its order. */
  const cells = (weight: Weight): { character: string; left: number; right: number; top: number; bottom: number }[] =>
    words.flatMap(({ text, left, right, top, bottom }) => {
      const widths = [...text].map((character) => advance(character, weight));
      const unit = (right - left) / widths.reduce((sum, width) => sum + width, 0);
      let x = left;
      return [...text].map((character, at) => {
        const from = x;
        x += (widths[at] ?? 0) * unit;
        return { character, left: from, right: x, top, bottom };
      });
    });
  return {
    read: async (wanted, weight = 'regular') => {
      const all = cells(weight);
      const characters = [...wanted.replaceAll(/\s/g, '')];
      const at = all.findIndex((_, index) => characters.every((character, offset) => all[index + offset]?.character === character));
      if (at < 0) throw new Error(`the text layer has no ${wanted}: ${words.map(({ text }) => text).join(' ')}`);
      const candidates = await drawn(fonts, [...new Set([...characters, ...OTHERS])], weight);
      let read = '';
      for (const cell of all.slice(at, at + characters.length)) {
        const shape = shapeOf(raster, cell);
        const [best] = shape === null ? [] : [...candidates].map(([character, one]) => ({ character, score: alike(shape, one) })).sort((one, other) => other.score - one.score);
        read += best === undefined ? '□' : best.score >= ALIKE ? best.character : '?';
      }
      return read;
    },
  };
};
