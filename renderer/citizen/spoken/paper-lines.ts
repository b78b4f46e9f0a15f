/** Which lines of a slip the voice of a language can say: slips are in Chinese, with English lines beneath. Pure. */
const HAN = /\p{Script=Han}/u;

/** @param lines as printed, without codes */
export const linesSaid = (lines: readonly string[], language: 'zh' | 'en'): string[] =>
  lines.flatMap((line) => {
    const text = line.trim();
    if (!/[\p{L}\d]/u.test(text)) return [];
    if (language === 'zh') return HAN.test(text) || !/[A-Za-z]{3}/.test(text) ? [text] : [];
    if (!HAN.test(text)) return [text];
    // 受理号 Case number
    const english = text.replaceAll(/[\p{Script=Han}\u3000-\u303f\uff00-\uffef]+/gu, ' ').trim();
    return /[A-Za-z]{3}/.test(english) ? [english] : [];
  });
