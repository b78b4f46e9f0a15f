/** The commands of the loudspeaker: prompts and calls as a queue. */
import { z } from 'zod';
import { nothing, status, type CommandSchema } from '../command-schema.ts';
import { FAULT_CODES } from '../vocabulary.ts';

const language = z.string().regex(/^[a-z]{2,3}(-[A-Za-z]{2,8})?$/);
const speaker = z.enum(['clip', 'host-voice', 'espeak-ng']);
const sentence = z.object({
  text: z
    .string()
    .min(1)
    .max(500)
    .regex(/^[^\p{Cc}]*$/u, 'control characters'),
  language,
  /** A recording that is preferred to a voice; several are joined by `+`. */
  clip: z
    .string()
    .max(300)
    .regex(/^[a-z0-9-]+(\+[a-z0-9-]+)*$/)
    .optional(),
  /** 0–1 of the configured limit */
  volume: z.number().min(0).max(1).optional(),
  /** Its text is kept out of the log. */
  private: z.boolean().optional(),
});

export const soundCommands = {
  status,
  /** Says one sentence when those before it have been said, and answers when it was said. Faults: `voice-missing`. */
  say: { input: sentence, value: z.object({ by: speaker, ms: z.number().nonnegative() }), progress: z.object({ step: z.enum(['queued', 'started']) }) },
  /** The same without waiting: answers how many are before it; the log tells how it ended. */
  queue: { input: sentence, value: z.object({ ahead: z.number().int().nonnegative() }), progress: z.never() },
  /** Ends what is being said and forgets what waits. */
  hush: { input: nothing, value: z.object({ dropped: z.number().int().nonnegative() }), progress: z.never() },
  /** The newest 200 sentences, oldest first. */
  log: {
    input: nothing,
    value: z.object({
      entries: z.array(z.object({ at: z.string(), text: z.string().max(600).nullable(), language, by: speaker.nullable(), ms: z.number().nonnegative(), outcome: z.enum(['said', ...FAULT_CODES]) })).max(200),
    }),
    progress: z.never(),
  },
  /** `mixer` null: the host has none that answers, and the samples are made quieter instead. `level`: percent that the mixer stands at. */
  volume: { input: nothing, value: z.object({ limit: z.number(), mixer: z.enum(['pactl', 'amixer']).nullable(), level: z.number().nullable() }), progress: z.never() },
} satisfies Record<string, CommandSchema>;
