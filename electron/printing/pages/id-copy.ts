/** Both sides of an identity card on one A4 page, in their own size, as a copy at the counter has them. */
import sharp, { type Sharp } from 'sharp';
import { MAX_PAGE_BYTES } from '../straighten-limits.ts';
import type { Grey } from '../paper-edges.ts';
import { findThing, type Turned } from './crop.ts';

export type IdCopy = { ok: true; jpeg: Uint8Array } | { ok: false; side: 'front' | 'back'; reason: 'not-an-image' | 'no-card' };

const MAX_PIXELS = 60_000_000;
/** Dots per inch of the copy. */
const DPI = 200;
const pixels = (mm: number): number => Math.round((mm / 25.4) * DPI);
const A4 = { width: pixels(210), height: pixels(297) };
/** ISO 7810 ID-1. */
const CARD = { width: pixels(85.6), height: pixels(54) };
/** Length to height of an ID-1 card is 1.585; a scan that cuts a corner or adds a shadow is off by a little. */
const SHAPE = { least: 1.45, most: 1.72 };
const LOOK_EDGE = 1200;

interface Scan {
  data: Buffer;
  width: number;
  height: number;
  channels: 1 | 2 | 3 | 4;
}

async function decode(bytes: Uint8Array): Promise<Scan | null> {
  if (bytes.byteLength === 0 || bytes.byteLength > MAX_PAGE_BYTES) return null;
  try {
    const image = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'truncated' });
    const { format } = await image.metadata();
    if (format !== 'jpeg' && format !== 'png') return null;
    const { data, info } = await image.rotate().flatten({ background: 'white' }).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height, channels: info.channels };
  } catch {
    return null;
  }
}

const open = ({ data, width, height, channels }: Scan): Sharp => sharp(data, { raw: { width, height, channels } });

async function look(scan: Scan): Promise<Grey> {
  const { data, info } = await open(scan).greyscale().resize({ width: LOOK_EDGE, height: LOOK_EDGE, fit: 'inside', withoutEnlargement: true }).blur(1.2).raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: info.channels === 1 ? data : data.filter((_, index) => index % info.channels === 0) };
}

/** Cuts the thing out of the scan, level, in the size of a card. */
async function cut(scan: Scan, thing: Turned, scale: number): Promise<Buffer> {
  const size = { width: Math.round(thing.width * scale), height: Math.round(thing.height * scale) };
  // First a square around it with room to turn in, so that no whole page is turned for a card.
  const reach = Math.ceil(Math.hypot(size.width, size.height) / 2) + 4;
  const [x, y] = [Math.round(thing.x * scale), Math.round(thing.y * scale)];
  const area = { left: Math.max(0, x - reach), top: Math.max(0, y - reach), right: Math.min(scan.width, x + reach), bottom: Math.min(scan.height, y + reach) };
  const room = { left: reach - (x - area.left), top: reach - (y - area.top), right: reach - (area.right - x), bottom: reach - (area.bottom - y) };
  const square = await open(scan)
    .extract({ left: area.left, top: area.top, width: area.right - area.left, height: area.bottom - area.top })
    .extend({ ...room, background: 'white' })
    .png({ compressionLevel: 1 })
    .toBuffer();
  const turned = await sharp(square).rotate(thing.angle, { background: 'white' }).png({ compressionLevel: 1 }).toBuffer({ resolveWithObject: true });
  return sharp(turned.data)
    .extract({ left: Math.max(0, Math.round((turned.info.width - size.width) / 2)), top: Math.max(0, Math.round((turned.info.height - size.height) / 2)), width: Math.min(size.width, turned.info.width), height: Math.min(size.height, turned.info.height) })
    .resize({ ...CARD, fit: 'fill' })
    .png({ compressionLevel: 1 })
    .toBuffer();
}

/**
 * @param scans each side as scanned from the glass, the card lying anyhow but free
 * @returns an A4 page at 200 dpi; never throws for what a scanner gives
 */
export async function idCopy(scans: { front: Uint8Array; back: Uint8Array }): Promise<IdCopy> {
  const cards: Buffer[] = [];
  for (const side of ['front', 'back'] as const) {
    const scan = await decode(scans[side]);
    if (scan === null) return { ok: false, side, reason: 'not-an-image' };
    const small = await look(scan);
    const thing = findThing(small);
    if (thing === null || thing.width / thing.height < SHAPE.least || thing.width / thing.height > SHAPE.most) return { ok: false, side, reason: 'no-card' };
    cards.push(await cut(scan, thing, scan.width / small.width));
  }
  const left = Math.round((A4.width - CARD.width) / 2);
  const jpeg = await sharp({ create: { ...A4, channels: 3, background: 'white' } })
    .composite(cards.map((input, index) => ({ input, left, top: Math.round((A4.height * (index + 1)) / 3 - CARD.height / 2) })))
    .withMetadata({ density: DPI })
    .jpeg({ quality: 84 })
    .toBuffer();
  return { ok: true, jpeg };
}
