import { describe, expect, it } from 'vitest';
import { CONDITION_CODES, DEVICE_CLASSES, FAULT_CODES, REMEDIES } from '../../drivers/contract.ts';
import { answerError, answerSource, caseState, closedReason, codeFound, numberRefusal, railStep, screen } from '../../electron/session/page-contract.ts';
import { en } from './en.ts';
import './english.ts';
import { faultCure, faultWhat, has, i18n } from './words.ts';
import { zh } from './zh.ts';

const leaves = (node: object, path = ''): [key: string, words: string][] => Object.entries(node).flatMap(([name, value]) => (typeof value === 'string' ? [[`${path}${name}`, value] as [string, string]] : leaves(value as object, `${path}${name}.`)));
const ZH = leaves(zh);
const EN = leaves(en);
const languages = ['zh', 'en'] as const;

/** Values of an enum inside one kind of screen. */
const optionsOf = (kind: string, field: string): readonly string[] => {
  const option = screen.options.find((one) => one.shape.kind.value === kind);
  const schema = (option?.shape as Record<string, { options?: readonly string[] }> | undefined)?.[field];
  return schema?.options ?? [];
};

const NEEDED: readonly string[] = [
  ...FAULT_CODES.map((code) => `faults.${code}`),
  ...CONDITION_CODES.map((code) => `faults.${code}`),
  ...REMEDIES.map((remedy) => `remedies.${remedy}`),
  ...closedReason.shape.kind.options.flatMap((kind) => [`closed.kind.${kind}`, `closed.kindBody.${kind}`]),
  ...closedReason.shape.device.unwrap().options.map((device) => `devices.${device}`),
  ...railStep.options.map((step) => `rail.steps.${step}`),
  ...answerSource.options.map((source) => `check.source.${source}`),
  ...answerError.shape.code.options.map((code) => `question.errors.${code}`),
  ...numberRefusal.options.map((refusal) => `numbers.refusals.${refusal}`),
  ...codeFound.options.flatMap((found) => [`codes.title.${found}`, `codes.body.${found}`]),
  ...caseState.options.flatMap((state) => [`states.${state}`, `result.title.${state}`, `result.body.${state}`]),
  ...optionsOf('working', 'what').map((what) => `working.${what}`),
  ...optionsOf('home', 'reader').map((state) => `home.reader.${state}`),
  ...optionsOf('items', 'entry').map((entry) => `items.${entry}`),
  ...optionsOf('maintenance', 'reason').map((reason) => `maintenance.reason.${reason}`),
  ...['waiting', 'printing', 'take', 'confirmed', 'failed', 'doubt'].flatMap((state) => [`done.slip.${state}`, `done.sheet.${state}`, `fault.doubtSlip.${state}`]),
  ...['blank', 'dark', 'pale', 'blurred', 'cut-off', 'tilted', 'same-side'].flatMap((finding) => [`materials.findings.${finding}`, `materials.cures.${finding}`, `materials.camera.cures.${finding}`]),
  ...['opening', 'searching', 'nothing', 'cut-off', 'placing', 'refused', 'holding', 'taking', 'sending', 'dark', 'glare', 'blurred', 'not-kept'].flatMap((saying) => [`materials.camera.says.${saying}`, `materials.camera.hints.${saying}`]),
];

