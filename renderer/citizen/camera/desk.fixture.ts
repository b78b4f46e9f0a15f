/** Synthetic pictures of paper on a desk, as a document camera would give them, for tests. */
import sharp from 'sharp';
import { homographyTo, type Point, type Quad } from './geometry.ts';
import type { Colour } from './grey.ts';

export interface Desk {
  width: number;
  height: number;
  /** Where the paper's corners lie in the picture; null: an empty desk. */
  corners: Quad | null;
  /** Grey of the desk and of the paper, 0–255. */
  desk?: number;
  paper?: number;
  /** Standard deviation of blur, in pixels. */
  blur?: number;
  /** A lamp's mirror image: middle and radius in parts of the picture. */
  glare?: { at: Point; radius: number };
  /** Largest noise on each pixel. */
  noise?: number;
  seed?: number;
}

/** The page itself: A4 with a title, lines of strokes, a red mark at the upper left and a blue one at the lower right. */
export const MARKS = { red: [0.12, 0.085], blue: [0.88, 0.915] } as const;
export const printedPage = async (width = 1240): Promise<Colour> => {
  const height = Math.round(width * Math.SQRT2);
  const lines = Array.from({ length: 30 }, (_, line) => Array.from({ length: 26 }, (__, at) => `<path d="M${130 + at * 38} ${330 + line * 42}v22m-8 -11h18m-16 11h14m-18 -22l20 4" />`).join('')).join('');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1240 1754" width="${width}" height="${height}"><rect width="1240" height="1754" fill="#fff"/>
    <circle cx="${1240 * MARKS.red[0]}" cy="${1754 * MARKS.red[1]}" r="34" fill="#d02020"/><circle cx="${1240 * MARKS.blue[0]}" cy="${1754 * MARKS.blue[1]}" r="34" fill="#2030d0"/>
    <rect x="420" y="190" width="400" height="56" fill="#111"/><g fill="none" stroke="#151515" stroke-width="4">${lines}</g></svg>`;
  const { data, info } = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
};

const random = (seed: number): (() => number) => {
  let state = seed >>> 0 || 1;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** A photograph of the page on the desk. */
export const photograph = async (page: Colour, { width, height, corners, desk = 58, paper = 224, blur = 0, glare, noise = 6, seed = 1 }: Desk): Promise<Colour> => {
  const chance = random(seed);
  const picture = new Uint8ClampedArray(width * height * 4);
  // From the picture to the page: the projection of the picture's place in the page's own unit square.
  const h = corners === null ? null : homographyTo(corners, 1, 1);
  const inverse = h === null ? null : inverted(h);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4;
      // Wood: a slow grain, and light that falls off to one side.
      const light = 0.92 + 0.08 * (x / width);
      const grain = desk + 6 * Math.sin(y / 9 + Math.sin(x / 70) * 2);
      let colour: [number, number, number] = [grain * 1.05, grain, grain * 0.9];
      if (inverse !== null) {
        const w = inverse[6] * (x + 0.5) + inverse[7] * (y + 0.5) + inverse[8];
        const u = (inverse[0] * (x + 0.5) + inverse[1] * (y + 0.5) + inverse[2]) / w;
        const v = (inverse[3] * (x + 0.5) + inverse[4] * (y + 0.5) + inverse[5]) / w;
        if (u >= 0 && v >= 0 && u < 1 && v < 1) {
          const from = (Math.floor(v * page.height) * page.width + Math.floor(u * page.width)) * 4;
          colour = [((page.data[from] ?? 0) / 255) * paper, ((page.data[from + 1] ?? 0) / 255) * paper, ((page.data[from + 2] ?? 0) / 255) * paper];
        }
      }
      const spot = glare === undefined ? 0 : Math.max(0, 1.6 - Math.hypot(x - glare.at[0] * width, y - glare.at[1] * height) / (glare.radius * width)) * 255;
      for (let channel = 0; channel < 3; channel += 1) picture[at + channel] = (colour[channel as 0] ?? 0) * light + spot + (chance() - 0.5) * 2 * noise;
      picture[at + 3] = 255;
    }
  }
  if (blur === 0) return { width, height, data: picture };
  const soft = await sharp(picture, { raw: { width, height, channels: 4 } }).blur(blur).raw().toBuffer();
  return { width, height, data: new Uint8ClampedArray(soft) };
};

const inverted = (h: readonly number[]): [number, number, number, number, number, number, number, number, number] => {
  const [a, b, c, d, e, f, g, i, j] = h as unknown as [number, number, number, number, number, number, number, number, number];
  return [e * j - f * i, c * i - b * j, b * f - c * e, f * g - d * j, a * j - c * g, c * d - a * f, d * i - e * g, b * g - a * i, a * e - b * d];
};

export const jpegOf = (picture: Colour): Promise<Buffer> => sharp(picture.data, { raw: { width: picture.width, height: picture.height, channels: 4 } }).removeAlpha().jpeg({ quality: 92 }).toBuffer();

/** A4 seen from above, turned and a little tilted. */
export const ASKEW: Quad = [[0.32, 0.08], [0.715, 0.135], [0.68, 0.925], [0.275, 0.86]];
