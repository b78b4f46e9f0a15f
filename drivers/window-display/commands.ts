/** The commands of a display above a counter (窗口显示屏, LED board). Only what is public: number and counter. */
import { z } from 'zod';
import { nothing, status, type CommandSchema } from '../command-schema.ts';

export const windowDisplayCommands = {
  status,
  /** Shows a called number until something else is shown; the driver shows it again after the board lost power. */
  show: {
    input: z.object({ number: z.string().regex(/^[A-Z]{0,3}\d{1,6}$/), counter: z.string().regex(/^[0-9A-Z]{1,4}$/), scroll: z.boolean().optional() }),
    value: z.object({}),
    progress: z.never(),
  },
  clear: { input: nothing, value: z.object({}), progress: z.never() },
} satisfies Record<string, CommandSchema>;
