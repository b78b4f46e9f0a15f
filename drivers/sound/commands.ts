/** The commands of the loudspeaker: prompts and calls as a queue. */
import { z } from 'zod';
import { status, type CommandSchema } from '../command-schema.ts';

const language = z.string().regex(/^[a-z]{2,3}(-[A-Za-z]{2,8})?$/);

export const soundCommands = {
  status,
  /** Says one sentence when those before it have been said. `clip`: a recording that is preferred to a voice. Faults: `voice-missing`. */
  say: {
    input: z.object({ text: z.string().min(1).max(500), language, clip: z.string().max(80).optional(), /** 0–1 of the configured limit */ volume: z.number().min(0).max(1).optional() }),
    value: z.object({ by: z.enum(['clip', 'host-voice', 'espeak-ng']), ms: z.number().nonnegative() }),
    progress: z.object({ step: z.enum(['queued', 'started']) }),
  },
} satisfies Record<string, CommandSchema>;
