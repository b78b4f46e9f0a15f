/**
 * Glyph outlines as pixels: the independent rendering that the ink check compares with, and the large print of slips.
 * Scan conversion by non-zero winding, because outlines made from variable fonts overlap themselves.
 */
import type { Glyph } from 'fontkit';

/** Coverage 0–1 per pixel, rows top to bottom. `left` and `top` place it on the page, in pixels. */
export interface Coverage {
  left: number;
  top: number;
  width: number;
  height: number;
  data: Float32Array;
}

interface Edge {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
  /** +1 downwards, −1 upwards. */
  turn: number;
}

/** Points per curve: at the sizes printed here (under 130 pixels) a chord strays by far less than a tenth of a pixel. */
const CURVE_STEPS = 6;

/**
 * Fills one glyph.
 * @param scale pixels per font unit
 * @param x pixel column of the glyph's origin @param y pixel row of the baseline
 * @param lines scan lines per pixel row, 4 for comparing, 8 for printing
 * @returns null for a glyph without outline
 */
export const fillGlyph = (glyph: Glyph, scale: number, x: number, y: number, lines: number): Coverage | null => {
  const edges = edgesOf(glyph, scale, x, y);
  if (edges.length === 0) return null;
  const left = Math.floor(minimum(edges, (edge) => Math.min(edge.x0, edge.x1)));
  const right = Math.ceil(-minimum(edges, (edge) => -Math.max(edge.x0, edge.x1)));
  const top = Math.floor(minimum(edges, (edge) => edge.y0));
  const bottom = Math.ceil(-minimum(edges, (edge) => -edge.y1));
  const width = right - left;
  const height = bottom - top;
  const data = new Float32Array(Math.max(0, width * height));
  edges.sort((a, b) => a.y0 - b.y0);
  for (let row = 0; row < height; row += 1) {
    for (let line = 0; line < lines; line += 1) scan(edges, top + row + (line + 0.5) / lines, data.subarray(row * width, (row + 1) * width), left, 1 / lines);
  }
  return { left, top, width, height, data };
};

const minimum = (edges: Edge[], of: (edge: Edge) => number): number => edges.reduce((low, edge) => Math.min(low, of(edge)), Infinity);

const scan = (edges: Edge[], y: number, row: Float32Array, left: number, weight: number): void => {
  const crossings: { x: number; turn: number }[] = [];
  for (const edge of edges) {
    if (edge.y0 > y) break;
    if (edge.y1 <= y) continue;
    crossings.push({ x: edge.x0 + ((y - edge.y0) / (edge.y1 - edge.y0)) * (edge.x1 - edge.x0) - left, turn: edge.turn });
  }
  crossings.sort((a, b) => a.x - b.x);
  let winding = 0;
  let from = 0;
  for (const crossing of crossings) {
    const before = winding;
    winding += crossing.turn;
    if (before === 0) from = crossing.x;
    else if (winding === 0) span(row, from, crossing.x, weight);
  }
};

const span = (row: Float32Array, from: number, to: number, weight: number): void => {
  const first = Math.max(0, Math.floor(from));
  const last = Math.min(row.length - 1, Math.ceil(to) - 1);
  for (let pixel = first; pixel <= last; pixel += 1) {
    row[pixel] = (row[pixel] ?? 0) + weight * (Math.min(to, pixel + 1) - Math.max(from, pixel));
  }
};

const edgesOf = (glyph: Glyph, scale: number, originX: number, originY: number): Edge[] => {
  const edges: Edge[] = [];
  let startX = 0;
  let startY = 0;
  let x = 0;
  let y = 0;
  const lineTo = (toX: number, toY: number): void => {
    const [x0, y0, x1, y1] = [originX + x * scale, originY - y * scale, originX + toX * scale, originY - toY * scale];
    if (y0 < y1) edges.push({ x0, y0, x1, y1, turn: 1 });
    else if (y0 > y1) edges.push({ x0: x1, y0: y1, x1: x0, y1: y0, turn: -1 });
    x = toX;
    y = toY;
  };
  for (const { command, args } of glyph.path.commands) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = args;
    const [fromX, fromY] = [x, y];
    switch (command) {
      case 'moveTo':
        lineTo(startX, startY);
        [startX, startY, x, y] = [a, b, a, b];
        break;
      case 'lineTo':
        lineTo(a, b);
        break;
      case 'quadraticCurveTo':
        for (let step = 1; step <= CURVE_STEPS; step += 1) {
          const t = step / CURVE_STEPS;
          const u = 1 - t;
          lineTo(u * u * fromX + 2 * u * t * a + t * t * c, u * u * fromY + 2 * u * t * b + t * t * d);
        }
        break;
      case 'bezierCurveTo':
        for (let step = 1; step <= CURVE_STEPS; step += 1) {
          const t = step / CURVE_STEPS;
          const u = 1 - t;
          lineTo(
            u * u * u * fromX + 3 * u * u * t * a + 3 * u * t * t * c + t * t * t * e,
            u * u * u * fromY + 3 * u * u * t * b + 3 * u * t * t * d + t * t * t * f,
          );
        }
        break;
      case 'closePath':
        lineTo(startX, startY);
        break;
    }
  }
  lineTo(startX, startY);
  return edges;
};
