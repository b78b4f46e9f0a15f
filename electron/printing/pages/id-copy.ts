/** Both sides of an identity card on one A4 page, in their own size, as a copy at the counter has them. */
import sharp, { type Sharp } from 'sharp';
import { lookAt, type Finding } from '../findings.ts';
import { MAX_PAGE_BYTES, MAX_PIXELS } from '../straighten-limits.ts';
import type { Grey } from '../paper-edges.ts';
import { writePdf, type Bound } from './bind.ts';
import { findThing, type Turned } from './crop.ts';
import { jpegOf } from './in-color.ts';

/** What a side of a card is looked for in. */
export interface CardPicture {
  data: Uint8Array;
  /** `camera`: the picture may be cut to the card already. */
  from: 'scanner' | 'camera';
  dpi: 200 | 300;
  color: 'color' | 'gray';
  /** The side that is there already, as cut out: to tell a card that nobody turned. */
  other?: Uint8Array | null;
}
export type CardSide = { ok: true; jpeg: Uint8Array; findings: (Finding | 'same-side')[] } | { ok: false; reason: 'empty' | 'too-large' | 'not-an-image' | 'no-card' };

const MM = 72 / 25.4;
const A4 = { width: 210 * MM, height: 297 * MM };
/** ISO 7810 ID-1, millimetres. */
const CARD = { width: 85.6, height: 54 };
/** Length to height of an ID-1 card is 1.585; a scan that cuts a corner or adds a shadow is off by a little. */
const SHAPE = { least: 1.45, most: 1.72 };
const LOOK_EDGE = 1200;
/** Of a card's findings, these: its print is fine and its ground coloured, so that the others are no fault. */
const TOLD: readonly Finding[] = ['dark', 'blurred'];
/** Correlation above which two sides are taken for the same one: a side scanned twice lies above it, front and back of the emulated card below. */
const SAME = 0.93;

interface Scan {
  data: Buffer;
  width: number;
  height: number;
  channels: 1 | 2 | 3 | 4;
}

async function decode(bytes: Uint8Array): Promise<Scan | 'empty' | 'too-large' | 'not-an-image'> {
  if (bytes.byteLength === 0) return 'empty';
  if (bytes.byteLength > MAX_PAGE_BYTES) return 'too-large';
  try {
    const image = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'truncated' });
    const { format, width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
    if (format !== 'jpeg' && format !== 'png') return 'not-an-image';
    if (width * height > MAX_PIXELS) return 'too-large';
    const { data, info } = await image.rotate().flatten({ background: 'white' }).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height, channels: info.channels };
  } catch {
    return 'not-an-image';
  }
}

const open = ({ data, width, height, channels }: Scan): Sharp => sharp(data, { raw: { width, height, channels } });

async function grey(image: Sharp, edge: number): Promise<Grey> {
  const { data, info } = await image.greyscale().resize({ width: edge, height: edge, fit: 'inside', withoutEnlargement: true }).raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: info.channels === 1 ? data : data.filter((_, index) => index % info.channels === 0) };
}

const isCard = (ratio: number): boolean => ratio >= SHAPE.least && ratio <= SHAPE.most;

/** Cuts the thing out of the scan, level. */
async function cut(scan: Scan, thing: Turned, scale: number): Promise<Sharp> {
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
  return sharp(turned.data).extract({ left: Math.max(0, Math.round((turned.info.width - size.width) / 2)), top: Math.max(0, Math.round((turned.info.height - size.height) / 2)), width: Math.min(size.width, turned.info.width), height: Math.min(size.height, turned.info.height) });
}

/** The card alone, its long side level; null where none lies free. */
async function cardIn(scan: Scan, from: CardPicture['from']): Promise<Sharp | null> {
  // A camera's page finds the edge of what lies there by itself: then the whole picture is the card, upright or on its side.
  if (from === 'camera' && isCard(scan.width / scan.height)) return open(scan);
  if (from === 'camera' && isCard(scan.height / scan.width)) return open(scan).rotate(90);
  const small = await grey(open(scan).blur(1.2), LOOK_EDGE);
  const thing = findThing(small);
  return thing === null || !isCard(thing.width / thing.height) ? null : cut(scan, thing, scan.width / small.width);
}

/** How alike two sides are, the better of upright and upside down: −1 to 1. */
async function likeness(one: Uint8Array, other: Uint8Array): Promise<number> {
  const [a, b] = await Promise.all([one, other].map(async (jpeg) => [...(await sharp(jpeg).greyscale().resize({ width: 48, height: 30, fit: 'fill' }).raw().toBuffer())]));
  if (a === undefined || b === undefined) return 0;
  return Math.max(correlation(a, b), correlation(a, b.toReversed()));
}

const correlation = (a: readonly number[], b: readonly number[]): number => {
  const [ma, mb] = [a, b].map((values) => values.reduce((sum, value) => sum + value, 0) / values.length) as [number, number];
  let [ab, aa, bb] = [0, 0, 0];
  for (const [index, value] of a.entries()) {
    const [da, db] = [value - ma, (b[index] ?? 0) - mb];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
};

/**
 * One side of a card, cut out of what was scanned or photographed, level and in its own size.
 * @returns a JPEG of 85.6 × 54 mm at the wanted resolution; never throws for what a scanner gives
 */
export async function cardSide({ data, from, dpi, color, other }: CardPicture): Promise<CardSide> {
  const scan = await decode(data);
  if (typeof scan === 'string') return { ok: false, reason: scan };
  const card = await cardIn(scan, from);
  if (card === null) return { ok: false, reason: 'no-card' };
  const sized = card.resize({ width: Math.round((CARD.width / 25.4) * dpi), height: Math.round((CARD.height / 25.4) * dpi), fit: 'fill' });
  const jpeg = await jpegOf(sized, { dpi, color }, { quality: 84 });
  const findings: (Finding | 'same-side')[] = lookAt(await grey(sharp(jpeg), LOOK_EDGE)).filter((one) => TOLD.includes(one));
  if (other !== undefined && other !== null && (await likeness(jpeg, other)) > SAME) findings.unshift('same-side');
  return { ok: true, jpeg, findings };
}

/** @returns one A4 page as PDF with both sides as they were cut out, byte for byte, each in a card's own size */
export const idCopy = ({ front, back }: { front: Uint8Array; back: Uint8Array }): Promise<Bound> =>
  writePdf([front, back], (doc) => {
    doc.addPage({ size: [A4.width, A4.height], margin: 0 });
    for (const [index, side] of [front, back].entries()) {
      const [width, height] = [CARD.width * MM, CARD.height * MM];
      doc.image(Buffer.from(side), (A4.width - width) / 2, (A4.height * (index + 1)) / 3 - height / 2, { width, height });
    }
  });

