/**
 * Scanned pages: bounded before they are decoded, turned upright, cut to the paper, made small, and looked at.
 * Findings are told to the citizen at once, while the paper still lies there.
 */
import sharp, { type Sharp } from 'sharp';
import { isEmptyPage } from './pages/blank.ts';
import { jpegOf } from './pages/in-color.ts';
import { findPaper, type Grey } from './paper-edges.ts';
import { lookAt, type Finding } from './findings.ts';
import { findSkew, MAX_SKEW } from './skew.ts';
import { MAX_PAGE_BYTES, MAX_PIXELS } from './straighten-limits.ts';

/** What is kept of a page: A4 at so many dots per inch, with its colours or without. */
export interface Kept {
  dpi: 200 | 300;
  color: 'color' | 'gray';
}
const USUAL: Kept = { dpi: 200, color: 'color' };
/** A4 in inches. */
const LONG_EDGE = 11.693;
/** What a page shall take at 200 dpi; more dots may take more. */
const TARGET_BYTES = 500_000;
/** Long edge of the picture that skew and findings are read from. */
const LOOK_EDGE = 1200;

/** `empty`: nothing at all is on the page, so that it may be dropped; `blank` among the findings is the weaker word, for somebody to look at. */
export type Straightened = { ok: true; jpeg: Uint8Array; findings: Finding[]; empty: boolean } | { ok: false; reason: 'empty' | 'too-large' | 'not-an-image' };

/** Never throws for what a scanner or a file holds. */
export const straightenPage = async (data: Uint8Array, kept: Kept = USUAL): Promise<Straightened> => {
  if (data.byteLength === 0) return { ok: false, reason: 'empty' };
  if (data.byteLength > MAX_PAGE_BYTES) return { ok: false, reason: 'too-large' };
  try {
    const { format, width, height } = await sharp(data, { limitInputPixels: false }).metadata();
    // Only what scanners send: other formats that the library reads can name files or run for ever.
    if (format !== 'jpeg' && format !== 'png') return { ok: false, reason: 'not-an-image' };
    if (width * height > MAX_PIXELS) return { ok: false, reason: 'too-large' };
    return await straighten(data, kept);
  } catch {
    return { ok: false, reason: 'not-an-image' };
  }
};

const straighten = async (data: Uint8Array, kept: Kept): Promise<Straightened> => {
  const edge = Math.round(LONG_EDGE * kept.dpi);
  // Decoded once, at the size that is kept; a truncated picture is an error, not half a page.
  const upright = await sharp(data, { limitInputPixels: MAX_PIXELS, failOn: 'truncated' })
    .rotate()
    .flatten({ background: 'white' })
    .resize({ width: edge, height: edge, fit: 'inside', withoutEnlargement: true })
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
  return { ok: true, jpeg: await compress(page.data, pageRaw, kept), findings, empty: findings.includes('blank') && isEmptyPage(small) };
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

const compress = async (data: Uint8Array, raw: Raw, kept: Kept): Promise<Uint8Array> => {
  let jpeg: Uint8Array = new Uint8Array();
  for (const quality of [78, 62, 48]) {
    jpeg = await jpegOf(sharp(data, { raw }), kept, { quality, optimiseCoding: true, chromaSubsampling: '4:2:0' });
    if (jpeg.byteLength <= TARGET_BYTES * (kept.dpi / 200) ** 2) break;
  }
  return jpeg;
};
