import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GAP_MS, NO_KEYS, pressed, type Press } from './wedge.ts';

const key = (name: string, more: Partial<Press> = {}): Press => ({ key: name, code: '', up: false, alt: false, control: false, at: 0, ...more });
/** Down and up of each character, as a scanner types it. */
const typed = (text: string): Press[] => [...text].flatMap((character) => [key(character), key(character, { up: true })]);
/** Alt held, digits on the keypad, Alt released. */
const keypad = (value: number): Press[] => [
  key('Alt', { alt: true }),
  ...[...String(value)].flatMap((digit) => [key(digit, { code: `Numpad${digit}`, alt: true }), key(digit, { code: `Numpad${digit}`, alt: true, up: true })]),
  key('Alt', { up: true }),
];
const ENTER = key('Enter');

/** Plays keys `gap` ms apart; answers the codes, and which keys the page got. */
const play = (presses: Press[], gap = 5) => {
  let wedge = NO_KEYS;
  const codes: string[] = [];
  const through: string[] = [];
  for (const [index, press] of presses.entries()) {
    const step = pressed(wedge, { ...press, at: 1_000 + index * gap });
    wedge = step.wedge;
    if (!step.take) through.push(press.key);
    if (step.code !== null) codes.push(step.code);
  }
  return { codes, through, wedge };
};

describe('a scanner that types', () => {
  test('is heard whole, and the page gets none of its keys', () => {
    expect(play([...typed('134567890123456789'), ENTER])).toMatchObject({ codes: ['134567890123456789'], through: [] });
    expect(play([...typed('QJ-0731 取件'), key('Tab')])).toMatchObject({ codes: ['QJ-0731 取件'], through: [] });
  });

  test('types two codes behind each other, and each is one', () => {
    expect(play([...typed('A001'), ENTER, ...typed('A002'), ENTER]).codes).toEqual(['A001', 'A002']);
  });

  test('may type with Alt and the keypad: letters, and Hanzi as GBK', () => {
    expect(play([83, 45, 0x31, 0x32].flatMap(keypad).concat(ENTER))).toMatchObject({ codes: ['S-12'], through: [] });
    // 取件 as two-byte codes.
    expect(play([0xc8a1, 0xbcfe].flatMap(keypad).concat(typed('12'), ENTER)).codes).toEqual(['取件12']);
  });

  test('is refused whole with a control character, with too much, or with bytes of no encoding', () => {
    expect(play([...typed('A001'), key(']', { control: true }), ...typed('B'), ENTER])).toMatchObject({ codes: [], through: [] });
    expect(play([...typed('A001'), ...keypad(27), ENTER]).codes).toEqual([]);
    expect(play([...typed('A001'), ...keypad(255), ENTER]).codes).toEqual([]);
    expect(play([...typed('A'.repeat(5_000)), ENTER])).toMatchObject({ codes: [], through: [] });
    expect(play([...typed('NEXT'), ENTER]).codes).toEqual(['NEXT']);
  });
});

describe('a hand on a keyboard', () => {
  test('is no scanner: its keys make no code, and Enter alone is the page’s', () => {
    expect(play([...typed('hello'), ENTER], GAP_MS + 1)).toMatchObject({ codes: [], through: ['Enter'] });
    expect(play([ENTER, key('ArrowDown'), key('Escape'), key('Tab')])).toMatchObject({ codes: [], through: ['Enter', 'ArrowDown', 'Escape', 'Tab'] });
    expect(play([...typed('ab'), ENTER]).codes).toEqual([]);
  });
});

test('any keys at any pace are taken without an exception, hold a bounded amount, and no code has a control character', () => {
  const press = fc.record({
    key: fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), fc.constantFrom('Enter', 'Tab', 'Alt', 'Shift', 'Process', 'Unidentified', 'F5', 'Escape')),
    code: fc.constantFrom('', 'KeyA', 'Numpad0', 'Numpad9'),
    up: fc.boolean(),
    alt: fc.boolean(),
    control: fc.boolean(),
    at: fc.constant(0),
  });
  fc.assert(
    fc.property(fc.array(press, { maxLength: 80 }), fc.constantFrom(1, 20, 50, 51, 400), (presses, gap) => {
      const { codes, wedge } = play(presses, gap);
      expect(codes.filter((code) => /\p{Cc}/u.test(code))).toEqual([]);
      expect(wedge.bytes.length).toBeLessThanOrEqual(4_096);
    }),
  );
});
