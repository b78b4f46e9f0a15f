/**
 * What is said when a number is called, in the words that halls use: "请A零一二号到三号窗口办理", digits one by one. Pure.
 * A recall says first that it is one: who came late must hear that the number is not new.
 */

export type CallLanguage = 'zh' | 'en';

export interface CallSentence {
  /** As on the ticket: A012. */
  number: string;
  /** As above the counter: 3, 12, B2. */
  counter: string;
  recall: boolean;
}

const ZH_DIGITS = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'] as const;
const EN_DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'] as const;

const chinese = (text: string): string => text.replaceAll(/\d/g, (digit) => ZH_DIGITS[Number(digit)] ?? digit);
/** Single words, so that no voice makes a number or a word of them. */
const english = (text: string): string => [...text].map((letter) => (/\d/.test(letter) ? (EN_DIGITS[Number(letter)] ?? letter) : letter)).join(' ');

/** The sentence of a call. Counters of more than one digit are said digit by digit too: 一二号窗口 is what the board above it shows. */
export const callSentence = ({ number, counter, recall }: CallSentence, language: CallLanguage): string => {
  switch (language) {
    case 'zh':
      return recall ? `重新呼叫，请${chinese(number)}号马上到${chinese(counter)}号窗口办理` : `请${chinese(number)}号到${chinese(counter)}号窗口办理`;
    case 'en':
      return recall ? `Second call for number ${english(number)}. Please come to counter ${english(counter)} now.` : `Number ${english(number)}, please come to counter ${english(counter)}.`;
  }
};

/**
 * The same sentence as recordings, joined by `+`: `please+a+0+1+2+number-to+3+counter`. A hall that has them all hears one voice;
 * where one is missing, the sentence is spoken.
 */
export const callClip = ({ number, counter, recall }: CallSentence): string => {
  const letters = (text: string): string[] => [...text.toLowerCase()].filter((letter) => /[a-z0-9]/.test(letter));
  return [recall ? 'again' : 'please', ...letters(number), 'number-to', ...letters(counter), 'counter'].join('+');
};
