/** The commands of the displays above the counters (窗口显示屏, LED boards). Only what is public: number and counter. */
import { z } from 'zod';
import { status, type CommandSchema } from '../command-schema.ts';

/** What is painted above a counter: `3`. */
export const counterName = z.string().regex(/^[0-9A-Z]{1,4}$/);

/**
 * `text`: what can be read on the board now: digits alone on a number board. `scrolling`: false also where the board cannot.
 * `proof`: `answered` by the board, or `none` where it never answers and may as well be dark.
 */
const shown = z.object({ text: z.string().max(200), scrolling: z.boolean(), proof: z.enum(['answered', 'none']) });

export const windowDisplayCommands = {
  /** `boards` of it tells each board of the line. */
  status,
  /** Shows a called number on the board of its counter until something else is shown; the driver shows it again after the board lost power. */
  show: {
    input: z.object({ number: z.string().regex(/^[A-Z]{0,3}\d{1,6}$/), counter: counterName, scroll: z.boolean().optional() }),
    value: shown,
    progress: z.never(),
  },
  /** Clears the board of one counter; without one every board of the line, as far as they can be reached: the fault that follows names the others. */
  clear: { input: z.object({ counter: counterName.optional() }), value: shown, progress: z.never() },
} satisfies Record<string, CommandSchema>;
