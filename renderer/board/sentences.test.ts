import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import * as loudspeaker from '../../drivers/sound/sentences.ts';
import { callSentence } from './sentences.ts';

it('says a call digit by digit, and a second call differently', () => {
  expect(callSentence({ number: 'A012', counter: '3', again: false }, 'zh')).toBe('请A零一二号到三号窗口办理');
  expect(callSentence({ number: 'A012', counter: '3', again: true }, 'zh')).toContain('重新呼叫');
});

it('the board says what the hall’s loudspeaker says', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Z]{1,2}\d{3,4}$/), fc.stringMatching(/^[0-9A-Z]{1,4}$/), fc.boolean(), fc.constantFrom('zh' as const, 'en' as const), (number, counter, again, language) => {
      expect(callSentence({ number, counter, again }, language)).toBe(loudspeaker.callSentence({ number, counter, recall: again }, language));
    }),
  );
});
