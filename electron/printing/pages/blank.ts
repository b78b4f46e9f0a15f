/** Is anything on this page at all? Pure. A page that is dropped is gone, so that a lone page number is enough to keep it. */
import type { Grey } from '../paper-edges.ts';
import { ground, marksOf } from './marks.ts';

/** Squares in which the paper's own brightness is measured: shadow and yellowed edges change slowly. Pixels of a picture 1200 high. */
const SQUARE = 48;
/** Darker than the paper by this: more than what shows through from the other side, less than a pencil. */
const INK = 30;
/** Long side of the smallest sign that somebody wrote, as a share of the page's height: 1.5 mm of A4. Dust is smaller. */
const SIGN = 0.005;
/** A streak down (nearly) the whole page, as wide as dust on a feeder's glass makes it: no sign of anybody. */
const STREAK = { long: 0.8, wide: 0.005 };
/** Shadow of the paper's edge. */
const MARGIN = 0.03;

/** @param page straightened and cut to the paper */
export function isEmptyPage(page: Grey): boolean {
  const { width, height, data } = page;
  const columns = Math.ceil(width / SQUARE);
  const paper = Uint8Array.from({ length: columns * Math.ceil(height / SQUARE) }, (_, index) => {
    const [left, top] = [(index % columns) * SQUARE, Math.floor(index / columns) * SQUARE];
    // Wider than the square itself, so that no letter fills it.
    return ground(page, { left: left - SQUARE, top: top - SQUARE, right: left + 2 * SQUARE, bottom: top + 2 * SQUARE });
  });
  const [mx, my] = [Math.round(width * MARGIN), Math.round(height * MARGIN)];
  const isInk = (x: number, y: number): boolean =>
    x >= mx && x < width - mx && y >= my && y < height - my && (data[y * width + x] ?? 255) < (paper[Math.floor(y / SQUARE) * columns + Math.floor(x / SQUARE)] ?? 255) - INK;
  // A page that is dark as a whole is not empty but unreadable: that is for the citizen to see.
  if (ground(page, { left: 0, top: 0, right: width, bottom: height }) < 120) return false;
  return marksOf(page, isInk).every(({ left, top, right, bottom }) => {
    const [wide, high] = [right - left + 1, bottom - top + 1];
    const streak = (high > height * STREAK.long && wide <= height * STREAK.wide) || (wide > width * STREAK.long && high <= height * STREAK.wide);
    return streak || Math.max(wide, high) < height * SIGN;
  });
}
