/** How a case becomes the form of a line-of-business system: `adapters/NAME.yaml`. Nobody types a field again. */
import { z } from 'zod';
import { text } from './text.ts';

/** Where a value comes from: the case itself, the applicant's card, or an answer by its field. */
const source = z.string().regex(/^(caseNumber|itemCode|itemId|hall|terminal|storedAt|round|applicant\.(kind|name|idNumber|sex|birthDate|ethnicity|address|nationality)|answers\.[a-z][A-Za-z0-9]*)$/);

export const adapterField = z.union([
  z.strictObject({
    /** Name of the field in the other system's form. */
    to: z.string().min(1),
    from: source,
    /** The other system's code for each of our values; a value that is not listed is a mistake, not passed on. */
    codes: z.record(z.string(), z.string()).optional(),
    /** `date`: 2026-11-22 → 20261122; `date-time`: 2026-11-22T03:24:07+08:00 → 20261122032407 */
    format: z.enum(['as-is', 'date', 'date-time']).default('as-is'),
    required: z.boolean().default(true),
  }),
  z.strictObject({ to: z.string().min(1), value: z.string() }),
]);

export const adapter = z.strictObject({
  name: text,
  /** Where the form is posted; a path alone stands for the platform's own address. */
  url: z.union([z.url(), z.string().regex(/^\/\S+$/)]),
  charset: z.enum(['utf-8', 'gb18030']).default('utf-8'),
  /** Form field that holds our key: the other system stores a form with the same key once. */
  idempotencyField: z.string().min(1),
  /** Answers that mean kept. */
  accepted: z.array(z.number().int()).min(1).default([200, 201]),
  /** Answers that mean kept before. */
  keptBefore: z.array(z.number().int()).default([409]),
  fields: z.array(adapterField).min(1),
});
export type AdapterConfig = z.infer<typeof adapter>;
