import { PDFiumLibrary } from '@hyzyla/pdfium';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { IssuedCertificate } from '../cases/types.ts';
import { layOut, makeCertificate } from './certificate.ts';
import { confirmed, demoHall, housing, insurance, insured, terminal5 } from './fixtures.ts';
import { createFonts } from './fonts.ts';
import { checkForeignPdf } from './foreign-pdf.ts';
import { changedShare, TOLERANCE } from './kept-pictures.ts';
import type { DrawnGlyph } from './page.ts';
import type { CertificateInput } from './types.ts';

const fonts = createFonts();
let photo: Uint8Array;
beforeAll(async () => {
  const face = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="358" height="441"><rect width="358" height="441" fill="#c8d8e8"/><ellipse cx="179" cy="180" rx="85" ry="110" fill="#d8b49a"/><path d="M30 441c10-120 80-150 149-150s139 30 149 150z" fill="#39505f"/></svg>');
  photo = await sharp(face).jpeg({ quality: 85 }).toBuffer();
});

const withValues = (values: Record<string, unknown>): IssuedCertificate => ({ ...insured, values: { ...insured.values, ...values } });
const input = (more: Partial<CertificateInput> = {}): CertificateInput => {
  const layout = insurance.certificate;
  if (layout === undefined) throw new Error('the demo item has a certificate');
  return { hall: demoHall, terminal: terminal5, layout, certificate: insured, photo, ...more };
};

const paint = async (pdf: Uint8Array, page = 0): Promise<Buffer> => {
  const document = await (await PDFiumLibrary.init()).loadDocument(pdf);
  const { data, width, height } = await document.getPage(page).render({ scale: 1.1, render: 'bitmap', colorSpace: 'Gray' });
  document.destroy();
  return sharp(data, { raw: { width, height, channels: 1 } }).png({ palette: true, colours: 16, compressionLevel: 9 }).toBuffer();
};

describe('a certificate', () => {
  it('looks like the one that was looked at', async () => {
    const made = await makeCertificate(fonts, input());
    if (!made.ok) throw new Error(made.message);
    expect(made.value.sheets).toBe(1);
    expect(await changedShare('certificate', await paint(made.value.pdf))).toBeLessThan(TOLERANCE);
  });

  it('is at most 60 kB with photo and code, carries its fonts, and says nothing of its maker', async () => {
    const heavy = await sharp({ create: { width: 358, height: 441, channels: 3, background: '#888', noise: { type: 'gaussian', mean: 128, sigma: 15 } } }).jpeg({ quality: 62 }).toBuffer();
    expect(heavy.byteLength).toBeGreaterThan(15_000);
    const made = await makeCertificate(fonts, input({ photo: heavy }));
    if (!made.ok) throw new Error(made.message);
    expect(made.value.pdf.byteLength).toBeLessThan(60_000 + Math.max(0, heavy.byteLength - 18_000));
    expect(checkForeignPdf(made.value.pdf)).toMatchObject({ ok: true });
    expect(Buffer.from(made.value.pdf).toString('latin1')).not.toMatch(/pdfkit/i);
  });

  it('is the same to the byte when it is made again', async () => {
    const [first, second] = [await layOut(fonts, input()), await layOut(createFonts(), input())];
    expect(Buffer.from(first.pdf).equals(Buffer.from(second.pdf))).toBe(true);
  });

  it('prints names with the rarest characters, the separator and fifty of them', async () => {
    for (const name of ['王𠮷安', '𪚥\u{2CEB0}㛃', '买买提·吐尔逊'.repeat(7), '欧阳'.repeat(25)]) {
      const made = await makeCertificate(fonts, input({ certificate: withValues({ person: { name, idNumber: '110101199003070011', sex: '女' } }) }));
      expect(made).toMatchObject({ ok: true });
    }
  });

  it('is refused with the characters that no font draws, before anything is printed', async () => {
    for (const [name, missing] of [
      ['王😀', ['😀']],
      ['王\uD842', ['\uD842']],
      ['王\uE123\u200B', ['\uE123', '\u200B']],
    ] as const) {
      const made = await makeCertificate(fonts, input({ certificate: withValues({ employer: name }) }));
      expect(made).toMatchObject({ ok: false, missing });
    }
  });

  it('is refused where the platform left something out, rather than printed with a hole', async () => {
    const { employer: _, ...values } = insured.values;
    expect(await makeCertificate(fonts, input({ certificate: { ...insured, values } }))).toMatchObject({ ok: false, missing: [], message: 'the platform sent no value for {employer}' });
    expect(await makeCertificate(fonts, input({ certificate: withValues({ insurances: 'none' }) }))).toMatchObject({ ok: false });
    expect(await makeCertificate(fonts, input({ certificate: withValues({ insurances: [{ name: '养老' }] }) }))).toMatchObject({ ok: false });
    expect(await makeCertificate(fonts, input({ certificate: withValues({ employer: { toString: 'x' } }) }))).toMatchObject({ ok: false });
  });

  it('wraps long values and lets no two characters overlap', async () => {
    const employer = '青溪市清河新区第三人民医院后勤保障中心（原清河机械制造有限公司职工医院）AVERYLONGLATINNAMEWITHOUTANYSPACEINIT'.repeat(3);
    const laid = await layOut(fonts, input({ certificate: withValues({ employer }) }));
    const boxes = laid.drawn.map(({ page, glyph, face, x, y, em }) => {
      const { minX, minY, maxX, maxY } = glyph.path.bbox;
      const unit = em / face.font.unitsPerEm;
      return { page, left: x + minX * unit, right: x + maxX * unit, top: y - maxY * unit, bottom: y - minY * unit };
    });
    // Kerned letters such as AV reach under one another.
    const slack = 1;
    const apart = (a: (typeof boxes)[number], b: (typeof boxes)[number]): boolean =>
      a.page !== b.page || a.right - slack < b.left || b.right - slack < a.left || a.bottom - slack < b.top || b.bottom - slack < a.top;
    expect(boxes.flatMap((a, index) => boxes.slice(index + 1).filter((b) => !apart(a, b)))).toEqual([]);
    expect(boxes.filter(({ left, right }) => left < 70 || right > 526)).toEqual([]);
    expect(await makeCertificate(fonts, input({ certificate: withValues({ employer }) }))).toMatchObject({ ok: true });
  });

  it('goes on over several pages, numbered, each with head of the table and code', async () => {
    const row = { name: '职工基本养老保险', from: '2014-07', to: '2026-10', months: 148, status: '正常缴费' };
    const made = await makeCertificate(fonts, input({ certificate: withValues({ insurances: Array.from({ length: 30 }, () => row) }) }));
    if (!made.ok) throw new Error(made.message);
    expect(made.value.sheets).toBe(3);
    expect(await changedShare('certificate-page-2', await paint(made.value.pdf, 1))).toBeLessThan(TOLERANCE);
    expect(await makeCertificate(fonts, input({ certificate: withValues({ insurances: Array.from({ length: 400 }, () => row) }) }))).toMatchObject({ ok: false, message: 'the certificate is longer than 20 pages' });
  });
});

