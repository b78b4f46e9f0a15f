import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CELLS, cellsOf, pagesOf } from './bar.ts';
import { choicesOf } from './choices.ts';
import { typeDigit } from './number.ts';
import { decodeDictionary } from './pinyin/dictionary.ts';
import { createPinyinEngine } from './pinyin/engine.ts';
import { initialState, press, type KeyboardEvent, type KeyboardState, type Way } from './state.ts';
import { fits, withoutLast } from './text.ts';

const engine = createPinyinEngine(decodeDictionary(readFileSync(new URL('./pinyin/dictionary/words.txt', import.meta.url), 'utf8')));

/** Presses letters, space (␣) and delete (⌫) one after another. */
function type(keys: string, value = '', way: Way = 'pinyin', maxLength: number | null = null) {
  let step: { state: KeyboardState; value: string } = { state: initialState(way), value };
  for (const key of keys) {
    const first = choicesOf(step.state, step.value, engine, null)[0] ?? null;
    const event: KeyboardEvent = key === '␣' ? { type: 'space', first } : key === '⌫' ? { type: 'delete' } : { type: 'letter', letter: key };
    step = press(step.state, event, step.value, maxLength);
  }
  return step;
}

describe('writing', () => {
  test('zhichang and the space bar after 青溪市第二纺 write 青溪市第二纺织厂', () => expect(type('zhichang␣', '青溪市第二纺').value).toBe('青溪市第二纺织厂'));

  test('a shorter choice leaves the rest of the Pinyin', () => {
    const { state, value } = type('zhichang', '纺');
    expect(press(state, { type: 'choose', text: '织', used: 3 }, value, null)).toMatchObject({ value: '纺织', state: { buffer: 'chang' } });
  });

  test('delete takes Pinyin first, then a whole character, 𠮷 too', () => {
    expect(type('zh⌫', '𠮷').state.buffer).toBe('z');
    expect(type('z⌫⌫', '张𠮷').value).toBe('张');
    expect(withoutLast('张👨‍👩‍👧')).toBe('张');
    expect(withoutLast('')).toBe('');
  });

  test('a word that does not fit is not cut: nothing is written, the Pinyin stays and the bar says so', () => {
    const { state, value } = type('zhongguo␣', '一二三', 'pinyin', 4);
    expect(value).toBe('一二三');
    expect(state).toMatchObject({ full: true, buffer: 'zhongguo' });
  });

  test('the field is counted in code points, as the form counts it', () => expect(fits('𠮷𠮷', 2)).toBe(true));

  test('letters typed as Pinyin become Latin text when the person turns to 英文', () => {
    const { state, value } = type('abc', '型号');
    expect(press(state, { type: 'way', way: 'latin' }, value, null)).toMatchObject({ value: '型号abc', state: { buffer: '', way: 'latin' } });
  });

  test('拼音 and 难字 share the reading that is typed', () => {
    const { state, value } = type('ji');
    expect(press(state, { type: 'way', way: 'rare' }, value, null)).toMatchObject({ value: '', state: { buffer: 'ji', way: 'rare' } });
  });

  test('the shift key counts for one letter', () => {
    const shifted = press(initialState('latin'), { type: 'shift' }, '', null);
    const first = press(shifted.state, { type: 'letter', letter: 'a' }, '', null);
    expect(press(first.state, { type: 'letter', letter: 'b' }, first.value, null).value).toBe('Ab');
  });

  test('the middle dot of names is written as U+00B7', () => expect(press(initialState('pinyin'), { type: 'insert', text: '·' }, '阿依努尔', null).value).toBe('阿依努尔\u00B7'));
});

const events: fc.Arbitrary<KeyboardEvent> = fc.oneof(
  fc.record({ type: fc.constant('letter' as const), letter: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz'19") }),
  fc.constantFrom<KeyboardEvent>({ type: 'delete' }, { type: 'clear' }, { type: 'marks' }, { type: 'shift' }, { type: 'space', first: null }, { type: 'strokes', strokes: 6 }, { type: 'by-code', on: true }, { type: 'by-code', on: false }),
  fc.record({ type: fc.constant('way' as const), way: fc.constantFrom<Way>('pinyin', 'rare', 'digits', 'latin') }),
  fc.record({ type: fc.constant('choose' as const), text: fc.constantFrom('织厂', '𠮷', '·'), used: fc.nat(8) }),
  fc.record({ type: fc.constant('insert' as const), text: fc.constantFrom('·', '，') }),
  fc.record({ type: fc.constant('page' as const), page: fc.nat(9) }),
);

test('no order of keys writes more than fits, breaks a character, or leaves Pinyin where none is shown', () => {
  fc.assert(
    fc.property(fc.array(events, { maxLength: 60 }), fc.nat(8), (pressed, maxLength) => {
      let step: { state: KeyboardState; value: string } = { state: initialState('pinyin'), value: '' };
      for (const event of pressed) {
        step = press(step.state, event, step.value, maxLength);
        expect([...step.value].length).toBeLessThanOrEqual(maxLength);
        expect(step.value).not.toMatch(/\p{Surrogate}/u);
        expect(step.state.way === 'pinyin' || step.state.way === 'rare' || step.state.buffer === '').toBe(true);
      }
    }),
  );
});

test('pages of choices hold every choice once, in order, and never more cells than the bar has', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom('字', '𠮷'), minLength: 1, maxLength: 40 }), { maxLength: 60 }), (texts) => {
      const choices = texts.map((text) => ({ text }));
      const pages = pagesOf(choices);
      expect(pages.flat()).toEqual(choices);
      for (const page of pages) expect(page.reduce((cells, { text }) => cells + cellsOf(text), 0)).toBeLessThanOrEqual(CELLS);
    }),
  );
});

describe('the keypad', () => {
  const typed = (mode: 'number' | 'phone' | 'date' | 'amount', keys: string, maxLength: number | null = null) => [...keys].reduce((value, key) => typeDigit(mode, value, key, maxLength), '');

  test('a date gets its dashes as it is typed and takes eight digits', () => expect(typed('date', '199003079')).toBe('1990-03-07'));

  test('an amount keeps two places and one point, and no leading zero', () => {
    expect(typed('amount', '12.345')).toBe('12.34');
    expect(typed('amount', '1.2.3')).toBe('1.23');
    expect(typed('amount', '007')).toBe('7');
    expect(typed('amount', '.5')).toBe('0.5');
  });

  test('a telephone number stops at the length of the field', () => expect(typed('phone', '138220612345', 11)).toBe('13822061234'));
});
