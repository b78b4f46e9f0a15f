/** What a printer says of itself, checked once, and the small schemas for IPP values. */
import { z } from 'zod';
import { fail, ok } from '../contract.ts';
import type { Result } from '../contract.ts';
import { GROUP, plainGroup } from './codec.ts';
import type { IppMessage } from './codec.ts';

/** The first value of an attribute. */
export const one = <T extends z.ZodType>(type: T) =>
  z
    .array(z.unknown())
    .transform((values) => values[0])
    .pipe(type);
/** The same, null where it is missing (told first: most printers lack some, and an error caught is dear) or of another type. */
export const optional = <T extends z.ZodType>(type: T) => one(type).nullable().default(null).catch(null);

/** A group of a message as names and values. */
export const plainObject = (message: IppMessage, tag: number): Record<string, unknown[]> => Object.fromEntries(plainGroup(message.groups.find((group) => group.tag === tag)));

/** None where the attribute is missing, or one of its values is of another type. */
const listOf = <T extends z.ZodType>(type: T, most = Infinity) => z.array(type).max(most).default([]).catch([]);
const strings = listOf(z.string().max(1023));
const numbers = listOf(z.number().int());

const printerSchema = z.object({
  'printer-state': one(z.number().int().min(3).max(5)),
  'printer-state-reasons': listOf(z.string().max(255)),
  'printer-is-accepting-jobs': optional(z.boolean()),
  'printer-make-and-model': optional(z.string().max(127)),
  'document-format-supported': strings,
  'media-supported': strings,
  'media-ready': strings,
  'media-source-supported': strings,
  'media-col-supported': strings,
  'media-col-ready': listOf(z.unknown(), 100),
  'job-hold-until-supported': strings,
  'sides-supported': strings,
  'copies-supported': optional(z.object({ low: z.number(), high: z.number() })),
  'marker-names': strings,
  'marker-types': strings,
  'marker-levels': numbers,
  'marker-low-levels': numbers,
  'marker-high-levels': numbers,
  'printer-input-tray': listOf(z.instanceof(Uint8Array)),
  'printer-supply': listOf(z.instanceof(Uint8Array)),
});
export type PrinterAttributes = z.infer<typeof printerSchema>;

export const PRINTER_ATTRIBUTES: readonly string[] = Object.keys(printerSchema.shape);

export function printerOf(message: IppMessage): Result<PrinterAttributes> {
  const parsed = printerSchema.safeParse(plainObject(message, GROUP.printer));
  return parsed.success ? ok(parsed.data) : fail('bad-frame', `printer attributes not as RFC 8011 has them: ${parsed.error.issues[0]?.path.join('.') ?? ''}`);
}
