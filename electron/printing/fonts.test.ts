import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createFonts } from './fonts.ts';
import { rareFontFile } from './font-files.ts';

const fonts = createFonts();
const empty = mkdtempSync(join(tmpdir(), 'no-fonts-'));
afterAll(() => rmSync(empty, { recursive: true }));

const face = (char: string, weight: 'regular' | 'bold' | 'title' = 'regular'): string | null => fonts.faceFor(char.codePointAt(0) ?? 0, weight)?.id ?? null;

describe('the chain of fonts', () => {
  it('takes each character from the first font that draws it', () => {
    expect(face('王')).toBe('sc-400');
    expect(face('王', 'bold')).toBe('sc-700');
    expect(face('王', 'title')).toBe('serif-700');
    expect(face('·')).toBe('sc-400');
    expect(face('㛃')).toBe('sc-400');
    expect(face('𠮷')).toBe('jp-400');
    expect(face('𪚥')).toBe('hanazono-b');
    expect(face('\u{2CEB0}')).toBe('hanazono-b');
  });

  it('draws every Hanzi of GB 18030-2022 level 3: all of the main block and of extensions A to F', () => {
    const blocks = [
      [0x4e00, 0x9fef],
      [0x3400, 0x4db5],
      [0x20000, 0x2a6d6],
      [0x2a700, 0x2b734],
      [0x2b740, 0x2b81d],
      [0x2b820, 0x2cea1],
      [0x2ceb0, 0x2ebe0],
    ] as const;
    // Every nineteenth: the whole of it takes a minute.
    const some = blocks.flatMap(([first, last]) => Array.from({ length: Math.floor((last - first) / 19) + 1 }, (_, index) => String.fromCodePoint(first + 19 * index)));
    expect(some.length).toBeGreaterThan(4600);
    expect(fonts.missing(some.join(''))).toEqual([]);
  });

  it('names what no font draws: emoji, lone surrogates, private use, invisible marks', () => {
    expect(fonts.missing('王😀安')).toEqual(['😀']);
    expect(fonts.missing('a\uD842b')).toEqual(['\uD842']);
    expect(fonts.missing('\uE000 \u200B\u0007 王\n')).toEqual(['\uE000', '\u200B', '\u0007']);
    expect(fonts.missing('ꀀ')).toEqual(['ꀀ']);
  });

  it('says that it is incomplete where the rare fonts are not installed, and refuses their characters', () => {
    const few = createFonts(empty);
    expect(few.complete()).toBe(false);
    expect(few.missing('王𪚥𠮷')).toEqual(['𪚥']);
    expect(few.report().filter((one) => !one.present).map((one) => one.id)).toEqual(['hanazono-b', 'hanazono-a']);
    expect(fonts.complete()).toBe(true);
    expect(rareFontFile(empty)).toMatch(/NotoSansJP/);
    expect(rareFontFile()).toMatch(/HanaMinB\.ttf$/);
  });
});
