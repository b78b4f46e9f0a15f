/** Slips as JSON files, for the command line: the parts of a slip, pictures with their dots in base64. */
import { z } from 'zod';
import { fail, ok, type Result, type SlipDocument } from '../contract.ts';

const align = z.enum(['left', 'center', 'right']).optional();
const upTo = <const T extends readonly number[]>(values: T) => z.literal(values).optional();

const part = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string().max(5000), align, width: upTo([1, 2, 3, 4]), height: upTo([1, 2, 3, 4]), bold: z.boolean().optional(), reverse: z.boolean().optional() }),
  z.strictObject({ type: z.literal('row'), left: z.string().max(2000), right: z.string().max(2000), bold: z.boolean().optional(), width: upTo([1, 2]), height: upTo([1, 2]) }),
  z.strictObject({ type: z.literal('rule'), style: z.enum(['solid', 'dashed']) }),
  z.strictObject({
    type: z.literal('image'),
    bitmap: z.strictObject({
      width: z.number().int().min(1).max(4096),
      height: z.number().int().min(1).max(20_000),
      data: z.base64().transform((text): Uint8Array => Buffer.from(text, 'base64')),
    }),
    align,
    scale: upTo([1, 2]),
  }),
  z.strictObject({
    type: z.literal('grey'),
    picture: z.strictObject({
      width: z.number().int().min(1).max(4096),
      height: z.number().int().min(1).max(20_000),
      data: z.base64().transform((text): Uint8Array => Buffer.from(text, 'base64')),
    }),
    align,
  }),
  z.strictObject({ type: z.literal('barcode'), text: z.string().min(1).max(200), heightMm: z.number().min(3).max(30).optional(), module: z.number().int().min(2).max(6).optional(), caption: z.boolean().optional(), align }),
  z.strictObject({
    type: z.literal('qr'),
    text: z.string().min(1).max(4096),
    module: z.number().int().min(1).max(16).optional(),
    level: z.enum(['L', 'M', 'Q', 'H']).optional(),
    align,
  }),
  z.strictObject({ type: z.literal('feed'), mm: z.number().min(0).max(200) }),
  z.strictObject({ type: z.literal('cut'), mode: z.enum(['full', 'partial']) }),
]);
const slipFile = z.strictObject({ parts: z.array(part).min(1).max(500) });

/** Drops what is undefined: an optional value is absent, not present and undefined. */
const compact = (value: z.infer<typeof part>): SlipDocument['parts'][number] => Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as SlipDocument['parts'][number];

/** Reads a slip from JSON; `bad-input` names the place of the first mistake. */
export const parseSlipFile = (text: string): Result<SlipDocument> => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return fail('bad-input', 'the slip file is not JSON');
  }
  const parsed = slipFile.safeParse(json);
  if (parsed.success) return ok({ parts: parsed.data.parts.map(compact) });
  const issue = parsed.error.issues[0];
  return fail('bad-input', `the slip file at ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a slip'}`);
};
