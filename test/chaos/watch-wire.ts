/** What the run asks the watching process, and what that answers: one JSON object a line. */
import { z } from 'zod';

export const lookRequest = z.strictObject({
  id: z.number().int(),
  /** Cases that people were told of while the present database was in use: they must stand in it. */
  kept: z.array(z.string()),
  /** Cases that must be at the platform, once. */
  arrived: z.array(z.strictObject({ caseNumber: z.string(), item: z.string() })),
  /** What must be found nowhere; null: no search now. */
  secrets: z.array(z.string()).nullable(),
  bench: z.string(),
  /** Tickets that people were told of while the present database was in use: they must stand in the hall's log under their numbers. */
  tickets: z.array(z.strictObject({ ticket: z.string(), day: z.string(), number: z.string() })),
  /** The database was put back from before: rows may be gone. */
  replaced: z.boolean(),
  /** Nothing waits any more: everything must have been told. */
  final: z.boolean(),
});
export type LookRequest = z.infer<typeof lookRequest>;

const growth = z.strictObject({ process: z.string(), seconds: z.number(), rssMb: z.strictObject({ first: z.number(), last: z.number(), perHour: z.number().nullable() }), handles: z.strictObject({ first: z.number(), last: z.number(), most: z.number(), perHour: z.number().nullable() }) });
export type Growth = z.infer<typeof growth>;
const figures = z.strictObject({ growth: z.array(growth), files: z.record(z.string(), z.strictObject({ first: z.number(), last: z.number() })), slips: z.number(), otherSlips: z.number(), sheets: z.number(), papers: z.number(), queueEvents: z.number(), deviceEvents: z.number(), searches: z.number() });
export type Figures = z.infer<typeof figures>;

export const lookAnswer = z.strictObject({ id: z.number().int(), wrong: z.array(z.string()), figures });
export type LookAnswer = z.infer<typeof lookAnswer>;
