/** The emulated printer's font: outlines of Noto Sans SC turned into dots, as a maker's font chip holds them. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Bitmap } from '../contract.ts';

interface PathCommand {
  command: 'moveTo' | 'lineTo' | 'quadraticCurveTo' | 'bezierCurveTo' | 'closePath';
  args: number[];
}
interface Font {
  unitsPerEm: number;
  ascent: number;
  descent: number;
  hasGlyphForCodePoint(code: number): boolean;
  glyphForCodePoint(code: number): { advanceWidth: number; path: { commands: PathCommand[] } };
}

const require = createRequire(import.meta.url);
let loaded: Font | null = null;
const font = (): Font => {
  if (loaded === null) {
    const fontkit = require('fontkit') as { create(data: Buffer): Font };
    loaded = fontkit.create(readFileSync(require.resolve('@expo-google-fonts/noto-sans-sc/500Medium/NotoSansSC_500Medium.ttf')));
  }
  return loaded;
};

type Point = readonly [x: number, y: number];
type Edge = readonly [from: Point, to: Point];

const CURVE_STEPS = 6;

const edgesOf = (commands: readonly PathCommand[]): Edge[] => {
  const edges: Edge[] = [];
  let start: Point = [0, 0];
  let at: Point = [0, 0];
  const lineTo = (to: Point): void => {
    edges.push([at, to]);
    at = to;
  };
  for (const { command, args } of commands) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = args;
    const from = at;
    switch (command) {
      case 'moveTo':
        at = [a, b];
        start = at;
        break;
      case 'lineTo':
        lineTo([a, b]);
        break;
      case 'quadraticCurveTo':
        for (let step = 1; step <= CURVE_STEPS; step += 1) {
          const t = step / CURVE_STEPS;
          const u = 1 - t;
          lineTo([u * u * from[0] + 2 * u * t * a + t * t * c, u * u * from[1] + 2 * u * t * b + t * t * d]);
        }
        break;
      case 'bezierCurveTo':
        for (let step = 1; step <= CURVE_STEPS; step += 1) {
          const t = step / CURVE_STEPS;
          const u = 1 - t;
          lineTo([u ** 3 * from[0] + 3 * u * u * t * a + 3 * u * t * t * c + t ** 3 * e, u ** 3 * from[1] + 3 * u * u * t * b + 3 * u * t * t * d + t ** 3 * f]);
        }
        break;
      case 'closePath':
        lineTo(start);
        break;
    }
  }
  return edges;
};

const SUBROWS = 4;
/** Share of a dot's area from which it is black. */
const BLACK = 0.45;

/** Fills an outline (dots, y downwards) by the non-zero rule. */
const fill = (edges: readonly Edge[], width: number, height: number): Bitmap => {
  const stride = Math.ceil(width / 8);
  const data = new Uint8Array(stride * height);
  for (let y = 0; y < height; y += 1) {
    const cover = new Float64Array(width);
    for (let sub = 0; sub < SUBROWS; sub += 1) addSpans(edges, y + (sub + 0.5) / SUBROWS, cover);
    cover.forEach((area, x) => {
      if (area / SUBROWS >= BLACK) data[y * stride + (x >> 3)] = (data[y * stride + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
    });
  }
  return { width, height, data };
};

const addSpans = (edges: readonly Edge[], y: number, cover: Float64Array): void => {
  const crossings = edges
    .filter(([from, to]) => from[1] <= y !== to[1] <= y)
    .map(([from, to]) => ({ x: from[0] + ((y - from[1]) / (to[1] - from[1])) * (to[0] - from[0]), turn: from[1] < to[1] ? 1 : -1 }))
    .sort((one, other) => one.x - other.x);
  let winding = 0;
  crossings.forEach(({ x, turn }, index) => {
    const before = winding;
    winding += turn;
    const following = crossings[index + 1];
    if (winding === 0 || following === undefined || (before === 0 && winding === 0)) return;
    for (let dot = Math.max(0, Math.floor(x)); dot < Math.min(cover.length, following.x); dot += 1) {
      cover[dot] = (cover[dot] ?? 0) + Math.max(0, Math.min(dot + 1, following.x) - Math.max(dot, x));
    }
  });
};

const cache = new Map<string, Bitmap>();

/**
 * Dots of one character: 24 × 24 from the Chinese font, 12 × 24 for ASCII. A character that the font lacks is an empty frame, as
 * printers show it.
 */
export const glyph = (character: string): Bitmap => {
  const known = cache.get(character);
  if (known !== undefined) return known;
  const made = draw(character);
  cache.set(character, made);
  return made;
};

const draw = (character: string): Bitmap => {
  const code = character.codePointAt(0) ?? 0;
  const latin = code < 0x80;
  const width = latin ? 12 : 24;
  const face = font();
  if (!face.hasGlyphForCodePoint(code)) return emptyFrame(width);
  const { advanceWidth, path } = face.glyphForCodePoint(code);
  const scale = (latin ? 20 : 23) / face.unitsPerEm;
  const narrow = Math.min(1, width / (advanceWidth * scale));
  const left = (width - advanceWidth * scale * narrow) / 2;
  // The ideographic em box of this font reaches from -0.12 to 0.88 em; Latin letters stand higher, so that g and p keep their tails.
  const base = latin ? 19 : 0.5 + 0.88 * 23;
  const place = ([x, y]: Point): Point => [left + x * scale * narrow, base - y * scale];
  return fill(
    edgesOf(path.commands).map(([from, to]) => [place(from), place(to)] as const),
    width,
    24,
  );
};

const emptyFrame = (width: number): Bitmap => {
  const inset = 2;
  const edges: Edge[] = [];
  const box = (x0: number, y0: number, x1: number, y1: number): void => {
    edges.push([[x0, y0], [x0, y1]], [[x0, y1], [x1, y1]], [[x1, y1], [x1, y0]], [[x1, y0], [x0, y0]]);
  };
  box(inset, inset, width - inset, 24 - inset);
  // The inner box runs the other way round: a hole.
  box(width - inset - 1, inset + 1, inset + 1, 24 - inset - 1);
  return fill(edges, width, 24);
};
