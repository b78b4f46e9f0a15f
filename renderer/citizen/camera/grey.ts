/** Grey pictures, one byte a pixel, row by row. */
export interface Grey {
  width: number;
  height: number;
  data: Uint8Array;
}

/** A picture as a canvas gives it: red, green, blue, opacity. */
export interface Colour {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

/** Luminance with the weights of ITU-R BT.601, in integers. */
export const greyOf = ({ width, height, data }: Colour): Grey => {
  const grey = new Uint8Array(width * height);
  for (let at = 0, from = 0; at < grey.length; at += 1, from += 4) grey[at] = ((data[from] ?? 0) * 77 + (data[from + 1] ?? 0) * 150 + (data[from + 2] ?? 0) * 29) >> 8;
  return { width, height, data: grey };
};

/** Each pixel the mean of the square around it, by two running sums. */
export const blurred = ({ width, height, data }: Grey, radius: number): Grey => {
  const span = 2 * radius + 1;
  const across = new Uint8Array(data.length);
  const down = new Uint8Array(data.length);
  const clamp = (value: number, most: number): number => (value < 0 ? 0 : value > most ? most : value);
  for (let y = 0; y < height; y += 1) {
    const row = y * width;
    let sum = 0;
    for (let x = -radius; x <= radius; x += 1) sum += data[row + clamp(x, width - 1)] ?? 0;
    for (let x = 0; x < width; x += 1) {
      across[row + x] = sum / span;
      sum += (data[row + clamp(x + radius + 1, width - 1)] ?? 0) - (data[row + clamp(x - radius, width - 1)] ?? 0);
    }
  }
  for (let x = 0; x < width; x += 1) {
    let sum = 0;
    for (let y = -radius; y <= radius; y += 1) sum += across[clamp(y, height - 1) * width + x] ?? 0;
    for (let y = 0; y < height; y += 1) {
      down[y * width + x] = sum / span;
      sum += (across[clamp(y + radius + 1, height - 1) * width + x] ?? 0) - (across[clamp(y - radius, height - 1) * width + x] ?? 0);
    }
  }
  return { width, height, data: down };
};

/** Made smaller by whole steps, each pixel the mean of its square: what is too fine for the smaller picture does not alias. */
export const shrunk = (picture: Grey, longest: number): Grey => {
  const step = Math.ceil(Math.max(picture.width, picture.height) / longest);
  if (step <= 1) return picture;
  const width = Math.max(1, Math.floor(picture.width / step));
  const height = Math.max(1, Math.floor(picture.height / step));
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let sum = 0;
      for (let dy = 0; dy < step; dy += 1) for (let dx = 0; dx < step; dx += 1) sum += picture.data[(y * step + dy) * picture.width + x * step + dx] ?? 0;
      data[y * width + x] = sum / (step * step);
    }
  }
  return { width, height, data };
};

/** How many pixels have each grey. */
export const histogram = (data: Uint8Array): Uint32Array => {
  const counts = new Uint32Array(256);
  for (const value of data) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
};

/** The grey that this share of the counted pixels is not brighter than. */
export const levelAt = (counts: Uint32Array, share: number): number => {
  let total = 0;
  for (const count of counts) total += count;
  let seen = 0;
  for (let level = 0; level < counts.length; level += 1) if ((seen += counts[level] ?? 0) >= share * total) return level;
  return 255;
};
