/** The commands of a display above a counter (窗口显示屏, LED board). Only what is public: number and counter. */
import { z } from 'zod';
import { nothing, status, type CommandSchema } from '../command-schema.ts';

/**
 * `text`: what can be read on the board now: digits alone on a number board. `scrolling`: false also where the board cannot.
 * `proof`: `answered` by the board, or `none` where it never answers and may as well be dark.
 */
const shown = z.object({ text: z.string().max(200), scrolling: z.boolean(), proof: z.enum(['answered', 'none']) });

export const windowDisplayCommands = {
  status,
  /** Shows a called number until something else is shown; the driver shows it again after the board lost power. */
  show: {
    input: z.object({ number: z.string().regex(/^[A-Z]{0,3}\d{1,6}$/), counter: z.string().regex(/^[0-9A-Z]{1,4}$/), scroll: z.boolean().optional() }),
    value: shown,
    progress: z.never(),
  },
  clear: { input: nothing, value: shown, progress: z.never() },
} satisfies Record<string, CommandSchema>;
