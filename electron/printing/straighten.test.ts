import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { findSkew } from './skew.ts';
import { straightenPage } from './straighten.ts';
import { MAX_PAGE_BYTES } from './straighten-limits.ts';

const WIDTH = 1240;
const HEIGHT = 1754;

/** A page of made-up print at 150 dots per inch: bars as words, so that no font decides the test. */
const page = async ({ ink = '#111', paper = '#fff', lines = 30, left = 110 } = {}): Promise<Buffer> => {
  let words = '';
  for (let line = 0; line < lines; line += 1) {
    for (let x = left, word = 0; x < WIDTH - 150; word += 1) {
      const width = 30 + ((line * 7 + word * 13) % 5) * 17;
      words += `<rect x="${x}" y="${150 + line * 46}" width="${width}" height="4"/><rect x="${x}" y="${165 + line * 46}" width="${width}" height="3"/><rect x="${x + 4}" y="${150 + line * 46}" width="3" height="22"/>`;
      x += width + 14;
    }
  }
  return sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><rect width="100%" height="100%" fill="${paper}"/><g fill="${ink}">${words}</g></svg>`)).png().toBuffer();
};

const turned = async (png: Buffer, degrees: number, background = '#fff'): Promise<Buffer> => sharp(png).rotate(degrees, { background }).jpeg({ quality: 90 }).toBuffer();

const skewOf = async (jpeg: Uint8Array): Promise<number> => {
  const { data, info } = await sharp(jpeg).greyscale().resize({ width: 1200, height: 1200, fit: 'inside' }).raw().toBuffer({ resolveWithObject: true });
  return findSkew({ width: info.width, height: info.height, data });
};

let straight: Buffer;
beforeAll(async () => {
  straight = await page();
});

describe('a scanned page', () => {
  it.each([-5, -1.7, 0, 0.4, 2.5, 5])('that lies askew by %s° is turned straight to within 0.3°', async (angle) => {
    const askew = await turned(straight, angle);
    expect(Math.abs((await skewOf(askew)) + angle)).toBeLessThan(0.3);
    const answer = await straightenPage(askew);
    if (!answer.ok) throw new Error(answer.reason);
    expect(Math.abs(await skewOf(answer.jpeg))).toBeLessThan(0.3);
    expect(answer.findings).toEqual([]);
    expect(answer.jpeg.byteLength).toBeLessThan(500_000);
  });

  it('is turned the way its camera held it', async () => {
    const answer = await straightenPage(await sharp(straight).rotate(90).withMetadata({ orientation: 8 }).jpeg().toBuffer());
    if (!answer.ok) throw new Error(answer.reason);
    const { width, height } = await sharp(answer.jpeg).metadata();
    expect(height).toBeGreaterThan(width);
  });

  it('is cut out of a dark background', async () => {
    const onBlack = await sharp(await turned(straight, 2, '#222')).extend({ top: 160, bottom: 90, left: 200, right: 120, background: '#222' }).jpeg().toBuffer();
    const answer = await straightenPage(onBlack);
    if (!answer.ok) throw new Error(answer.reason);
    const { width, height } = await sharp(answer.jpeg).metadata();
    const share = 1 / ((HEIGHT * 1.02 + 250) / 2339 < 1 ? 1 : (HEIGHT * 1.02 + 250) / 2339);
    expect(Math.abs(width / share - WIDTH)).toBeLessThan(45);
    expect(Math.abs(height / share - HEIGHT)).toBeLessThan(45);
    const { data, info } = await sharp(answer.jpeg).greyscale().raw().toBuffer({ resolveWithObject: true });
    expect(data[Math.floor(info.height / 2) * info.width + 12]).toBeGreaterThan(150);
    expect(answer.findings).toEqual([]);
  });

  const flaws: [string, () => Promise<Buffer>][] = [
    ['blank', () => page({ lines: 0 })],
    ['pale', () => page({ ink: '#c4c4c4' })],
    ['dark', () => page({ paper: '#444', ink: '#000' })],
    ['blurred', () => sharp(straight).blur(6).jpeg().toBuffer()],
    ['cut-off', () => page({ left: -40 })],
    ['tilted', () => turned(straight, 6)],
  ];
  it.each(flaws)('that is %s is told to the citizen while the paper still lies there', async (finding, make) => {
    expect(await straightenPage(await make())).toMatchObject({ ok: true, findings: [finding] });
  });

  it('is refused when it is empty, too large or no picture', async () => {
    expect(await straightenPage(new Uint8Array())).toEqual({ ok: false, reason: 'empty' });
    expect(await straightenPage(new Uint8Array(MAX_PAGE_BYTES + 1))).toEqual({ ok: false, reason: 'too-large' });
    expect(await straightenPage(Buffer.from('%PDF-1.7 no picture'))).toEqual({ ok: false, reason: 'not-an-image' });
    expect(await straightenPage(straight.subarray(0, 4000))).toEqual({ ok: false, reason: 'not-an-image' });
    expect(await straightenPage(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'))).toEqual({ ok: false, reason: 'not-an-image' });
  });

  it('is refused before it is decoded when it would unfold to more than memory should hold', async () => {
    // The head of a PNG that says 40,000 × 30,000.
    const bomb = Buffer.from(straight);
    bomb.writeUInt32BE(40_000, 16);
    bomb.writeUInt32BE(30_000, 20);
    bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29);
    const before = process.memoryUsage().rss;
    expect(await straightenPage(bomb)).toEqual({ ok: false, reason: 'too-large' });
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
  });
});
