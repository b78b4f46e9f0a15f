/**
 * Finds the sheet of paper in a picture of a desk: what stands apart from the desk in brightness, is the largest such
 * thing, and has four straight sides. Without a library: the picture is small, the question is one, and it is asked
 * ten times a second on the processor of a terminal.
 */
import { area, cross, distance, hullOf, inOrder, isConvex, type Point, type Quad } from './geometry.ts';
import { blurred, histogram, levelAt, shrunk, type Grey } from './grey.ts';

/** `cutOff`: paper is there, but goes on beyond the picture; then `corners` is where it can be seen to be. */
export interface Found {
  corners: Quad;
  cutOff: boolean;
}

/** Long edge of the picture that is looked at, in pixels. */
export const LOOK_EDGE = 400;
/** A card under a camera that overlooks A3 is about a thirtieth of the picture. */
const LEAST_AREA = 0.025;
/** What fills the whole picture is the desk itself. */
const MOST_AREA = 0.985;
/** The sides of the four corners must enclose what stands out, no more and no less. */
const LEAST_FIT = 0.93;
/** Greys between paper and desk along the sides. */
const LEAST_CONTRAST = 12;
const LEVELS = 6;
/** Between neighbouring sides, as cosine: corners from 50° to 130°. */
const MOST_COSINE = 0.643;

/** @returns null when nothing like a sheet is there */
export const findPaper = (picture: Grey): Found | null => {
  const small = blurred(shrunk(picture, LOOK_EDGE), 1);
  const counts = histogram(small.data);
  const [dark, bright] = [levelAt(counts, 0.02), levelAt(counts, 0.98)];
  if (bright - dark < LEAST_CONTRAST * 2) return null;
  let best: Judged | null = null;
  // Where desk and paper part differs with the light: several levels are tried, the straightest sides win.
  // Paper that is lighter than its desk is looked for first: a dark thing may be a paper's own print.
  for (const lighter of [true, false]) {
    if (best !== null) break;
    for (let step = 1; step <= LEVELS; step += 1) {
      const judged = judge(small, dark + ((bright - dark) * step) / (LEVELS + 1), lighter);
      if (judged !== null && (best === null || judged.score > best.score)) best = judged;
    }
  }
  if (best === null) return null;
  // The edge is where the grey is half of the paper and half of the desk: below and above that, blur moves it.
  best = judge(small, best.halfway, best.lighter) ?? best;
  const [x, y] = [picture.width / small.width, picture.height / small.height];
  const to = ([px, py]: Point): Point => [(px + 0.5) * x, (py + 0.5) * y];
  const [a, b, c, d] = best.found.corners;
  return { corners: [to(a), to(b), to(c), to(d)], cutOff: best.found.cutOff };
};

interface Judged {
  found: Found;
  score: number;
  lighter: boolean;
  halfway: number;
}

const judge = (picture: Grey, level: number, lighter: boolean): Judged | null => {
  const { width, height } = picture;
  const shape = largest(picture, level, lighter);
  if (shape === null || shape.count < LEAST_AREA * width * height * 0.5) return null;
  const hull = hullOf(shape.edge);
  const whole = area(hull);
  if (whole < LEAST_AREA * width * height || whole > MOST_AREA * width * height) return null;
  const rough = fourOf(hull);
  if (rough === null) return null;
  const corners = refined(rough, hull, shape.edge);
  if (corners === null || !isConvex(corners)) return null;
  const fit = Math.min(area(corners), whole) / Math.max(area(corners), whole);
  if (fit < LEAST_FIT || !rightish(corners)) return null;
  const { contrast, halfway } = acrossSides(picture, corners, lighter);
  if (contrast < LEAST_CONTRAST) return null;
  const edgeAt = (point: Point): boolean => point[0] < 2 || point[1] < 2 || point[0] > width - 3 || point[1] > height - 3;
  // Two hull points in a row at the border: a side that the picture cuts.
  const cutOff = hull.some((point, index) => edgeAt(point) && edgeAt(hull[(index + 1) % hull.length] ?? point) && distance(point, hull[(index + 1) % hull.length] ?? point) > width * 0.04) || corners.some(edgeAt);
  return { found: { corners: inOrder(corners), cutOff }, score: (whole / (width * height)) * fit * Math.min(1, contrast / 60), lighter, halfway };
};

/**
 * The largest connected thing on one side of a level, with the pixels of its edge: first and last of each row and
 * column, which is what a hull and its sides are made of, without the holes that print makes. Runs of a row are joined
 * with the runs above that they touch: one pass over the picture, whatever lies on it.
 */
