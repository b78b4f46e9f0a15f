import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFonts, type Weight } from './fonts.ts';
import { shape } from './shape.ts';

const fonts = createFonts();
const anyOf = (chars: string): fc.Arbitrary<string> => fc.string({ unit: fc.constantFrom(...chars), minLength: 1, maxLength: 12 });
const hanzi = anyOf('社会保险参保缴费证明㛃，。、：；（）《》〔〕');
// No digits among letters: there the font has a second set of the same width.
const letters = Array.from({ length: 95 }, (_, index) => String.fromCharCode(0x20 + index)).filter((char) => !/\d/.test(char)).join('');
const latin = fc.oneof(anyOf('0123456789-:. /'), anyOf(letters), fc.constantFrom('AVATo', 'office fjord'));

/** Glyphs and places of a text, by us and by the font's own layout of each of its parts. */
const bothOf = (parts: string[], weight: Weight): [ours: unknown[], own: unknown[]] => {
  const face = fonts.faceFor(0x793e, weight);
  if (face === null) throw new Error('no face');
  const told = ({ glyphs, positions }: ReturnType<typeof shape>): unknown[] => glyphs.map(({ id }, index) => [id, positions[index]]).map((one) => JSON.stringify(one));
  const plain = (run: ReturnType<typeof shape>): ReturnType<typeof shape> => ({ glyphs: run.glyphs, positions: run.positions.map(({ xAdvance, yAdvance, xOffset, yOffset }) => ({ xAdvance, yAdvance, xOffset, yOffset })) });
  return [told(plain(shape(face.font, parts.join('')))), parts.flatMap((part) => told(plain(face.font.layout(part, []))))];
};

describe('shaping', () => {
  it('looks up what the font itself lays out, for Hanzi, numbers, kerned and joined letters', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(hanzi, latin), { maxLength: 5 }), fc.constantFrom<Weight>('regular', 'bold', 'title'), (pairs, weight) => {
        const [ours, own] = bothOf(pairs.flat(), weight);
        expect(ours).toEqual(own);
      }),
      { numRuns: 80 },
    );
  });

  it('draws one sort of digits, beside letters and alone', () => {
    const face = fonts.faceFor(0x793e, 'regular');
    const ids = (text: string): number[] => (face === null ? [] : shape(face.font, text).glyphs.map(({ id }) => id));
    expect(ids('7C2F-9A10')).toEqual(['7', 'C', '2', 'F', '-', '9', 'A', '1', '0'].flatMap(ids));
  });
});
