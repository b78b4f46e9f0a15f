import { describe, expect, it } from 'vitest';
import { ACTS } from '../../electron/agent/hall-api/contract.ts';
import { RULE_CLASHES, ruleMistake } from '../../electron/agent/hall-api/manager-contract.ts';
import { counterView, REFUSALS } from '../../electron/queue/index.ts';
import { en } from './en.ts';
import { i18n } from './words.ts';
import { zh } from './zh.ts';

const leaves = (node: object, path = ''): [key: string, words: string][] => Object.entries(node).flatMap(([name, value]) => (typeof value === 'string' ? [[`${path}${name}`, value] as [string, string]] : leaves(value as object, `${path}${name}.`)));
const ZH = leaves(zh);
const EN = leaves(en);

describe('words of the pages of staff', () => {
  it('says every refusal and everything a counter did, in both languages', () => {
    const done = counterView.shape.recent.element.shape.what.options;
    const needed = [...[...REFUSALS, 'changed-meanwhile', 'away', 'signed-out', 'not-allowed', 'not-kept', 'database-away', 'pressed-twice', 'several-numbers', 'where-to'].map((code) => `refusals.${code}`), ...done.map((what) => `recent.${what}`), ...RULE_CLASHES.map((code) => `rules.why.${code}`), ...ruleMistake.shape.kind.options.map((kind) => `rules.kinds.${kind}`), ...['wrong', 'locked', 'disabled', 'choose-password', 'weak-password'].map((reason) => `signIn.refused.${reason}`)];
    expect(needed.length).toBeGreaterThan(ACTS.length + REFUSALS.length);
    for (const lng of ['zh', 'en']) for (const key of needed) expect(i18n.exists(key, { lng }), `${lng} ${key}`).toBe(true);
  });

  it('has the same keys and the same places for values in both languages', () => {
    const values = (words: string): string[] => [...words.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').sort();
    const english = new Map(EN);
    expect(ZH.map(([key]) => key).sort()).toEqual(EN.map(([key]) => key).sort());
    for (const [key, words] of ZH) expect(values(english.get(key) ?? ''), key).toEqual(values(words));
  });

  it('speaks plainly and mixes no language into the other', () => {
    const own = (list: typeof ZH): typeof ZH => list.filter(([key]) => key !== 'common.otherLanguage');
    for (const [key, words] of own(ZH)) expect(words.replaceAll(/\{\{\w+\}\}|CSV|YAML/g, ''), key).not.toMatch(/[A-Za-z]/);
    for (const [key, words] of own(EN)) expect(words, key).not.toMatch(/[\u3400-\u9fff]/);
    for (const [key, words] of ZH) {
      expect(words, key).not.toMatch(/系统|操作|提交成功|异常|请稍后|取消$|确定$|[!！]/);
      for (const sentence of words.replaceAll(/\{\{\w+\}\}/g, '').split(/[。？；：\n]/)) expect([...sentence].length, `${key}: ${sentence}`).toBeLessThanOrEqual(30);
    }
    for (const [key, words] of EN) expect(words, key).not.toMatch(/\b(error|invalid|failed|system|operation|administrator|OK)\b|!/i);
  });
});
