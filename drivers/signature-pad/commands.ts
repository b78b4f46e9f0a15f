/** The commands of a signature pad. A signature stays a vector: strokes of points with time and, where given, pressure. */
import { z } from 'zod';
import { nothing, status, type CommandSchema } from '../command-schema.ts';

/** x, y in hundredths of a millimetre from the upper left corner; t in milliseconds since the first point; p 0–1, null without sensor. */
const point = z.object({ x: z.number().int(), y: z.number().int(), t: z.number().int().nonnegative(), p: z.number().min(0).max(1).nullable() });

export const signaturePadCommands = {
  status,
  /** Collects strokes until the pad's own confirm key; cancelling gives nothing; each point is reported as it comes. */
  capture: {
    input: nothing,
    value: z.object({ widthMm: z.number(), heightMm: z.number(), strokes: z.array(z.array(point)).max(500) }),
    progress: z.object({ stroke: z.number().int().nonnegative(), point }),
  },
} satisfies Record<string, CommandSchema>;
