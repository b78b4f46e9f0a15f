/** Words in every language of the hall. Chinese is the text of record; English is written, not translated word by word. */
import { z } from 'zod';

export const text = z.strictObject({
  zh: z.string().min(1),
  en: z.string().min(1),
});
export type Text = z.infer<typeof text>;