const largest = ({ width, height, data }: Grey, level: number, lighter: boolean): { count: number; edge: Point[] } | null => {
  const starts: number[] = [];
  const ends: number[] = [];
  const rows: number[] = [];
  const parent: number[] = [];
  const rootOf = (run: number): number => {
    let root = run;
    while (parent[root] !== root) root = parent[root] = parent[parent[root] ?? root] ?? root;
    return root;
  };
  let [above, aboveEnd] = [0, 0];
  for (let y = 0; y < height; y += 1) {
    const first = starts.length;
    const row = y * width;
    for (let x = 0; x < width; x += 1) {
      if ((data[row + x] ?? 0) > level !== lighter) continue;
      const begin = x;
      while (x + 1 < width && (data[row + x + 1] ?? 0) > level === lighter) x += 1;
      const run = starts.length;
      starts.push(begin);
      ends.push(x);
      rows.push(y);
      parent.push(run);
      while (above < aboveEnd && (ends[above] ?? 0) < begin) above += 1;
      for (let other = above; other < aboveEnd && (starts[other] ?? 0) <= x; other += 1) parent[rootOf(other)] = rootOf(run);
    }
    [above, aboveEnd] = [first, starts.length];
  }
  const counts = new Map<number, number>();
  let [best, most] = [-1, 0];
  for (let run = 0; run < starts.length; run += 1) {
    const root = rootOf(run);
    const count = (counts.get(root) ?? 0) + (ends[run] ?? 0) - (starts[run] ?? 0) + 1;
    counts.set(root, count);
    if (count > most) [best, most] = [root, count];
  }
  if (best === -1) return null;
  const [left, right] = [new Int32Array(height).fill(-1), new Int32Array(height)];
  const [top, bottom] = [new Int32Array(width).fill(-1), new Int32Array(width)];
  for (let run = 0; run < starts.length; run += 1) {
    if (rootOf(run) !== best) continue;
    const [y, from, to] = [rows[run] ?? 0, starts[run] ?? 0, ends[run] ?? 0];
    if (left[y] === -1) left[y] = from;
    right[y] = to;
    for (let x = from; x <= to; x += 1) {
      if (top[x] === -1) top[x] = y;
      bottom[x] = y;
    }
  }
  const edge: Point[] = [];
  for (const [y, x] of left.entries()) if (x !== -1) edge.push([x, y], [right[y] ?? x, y]);
  for (const [x, y] of top.entries()) if (y !== -1) edge.push([x, y], [x, bottom[x] ?? y]);
  return { count: most, edge };
};

/** Four corners from a hull: its shortest doing is taken away until four are left, each time the corner that costs least. */
const fourOf = (hull: readonly Point[]): Quad | null => {
  const left = [...hull];
  while (left.length > 4) {
    let cheapest = 0;
    let least = Infinity;
    for (let index = 0; index < left.length; index += 1) {
      const cost = Math.abs(cross(left[(index + left.length - 1) % left.length] ?? [0, 0], left[index] ?? [0, 0], left[(index + 1) % left.length] ?? [0, 0]));
      if (cost < least) [cheapest, least] = [index, cost];
    }
    left.splice(cheapest, 1);
  }
  const [a, b, c, d] = left;
  return a === undefined || b === undefined || c === undefined || d === undefined ? null : [a, b, c, d];
};

interface Line {
  /** Any point of it. */
  through: Point;
  /** Its direction, of length one. */
  along: Point;
}

/**
 * Corners finer than a pixel: a line through the edge pixels of each side, met with its neighbours' lines.
 * The outermost pixels say where the edge is; folded and torn corners do not bend a side.
 */
const refined = (rough: Quad, hull: readonly Point[], edge: readonly Point[]): Quad | null => {
  const lines: Line[] = [];
  for (let side = 0; side < 4; side += 1) {
    const a = rough[side as 0 | 1 | 2 | 3];
    const b = rough[((side + 1) % 4) as 0 | 1 | 2 | 3];
    const line = lineAlong(a, b, [...edge, ...hull]);
    if (line === null) return null;
    lines.push(line);
  }
  const corners = [0, 1, 2, 3].map((side) => meet(lines[(side + 3) % 4], lines[side]));
  const [a, b, c, d] = corners;
  return a == null || b == null || c == null || d == null ? null : [a, b, c, d];
};

