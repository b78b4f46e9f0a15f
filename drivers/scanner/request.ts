/** What every scan is asked for and bounded by, over whichever wire. */
import { z } from 'zod';

/** A4 at 300 dpi in colour as PNG is 26 MB before compression; nothing honest is larger. */
export const MAX_PAGE_BYTES = 40 * 1024 * 1024;

export const scanRequestSchema = z.object({
  source: z.enum(['platen', 'feeder', 'auto']),
  color: z.enum(['color', 'gray']),
  resolution: z.union([z.literal(200), z.literal(300)]),
  maxPages: z.number().int().min(1).max(500),
});
