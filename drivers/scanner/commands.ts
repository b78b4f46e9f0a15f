/** The commands of a scanner as schemas; their types are in contract.ts. */
import { z } from 'zod';
import { bytes, status, type CommandSchema } from '../command-schema.ts';

const page = z.object({ index: z.number().int().nonnegative(), contentType: z.enum(['image/jpeg', 'image/png']), data: bytes });

export const scannerCommands = {
  status,
  scan: {
    input: z.object({
      source: z.enum(['platen', 'feeder', 'auto']),
      color: z.enum(['color', 'gray']),
      resolution: z.union([z.literal(200), z.literal(300)]),
      maxPages: z.number().int().min(1).max(1_000),
    }),
    value: z.object({ pages: z.number().int().nonnegative() }),
    progress: page,
  },
} satisfies Record<string, CommandSchema>;
