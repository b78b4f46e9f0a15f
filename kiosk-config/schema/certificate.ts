/** A certificate's page as data: blocks from top to bottom. Placeholders `{path}` take values from what the platform issued. */
import { z } from 'zod';
import { text } from './text.ts';

const path = z.string().regex(/^[a-z][A-Za-z0-9.]*$/);

export const certificateBlock = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('paragraph'), text: z.string(), indent: z.boolean().default(true) }),
  /** Label and value side by side: `value` may hold placeholders. */
  z.strictObject({ type: z.literal('facts'), rows: z.array(z.strictObject({ label: z.string(), value: z.string() })).min(1), photo: z.boolean().default(false) }),
  /** One row per element of the list at `rows`. */
  z.strictObject({ type: z.literal('table'), rows: path, columns: z.array(z.strictObject({ title: z.string(), value: path, width: z.number().positive(), align: z.enum(['left', 'right', 'center']).default('left') })).min(1) }),
  z.strictObject({ type: z.literal('space'), mm: z.number().positive() }),
  /** Issuing agency and day, right aligned, where a paper one bears its seal. */
  z.strictObject({ type: z.literal('signature'), agency: z.string(), date: z.string() }),
]);
export type CertificateBlock = z.infer<typeof certificateBlock>;

export const certificateLayout = z.strictObject({
  title: text,
  /** A numbered certificate is never printed again on a guess (law 3). */
  numbered: z.boolean(),
  /** Sheets that it is printed on: `numbered` draws from the printer's tray of numbered stock alone; plain when left out. */
  stock: z.enum(['plain', 'numbered']).optional(),
  /** One side of each sheet when left out. */
  sides: z.enum(['one-sided', 'two-sided-long-edge', 'two-sided-short-edge']).optional(),
  blocks: z.array(certificateBlock).min(1),
  /** Small lines at the foot of the page, beside the verification code. */
  foot: z.array(z.string()).default([]),
});
export type CertificateLayout = z.infer<typeof certificateLayout>;
