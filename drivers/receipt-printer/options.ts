/** Settings of one receipt printer, from the terminal's file or the address. */
import { z } from 'zod';
import { refusedOptions } from '../refused-options.ts';
import { PROFILE_NAMES, PROFILES, type PrinterProfile } from './profiles.ts';

const options = z.strictObject({
  profile: z.enum(PROFILE_NAMES).default('generic-80'),
  /** What this very printer has otherwise than its model: a font that was bought with it, an answer that it gives. */
  charset: z.enum(['gbk', 'gb2312', 'none']).optional(),
  orderedStatus: z.enum(['required', 'if-answered', 'never']).optional(),
  /** How long `print` watches the mouth before it ends with `presented`. */
  takeMs: z.number().int().min(0).max(60_000).default(8000),
  /** A ticket that nobody takes is drawn back after this; 0: never. */
  retractMs: z.number().int().min(0).max(255_000).default(60_000),
});
/** For messages. */
export const EXPECTED_OPTIONS = `profile (${PROFILE_NAMES.join(', ')}), charset (gbk, gb2312, none), orderedStatus (required, if-answered, never), takeMs (0 to 60000), retractMs (0 to 255000)`;

/** The options, with what is not said; null when they are not those of a receipt printer. */
export const optionsOf = (given: Record<string, unknown>): z.infer<typeof options> | null => options.safeParse(given).data ?? null;

/** Names of the options that are not those of a receipt printer, or have a value that is none of theirs. */
export const wrongOptions = (given: Record<string, unknown>): string => {
  const parsed = options.safeParse(given);
  return parsed.success ? '' : refusedOptions(parsed.error);
};

/**
 * The profile that the options of a terminal file choose: a name, and what this very printer does otherwise.
 * @returns null when the options are not those of a receipt printer
 */
export const profileOf = (given: Record<string, unknown>): PrinterProfile | null => {
  const parsed = optionsOf(given);
  if (parsed === null) return null;
  const { profile, charset, orderedStatus } = parsed;
  return { ...PROFILES[profile], ...(charset === undefined ? {} : { charset }), ...(orderedStatus === undefined ? {} : { orderedStatus }) };
};
