/** Words in every language of the hall. Chinese is the text of record; English is written, not translated word by word. */
import { z } from 'zod';

/** Emoji and flags, characters of private use, halves of characters, control characters. */
const UNPAINTABLE = /(?!\n)[\u{1f000}-\u{1faff}\p{Emoji_Presentation}\p{Regional_Indicator}\u{fe0f}\p{Co}\p{Cs}\p{Cc}]/u;
const words = z
  .string()
  .min(1)
  .regex(new RegExp(`^(?:(?!${UNPAINTABLE.source})[^])*$`, 'u'), 'words that a terminal can paint and print: no emoji, no control characters, no characters of private use');

export const text = z.strictObject({
  zh: words,
  en: words,
});
export type Text = z.infer<typeof text>;
