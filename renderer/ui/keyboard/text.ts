/** Text as people see it: a grapheme is one character with all that belongs to it, whatever its length in UTF-16. */
const segmenter = new Intl.Segmenter('zh', { granularity: 'grapheme' });

export const graphemes = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);

export const withoutLast = (text: string): string => graphemes(text).slice(0, -1).join('');

/** @param maxLength in code points, as forms count them; null for no limit */
export const fits = (text: string, maxLength: number | null): boolean => maxLength === null || [...text].length <= maxLength;
