import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { charactersOfCode, decodeRare, rareCharacters, strokeCounts } from './rare.ts';

const table = decodeRare(readFileSync(new URL('./dictionary/rare.txt', import.meta.url), 'utf8'));

describe('rare characters by reading', () => {
  test('𠮷 stands first under ji with 6 strokes', () => expect(rareCharacters(table, 'ji', 6)[0]).toBe('𠮷'));

  test.each([
    ['䶮', 'yan'],
    ['㛃', 'jie'],
    ['𬭎', 'hong'],
    ['昇', 'sheng'],
    ['堃', 'kun'],
    ['喆', 'zhe'],
    ['赟', 'yun'],
    ['犇', 'ben'],
    ['玥', 'yue'],
  ])('the name character %s stands under %s', (character, syllable) => expect(rareCharacters(table, syllable, null)).toContain(character));

  test('knows more than 40,000 characters, fewest strokes first', () => {
    const all = new Set([...table.keys()].flatMap((syllable) => rareCharacters(table, syllable, null)));
    expect(all.size).toBeGreaterThan(40_000);
    for (const syllable of table.keys()) expect(strokeCounts(table, syllable)).toEqual(strokeCounts(table, syllable).toSorted((a, b) => a - b));
  });

  test('the numbers of strokes divide a syllable without loss', () => {
    for (const syllable of table.keys()) {
      const parts = [0, ...strokeCounts(table, syllable)].flatMap((strokes) => rareCharacters(table, syllable, strokes));
      expect(new Set(parts)).toEqual(new Set(rareCharacters(table, syllable, null)));
    }
  });

  test('refuses a table that is none', () => expect(() => decodeRare('{}')).toThrow('not a table'));
});

describe('rare characters by code', () => {
  test('𠮷 by Unicode 20BB7 and by GB 18030 9534B235', () => {
    expect(charactersOfCode('20bb7')).toEqual(['𠮷']);
    expect(charactersOfCode('9534B235')).toEqual(['𠮷']);
  });

  test('four digits may mean either code: B9FA is 国 in GB', () => expect(charactersOfCode('B9FA')).toEqual(['国']));

  test('any digits give Han characters or nothing', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'0123456789ABCDEFabcdef'), maxLength: 9 }), (code) => {
      expect(charactersOfCode(code).every((character) => /^\p{Script=Han}$/u.test(character))).toBe(true);
    }));
  });

  test('every Han character of the basic plane is reached by its code', () => {
    fc.assert(fc.property(fc.integer({ min: 0x4e_00, max: 0x9f_ff }), (point) => {
      expect(charactersOfCode(point.toString(16))).toContain(String.fromCodePoint(point));
    }));
  });
});
