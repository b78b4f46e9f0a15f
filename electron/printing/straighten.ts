/**
 * Scanned pages: bounded before they are decoded, turned upright, cut to the paper, made small, and looked at.
 * Findings are told to the citizen at once, while the paper still lies there.
 */
import sharp, { type Sharp } from 'sharp';
import { isEmptyPage } from './pages/blank.ts';
import { findPaper, type Grey } from './paper-edges.ts';
import { findSkew, MAX_SKEW } from './skew.ts';
import { MAX_PAGE_BYTES } from './straighten-limits.ts';

/** A4 at 600 dpi is 35 million pixels; more is no page. */
const MAX_PIXELS = 60_000_000;
/** A4 at 200 dots per inch: what is kept. */
const LONG_EDGE = 2339;
const TARGET_BYTES = 500_000;
/** Long edge of the picture that skew and findings are read from. */
const LOOK_EDGE = 1200;

export type Finding = 'blank' | 'dark' | 'pale' | 'blurred' | 'cut-off' | 'tilted';
/** `empty`: nothing at all is on the page, so that it may be dropped; `blank` among the findings is the weaker word, for somebody to look at. */
export type Straightened = { ok: true; jpeg: Uint8Array; findings: Finding[]; empty: boolean } | { ok: false; reason: 'empty' | 'too-large' | 'not-an-image' };

/** Never throws for what a scanner or a file holds. */
export const straightenPage = async (data: Uint8Array): Promise<Straightened> => {
  if (data.byteLength === 0) return { ok: false, reason: 'empty' };
  if (data.byteLength > MAX_PAGE_BYTES) return { ok: false, reason: 'too-large' };
  try {
    const { format, width, height } = await sharp(data, { limitInputPixels: false }).metadata();
    // Only what scanners send: other formats that the library reads can name files or run for ever.
    if (format !== 'jpeg' && format !== 'png') return { ok: false, reason: 'not-an-image' };
    if (width * height > MAX_PIXELS) return { ok: false, reason: 'too-large' };
    return await straighten(data);
  } catch {
    return { ok: false, reason: 'not-an-image' };
  }
};

const straighten = async (data: Uint8Array): Promise<Straightened> => {
  // Decoded once, at the size that is kept; a truncated picture is an error, not half a page.
  const upright = await sharp(data, { limitInputPixels: MAX_PIXELS, failOn: 'truncated' })
    .rotate()
    .flatten({ background: 'white' })
    .resize({ width: LONG_EDGE, height: LONG_EDGE, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: upright.info.width, height: upright.info.height, channels: upright.info.channels };
  const skew = findSkew(await look(sharp(upright.data, { raw })));
  const turn = Math.abs(skew) < 0.1 || Math.abs(skew) > MAX_SKEW ? 0 : skew;
  const turned = turn === 0 ? upright : await sharp(upright.data, { raw }).rotate(turn, { background: await borderColour(upright.data, raw) }).raw().toBuffer({ resolveWithObject: true });
  const turnedRaw = { width: turned.info.width, height: turned.info.height, channels: turned.info.channels };
  const trimmed = turn === 0 ? null : trim(raw, turnedRaw);
  const cut = findPaper(await look(sharp(turned.data, { raw: turnedRaw })), turnedRaw) ?? trimmed;
  const page = await (cut === null ? sharp(turned.data, { raw: turnedRaw }) : sharp(turned.data, { raw: turnedRaw }).extract(cut)).raw().toBuffer({ resolveWithObject: true });
  const pageRaw = { width: page.info.width, height: page.info.height, channels: page.info.channels };
  const small = await look(sharp(page.data, { raw: pageRaw }));
  const findings = lookAt(small);
  const left = Math.abs(findSkew(small));
  if (!findings.includes('blank') && left > 1) findings.push('tilted');
  return { ok: true, jpeg: await compress(page.data, pageRaw), findings, empty: findings.includes('blank') && isEmptyPage(small) };
};

interface Raw {
  width: number;
  height: number;
  channels: 1 | 2 | 3 | 4;
}

const look = async (image: Sharp): Promise<Grey> => {
  const { data, info } = await image.greyscale().resize({ width: LOOK_EDGE, height: LOOK_EDGE, fit: 'inside', withoutEnlargement: true }).raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: info.channels === 1 ? data : data.filter((_, index) => index % info.channels === 0) };
};

