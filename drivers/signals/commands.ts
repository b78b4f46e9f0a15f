/** The commands of lamps and sensors on a relay board: light the slot to use now, notice somebody in front of the terminal. */
import { z } from 'zod';
import { nothing, status, type CommandSchema } from '../command-schema.ts';

const name = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);
const level = z.object({ name, on: z.boolean() });

export const signalsCommands = {
  status,
  /** `blink`: 1 Hz, kept up by the driver until it is set again. Names come from the device's options. */
  set: { input: z.object({ output: name, to: z.enum(['on', 'off', 'blink']) }), value: z.object({}), progress: z.never() },
  read: { input: nothing, value: z.object({ inputs: z.array(level), outputs: z.array(level) }), progress: z.never() },
  /** Reports each debounced change of an input until the deadline; the first report is the level now. */
  listen: { input: nothing, value: z.object({ changes: z.number().int().nonnegative() }), progress: level },
} satisfies Record<string, CommandSchema>;
