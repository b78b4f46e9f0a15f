/** What the page and its camera worker say to each other. Pictures are handed over, never copied, never stored. */
import type { Quad } from './geometry.ts';
import type { Refusal } from './judge.ts';
import type { Look } from './steady.ts';

/** Corners in parts of the picture, 0–1, both ways. */
export type ToWorker =
  | { do: 'look'; picture: ImageBitmap }
  /** A frame in full; the sharpest of those since `forget` becomes the page. */
  | { do: 'keep'; picture: ImageBitmap; corners: Quad | null }
  | { do: 'make'; judged: boolean }
  | { do: 'forget' };

export type FromWorker = { said: 'looked'; look: Look } | { said: 'made'; jpeg: Blob } | { said: 'refused'; why: Refusal } | { said: 'nothing' };
