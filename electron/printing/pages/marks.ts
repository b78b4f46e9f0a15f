/** Connected marks in a grey picture: what differs from its ground, piece by piece. Pure. */
import type { Grey } from '../paper-edges.ts';

/** One piece: its box, how many pixels, and those pixels as x, y in turn. */
export interface Mark {
  left: number;
  top: number;
  right: number;
  bottom: number;
  points: number[];
}

/**
 * Pieces of pixels that touch each other, also at a corner.
 * @param isMark is this pixel part of a piece?
 * @param mostPoints pixels after which a piece is closed and the rest counts as another: bounds the memory of one
 */
export function marksOf(page: Grey, isMark: (x: number, y: number) => boolean, mostPoints = 4_000_000): Mark[] {
  const { width, height } = page;
  const seen = new Uint8Array(width * height);
  const found: Mark[] = [];
  const stack: number[] = [];
  for (let start = 0; start < seen.length; start += 1) {
    if (seen[start] === 1 || !isMark(start % width, Math.floor(start / width))) continue;
    const mark: Mark = { left: width, top: height, right: 0, bottom: 0, points: [] };
    seen[start] = 1;
    stack.push(start);
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const [x, y] = [at % width, Math.floor(at / width)];
      mark.points.push(x, y);
      mark.left = Math.min(mark.left, x);
      mark.right = Math.max(mark.right, x);
      mark.top = Math.min(mark.top, y);
      mark.bottom = Math.max(mark.bottom, y);
      if (mark.points.length >= mostPoints) break;
      for (let dy = -1; dy <= 1; dy += 1) {
        for (let dx = -1; dx <= 1; dx += 1) {
          const [nx, ny] = [x + dx, y + dy];
          const next = ny * width + nx;
          if (nx < 0 || ny < 0 || nx >= width || ny >= height || seen[next] === 1 || !isMark(nx, ny)) continue;
          seen[next] = 1;
          stack.push(next);
        }
      }
    }
    stack.length = 0;
    found.push(mark);
  }
  return found;
}

/** The value that half of the pixels in this window are darker than; looked at in steps, for a median needs no every pixel. */
export function ground({ width, height, data }: Grey, window: { left: number; top: number; right: number; bottom: number }): number {
  const counts = new Uint32Array(256);
  let total = 0;
  for (let y = Math.max(0, window.top); y < Math.min(height, window.bottom); y += 2) {
    for (let x = Math.max(0, window.left); x < Math.min(width, window.right); x += 2) {
      const value = data[y * width + x] ?? 0;
      counts[value] = (counts[value] ?? 0) + 1;
      total += 1;
    }
  }
  let sum = 0;
  return Math.max(0, counts.findIndex((count) => (sum += count) * 2 >= total));
}
