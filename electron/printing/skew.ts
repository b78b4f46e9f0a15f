/** How far a page lies askew: lines of print (and the paper's own edges) give the sharpest row profile at the right angle. */
import type { Grey } from './paper-edges.ts';

/** Degrees; a page further askew is told to the citizen instead of turned. */
export const MAX_SKEW = 5;
/** The search goes a little further, so that a page at the limit has a peak and not an edge. */
const REACH = MAX_SKEW + 1;
const MAX_POINTS = 40_000;

/**
 * @returns degrees by which to turn the page clockwise to make it straight; 0 where nothing tells a direction
 */
export const findSkew = (page: Grey): number => {
  const points = edgePoints(page);
  if (points.length < 400) return 0;
  const coarse = peak(page, points, -REACH, REACH, 0.5);
  const fine = peak(page, points, coarse.angle - 0.5, coarse.angle + 0.5, 0.1);
  const finest = peak(page, points, fine.angle - 0.1, fine.angle + 0.1, 0.025);
  // A photograph or a stain has no direction: its profile is nearly as sharp at any angle.
  return finest.score < coarse.mean * 1.12 ? 0 : Math.round(finest.angle * 100) / 100;
};

/** Where brightness changes from row to row, x and y in turn. */
const edgePoints = ({ width, height, data }: Grey): Int16Array => {
  const found: number[] = [];
  for (let y = 2; y < height - 2; y += 1) {
    for (let x = 2; x < width - 2; x += 1) {
      if (Math.abs((data[(y + 1) * width + x] ?? 0) - (data[(y - 1) * width + x] ?? 0)) > 48) found.push(x, y);
    }
  }
  const every = Math.max(1, Math.ceil(found.length / 2 / MAX_POINTS));
  const points: number[] = [];
  for (let index = 0; index < found.length; index += 2 * every) points.push(found[index] ?? 0, found[index + 1] ?? 0);
  return Int16Array.from(points);
};

const peak = (page: Grey, points: Int16Array, from: number, to: number, step: number): { angle: number; score: number; mean: number } => {
  let best = { angle: 0, score: -1 };
  let sum = 0;
  let count = 0;
  const tries = Math.round((to - from) / step);
  for (let index = 0; index <= tries; index += 1) {
    const angle = from + index * step;
    const score = sharpness(page, points, angle);
    sum += score;
    count += 1;
    if (score > best.score) best = { angle, score };
  }
  return { ...best, mean: sum / count };
};

const sharpness = ({ width, height }: Grey, points: Int16Array, degrees: number): number => {
  const sin = Math.sin((degrees * Math.PI) / 180);
  const cos = Math.cos((degrees * Math.PI) / 180);
  const offset = Math.ceil(width * Math.abs(sin)) + 2;
  const rows = new Float64Array(height + 2 * offset + 4);
  for (let index = 0; index < points.length; index += 2) {
    const row = (points[index] ?? 0) * sin + (points[index + 1] ?? 0) * cos + offset;
    const whole = Math.floor(row);
    // Shared between two rows, so that the score changes smoothly with the angle.
    rows[whole] = (rows[whole] ?? 0) + 1 - (row - whole);
    rows[whole + 1] = (rows[whole + 1] ?? 0) + row - whole;
  }
  let score = 0;
  for (const value of rows) score += value * value;
  return score;
};
