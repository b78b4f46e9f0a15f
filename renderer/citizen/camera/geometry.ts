/** Points, quadrilaterals and the projection between them. Coordinates grow to the right and downwards. */

export type Point = readonly [x: number, y: number];
/** Corners in order: upper left, upper right, lower right, lower left, as they lie in the picture. */
export type Quad = readonly [Point, Point, Point, Point];

/** Twice the signed area of a triangle; positive when a, b, c turn clockwise on the glass. */
export const cross = (a: Point, b: Point, c: Point): number => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

export const distance = (a: Point, b: Point): number => Math.hypot(b[0] - a[0], b[1] - a[1]);

/** Area of a polygon whose corners go clockwise on the glass. */
export const area = (corners: readonly Point[]): number => {
  let twice = 0;
  for (const [index, a] of corners.entries()) {
    const b = corners[(index + 1) % corners.length] ?? a;
    twice += a[0] * b[1] - b[0] * a[1];
  }
  return twice / 2;
};

export const isConvex = (quad: Quad): boolean => [0, 1, 2, 3].every((at) => cross(at4(quad, at), at4(quad, at + 1), at4(quad, at + 2)) > 0);

const at4 = (quad: Quad, index: number): Point => quad[(index % 4) as 0 | 1 | 2 | 3];

/** Convex hull, clockwise on the glass, without points that lie on its sides. Andrew's monotone chain. */
export const hullOf = (points: readonly Point[]): Point[] => {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  if (sorted.length < 3) return sorted;
  const half = (list: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of list) {
      while (chain.length >= 2 && cross(chain.at(-2) ?? point, chain.at(-1) ?? point, point) <= 0) chain.pop();
      chain.push(point);
    }
    chain.pop();
    return chain;
  };
  return [...half(sorted), ...half(sorted.toReversed())];
};

/** Begins with the corner whose side looks upwards most: a page laid a little askew keeps its head at the top. */
export const inOrder = (corners: Quad): Quad => {
  const clockwise: Quad = area(corners) >= 0 ? corners : [corners[0], corners[3], corners[2], corners[1]];
  let first = 0;
  let best = -Infinity;
  for (let index = 0; index < 4; index += 1) {
    const [a, b] = [at4(clockwise, index), at4(clockwise, index + 1)];
    // Along an upper side one goes to the right.
    const up = (b[0] - a[0]) / Math.max(1e-9, distance(a, b));
    if (up > best) [first, best] = [index, up];
  }
  return [at4(clockwise, first), at4(clockwise, first + 1), at4(clockwise, first + 2), at4(clockwise, first + 3)];
};

/** The farthest that any corner went from one quadrilateral to the other. */
export const moved = (a: Quad, b: Quad): number => Math.max(...a.map((corner, index) => distance(corner, at4(b, index))));

export const scaled = (quad: Quad, x: number, y: number): Quad => {
  const to = ([px, py]: Point): Point => [px * x, py * y];
  return [to(quad[0]), to(quad[1]), to(quad[2]), to(quad[3])];
};

/** Row by row, the nine numbers of a projection; the last is 1. */
export type Homography = readonly [number, number, number, number, number, number, number, number, 1];

export const project = (h: Homography, [x, y]: Point): Point => {
  const w = h[6] * x + h[7] * y + 1;
  return [(h[0] * x + h[1] * y + h[2]) / w, (h[3] * x + h[4] * y + h[5]) / w];
};

/**
 * The projection that takes the rectangle (0,0)–(width,height) to a quadrilateral.
 * In closed form: Heckbert, Fundamentals of Texture Mapping and Image Warping, 1989, §2.2.3.
 * @returns null when three corners lie on one line
 */
export const homographyTo = (quad: Quad, width: number, height: number): Homography | null => {
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = quad;
  const [dx1, dx2, sx] = [x1 - x2, x3 - x2, x0 - x1 + x2 - x3];
  const [dy1, dy2, sy] = [y1 - y2, y3 - y2, y0 - y1 + y2 - y3];
  const divisor = dx1 * dy2 - dx2 * dy1;
  if (Math.abs(divisor) < 1e-9 || width <= 0 || height <= 0) return null;
  const g = (sx * dy2 - dx2 * sy) / divisor;
  const h = (dx1 * sy - sx * dy1) / divisor;
  return [(x1 - x0 + g * x1) / width, (x3 - x0 + h * x3) / height, x0, (y1 - y0 + g * y1) / width, (y3 - y0 + h * y3) / height, y0, g / width, h / height, 1];
};

/** Long side by short side of paper that offices use: A sizes, and a card. What comes near is taken to be it. */
const KNOWN_RATIOS = [Math.SQRT2, 85.6 / 54];
const NEAR = 0.07;

/**
 * How large the flat page is to be: opposite sides averaged, in the picture's own pixels, with the ratio of known paper.
 * @param longest of the result, in pixels
 */
export const sizeOf = (quad: Quad, longest: number): { width: number; height: number } => {
  let width = (distance(quad[0], quad[1]) + distance(quad[3], quad[2])) / 2;
  let height = (distance(quad[0], quad[3]) + distance(quad[1], quad[2])) / 2;
  const ratio = Math.max(width, height) / Math.max(1, Math.min(width, height));
  const known = KNOWN_RATIOS.find((one) => Math.abs(ratio / one - 1) < NEAR);
  if (known !== undefined) {
    const size = Math.sqrt(width * height);
    const [long, short] = [size * Math.sqrt(known), size / Math.sqrt(known)];
    [width, height] = width > height ? [long, short] : [short, long];
  }
  const shrink = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * shrink)), height: Math.max(1, Math.round(height * shrink)) };
};
