import * as fc from 'fast-check';
import subsetFont from 'subset-font';
import { describe, expect, it } from 'vitest';
import { createFonts, type Fonts } from './fonts.ts';
import { checkInk } from './ink-check.ts';
import { createPages, type DrawnGlyph } from './page.ts';

const fonts = createFonts();
const about = { title: 'test', issuedAt: new Date('2026-11-22T00:00:00Z') };

const write = async (text: string, using: Fonts = fonts, draw: (pages: ReturnType<typeof createPages>) => void = () => {}): Promise<{ pdf: Uint8Array; drawn: DrawnGlyph[] }> => {
  const pages = createPages(using, about);
  pages.addPage();
  draw(pages);
  for (const [index, line] of (text.match(/.{1,24}/gsu) ?? []).entries()) pages.line(line, { x: 60, y: 80 + 26 * index, em: 12, weight: 'regular' });
  return { pdf: await pages.finish(), drawn: pages.drawn };
};

/** The chain, but with fonts whose embedded bytes were changed behind its back. */
const damaged = (change: (data: Uint8Array, id: string) => Uint8Array): Fonts => {
  const inner = createFonts();
  const faces = new Map<string, { data: Uint8Array }>();
  return {
    ...inner,
    runs: (text, weight) =>
      inner.runs(text, weight).map((run) => {
        if (!faces.has(run.face.id)) faces.set(run.face.id, { data: change(run.face.data, run.face.id) });
        return { ...run, face: { ...run.face, ...faces.get(run.face.id) } };
      }),
  };
};

const SENTENCE = '青溪市政务服务大厅，王𠮷安，口囗日曰一，2026-11-22 Qingxi 《社会保险》（第 3 页）。';

