/** What a call sounds like: 请A零一二号到三号窗口办理, digits one by one; a second call says that it is one. The same words as the hall's loudspeaker. */
export type CallLanguage = 'zh' | 'en';
export type Call = { number: string; counter: string; again: boolean };

const ZH = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const EN = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const chinese = (text: string): string => text.replaceAll(/\d/g, (digit) => ZH[Number(digit)] ?? digit);
const english = (text: string): string => [...text].map((letter) => (/\d/.test(letter) ? (EN[Number(letter)] ?? letter) : letter)).join(' ');

export const callSentence = ({ number, counter, again }: Call, language: CallLanguage): string => {
  if (language === 'zh') return again ? `重新呼叫，请${chinese(number)}号马上到${chinese(counter)}号窗口办理` : `请${chinese(number)}号到${chinese(counter)}号窗口办理`;
  return again ? `Second call for number ${english(number)}. Please come to counter ${english(counter)} now.` : `Number ${english(number)}, please come to counter ${english(counter)}.`;
};
