/** Where a thing lies on the glass, and how it is turned: a card is laid down anyhow. Pure. */
import type { Grey } from '../paper-edges.ts';
import { ground, marksOf } from './marks.ts';

/** A rectangle at any angle; lengths in pixels. */
export interface Turned {
  /** Middle. */
  x: number;
  y: number;
  /** Long side first. */
  width: number;
  height: number;
  /** Degrees by which the picture must be turned clockwise so that the long side lies level; −90 to 90. */
  angle: number;
}

/** What differs from the ground by this belongs to the thing: pale cards on a white lid differ by little. */
const DIFFERENCE = 9;
/** Smaller than this share of the picture is no card but dirt. */
const LEAST = 0.01;

/**
 * The largest thing that lies free on the glass, null where none does. What touches the picture's edge is the paper's own
 * edge or the lid's.
 * @param page slightly blurred, so that its ground is even
 */
export function findThing(page: Grey): Turned | null {
  const { width, height, data } = page;
  const base = ground(page, { left: 0, top: 0, right: width, bottom: height });
  const pieces = marksOf(page, (x, y) => Math.abs((data[y * width + x] ?? 0) - base) > DIFFERENCE).filter(({ left, top, right, bottom }) => left > 1 && top > 1 && right < width - 2 && bottom < height - 2);
  const box = ({ left, top, right, bottom }: { left: number; top: number; right: number; bottom: number }): number => (right - left + 1) * (bottom - top + 1);
  const largest = pieces.toSorted((a, b) => box(b) - box(a))[0];
  if (largest === undefined || box(largest) < width * height * LEAST) return null;
  return smallestBox(hull(largest.points));
}

type Point = readonly [number, number];
const cross = (o: Point, a: Point, b: Point): number => (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);

/** Convex hull of x, y in turn (Andrew's monotone chain). */
function hull(flat: readonly number[]): Point[] {
  const points: Point[] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) points.push([flat[index] ?? 0, flat[index + 1] ?? 0]);
  points.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (ordered: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of ordered) {
      for (let last = chain.at(-1), before = chain.at(-2); last !== undefined && before !== undefined && cross(before, last, point) <= 0; last = chain.at(-1), before = chain.at(-2)) chain.pop();
      chain.push(point);
    }
    return chain;
  };
  return [...half(points).slice(0, -1), ...half(points.toReversed()).slice(0, -1)];
}

/** The box of least area around a hull: one of its sides lies along a side of the hull, or near enough to a quarter degree. */
function smallestBox(points: readonly Point[]): Turned | null {
  let best: (Turned & { area: number }) | null = null;
  for (let angle = -45; angle <= 45; angle += 0.25) {
    const [sin, cos] = [Math.sin((angle * Math.PI) / 180), Math.cos((angle * Math.PI) / 180)];
    const [us, vs] = [points.map(([x, y]) => x * cos - y * sin), points.map(([x, y]) => x * sin + y * cos)];
    const [left, right, top, bottom] = [Math.min(...us), Math.max(...us), Math.min(...vs), Math.max(...vs)];
    const [wide, high] = [right - left + 1, bottom - top + 1];
    if (best !== null && wide * high >= best.area) continue;
    const [u, v] = [(left + right) / 2, (top + bottom) / 2];
    const upright = high > wide;
    best = { area: wide * high, x: u * cos + v * sin, y: v * cos - u * sin, width: Math.max(wide, high), height: Math.min(wide, high), angle: upright ? (angle > 0 ? angle - 90 : angle + 90) : angle };
  }
  if (best === null) return null;
  const { area: _, ...found } = best;
  return found;
}