/** Colour at the four corners: what the turned page's new corners are filled with. */
const borderColour = async (data: Uint8Array, raw: Raw): Promise<{ r: number; g: number; b: number }> => {
  const at = (x: number, y: number): number[] => [0, 1, 2].map((channel) => data[(y * raw.width + x) * raw.channels + Math.min(channel, raw.channels - 1)] ?? 255);
  const corners = [at(2, 2), at(raw.width - 3, 2), at(2, raw.height - 3), at(raw.width - 3, raw.height - 3)].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
  const [r = 255, g = 255, b = 255] = corners[1] ?? [];
  return { r, g, b };
};

/** A turned page is larger than the paper was: cut back to the paper's size around the middle. */
const trim = (before: Raw, after: Raw): { left: number; top: number; width: number; height: number } => ({
  left: Math.max(0, Math.floor((after.width - before.width) / 2)),
  top: Math.max(0, Math.floor((after.height - before.height) / 2)),
  width: Math.min(before.width, after.width),
  height: Math.min(before.height, after.height),
});

const compress = async (data: Uint8Array, raw: Raw): Promise<Uint8Array> => {
  let jpeg = Buffer.alloc(0);
  for (const quality of [78, 62, 48]) {
    jpeg = await sharp(data, { raw }).withMetadata({ density: 200 }).jpeg({ quality, optimiseCoding: true, chromaSubsampling: '4:2:0' }).toBuffer();
    if (jpeg.byteLength <= TARGET_BYTES) break;
  }
  return jpeg;
};

/** What is the matter with a page, from its grey picture. */
const lookAt = ({ width, height, data }: Grey): Finding[] => {
  const findings: Finding[] = [];
  const counts = new Uint32Array(256);
  const [mx, my] = [Math.round(width * 0.03), Math.round(height * 0.03)];
  for (let y = my; y < height - my; y += 1) for (let x = mx; x < width - mx; x += 1) counts[data[y * width + x] ?? 0] = (counts[data[y * width + x] ?? 0] ?? 0) + 1;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const level = (share: number): number => {
    let seen = 0;
    return counts.findIndex((count) => (seen += count) >= share * total);
  };
  const paper = level(0.6);
  if (paper < 120) return ['dark'];
  const inkAt = (below: number): number => counts.subarray(0, Math.max(0, below)).reduce((sum, count) => sum + count, 0) / total;
  // Even a faint stamp darkens a thousandth of the page by a tenth.
  if (inkAt(paper - 22) < 0.0006) return ['blank'];
  // The darkest strokes: the darker half of all that is ink at all.
  const ink = level(inkAt(paper - 22) * 0.25);
  // What is out of focus looks pale too: to lay it flat mends both.
  if (isBlurred(width, height, data, paper - ink)) findings.push('blurred');
  else if (paper - ink < 75) findings.push('pale');
  if (runsOff({ width, height, data }, paper)) findings.push('cut-off');
  return findings;
};

/** Sharp print goes from paper to ink within a pixel or two; the steepest steps of a blurred page are a fraction of its contrast. */
const isBlurred = (width: number, height: number, data: Uint8Array, contrast: number): boolean => {
  const steps = new Uint32Array(256);
  let edges = 0;
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * width + x;
      const step = Math.max(Math.abs((data[at + 1] ?? 0) - (data[at] ?? 0)), Math.abs((data[at + width] ?? 0) - (data[at] ?? 0)));
      if (step < 6) continue;
      steps[step] = (steps[step] ?? 0) + 1;
      edges += 1;
    }
  }
  let seen = 0;
  let steep = 255;
  while (steep > 0 && (seen += steps[steep] ?? 0) < edges * 0.05) steep -= 1;
  return edges > 0 && steep < contrast * 0.32;
};

/** Print that touches the edge of the picture: the paper lay partly outside. */
const runsOff = ({ width, height, data }: Grey, paper: number): boolean => {
  const dark = (x: number, y: number): boolean => (data[y * width + x] ?? 255) < paper - 70;
  const side = (length: number, at: (along: number, inwards: number) => boolean): boolean => {
    let touching = 0;
    for (let along = Math.round(length * 0.02); along < length * 0.98; along += 1) {
      // Ink that goes on inwards is print; a thin line along the very edge is the paper's shadow.
      if (at(along, 1) && at(along, 3) && at(along, 6)) touching += 1;
    }
    return touching >= 4 && touching < length * 0.6;
  };
  return (
    side(width, (along, inwards) => dark(along, inwards)) ||
    side(width, (along, inwards) => dark(along, height - 1 - inwards)) ||
    side(height, (along, inwards) => dark(inwards, along)) ||
    side(height, (along, inwards) => dark(width - 1 - inwards, along))
  );
};
