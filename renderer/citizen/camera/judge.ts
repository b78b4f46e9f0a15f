/** Whether a straightened page can be read: lit, without the mirror image of a lamp, and sharp. */
import { histogram, levelAt, shrunk, type Grey } from './grey.ts';

export type Refusal = 'dark' | 'glare' | 'blurred';

/** The agent looks at pages at this size too; what it would call blurred is not sent in the first place. */
const LOOK_EDGE = 1200;
const DARK_BELOW = 95;
/** Nothing on paper is this bright but a lamp's reflection, unless the whole page is. */
const GLARE_FROM = 250;
const GLARE_ABOVE_PAPER = 12;
/** In squares of this many pixels; a spot of less than so many of a thousand squares hides no line. */
const SQUARE = 10;
const LEAST_GLARE = 0.004;
/** Steepest steps of print against its contrast; out of focus both a stroke and its edge spread. */
const SHARP_FROM = 0.32;

/** @returns what is the matter, or null; a page without any print is not blurred */
export const refusalOf = (page: Grey): Refusal | null => {
  const small = shrunk(page, LOOK_EDGE);
  const counts = histogram(small.data);
  const paper = levelAt(counts, 0.6);
  if (paper < DARK_BELOW) return 'dark';
  if (glareShare(small, paper) >= LEAST_GLARE) return 'glare';
  return isBlurred(small, paper) ? 'blurred' : null;
};

/** Share of the page under its largest spot of glare. */
export const glareShare = ({ width, height, data }: Grey, paper: number): number => {
  const level = Math.max(GLARE_FROM, paper + GLARE_ABOVE_PAPER);
  if (level > 255) return 0;
  const [columns, rows] = [Math.floor(width / SQUARE), Math.floor(height / SQUARE)];
  const lit = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      let bright = 0;
      for (let y = row * SQUARE; y < (row + 1) * SQUARE; y += 1) for (let x = column * SQUARE; x < (column + 1) * SQUARE; x += 1) if ((data[y * width + x] ?? 0) >= level) bright += 1;
      if (bright >= SQUARE * SQUARE * 0.9) lit[row * columns + column] = 1;
    }
  }
  let largest = 0;
  const stack: number[] = [];
  for (let start = 0; start < lit.length; start += 1) {
    if (lit[start] !== 1) continue;
    lit[start] = 2;
    stack.push(start);
    let count = 0;
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      count += 1;
      const column = at % columns;
      for (const other of [column > 0 ? at - 1 : -1, column < columns - 1 ? at + 1 : -1, at - columns, at + columns]) {
        if (other >= 0 && lit[other] === 1) {
          lit[other] = 2;
          stack.push(other);
        }
      }
    }
    largest = Math.max(largest, count);
  }
  return columns * rows === 0 ? 0 : largest / (columns * rows);
};

const isBlurred = ({ width, height, data }: Grey, paper: number): boolean => {
  const steps = new Uint32Array(256);
  let edges = 0;
  for (let y = 2; y < height - 2; y += 1) {
    for (let x = 2; x < width - 2; x += 1) {
      const at = y * width + x;
      const step = Math.max(Math.abs((data[at + 1] ?? 0) - (data[at] ?? 0)), Math.abs((data[at + width] ?? 0) - (data[at] ?? 0)));
      if (step < 6) continue;
      steps[step] = (steps[step] ?? 0) + 1;
      edges += 1;
    }
  }
  if (edges < width * height * 0.0008) return false;
  const counts = histogram(data);
  let inked = 0;
  for (let level = 0; level < Math.max(0, paper - 22); level += 1) inked += counts[level] ?? 0;
  if (inked === 0) return false;
  const ink = levelAt(counts, (inked / data.length) * 0.25);
  let seen = 0;
  let steep = 255;
  while (steep > 0 && (seen += steps[steep] ?? 0) < edges * 0.05) steep -= 1;
  return steep < (paper - ink) * SHARP_FROM;
};

/** How sharp one frame is beside another of the same paper: its twentieth part of steepest steps, on every third row. */
export const sharpness = ({ width, height, data }: Grey): number => {
  const steps = new Uint32Array(256);
  let all = 0;
  for (let y = 1; y < height - 1; y += 3) {
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * width + x;
      const step = Math.abs((data[at + 1] ?? 0) - (data[at - 1] ?? 0));
      steps[step] = (steps[step] ?? 0) + 1;
      all += 1;
    }
  }
  let [seen, sum] = [0, 0];
  for (let step = 255; step > 0 && seen < all * 0.05; step -= 1) {
    const taken = Math.min(steps[step] ?? 0, all * 0.05 - seen);
    seen += taken;
    sum += taken * step;
  }
  return seen === 0 ? 0 : sum / seen;
};
