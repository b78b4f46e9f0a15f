import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeDictionary } from './dictionary.ts';
import { createPinyinEngine } from './engine.ts';

const dictionary = decodeDictionary(readFileSync(new URL('./dictionary/words.txt', import.meta.url), 'utf8'));
const engine = createPinyinEngine(dictionary);
const texts = (buffer: string, before = '') => engine.candidates(buffer, before).map(({ text }) => text);
const typed = fc.string({ unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz'"), maxLength: 40 });

describe('the table of words', () => {
  test('knows the 6,763 characters of GB 2312, each under a syllable', () => {
    const known = new Set(dictionary.characters.flatMap((list) => list.map(({ text }) => text)));
    const decoder = new TextDecoder('gb18030');
    for (let row = 0xb0; row <= 0xf7; row++) {
      for (let cell = 0xa1; cell <= (row === 0xd7 ? 0xf9 : 0xfe); cell++) expect(known).toContain(decoder.decode(Uint8Array.of(row, cell)));
    }
  });

  test('knows more than 60,000 words', () => expect(dictionary.words.length).toBeGreaterThan(60_000));

  test('refuses a table that is none', () => expect(() => decodeDictionary('<!doctype html>')).toThrow('not a Pinyin table'));

  test('refuses a word whose characters it does not know', () => expect(() => decodeDictionary('hall24-pinyin 1\na\t啊\t0\n\n20\t啊哦\n')).toThrow('damaged'));
});

describe('choices', () => {
  test.each([
    ['gongzufang', '公租房'],
    ['shenfenzheng', '身份证'],
    ['chongqing', '重庆'],
    ['yinhang', '银行'],
    ['nver', '女儿'],
    ['ouyang', '欧阳'],
    ['jiedaobanshichu', '街道办事处'],
    ['zhongguoren', '中国人'],
  ])('%s offers %s first', (buffer, text) => expect(engine.candidates(buffer, '')[0]).toEqual({ text, used: buffer.length }));

  test('the end of a word whose beginning stands in the field comes first: 纺 + zhichang → 织厂', () => {
    expect(texts('zhichang', '青溪市第二纺')[0]).toBe('织厂');
    expect(texts('zc', '青溪市第二纺')[0]).toBe('织厂');
  });

  test('a name of eight syllables that is no word is put together from words', () => {
    expect(texts('qingxishidierfangzhichang')[0]).toBe('青溪市第二纺织厂');
  });

  test('initials alone offer words: zc → 政策, wsm → 为什么', () => {
    expect(texts('zc')).toContain('政策');
    expect(texts('wsm')[0]).toBe('为什么');
  });

  test('xian offers both one syllable and two; a separator leaves only two', () => {
    expect(texts('xian').slice(0, 8)).toEqual(expect.arrayContaining(['先', '县', '西安']));
    expect(texts("xi'an")[0]).toBe('西安');
    expect(texts("xi'an")).not.toContain('先');
  });

  test('fangan is read both as fan-gan and as fang-an', () => expect(texts('fangan').slice(0, 2)).toEqual(['方案', '反感']));

  test('a syllable that is begun is completed: zhich → 支持', () => expect(texts('zhich')[0]).toBe('支持'));

  test('lue and nue are understood as lüe and nüe', () => {
    expect(texts('lue')[0]).toBe('略');
    expect(texts('nvedai')[0]).toBe('虐待');
    expect(texts('nuedai')[0]).toBe('虐待');
  });

  test('readings that people bear as surnames are near at hand: shan → 单, qiu → 仇', () => {
    expect(texts('shan').slice(0, 18)).toContain('单');
    expect(texts('qiu').slice(0, 12)).toContain('仇');
  });

  test('a choice that is shorter than the buffer uses only its own letters', () => {
    expect(engine.candidates('zhichang', '').find(({ text }) => text === '织')).toEqual({ text: '织', used: 3 });
  });

  test('letters that begin no syllable offer nothing', () => expect(engine.candidates('vvv', '')).toEqual([]));
});

describe('any input', () => {
  test('the same buffer gives the same choices, each uses at least one letter and none beyond the buffer, longest first, none twice', () => {
    fc.assert(
      fc.property(typed, fc.string({ unit: 'grapheme', maxLength: 6 }), (buffer, before) => {
        const choices = engine.candidates(buffer, before);
        expect(engine.candidates(buffer, before)).toEqual(choices);
        expect(choices.every(({ text, used }) => text !== '' && used >= 1 && used <= buffer.length)).toBe(true);
        expect(choices.map(({ used }) => used)).toEqual(choices.map(({ used }) => used).sort((a, b) => b - a));
        expect(new Set(choices.map(({ text }) => text)).size).toBe(choices.length);
        expect(choices.length).toBeLessThanOrEqual(300);
      }),
      { numRuns: 200 },
    );
  });

  test('choosing the first choice again and again always comes to an end', () => {
    fc.assert(
      fc.property(typed, (buffer) => {
        let rest = buffer;
        for (let step = 0; step <= buffer.length; step++) {
          const [choice] = engine.candidates(rest, '');
          if (choice === undefined) return;
          rest = rest.slice(choice.used);
        }
        expect(rest).toBe('');
      }),
      { numRuns: 100 },
    );
  });

  test('what is shown has the letters that were typed, in order', () => {
    fc.assert(fc.property(typed, (buffer) => {
      expect(engine.display(buffer).replaceAll("'", '')).toBe(buffer.replaceAll("'", ''));
    }), { numRuns: 300 });
  });

  test('every word of the table is reached by its full reading', () => {
    fc.assert(
      fc.property(fc.nat(dictionary.words.length - 1), (at) => {
        const reading = dictionary.reading.slice(dictionary.start[at], dictionary.start[at + 1]);
        const buffer = Array.from(reading, (number) => dictionary.syllables[number]!).join("'");
        expect(texts(buffer)).toContain(dictionary.words[at]);
      }),
      { numRuns: 300 },
    );
  });

  test('every character of the table is reached by its syllable', () => {
    for (const [number, list] of dictionary.characters.entries()) expect(texts(dictionary.syllables[number]!)).toEqual(expect.arrayContaining(list.map(({ text }) => text).slice(0, 150)));
  });
});

test('the Pinyin is shown by syllables: zhichang → zhi’chang, and letters that are none stay at the end', () => {
  expect(engine.display('zhichang')).toBe("zhi'chang");
  expect(engine.display("xi'an")).toBe("xi'an");
  expect(engine.display("xi'")).toBe("xi'");
  expect(engine.display('zhiv')).toBe('zhiv');
});
