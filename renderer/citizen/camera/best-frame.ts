/**
 * From several frames of paper that lies still, one page: the sharpest is kept, judged, and made flat. Frames live in
 * memory alone, one at a time, and go when the page is made.
 */
import type { Quad } from './geometry.ts';
import { greyOf, type Colour } from './grey.ts';
import { refusalOf, sharpness, type Refusal } from './judge.ts';
import { straightened } from './straighten.ts';

export type Made = { page: Colour } | { refused: Refusal };

export class BestFrame {
  private best: { frame: Colour; corners: Quad | null; sharp: number } | null = null;

  /** @param corners in pixels of the frame; null: the whole frame is the page */
  add(frame: Colour, corners: Quad | null): void {
    const sharp = sharpness(within(frame, corners));
    if (this.best === null || sharp > this.best.sharp) this.best = { frame, corners, sharp };
  }

  forget(): void {
    this.best = null;
  }

  /**
   * The page out of the best frame, which is forgotten.
   * @param judged false: the citizen pressed the shutter, and gets the picture whatever it is like
   * @returns null when no frame was added
   */
  make(judged: boolean): Made | null {
    const { best } = this;
    this.best = null;
    if (best === null) return null;
    const page = best.corners === null ? best.frame : (straightened(best.frame, best.corners) ?? best.frame);
    const refusal = judged ? refusalOf(greyOf(page)) : null;
    return refusal === null ? { page } : { refused: refusal };
  }
}

/** The part of a frame around the paper, in grey: what lies beside it says nothing about sharpness. */
const within = (frame: Colour, corners: Quad | null): ReturnType<typeof greyOf> => {
  if (corners === null) return greyOf(frame);
  const bound = (value: number, most: number): number => Math.min(most, Math.max(0, Math.round(value)));
  const left = bound(Math.min(...corners.map(([x]) => x)), frame.width - 1);
  const top = bound(Math.min(...corners.map(([, y]) => y)), frame.height - 1);
  const width = Math.max(1, bound(Math.max(...corners.map(([x]) => x)), frame.width) - left);
  const height = Math.max(1, bound(Math.max(...corners.map(([, y]) => y)), frame.height) - top);
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y += 1) data.set(frame.data.subarray(((top + y) * frame.width + left) * 4, ((top + y) * frame.width + left + width) * 4), y * width * 4);
  return greyOf({ width, height, data });
};
