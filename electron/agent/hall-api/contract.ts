/** What the hall's API takes. The same schemas check requests and make the OpenAPI document. */
import { z } from 'zod';
import { boardCursor, REFUSALS } from '../../queue/index.ts';
import { STAFF_NAME } from './staff.ts';

const secret = z.string().min(1).max(200);
const name = z.string().regex(STAFF_NAME);
const note = z.string().max(120);
const counter = z.string().regex(/^[0-9A-Z]{1,4}$/);
const classId = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);
const code = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);

export const counterParams = z.object({ counter });
export const numberParams = z.object({ number: z.string().regex(/^[A-Z]{1,2}\d{3,4}$/) });
export const ticketParams = z.object({ ticket: z.string().regex(/^[0-9a-f]{24}$/) });
export const nameParams = z.object({ name });

export const signInBody = z.strictObject({ name, password: secret, newPassword: secret.optional() });
export const firstManagerBody = z.strictObject({ code: secret, name, password: secret });
export const inviteBody = z.strictObject({ name, role: z.enum(['clerk', 'manager']) });
export const member = z.strictObject({ name: z.string(), role: z.enum(['clerk', 'manager']), disabled: z.boolean(), invited: z.boolean(), lockedUntil: z.number() });
export const refusedSignIn = z.strictObject({ reason: z.enum(['wrong', 'locked', 'disabled', 'choose-password', 'weak-password']), retryAfterSeconds: z.number() });
export const invited = z.strictObject({ name: z.string(), code: z.string() });

/** What is sent with a counter's act; each act reads what it needs. */
export const ACTS = ['open', 'close', 'pause', 'resume', 'next', 'call', 'recall', 'miss', 'start', 'finish', 'finish-and-next', 'park', 'transfer'] as const;
export const actParams = z.object({ counter, act: z.enum(ACTS) });
export const actBody = z
  .strictObject({ sees: numberParams.shape.number.nullable().optional().describe('The number that the caller sees at this counter, null: none. When another one is there by now nothing is done: `not-as-seen`. Left out: whichever is there.'), number: numberParams.shape.number.optional(), reason: note.optional(), note: note.optional(), class: classId.optional(), toCounter: counter.nullable().optional(), first: z.enum(['finish', 'park']).optional() })
  // Most acts need nothing: a request without a body says all.
  .nullish()
  .transform((given) => given ?? {});
export const NUMBER_ACTS = ['come-back', 'unpark', 'void', 'confirm'] as const;
export const numberActParams = z.object({ number: numberParams.shape.number, act: z.enum(NUMBER_ACTS) });

export const takeBody = z.strictObject({ class: classId, item: code.nullable().default(null), priority: code.nullable().default(null), identified: z.boolean().default(false) });
export const rateBody = z.strictObject({ score: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]) });

/** `after`: the `cursor` of the last view that this board had. */
export const boardQuery = z.object({ after: boardCursor.optional() });
export const BOARD_CALLS =
  '`calls` holds the last twelve, and with `after` every call and recall since that view, newest first, however long ago it was. Tell each once: those later (`at`), or at the same time with a higher `id`, than the newest you had. Speak only what is still `awaited`; after a long absence the rest is history. `cursor` of another day, or unknown: all of today.';
export const BOARD_STREAM = 'Each message has every call since the one before, and its `cursor` as its id: whoever comes back with `Last-Event-ID` (an EventSource does by itself) or `after` misses none. A comment line comes at least every 10 seconds.';

export const done = z.strictObject({ ok: z.literal(true), version: z.number().int(), numbers: z.array(z.string()) });
export const refused = z.strictObject({ refusal: z.enum(REFUSALS) });
export const notAllowed = z.strictObject({ title: z.string() });
