import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFonts } from './fonts.ts';
import { breakLines, setLine } from './typeset.ts';

const fonts = createFonts();
const text = fc
  .array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...'的一是在不了有和人这中大为上个国我以要他') }, { weight: 2, arbitrary: fc.constantFrom(...'，。、；：？！）》」（《「') }, fc.constantFrom('2026', 'Zhang', ' ', '·', '110101199003070011')), { maxLength: 60 })
  .map((parts) => parts.join(''));

describe('breaking lines', () => {
  it('loses no character, keeps to the width and never begins a line with a closing mark', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 60, max: 400 }), (whole, width) => {
        const lines = breakLines(fonts, whole, 'regular', 12, width);
        expect(lines.join('').replaceAll(' ', '')).toBe(whole.replaceAll(' ', ''));
        // A line of closing marks alone has nowhere else to go; nothing else may begin with one or stick out.
        const hopeless = /[，。、；：？！）》」（《「·]{4}/u.test(whole);
        fc.pre(!hopeless);
        expect(Math.max(0, ...lines.map((line) => setLine(fonts, line, 'regular', 12).width))).toBeLessThanOrEqual(width + 0.01);
        expect(lines.slice(1).filter((line) => /^[，。、；：？！）》」]/u.test(line))).toEqual([]);
      }),
    );
  });

  it('takes the last digit along when a number that fills the line is followed by a mark', () => {
    expect(breakLines(fonts, '110101199003070011，', 'regular', 12, 120)).toEqual(['11010119900307001', '1，']);
  });

  it('does not leave one Hanzi alone on the last line', () => {
    const lines = breakLines(fonts, '一二三四五六七八九十一', 'regular', 10, 100);
    expect(lines).toEqual(['一二三四五六七八九', '十一']);
  });

  it('keeps a number whole unless it is wider than a line', () => {
    expect(breakLines(fonts, '证件号码110101199003070011', 'regular', 10, 110)).toEqual(['证件号码', '110101199003070011']);
    expect(breakLines(fonts, '1'.repeat(60), 'regular', 10, 100).length).toBeGreaterThan(2);
  });
});
