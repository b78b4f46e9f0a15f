/**
 * What kind of code a text is. Kinds are told by patterns, which are data: those of payment codes are published by the payment
 * services, the rest (identity, pick-up, appointment) are each hall's own and stand in the scanner's options.
 */
import { z } from 'zod';
import { fail, ok, type Result } from '../contract.ts';

export const CODE_KINDS = ['payment', 'identity', 'pick-up', 'appointment'] as const;
export type CodeKind = (typeof CODE_KINDS)[number];

/** Longer codes are judged by no pattern: none of these kinds is that long, and a pattern must not be given much to chew on. */
const MAX_JUDGED = 1_024;

const pattern = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => compiled(text) !== null, 'is no regular expression');

export const kindRules = z
  .array(
    z.strictObject({
      kind: z.enum(CODE_KINDS),
      /** Whose code it is, for the one who handles it: `wechat-pay`, `parcel-locker`. */
      name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/),
      /** A regular expression of the whole text. */
      pattern,
    }),
  )
  .max(50);
export type KindRule = z.infer<typeof kindRules>[number];

const compiled = (text: string): RegExp | null => {
  try {
    return new RegExp(`^(?:${text})$`, 'u');
  } catch {
    return null;
  }
};

/** Payers' codes as the services publish them for merchants. They go behind a hall's own. */
export const PAYMENT_RULES: readonly KindRule[] = [
  { kind: 'payment', name: 'wechat-pay', pattern: '1[0-5]\\d{16}' },
  { kind: 'payment', name: 'alipay', pattern: '(?:2[5-9]|30)\\d{14,22}' },
  { kind: 'payment', name: 'unionpay', pattern: '62\\d{17}' },
  { kind: 'payment', name: 'digital-yuan', pattern: '01\\d{17}' },
];

export type Classified = { kind: CodeKind; name: string } | { kind: 'unknown'; name: null };
export type Classify = (text: string) => Classified;

/**
 * A classifier of a hall's own rules, then the published ones; the first that fits decides.
 * @returns `bad-input` that names the place of the first mistake
 */
export const classifierOf = (rules: unknown): Result<Classify> => {
  const parsed = kindRules.safeParse(rules ?? []);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return fail('bad-input', `kinds of codes at ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a list of rules'}`);
  }
  const known = [...parsed.data, ...PAYMENT_RULES].flatMap(({ kind, name, pattern: text }) => {
    const expression = compiled(text);
    return expression === null ? [] : [{ kind, name, expression }];
  });
  return ok((text) => {
    const found = text.length > MAX_JUDGED ? undefined : known.find(({ expression }) => expression.test(text));
    return found === undefined ? { kind: 'unknown', name: null } : { kind: found.kind, name: found.name };
  });
};