describe('words of the citizen screens', () => {
  it('says every code and every state of the view in both languages', () => {
    expect(NEEDED.length).toBeGreaterThan(120);
    for (const language of languages) for (const key of NEEDED) expect(i18n.exists(key, { lng: language }), `${language} ${key}`).toBe(true);
  });

  it('finds the working steps, reader states and lists in the contract', () => {
    for (const [kind, field] of [['working', 'what'], ['home', 'reader'], ['items', 'entry'], ['maintenance', 'reason']] as const) expect(optionsOf(kind, field).length, kind).toBeGreaterThan(2);
  });

  it('has the same keys and the same places for values in both languages', () => {
    const values = (words: string): string[] => [...words.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').sort();
    const english = new Map(EN);
    expect(ZH.map(([key]) => key).sort()).toEqual(EN.map(([key]) => key).sort());
    for (const [key, words] of ZH) for (const value of values(words)) expect(values(english.get(key) ?? ''), key).toContain(value);
  });

  it('says no word that the hall does not use to people', () => {
    for (const [key, words] of ZH) {
      expect(words, key).not.toMatch(/系统|操作|提交成功|异常|请稍后|取消$|确定$|[!！]/);
    }
    for (const [key, words] of EN) {
      expect(words, key).not.toMatch(/\b(error|invalid|failed|system|operation|administrator|OK)\b|!/i);
    }
  });

  it('mixes no language into the other', () => {
    const own = (list: typeof ZH): typeof ZH => list.filter(([key]) => key !== 'common.otherLanguage');
    for (const [key, words] of own(ZH)) expect(words.replaceAll(/\{\{\w+\}\}/g, ''), key).not.toMatch(/[A-Za-z]/);
    for (const [key, words] of own(EN)) expect(words, key).not.toMatch(/[\u3400-\u9fff]/);
  });

  it('ends every sentence that another one may follow on the same line', () => {
    const joined = ['materials.range', 'materials.rangeOne', 'materials.several.lead', 'materials.several.order', 'materials.camera.lead', ...['materials', 'materials.camera'].flatMap((at) => [`${at}.oneClear`, `${at}.allClear`]), 'materials.somePale', 'materials.dropped', 'materials.over'];
    for (const [list, stop] of [[ZH, '。'], [EN, '.']] as const) for (const key of joined) expect([key, new Map(list).get(key)?.at(-1)]).toEqual([key, stop]);
  });

  it('keeps titles within twenty characters and hints within thirty per sentence', () => {
    for (const [key, words] of ZH) for (const sentence of words.replaceAll(/\{\{\w+\}\}/g, '').split(/[。？；\n]/)) expect([...sentence].length, `${key}: ${sentence}`).toBeLessThanOrEqual(/title/i.test(key) ? 20 : 30);
  });

  it.each(languages)('leaves no place for a value open in %s, whatever fails on whatever device', async (language) => {
    await i18n.changeLanguage(language);
    const say = (key: string, values?: Record<string, string | number>): string => i18n.t(key, { ...values });
    for (const code of FAULT_CODES) {
      for (const device of [...DEVICE_CLASSES, null]) {
        for (const words of [faultWhat(say, code, device), faultCure(say, code, device, 'clear')]) {
          expect(words).not.toMatch(/[{}]|faults|cures/);
          expect(words.length).toBeGreaterThan(3);
        }
      }
    }
    expect(has('faults.no-such-code')).toBe(false);
    await i18n.changeLanguage('zh');
  });

  it.each(languages)('speaks of printing in %s on a device that prints alone', async (language) => {
    await i18n.changeLanguage(language);
    const say = (key: string, values?: Record<string, string | number>): string => i18n.t(key, { ...values });
    const prints = [...DEVICE_CLASSES, null].filter((device) => /印|print/i.test(faultWhat(say, 'bad-input', device)));
    const words = [...DEVICE_CLASSES, null].map((device) => faultWhat(say, 'bad-input', device));
    await i18n.changeLanguage('zh');
    expect(prints).toEqual(['receipt-printer', 'ticket-dispenser', 'document-printer']);
    expect(new Set(words).size).toBe(words.length - 2);
  });

  it.each(languages)('says in %s of whatever device that is set up wrongly that waiting does not help', async (language) => {
    await i18n.changeLanguage(language);
    const say = (key: string, values?: Record<string, string | number>): string => i18n.t(key, { ...values });
    const cures = new Set([...DEVICE_CLASSES, null].map((device) => faultCure(say, 'misconfigured', device, 'maintain')));
    await i18n.changeLanguage('zh');
    expect([...cures]).toEqual([{ zh: '等着不会好，要维修人员来改设置。', en: 'Waiting does not help: a technician has to change its settings.' }[language]]);
  });
});
