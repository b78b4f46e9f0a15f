/** Where the paper lies in a scan whose background is darker than paper. */

/** One byte per pixel, rows top to bottom. */
export interface Grey {
  width: number;
  height: number;
  data: Uint8Array;
}

export interface Cut {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Share of a row or column that must be as bright as paper to belong to the sheet. */
const BRIGHT_SHARE = 0.5;

/**
 * @param full size of the picture that the answer is for
 * @returns the sheet in pixels of the full picture; null where the background is as bright as paper, or nothing like a sheet lies there
 */
export const findPaper = (page: Grey, full: { width: number; height: number }): Cut | null => {
  const { width, height, data } = page;
  const border: number[] = [];
  for (let x = 0; x < width; x += 1) border.push(data[x] ?? 0, data[(height - 1) * width + x] ?? 0);
  for (let y = 0; y < height; y += 1) border.push(data[y * width] ?? 0, data[y * width + width - 1] ?? 0);
  const ground = median(border);
  const middle = median([...data.subarray(Math.floor(height * 0.25) * width, Math.floor(height * 0.75) * width)]);
  if (middle - ground < 50) return null;
  const limit = (ground + middle) / 2;
  const rows = range(height, (y) => share(width, (x) => (data[y * width + x] ?? 0) > limit));
  const columns = range(width, (x) => share(height, (y) => (data[y * width + x] ?? 0) > limit));
  if (rows === null || columns === null) return null;
  const [sx, sy] = [full.width / width, full.height / height];
  // One pixel inwards: the edge itself is half background.
  const left = Math.ceil((columns.first + 1) * sx);
  const top = Math.ceil((rows.first + 1) * sy);
  const cut = { left, top, width: Math.floor(columns.last * sx) - left, height: Math.floor(rows.last * sy) - top };
  return cut.width < full.width * 0.3 || cut.height < full.height * 0.3 ? null : cut;
};

const share = (length: number, bright: (index: number) => boolean): number => {
  let count = 0;
  for (let index = 0; index < length; index += 1) if (bright(index)) count += 1;
  return count / length;
};

/** First and last line of the sheet. A sheet may cover only part of the picture: half of what the brightest line has is enough. */
const range = (length: number, shareOf: (index: number) => number): { first: number; last: number } | null => {
  const shares = Array.from({ length }, (_, index) => shareOf(index));
  const enough = Math.max(...shares) * BRIGHT_SHARE;
  const first = shares.findIndex((value) => value >= enough);
  const last = shares.findLastIndex((value) => value >= enough);
  return first < 0 || last - first < 2 ? null : { first, last };
};

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
