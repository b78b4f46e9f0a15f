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
/** The same, null where it is missing or of another type. */
export const optional = <T extends z.ZodType>(type: T) => one(type).nullable().catch(null);

/** A group of a message as names and values. */
export const plainObject = (message: IppMessage, tag: number): Record<string, unknown[]> => Object.fromEntries(plainGroup(message.groups.find((group) => group.tag === tag)));

const strings = z.array(z.string().max(1023)).catch([]);
const numbers = z.array(z.number().int()).catch([]);

const printerSchema = z.object({
  'printer-state': one(z.number().int().min(3).max(5)),
  'printer-state-reasons': z.array(z.string().max(255)).catch([]),
  'printer-is-accepting-jobs': optional(z.boolean()),
  'printer-make-and-model': optional(z.string().max(127)),
  'document-format-supported': strings,
  'media-supported': strings,
  'media-ready': strings,
  'media-source-supported': strings,
  'media-col-supported': strings,
  'media-col-ready': z.array(z.unknown()).max(100).catch([]),
  'job-hold-until-supported': strings,
  'sides-supported': strings,
  'copies-supported': optional(z.object({ low: z.number(), high: z.number() })),
  'marker-names': strings,
  'marker-types': strings,
  'marker-levels': numbers,
  'marker-low-levels': numbers,
  'marker-high-levels': numbers,
  'printer-input-tray': z.array(z.instanceof(Uint8Array)).catch([]),
  'printer-supply': z.array(z.instanceof(Uint8Array)).catch([]),
});
export type PrinterAttributes = z.infer<typeof printerSchema>;

export const PRINTER_ATTRIBUTES: readonly string[] = Object.keys(printerSchema.shape);

export function printerOf(message: IppMessage): Result<PrinterAttributes> {
  const parsed = printerSchema.safeParse(plainObject(message, GROUP.printer));
  return parsed.success ? ok(parsed.data) : fail('bad-frame', `printer attributes not as RFC 8011 has them: ${parsed.error.issues[0]?.path.join('.') ?? ''}`);
}
