/** The flat page out of a picture of it: every pixel of the page is looked up where the camera saw it. */
import { homographyTo, sizeOf, type Quad } from './geometry.ts';
import type { Colour } from './grey.ts';

/** A4 at 200 dots per inch, which is what the agent keeps. */
export const LONGEST = 2339;

/** Of the page's own size: the shadow at the paper's rim stays outside. */
const RIM = 0.003;

/** @returns null when the corners are no quadrilateral */
export const straightened = (frame: Colour, corners: Quad): Colour | null => {
  const { width, height } = sizeOf(corners, LONGEST);
  const h = homographyTo(corners, width, height);
  if (h === null) return null;
  const data = new Uint8ClampedArray(width * height * 4);
  const from = frame.data;
  // Plain numbers in the loop: it runs four million times, and no array may be made in it.
  const lastX = frame.width - 1.001;
  const lastY = frame.height - 1.001;
  const stride = frame.width * 4;
  const shrink = 1 - 2 * RIM;
  const [h0, h1, h2, h3, h4, h5, h6, h7] = h;
  for (let y = 0; y < height; y += 1) {
    const py = height * RIM + (y + 0.5) * shrink;
    for (let x = 0; x < width; x += 1) {
      const px = width * RIM + (x + 0.5) * shrink;
      const w = h6 * px + h7 * py + 1;
      const sx = Math.min(lastX, Math.max(0, (h0 * px + h1 * py + h2) / w - 0.5));
      const sy = Math.min(lastY, Math.max(0, (h3 * px + h4 * py + h5) / w - 0.5));
      const fx = sx - Math.floor(sx);
      const fy = sy - Math.floor(sy);
      const at = Math.floor(sy) * stride + Math.floor(sx) * 4;
      const to = (y * width + x) * 4;
      for (let channel = 0; channel < 3; channel += 1) {
        const a = at + channel;
        const upper = (from[a] ?? 0) * (1 - fx) + (from[a + 4] ?? 0) * fx;
        const lower = (from[a + stride] ?? 0) * (1 - fx) + (from[a + stride + 4] ?? 0) * fx;
        data[to + channel] = upper * (1 - fy) + lower * fy;
      }
      data[to + 3] = 255;
    }
  }
  return { width, height, data };
};
