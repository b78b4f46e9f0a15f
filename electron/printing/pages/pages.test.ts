import { PDFiumLibrary } from '@hyzyla/pdfium';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { scanned } from '../../../drivers/scanner/emulator-pages.ts';
import { straightenPage } from '../straighten.ts';
import { bindPages } from './bind.ts';
import { isEmptyPage } from './blank.ts';
import { findThing } from './crop.ts';
import { cardSide, idCopy, type CardSide } from './id-copy.ts';

const A4 = { resolution: 200, width: 1653, height: 2339, color: 'RGB24' } as const;
const grey = async (picture: Uint8Array | Buffer): Promise<{ width: number; height: number; data: Uint8Array }> => {
  const { data, info } = await sharp(picture).greyscale().resize({ width: 1200, height: 1200, fit: 'inside' }).raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: info.channels === 1 ? data : data.filter((_, index) => index % info.channels === 0) };
};
/** Paper of 848 × 1200 with something drawn on it. */
const sheet = (drawn: string, paper = '#f1efe6'): Promise<Buffer> =>
  sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="848" height="1200"><rect width="100%" height="100%" fill="${paper}"/>${drawn}</svg>`)).jpeg({ quality: 80 }).toBuffer();

const pages = new Map<string, Buffer>();
beforeAll(async () => {
  for (const page of ['contract', 'blank', 'card-front', 'card-back'] as const) pages.set(page, await scanned({ page, ...A4 }));
  for (const name of ['card-front', 'card-back']) sides.set(name, await cardSide({ data: page(name), from: 'scanner', dpi: 200, color: 'color' }));
}, 120_000);
const page = (name: string): Buffer => pages.get(name) ?? Buffer.alloc(0);
const sides = new Map<string, CardSide>();
const side = (name: string): { jpeg: Uint8Array; findings: string[] } => {
  const made = sides.get(name);
  if (made?.ok !== true) throw new Error(made?.reason);
  return made;
};

describe('a page with nothing on it', () => {
  it.each([
    ['bare paper', ''],
    ['dust', '<g fill="#333">' + Array.from({ length: 60 }, (_, index) => `<rect x="${60 + ((index * 131) % 700)}" y="${60 + ((index * 197) % 1050)}" width="3" height="2"/>`).join('') + '</g>'],
    ['a streak of the feeder', '<rect x="400" y="0" width="2" height="1200" fill="#444"/>'],
    ['the other side showing through', '<g font-size="22" fill="#dcdad2">' + Array.from({ length: 30 }, (_, line) => `<text x="90" y="${100 + line * 34}">words on the other side of this sheet</text>`).join('') + '</g>'],
    ['a shadow along its edge', '<defs><linearGradient id="g"><stop offset="0" stop-color="#888"/><stop offset="0.2" stop-color="#f1efe6"/></linearGradient></defs><rect width="848" height="1200" fill="url(#g)"/>'],
  ])('is empty with %s', async (_, drawn) => {
    expect(isEmptyPage(await grey(await sheet(drawn)))).toBe(true);
  });

  it.each([
    ['a page number alone', '<text x="410" y="1130" font-size="14" fill="#222">7</text>'],
    ['a tick in pencil', '<path d="M300 500 l6 8 l14 -20" stroke="#8a8a8a" stroke-width="2.5" fill="none"/>'],
    ['a pale stamp', '<circle cx="500" cy="800" r="60" stroke="#c98a86" stroke-width="4" fill="none"/>'],
    ['a rule across', '<rect x="150" y="600" width="500" height="2" fill="#333"/>'],
  ])('is not taken for empty with %s', async (_, drawn) => {
    expect(isEmptyPage(await grey(await sheet(drawn)))).toBe(false);
  });

  it('is told from a written one as they come from the scanner, and a dark one is not dropped', async () => {
    const [blank, contract] = await Promise.all([straightenPage(page('blank')), straightenPage(page('contract'))]);
    expect(blank).toMatchObject({ ok: true, empty: true });
    expect(contract).toMatchObject({ ok: true, empty: false });
    expect(isEmptyPage(await grey(await sheet('', '#333')))).toBe(false);
  });
});

describe('a card on the glass', () => {
  it.each([-80, -45, -20, 0, 3, 30, 89])('is found where it lies, turned by %s°', async (angle) => {
    const drawn = `<rect x="274" y="536" width="300" height="189" rx="10" fill="#b9cfdb" transform="rotate(${angle} 424 630.5)"/>`;
    const found = findThing(await grey(await sheet(drawn, '#f5f5f5')))!;
    expect(Math.abs(found.x - 424) + Math.abs(found.y - 630.5)).toBeLessThan(4);
    expect(Math.abs(found.width - 300)).toBeLessThan(6);
    expect(Math.abs(found.height - 189)).toBeLessThan(6);
    expect(Math.abs((((found.angle + angle) % 180) + 180 + 90) % 180 - 90)).toBeLessThan(1);
  });

  it('is not found where only paper lies', async () => {
    expect(findThing(await grey(await sheet('')))).toBeNull();
  });

  it('is cut out level, in its own size, with its colours or without', async () => {
    const made = side('card-front');
    expect(made.findings).toEqual([]);
    expect(await sharp(made.jpeg).metadata()).toMatchObject({ width: 674, height: 425, density: 200, channels: 3 });
    const gray = await cardSide({ data: page('card-front'), from: 'scanner', dpi: 300, color: 'gray' });
    if (!gray.ok) throw new Error(gray.reason);
    expect(await sharp(gray.jpeg).metadata()).toMatchObject({ width: 1011, height: 638, density: 300, channels: 1 });
  });

  it('is taken whole where the camera has cut it out already, upright or on its side', async () => {
    const { jpeg } = side('card-front');
    for (const turned of [jpeg, await sharp(jpeg).rotate(90).jpeg().toBuffer()]) {
      const again = await cardSide({ data: turned, from: 'camera', dpi: 200, color: 'color' });
      expect(again.ok && (await sharp(again.jpeg).metadata()).width).toBe(674);
    }
    // On the glass it must lie free: a picture of nothing but a card is cut off somewhere.
    expect(await cardSide({ data: await sharp(page('blank')).resize(1585, 1000, { fit: 'fill' }).jpeg().toBuffer(), from: 'scanner', dpi: 200, color: 'color' })).toEqual({ ok: false, reason: 'no-card' });
  });

  it('that nobody turned over is noticed, and front and back are not taken for one', async () => {
    const [front, back] = [side('card-front'), side('card-back')];
    const twice = await cardSide({ data: await sharp(page('card-front')).rotate(183, { background: '#d6d6d4' }).jpeg().toBuffer(), from: 'scanner', dpi: 200, color: 'color', other: front.jpeg });
    expect(twice).toMatchObject({ ok: true, findings: ['same-side'] });
    expect(await cardSide({ data: page('card-back'), from: 'scanner', dpi: 200, color: 'color', other: front.jpeg })).toMatchObject({ ok: true, findings: [] });
    expect(await cardSide({ data: page('card-front'), from: 'scanner', dpi: 200, color: 'color', other: back.jpeg })).toMatchObject({ ok: true, findings: [] });
  });

  it('is copied with both sides on one A4 page of PDF, as they were cut out', async () => {
    const [front, back] = [side('card-front'), side('card-back')];
    const copy = await idCopy({ front: front.jpeg, back: back.jpeg });
    if (!copy.ok) throw new Error(copy.reason);
    expect([front, back].every(({ jpeg }) => Buffer.from(copy.pdf).includes(Buffer.from(jpeg)))).toBe(true);
    const document = await (await PDFiumLibrary.init()).loadDocument(copy.pdf);
    expect(document.getPageCount()).toBe(1);
    const { width, height, data } = await document.getPage(0).render({ scale: 1, render: 'bitmap' });
    document.destroy();
    expect([width, height]).toEqual([595, 841]);
    const painted = sharp(data, { raw: { width, height, channels: 4 } });
    // Blue front above, warm back below, white between.
    const middle = async (top: number): Promise<number[]> => (await sharp(await painted.clone().extract({ left: 187, top, width: 14, height: 5 }).png().toBuffer()).stats()).channels.map(({ mean }) => Math.round(mean));
    const [above, between, below] = await Promise.all([middle(211), middle(418), middle(634)]);
    expect(above[2]! - above[0]!).toBeGreaterThan(15);
    expect(between.slice(0, 3).every((value) => value > 250)).toBe(true);
    expect(below[0]! - below[2]!).toBeGreaterThan(15);
    expect(copy.pdf.byteLength).toBeLessThan(300_000);
  });

  it('that is none, or no picture, is refused', async () => {
    const asked = { from: 'scanner', dpi: 200, color: 'color' } as const;
    expect(await cardSide({ data: page('contract'), ...asked })).toEqual({ ok: false, reason: 'no-card' });
    expect(await cardSide({ data: page('blank'), ...asked })).toEqual({ ok: false, reason: 'no-card' });
    expect(await cardSide({ data: Buffer.from('no picture'), ...asked })).toEqual({ ok: false, reason: 'not-an-image' });
    expect(await cardSide({ data: Buffer.alloc(0), ...asked })).toEqual({ ok: false, reason: 'empty' });
    expect(await cardSide({ data: page('contract').subarray(0, 20_000), ...asked })).toEqual({ ok: false, reason: 'not-an-image' });
  });
});

describe('pages bound into one PDF', () => {
  it('keep their order, their size and their pictures as they are', async () => {
    const [first, second] = [page('contract'), page('blank')];
    const bound = await bindPages([first, second, first]);
    if (!bound.ok) throw new Error(bound.reason);
    expect(Buffer.from(bound.pdf).includes(first)).toBe(true);
    expect(Buffer.from(bound.pdf).toString('latin1')).not.toContain('PDFKit');
    const pdfium = await PDFiumLibrary.init();
    const document = await pdfium.loadDocument(bound.pdf);
    expect(document.getPageCount()).toBe(3);
    const { width, height, data } = await document.getPage(0).render({ scale: 0.5, render: 'bitmap' });
    document.destroy();
    expect(Math.abs(width - 297)).toBeLessThan(3);
    expect(Math.abs(height - 421)).toBeLessThan(3);
    expect(data.some((value, index) => index % 4 === 0 && value < 120)).toBe(true);
    const again = await bindPages([first, second, first]);
    expect(again.ok && Buffer.from(again.pdf).equals(Buffer.from(bound.pdf))).toBe(true);
  });

  it('are refused when there are none, or one is no picture', async () => {
    expect(await bindPages([])).toMatchObject({ ok: false, reason: 'empty' });
    expect(await bindPages([page('blank'), Buffer.from('%PDF-1.7')])).toEqual({ ok: false, reason: 'not-an-image', page: 1 });
  });

  it('are refused when they are more than the file may hold', async () => {
    const one = page('contract');
    expect(await bindPages([one, one], one.byteLength * 2)).toMatchObject({ ok: true });
    expect(await bindPages([one, one, one], one.byteLength * 2)).toEqual({ ok: false, reason: 'too-large', page: null });
  });
});