/** Least squares across the side's own direction, twice: the second time without what lies far from the first. */
const lineAlong = (a: Point, b: Point, edge: readonly Point[]): Line | null => {
  const length = distance(a, b);
  if (length < 8) return null;
  const reach = Math.max(2.5, length * 0.025);
  const between = (point: Point): boolean => {
    const t = ((point[0] - a[0]) * (b[0] - a[0]) + (point[1] - a[1]) * (b[1] - a[1])) / (length * length);
    return t > 0.06 && t < 0.94 && Math.abs(cross(a, b, point)) / length < reach;
  };
  let near = edge.filter(between);
  for (const keep of [1.2, null]) {
    if (near.length < 6) return null;
    const line = fitted(near);
    if (keep === null) return line;
    near = near.filter((point) => Math.abs((point[0] - line.through[0]) * line.along[1] - (point[1] - line.through[1]) * line.along[0]) < keep);
    if (near.length < 6) return line;
  }
  return null;
};

const fitted = (points: readonly Point[]): Line => {
  let [mx, my] = [0, 0];
  for (const [x, y] of points) [mx, my] = [mx + x, my + y];
  [mx, my] = [mx / points.length, my / points.length];
  let [xx, xy, yy] = [0, 0, 0];
  for (const [x, y] of points) [xx, xy, yy] = [xx + (x - mx) ** 2, xy + (x - mx) * (y - my), yy + (y - my) ** 2];
  const angle = Math.atan2(2 * xy, xx - yy) / 2;
  return { through: [mx, my], along: [Math.cos(angle), Math.sin(angle)] };
};

const meet = (one: Line | undefined, other: Line | undefined): Point | null => {
  if (one === undefined || other === undefined) return null;
  const divisor = one.along[0] * other.along[1] - one.along[1] * other.along[0];
  if (Math.abs(divisor) < 1e-6) return null;
  const t = ((other.through[0] - one.through[0]) * other.along[1] - (other.through[1] - one.through[1]) * other.along[0]) / divisor;
  return [one.through[0] + t * one.along[0], one.through[1] + t * one.along[1]];
};

/** Corners near a right angle, and no side many times its neighbour: paper seen from above. */
const rightish = (quad: Quad): boolean => {
  const sides = [0, 1, 2, 3].map((at) => distance(quad[at as 0], quad[((at + 1) % 4) as 0]));
  if (Math.min(...sides) * 4 < Math.max(...sides)) return false;
  return [0, 1, 2, 3].every((at) => {
    const [before, here, after] = [quad[((at + 3) % 4) as 0], quad[at as 0], quad[((at + 1) % 4) as 0]];
    const dot = (before[0] - here[0]) * (after[0] - here[0]) + (before[1] - here[1]) * (after[1] - here[1]);
    return Math.abs(dot) / Math.max(1e-9, distance(before, here) * distance(after, here)) < MOST_COSINE;
  });
};

/** How much brighter it is just inside than just outside, at the weakest of the four sides; and the grey between both. */
const acrossSides = ({ width, height, data }: Grey, quad: Quad, lighter: boolean): { contrast: number; halfway: number } => {
  const at = (x: number, y: number): number | null => {
    const [px, py] = [Math.round(x), Math.round(y)];
    return px < 0 || py < 0 || px >= width || py >= height ? null : (data[py * width + px] ?? 0);
  };
  let weakest = Infinity;
  let [sum, sides] = [0, 0];
  for (let side = 0; side < 4; side += 1) {
    const [a, b] = [quad[side as 0], quad[((side + 1) % 4) as 0]];
    const length = Math.max(1e-9, distance(a, b));
    // Clockwise on the glass: the inside is to the right of the way.
    const inwards: Point = [-(b[1] - a[1]) / length, (b[0] - a[0]) / length];
    const steps: number[] = [];
    const greys: number[] = [];
    for (let t = 0.1; t <= 0.9; t += 0.04) {
      const [x, y] = [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
      const [within, beyond] = [at(x + inwards[0] * 4, y + inwards[1] * 4), at(x - inwards[0] * 4, y - inwards[1] * 4)];
      if (within === null || beyond === null) continue;
      steps.push(lighter ? within - beyond : beyond - within);
      greys.push((within + beyond) / 2);
    }
    // A side at the border of the picture has no outside to compare with.
    if (steps.length < 8) continue;
    weakest = Math.min(weakest, median(steps));
    [sum, sides] = [sum + median(greys), sides + 1];
  }
  return sides === 0 ? { contrast: 0, halfway: 0 } : { contrast: weakest, halfway: sum / sides };
};

const median = (values: readonly number[]): number => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
