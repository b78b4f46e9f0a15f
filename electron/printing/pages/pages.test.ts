import { PDFiumLibrary } from '@hyzyla/pdfium';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { scanned } from '../../../drivers/scanner/emulator-pages.ts';
import { straightenPage } from '../straighten.ts';
import { bindPages } from './bind.ts';
import { isEmptyPage } from './blank.ts';
import { findThing } from './crop.ts';
import { idCopy } from './id-copy.ts';

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
}, 60_000);
const page = (name: string): Buffer => pages.get(name) ?? Buffer.alloc(0);

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

  it('is copied with both sides on one A4 page, level and in its own size', async () => {
    const copy = await idCopy({ front: page('card-front'), back: page('card-back') });
    if (!copy.ok) throw new Error(`${copy.side}: ${copy.reason}`);
    expect(await sharp(copy.jpeg).metadata()).toMatchObject({ width: 1654, height: 2339, density: 200 });
    // Blue front above, warm back below, white between.
    const middle = async (top: number): Promise<number[]> => (await sharp(await sharp(copy.jpeg).extract({ left: 520, top, width: 40, height: 12 }).png().toBuffer()).stats()).channels.map(({ mean }) => Math.round(mean));
    const [front, between, back] = await Promise.all([middle(585), middle(1160), middle(1760)]);
    expect(front[2]! - front[0]!).toBeGreaterThan(15);
    expect(between.every((value) => value > 250)).toBe(true);
    expect(back[0]! - back[2]!).toBeGreaterThan(15);
    expect(copy.jpeg.byteLength).toBeLessThan(500_000);
  });

  it('that is none is refused with its side', async () => {
    expect(await idCopy({ front: page('card-front'), back: page('contract') })).toEqual({ ok: false, side: 'back', reason: 'no-card' });
    expect(await idCopy({ front: page('blank'), back: page('card-back') })).toEqual({ ok: false, side: 'front', reason: 'no-card' });
    expect(await idCopy({ front: Buffer.from('no picture'), back: page('card-back') })).toEqual({ ok: false, side: 'front', reason: 'not-an-image' });
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
});