describe('the glyph guarantee', () => {
  it('passes a page whose every character is painted as its font draws it', async () => {
    const { pdf, drawn } = await write(SENTENCE);
    expect(await checkInk(pdf, drawn, 1)).toEqual([]);
  });

  it('passes any Hanzi of any plane of the chain', async () => {
    const plane = (first: number, last: number): fc.Arbitrary<string> => fc.integer({ min: first, max: last }).map((codePoint) => String.fromCodePoint(codePoint));
    const hanzi = fc.oneof(plane(0x4e00, 0x9fef), plane(0x3400, 0x4db5), plane(0x20000, 0x2a6d6), plane(0x2a700, 0x2b734), plane(0x2b740, 0x2b81d), plane(0x2b820, 0x2cea1), plane(0x2ceb0, 0x2ebe0));
    await fc.assert(
      fc.asyncProperty(fc.array(hanzi, { minLength: 150, maxLength: 240 }), async (chars) => {
        const { pdf, drawn } = await write(chars.join(''));
        expect(drawn).toHaveLength(chars.length);
        expect(await checkInk(pdf, drawn, 1)).toEqual([]);
      }),
      { numRuns: 5 },
    );
  });

  it('catches a character that was left out of the embedded font, though the text layer has it', async () => {
    const without = await subsetFont(createFonts().runs('王', 'regular')[0]!.face.data, '李中华人民', { targetFormat: 'sfnt' });
    const { pdf, drawn } = await write('李王中华', damaged((data, id) => (id === 'sc-400' ? without : data)));
    const faults = await checkInk(pdf, drawn, 1);
    expect(faults.map((fault) => fault.text)).toEqual(['王']);
    expect(faults[0]!.why).toBe('blank');
  });

  it('catches missing-glyph boxes, also where a box-shaped character belongs', async () => {
    const sc = fonts.faceFor('嘅'.codePointAt(0)!, 'regular')!;
    const other = createFonts().faceFor(0x20021, 'regular')!;
    expect([sc.id, other.id]).toEqual(['sc-400', 'hk-400']);
    const foreign = [...'亿们仅从仓'].filter((char) => !other.font.hasGlyphForCodePoint(char.codePointAt(0)!));
    const { pdf, drawn } = await write(foreign.join(''), damaged((data, id) => (id === 'sc-400' ? other.data : data)));
    expect((await checkInk(pdf, drawn, 1)).map((fault) => fault.why)).toEqual(foreign.map(() => 'missing-glyph-box'));
    const boxes = [...'口囗□日目曰'].map((char) => ({ ...drawn[0]!, text: char, glyph: sc.font.glyphForCodePoint(char.codePointAt(0)!) }));
    expect((await checkInk(pdf, boxes, 1)).map((fault) => fault.text)).toEqual([...'口囗□日目曰']);
  });

  it('catches glyphs without ink', async () => {
    const { pdf, drawn } = await write('李王中华', fonts, (pages) => {
      const { doc } = pages;
      const fill = doc.fillColor.bind(doc);
      doc.fillColor = () => fill('white');
    });
    expect((await checkInk(pdf, drawn, 1)).map((fault) => fault.why)).toEqual(['blank', 'blank', 'blank', 'blank']);
  });

  it('passes any code of letters and digits, whose kerned letters reach into each other, at any place on the page', async () => {
    const letter = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789');
    const codes = fc.array(fc.string({ unit: letter, minLength: 30, maxLength: 30 }), { minLength: 50, maxLength: 50 });
    await fc.assert(
      fc.asyncProperty(codes, fc.constantFrom(7.5, 8, 8.5, 9, 9.5, 10, 10.5), async (lines, em) => {
        const pages = createPages(fonts, about);
        pages.addPage();
        for (const [row, line] of lines.entries()) pages.line(`验证码：${line}`, { x: 60 + row * 0.21, y: 40 + 14.3 * row, em, weight: 'regular' });
        expect(await checkInk(await pages.finish(), pages.drawn, 1)).toEqual([]);
      }),
      { numRuns: 6 },
    );
  });

  it('catches a wrong letter among kerned ones', async () => {
    const { pdf, drawn } = await write('KJYAVTAWLTYA');
    const font = (drawn[0] as DrawnGlyph).face.font;
    const wrong: Record<string, string> = { K: 'X', J: 'I', Y: 'V', A: 'Λ', V: 'Y', T: 'I', W: 'V', L: 'I' };
    for (const [index, glyph] of drawn.entries()) {
      const other = font.glyphForCodePoint(wrong[glyph.text]?.codePointAt(0) ?? 0);
      expect((await checkInk(pdf, drawn.with(index, { ...glyph, glyph: other }), 1)).map(({ text }) => text), glyph.text).toContain(glyph.text);
    }
  });

  it('catches the wrong character, a shifted one, and one printed over another', async () => {
    const { pdf, drawn } = await write('未曰土');
    const [a, b, c] = drawn as [DrawnGlyph, DrawnGlyph, DrawnGlyph];
    const other = (char: string): DrawnGlyph['glyph'] => a.face.font.glyphForCodePoint(char.codePointAt(0)!);
    expect(await checkInk(pdf, [{ ...a, glyph: other('木') }], 1)).toHaveLength(1);
    expect(await checkInk(pdf, [{ ...b, glyph: other('口') }], 1)).toHaveLength(1);
    expect(await checkInk(pdf, [{ ...c, x: c.x + 3 }], 1)).toHaveLength(1);
    expect(await checkInk(pdf, [{ ...c, x: -40 }], 1)).toEqual([expect.objectContaining({ why: 'outside' })]);
    const twice = await write('社会保险参保证明', fonts, (pages) => {
      pages.line('养老医疗失业工伤', { x: 61, y: 81, em: 12, weight: 'bold' });
      pages.drawn.length = 0;
    });
    expect((await checkInk(twice.pdf, twice.drawn, 1)).length).toBeGreaterThan(4);
  });

  it('does not compare a document of another length', async () => {
    const { pdf, drawn } = await write('王');
    await expect(checkInk(pdf, drawn, 2)).rejects.toThrow('2 pages were made, 1 are in the file');
  });
});
