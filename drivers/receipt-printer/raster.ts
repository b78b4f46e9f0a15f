/**
 * Pictures as GS v 0. A printer obeys the real-time commands DLE EOT, DLE ENQ and DLE DC4 wherever their bytes appear, in the
 * middle of a picture too, and would then take the rest of the picture for text. So no picture may contain them.
 */
import type { Bitmap } from '../contract.ts';

const DLE = 0x10;
/** Second bytes of the real-time commands: EOT, ENQ, DC4. */
const REAL_TIME = new Set([0x04, 0x05, 0x14]);
/** 30 mm: bounds what is under way before the printer is asked again how it is; far below the 2047 rows that some allow. */
const ROWS_PER_SLICE = 240;

const startsRealTime = (first: number | undefined, second: number | undefined): boolean => first === DLE && second !== undefined && REAL_TIME.has(second);

/**
 * One row without real-time commands. Where two bytes of it would be one, a dot beside the last black dot of the first byte is
 * blackened too: an eighth of a millimetre, where the alternative is a page of garbage.
 */
const safeRow = (row: Uint8Array): Uint8Array => {
  const safe = row.slice();
  for (let at = 0; at + 1 < safe.length; at += 1) {
    if (startsRealTime(safe[at], safe[at + 1])) safe[at] = DLE | (DLE >> 1);
  }
  return safe;
};

/** GS v 0 commands that print a bitmap, each one whole; left-aligned unless the alignment was set before. */
export const encodeRaster = (bitmap: Bitmap): Uint8Array[] => {
  const stride = Math.ceil(bitmap.width / 8);
  const slices: Uint8Array[] = [];
  let rows: Uint8Array[] = [];
  const end = (): void => {
    if (rows.length > 0) slices.push(Buffer.concat([Uint8Array.of(0x1d, 0x76, 0x30, 0, stride & 0xff, stride >> 8, rows.length & 0xff, rows.length >> 8), ...rows]));
    rows = [];
  };
  for (let y = 0; y < bitmap.height; y += 1) {
    const row = safeRow(bitmap.data.subarray(y * stride, (y + 1) * stride));
    // Across two rows the bytes are kept apart by the head of a new slice.
    if (rows.length >= ROWS_PER_SLICE || startsRealTime(rows.at(-1)?.at(-1), row[0])) end();
    rows.push(row);
  }
  end();
  return slices;
};

/** A horizontal line over the whole width, four dots high. */
export const ruleBitmap = (style: 'solid' | 'dashed', widthDots: number): Bitmap => {
  const stride = Math.ceil(widthDots / 8);
  const row = Uint8Array.from({ length: stride }, (_, at) => (style === 'solid' || at % 3 < 2 ? 0xff : 0x00));
  return { width: widthDots, height: 4, data: Buffer.concat([row, row, row, row]) };
};
