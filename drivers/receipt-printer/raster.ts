/**
 * Pictures as GS v 0. A printer obeys the real-time commands DLE EOT, DLE ENQ and DLE DC4 wherever their bytes appear, in the
 * middle of a picture too, and would then take the rest of the picture for text. So no picture may contain them.
 */
import type { Bitmap, GreyPicture } from '../contract.ts';
import { ByteWriter, startsRealTime } from './bytes.ts';

const DLE = 0x10;
/** 30 mm: bounds what is under way before the printer is asked again how it is. */
const ROWS_PER_SLICE = 240;

/**
 * Takes the real-time commands out of one row, in place. Where two bytes of it would be one, a dot beside the last black dot of the
 * first byte is blackened too: an eighth of a millimetre, where the alternative is a page of garbage.
 */
const makeSafe = (row: Uint8Array): void => {
  for (let at = row.indexOf(DLE); at !== -1; at = row.indexOf(DLE, at + 1)) {
    if (startsRealTime(DLE, row[at + 1])) row[at] = DLE | (DLE >> 1);
  }
};

/**
 * Writes a bitmap as GS v 0 commands, a segment each; aligned as was set before.
 * @param align bytes that set the alignment, before each slice
 * @param scale 2: every dot twice as wide and high, for a quarter of the bytes
 */
export const writeRaster = (writer: ByteWriter, bitmap: Bitmap, { maxRows = ROWS_PER_SLICE, scale = 1, align = [] }: { maxRows?: number; scale?: 1 | 2; align?: readonly number[] } = {}): void => {
  const stride = Math.ceil(bitmap.width / 8);
  const most = Math.min(ROWS_PER_SLICE, maxRows);
  const safe = bitmap.data.slice(0, stride * bitmap.height);
  for (let y = 0; y < bitmap.height; y += 1) makeSafe(safe.subarray(y * stride, (y + 1) * stride));
  let from = 0;
  const end = (to: number): void => {
    const rows = to - from;
    writer.put(...align, 0x1d, 0x76, 0x30, scale === 2 ? 3 : 0, stride & 0xff, stride >> 8, rows & 0xff, rows >> 8);
    writer.putAll(safe.subarray(from * stride, to * stride));
    writer.endSegment();
    from = to;
  };
  for (let y = 1; y < bitmap.height; y += 1) {
    // Across two rows the bytes are kept apart by the head of a new slice.
    if (y - from >= most || startsRealTime(safe[y * stride - 1], safe[y * stride])) end(y);
  }
  if (bitmap.height > 0) end(bitmap.height);
};

/** GS v 0 commands that print a bitmap, each one whole; left-aligned unless the alignment was set before. */
export const encodeRaster = (bitmap: Bitmap): Uint8Array[] => {
  const writer = new ByteWriter();
  writeRaster(writer, bitmap);
  return writer.segments;
};

/** A horizontal line over the whole width, four dots high. */
export const ruleBitmap = (style: 'solid' | 'dashed', widthDots: number): Bitmap => {
  const stride = Math.ceil(widthDots / 8);
  const row = Uint8Array.from({ length: stride }, (_, at) => (style === 'solid' || at % 3 < 2 ? 0xff : 0x00));
  return { width: widthDots, height: 4, data: Buffer.concat([row, row, row, row]) };
};

/**
 * A grey picture as dots, by the error diffusion of Floyd and Steinberg, serpentine: rows run left and right by turns, which
 * spares even greys the worms that one direction draws.
 */
export const dither = ({ width, height, data }: GreyPicture): Bitmap => {
  const stride = Math.ceil(width / 8);
  const dots = new Uint8Array(stride * height);
  let here = new Float32Array(width + 2);
  let below = new Float32Array(width + 2);
  for (let y = 0; y < height; y += 1) {
    const forward = y % 2 === 0;
    const step = forward ? 1 : -1;
    for (let n = 0; n < width; n += 1) {
      const x = forward ? n : width - 1 - n;
      const at = x + 1;
      const wanted = (data[y * width + x] ?? 255) + (here[at] ?? 0);
      const black = wanted < 128;
      if (black) dots[y * stride + (x >> 3)] = (dots[y * stride + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
      const error = wanted - (black ? 0 : 255);
      here[at + step] = (here[at + step] ?? 0) + (error * 7) / 16;
      below[at - step] = (below[at - step] ?? 0) + (error * 3) / 16;
      below[at] = (below[at] ?? 0) + (error * 5) / 16;
      below[at + step] = (below[at + step] ?? 0) + error / 16;
    }
    [here, below] = [below, here.fill(0)];
  }
  return { width, height, data: dots };
};
