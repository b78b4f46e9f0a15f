import { expect, test } from 'vitest';
import { soundCommands } from './commands.ts';
import { masked } from './log.ts';
import { callClip, callSentence } from './sentences.ts';
import { languagesIn, voiceFor } from './voices.ts';

const call = { number: 'A012', counter: '3', recall: false };

test('a call says letter and digits one by one', () => {
  expect(callSentence(call, 'zh')).toBe('请A零一二号到三号窗口办理');
  expect(callSentence({ ...call, counter: '12' }, 'zh')).toBe('请A零一二号到一二号窗口办理');
  expect(callSentence(call, 'en')).toBe('Number A zero one two, please come to counter three.');
});

test('a recall says that it is one', () => {
  expect(callSentence({ ...call, recall: true }, 'zh')).toBe('重新呼叫，请A零一二号马上到三号窗口办理');
  expect(callSentence({ ...call, recall: true }, 'en')).toMatch(/^Second call/);
});

test('the same sentence as recordings is a clip that the loudspeaker takes', () => {
  expect(callClip(call)).toBe('please+a+0+1+2+number-to+3+counter');
  for (const recall of [true, false]) expect(soundCommands.say.input.safeParse({ text: 'x', language: 'zh', clip: callClip({ number: 'ABC123456', counter: 'AB12', recall }) }).success).toBe(true);
});

test('the log keeps ticket numbers and no long ones', () => {
  expect(masked(callSentence(call, 'zh'))).toBe('请A零一二号到三号窗口办理');
  expect(masked('A012, 11010519491231002X, 13800000000')).toBe('A012, ******************, ***********');
});

test('a voice is found by its language, by another name of it, or by a variety of it', () => {
  const table = 'Pty Language       Age/Gender VoiceName          File                 Other Languages\n 5  cmn             --/M      Chinese_(Mandarin) sit/cmn  (zh-cmn 5)(zh 5)\n 2  en-gb           --/M      English  gmw/en  (en 2)\n';
  const listed = languagesIn(table, 1);
  expect(listed).toEqual(['cmn', 'en-gb']);
  expect(['zh', 'zh-CN', 'en', 'en-US', 'fr'].map((language) => voiceFor(listed, language))).toEqual(['cmn', 'cmn', 'en-gb', 'en-gb', null]);
});
