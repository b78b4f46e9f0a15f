/** The commands of a navigation pad: four keys and a confirm for the spoken mode. */
import { z } from 'zod';
import { nothing, status, type CommandSchema } from '../command-schema.ts';

const press = z.object({ key: z.enum(['up', 'down', 'left', 'right', 'confirm']) });

export const navPadCommands = {
  status,
  read: { input: nothing, value: press, progress: z.never() },
  /** Reports each key until the deadline. */
  listen: { input: nothing, value: z.object({ presses: z.number().int().nonnegative() }), progress: press },
} satisfies Record<string, CommandSchema>;