/** Share of a glyph's box that is dark on the painted page, by PDFium. */
const inkOf = async (pdf: Uint8Array, drawn: readonly DrawnGlyph[]): Promise<number[]> => {
  const scale = 5;
  const document = await (await PDFiumLibrary.init()).loadDocument(pdf);
  const { data, width, height } = await document.getPage(0).render({ scale, render: 'bitmap', colorSpace: 'Gray' });
  document.destroy();
  return drawn.map(({ glyph, face, x, y, em }) => {
    const { minX, minY, maxX, maxY } = glyph.path.bbox;
    const unit = em / face.font.unitsPerEm;
    const [left, right, top, bottom] = [(x + minX * unit) * scale, (x + maxX * unit) * scale, (y - maxY * unit) * scale, (y - minY * unit) * scale].map((edge, at) => (at % 2 === 0 ? Math.floor(edge) : Math.ceil(edge))) as [number, number, number, number];
    let dark = 0;
    for (let row = Math.max(0, top); row < Math.min(height, bottom); row += 1) for (let column = Math.max(0, left); column < Math.min(width, right); column += 1) if ((data[row * width + column] ?? 255) < 160) dark += 1;
    return dark / Math.max(1, (right - left) * (bottom - top));
  });
};

describe('the confirmation of a housing application', () => {
  const named = (name: string): CertificateInput => {
    const layout = housing.certificate;
    if (layout === undefined) throw new Error('the demo item has a certificate');
    return { hall: demoHall, terminal: terminal5, layout, certificate: { ...confirmed, values: { ...confirmed.values, applicant: { name, idNumber: '11010119900307001X' } } }, photo: null };
  };

  it.each([
    ['housing', '王𠮷安'],
    ['housing-rarest', '𪚥\u{2CEB0}㛃'],
    ['housing-longest', '欧阳'.repeat(25)],
  ])('%s looks like the one that was looked at: one sheet, each character with ink of its own', async (picture, name) => {
    const made = await makeCertificate(fonts, named(name));
    if (!made.ok) throw new Error(made.message);
    expect(made.value.sheets).toBe(1);
    expect(await changedShare(`certificate-${picture}`, await paint(made.value.pdf))).toBeLessThan(TOLERANCE);
    const { pdf, drawn } = await layOut(fonts, named(name));
    const places = (words: string): number[][] => drawn.flatMap((_, at) => ([...words].every((character, offset) => drawn[at + offset]?.text === character) ? [[...words].map((__, offset) => at + offset)] : []));
    const ink = await inkOf(pdf, drawn);
    // In the salutation and in the table; the number likewise; the office where it is sealed by hand.
    for (const [words, times] of [[name, 2], ['11010119900307001X', 2], [String(confirmed.values['agency']), 1], [confirmed.number, 2], ['公租房保障资格确认书', 1]] as const) {
      const found = places(words);
      expect([words, found.length]).toEqual([words, times]);
      expect(found.flat().filter((at) => (ink[at] ?? 0) < 0.04).map((at) => drawn[at]?.text)).toEqual([]);
    }
  });

  it('leaves the place of the seal free: nothing stands beside the office and the date but they themselves', async () => {
    const { drawn } = await layOut(fonts, named('欧阳'.repeat(25)));
    const office = drawn.findIndex((_, at) => drawn.slice(at, at + 3).map(({ text }) => text).join('') === '青溪市' && drawn[at + 3]?.text === '住');
    const top = (drawn[office]?.y ?? 0) - 13;
    const below = drawn.filter(({ y }) => y > top && y < top + 60);
    expect(below.map(({ text }) => text).join('')).toBe('青溪市住房和城乡建设局2026年12月9日');
  });
});
