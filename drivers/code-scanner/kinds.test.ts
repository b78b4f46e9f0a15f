import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classifierOf, CODE_KINDS, type Classify } from './kinds.ts';

const OWN = [
  { kind: 'pick-up', name: 'locker', pattern: 'QJ-\\d{6}' },
  { kind: 'appointment', name: 'province', pattern: 'https://yuyue\\.example\\.cn/\\?n=[0-9A-Z]{10}' },
  { kind: 'identity', name: 'province-code', pattern: 'ZWID[0-9a-f]{32}' },
  { kind: 'identity', name: 'ours-before-theirs', pattern: '62\\d{17}' },
];
const classify = (rules: unknown): Classify => {
  const made = classifierOf(rules);
  if (!made.ok) throw new Error(made.fault.message);
  return made.value;
};

describe('kinds of codes', () => {
  test.each([
    ['134567890123456789', 'payment', 'wechat-pay'],
    ['281234567890123456', 'payment', 'alipay'],
    ['301234567890123456789012', 'payment', 'alipay'],
    ['6212345678901234567', 'payment', 'unionpay'],
    ['0112345678901234567', 'payment', 'digital-yuan'],
    ['161234567890123456', 'unknown', null],
    ['13456789012345678', 'unknown', null],
    ['134567890123456789 ', 'unknown', null],
    ['https://example.cn/', 'unknown', null],
  ])('%s is %s by the published patterns', (text, kind, name) => {
    expect(classify(undefined)(text)).toEqual({ kind, name });
  });

  test("a hall's own patterns name its own codes, and go before the published ones", () => {
    const own = classify(OWN);
    expect(own('QJ-073106')).toEqual({ kind: 'pick-up', name: 'locker' });
    expect(own('https://yuyue.example.cn/?n=2026A00017')).toEqual({ kind: 'appointment', name: 'province' });
    expect(own(`ZWID${'0a'.repeat(16)}`)).toEqual({ kind: 'identity', name: 'province-code' });
    expect(own('6212345678901234567')).toEqual({ kind: 'identity', name: 'ours-before-theirs' });
    expect(own('xQJ-073106')).toEqual({ kind: 'unknown', name: null });
  });

  test.each([
    ['a pattern that is none', [{ kind: 'pick-up', name: 'x', pattern: '(' }], /0\.pattern/],
    ['a kind that is none', [{ kind: 'lunch', name: 'x', pattern: 'a' }], /0\.kind/],
    ['no list', 'QJ', /kinds of codes/],
  ])('%s is refused with its place', (_what, rules, says) => {
    expect(classifierOf(rules)).toMatchObject({ ok: false, fault: { code: 'bad-input', message: expect.stringMatching(says) as string } });
  });

  test('any text is of one kind, and a very long one of none', () => {
    const own = classify(OWN);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect([...CODE_KINDS, 'unknown']).toContain(own(text).kind);
      }),
    );
    expect(classify([{ kind: 'identity', name: 'all', pattern: '.*' }])('A'.repeat(1_025)).kind).toBe('unknown');
  });
});
