/** The commands of a call pad (物理叫号器) at a counter. */
import { z } from 'zod';
import { PAD_KEYS } from './profiles.ts';
import { nothing, status, type CommandSchema } from '../command-schema.ts';

/** `counter`: the number the pad gives itself, null where it has none. `digits`: what was typed before the key, null for none. */
const press = z.object({ key: z.enum(PAD_KEYS), counter: z.string().max(8).nullable(), digits: z.string().max(8).nullable() });

export const callPadCommands = {
  status,
  /** Waits for one key. Presses while nobody waits are kept (the newest 16). */
  read: { input: nothing, value: press, progress: z.never() },
  /** Reports each key until the deadline. */
  listen: { input: nothing, value: z.object({ presses: z.number().int().nonnegative() }), progress: press },
} satisfies Record<string, CommandSchema>;
