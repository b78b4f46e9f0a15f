import { expect, test } from 'vitest';
import { queue } from '../../kiosk-config/index.ts';
import { RULES } from '../../electron/queue/rules/fixtures.ts';
import { freePrefix, missingIn, withClass, type Begun } from './new-class.ts';

const BEGUN: Begun = { zh: '婚姻登记', en: 'Marriage registration', prefix: 'C', whereZh: '三楼', whereEn: 'Second floor', wayZh: '', wayEn: '', counters: ['1', '3'] };

test('a class begun in the form holds by the rules, is served, and gives numbers at the hours of the first one', () => {
  const rules = queue.parse(withClass(RULES, BEGUN));
  expect(rules.classes.at(-1)).toMatchObject({ id: 'marriage-registration', prefix: 'C', way: { zh: '三楼', en: 'Second floor' }, hours: RULES.classes[0]?.hours });
  expect(rules.counters.map(({ skills }) => skills.some((skill) => skill.class === 'marriage-registration'))).toEqual([true, false, true]);
  // A second one of the same name, and one without letters, have words of their own.
  expect(queue.parse(withClass(rules, { ...BEGUN, prefix: 'D' })).classes.at(-1)?.id).toBe('marriage-registration-2');
  expect(queue.parse(withClass(rules, { ...BEGUN, en: '24', prefix: 'E' })).classes.at(-1)?.id).toBe('class-4');
});

test('letters that are in use, or look like figures, are not proposed, and what is missing is named', () => {
  expect(freePrefix(RULES)).toBe('C');
  expect(freePrefix({ ...RULES, classes: [..."ABCDEFGHJKLMNPQRSTUVWXZ"].map((prefix) => ({ ...(RULES.classes[0] as (typeof RULES.classes)[number]), prefix })) })).toBe('AA');
  expect(missingIn(BEGUN, RULES)).toEqual([]);
  for (const prefix of ['A', 'K', 'Y', '', '1', 'ABC']) expect(missingIn({ ...BEGUN, prefix }, RULES)).toEqual(['prefix']);
  expect(missingIn({ ...BEGUN, zh: ' ', counters: [] }, RULES)).toEqual(['zh', 'counters']);
});
