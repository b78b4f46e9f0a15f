import * as fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { ASSIGNED, privateUseIn, standardCharacters } from './characters.ts';
import { SPECIMENS } from './specimens.ts';
import { decodeText, encodeText } from './text.ts';

const { card } = SPECIMENS[0]!;
const code = (character: string) => character.codePointAt(0)!;
const none = new Map<string, string>();
/** GBK's block in order of its places. */
const places = Array.from({ length: 0xa0 - 0x50 + 1 }, (_, index) => 0x50 + index).filter((low) => low !== 0x7f);

describe('private-use characters of old cards', () => {
  test('the 80 places of GBK and the signs have each an assigned character of their own', () => {
    expect(ASSIGNED.size).toBe(80 + 10 + 2 + 13);
    expect(new Set(ASSIGNED.values()).size).toBe(ASSIGNED.size);
    for (const [old, now] of ASSIGNED) expect([/^\p{Co}$/u.test(old), /^\p{Co}$/u.test(now), [...now].length]).toEqual([true, false, 1]);
  });

  test("stand for what the platform's own GB 18030 decoder says of the same place", () => {
    const decoder = new TextDecoder('gb18030', { fatal: true });
    const says = places.map((low, index) => [String.fromCodePoint(0xe815 + index), decoder.decode(Uint8Array.of(0xfe, low))] as const);
    // Six places are still private use there; GB 18030-2022 reaches their characters by four-byte codes.
    const still = says.filter(([, now]) => /\p{Co}/u.test(now)).map(([old]) => old);
    expect(still).toEqual(['\ue816', '\ue817', '\ue818', '\ue831', '\ue83b', '\ue855']);
    expect(says.filter(([old, now]) => !still.includes(old) && ASSIGNED.get(old) !== now)).toEqual([]);
  });

  test('are, of the 2005 edition of GB 18030, exactly the 24 that the 2022 edition took out of private use', () => {
    const moved = new Map<number, number>();
    for (let high = 0xa1; high <= 0xfe; high += 1) {
      for (let low = 0xa1; low <= 0xfe; low += 1) {
        if (high !== 0xa6 && high !== 0xfe && high !== 0xa8 && high !== 0xa9) continue;
        const old = iconv.decode(Buffer.from([high, low]), 'gb18030');
        const now = ASSIGNED.get(old);
        if (now !== undefined) moved.set(code(old), code(now));
      }
    }
    for (const low of places) {
      const old = iconv.decode(Buffer.from([0xfe, low]), 'gb18030');
      if (ASSIGNED.has(old)) moved.set(code(old), code(ASSIGNED.get(old)!));
    }
    const hex = [...moved].sort(([one], [other]) => one - other).map(([old, now]) => `${old.toString(16)} ${now.toString(16)}`);
    expect(hex).toEqual([
      'e78d fe10', 'e78e fe12', 'e78f fe11', 'e790 fe13', 'e791 fe14', 'e792 fe15', 'e793 fe16', 'e794 fe17',
      'e795 fe18', 'e796 fe19', 'e816 20087', 'e817 20089', 'e818 200cc', 'e81e 9fb4', 'e826 9fb5', 'e82b 9fb6',
      'e82c 9fb7', 'e831 215d7', 'e832 9fb8', 'e83b 2298f', 'e843 9fb9', 'e854 9fba', 'e855 241fe', 'e864 9fbb',
    ]);
  });

  test('come off a card as the characters that are meant', () => {
    const old = { ...card, name: '李\ue863', address: '样本市\ue82d路3号' };
    expect(decodeText(encodeText(old), card.photo)).toEqual({ ok: true, value: { ...card, name: '李䶮', address: '样本市㭎路3号' } });
  });

  test('are told with field and code where no table knows them, and stay where they stand', () => {
    const odd = { ...card, name: '李\ue001', address: '样本市\u{f0001}路\ue001\ue001号', issuer: '样本市公安局' };
    expect(decodeText(encodeText(odd), card.photo)).toEqual({
      ok: true,
      value: {
        ...odd,
        unmapped: [
          { field: 'name', codePoint: 'U+E001' },
          { field: 'address', codePoint: 'U+F0001' },
          { field: 'address', codePoint: 'U+E001' },
        ],
      },
    });
  });

  test("follow the issuer's own table before the published one", () => {
    const own = new Map([['\ue001', '𠮷'], ['\ue863', '龑']]);
    expect(decodeText(encodeText({ ...card, name: '李\ue001\ue863' }), card.photo, own)).toMatchObject({ ok: true, value: { name: '李𠮷龑' } });
  });

  test('are never dropped, whatever stands around them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const now = standardCharacters(text, none);
        expect([...now].length).toBe([...text].length);
        expect(privateUseIn(now)).toEqual(privateUseIn(text).filter((name) => !ASSIGNED.has(String.fromCodePoint(Number.parseInt(name.slice(2), 16)))));
      }),
    );
  });
});
