/** Schemas that the commands of several classes share. Values cross a process border: they are parsed on both sides. */
import { z } from 'zod';
import { CONDITION_CODES, REMEDIES } from './vocabulary.ts';

/** One command as schemas: what it takes, what it answers, what it reports meanwhile. */
export interface CommandSchema {
  input: z.ZodType;
  value: z.ZodType;
  progress: z.ZodType;
}

/** Larger than any page at 300 dpi that a scanner may give, smaller than what would hurt the agent. */
const MAX_BYTES = 64 * 1024 * 1024;
export const bytes = z.instanceof(Uint8Array).refine((data) => data.byteLength <= MAX_BYTES, 'more than 64 MiB');
export const word = z.string().max(2_000);
export const line = z.string().max(1_000);
export const nothing = z.undefined();

export const deviceStatus = z.object({
  online: z.boolean(),
  component: z.enum(['ready', 'busy', 'unavailable', 'unknown']),
  media: z.enum(['absent', 'present', 'unknown', 'no-sensor']),
  conditions: z
    .array(
      z.object({
        code: z.enum(CONDITION_CODES),
        severity: z.enum(['info', 'warning', 'error']),
        remedy: z.enum(REMEDIES),
        since: z.string().optional(),
        original: word.optional(),
      }),
    )
    .max(100),
  supplies: z.array(z.object({ name: z.string().max(100), percent: z.number().nullable(), left: z.number().nullable() })).max(100),
  trays: z
    .array(
      z.object({
        source: z.string().max(255),
        stock: z.enum(['plain', 'numbered']),
        media: z.string().max(255).nullable(),
        state: z.enum(['ready', 'low', 'empty', 'missing', 'unknown']),
        left: z.number().nullable(),
      }),
    )
    .max(100)
    .optional(),
  boards: z
    .array(z.object({ board: z.number(), counter: z.string().max(8).nullable(), state: z.enum(['ready', 'silent', 'failing', 'unknown']) }))
    .max(100)
    .optional(),
  model: z.string().max(500).nullable(),
});

/** How the device is: every class has it. */
export const status = { input: nothing, value: deviceStatus, progress: z.never() };
