/** What terminals and their hall tell each other. The hall's API checks requests with these schemas, the terminal the answers. */
import { z } from 'zod';
import { queue } from '../../kiosk-config/index.ts';
import { REFUSALS } from './rules/decide.ts';
import { classView, ticketView } from './wire.ts';

export const terminalId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/);
export const ticketId = z.string().regex(/^[0-9a-f]{24}$/);
export const leaseId = z.string().regex(/^[0-9a-f]{16}$/);
const day = z.string().regex(/^\d{8}$/);
const code = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);
const ordinal = z.number().int().min(1).max(100_000);

/** The ticket's id is the terminal's: a question that is repeated is one ticket. */
export const terminalTake = z.strictObject({ ticket: ticketId, class: code, item: code.nullable(), priority: code.nullable(), identified: z.boolean(), holder: z.string().regex(/^[0-9a-f]{64}$/).nullable().optional() });
/** Why there is no number; with `has-number`, the one that this person holds; with `too-early`, from when on. */
export const terminalRefused = z.strictObject({ refusal: z.enum(REFUSALS), has: ticketView.optional(), from: z.iso.datetime({ offset: true }).optional() });
export const terminalCheckIn = z.strictObject({ ticket: ticketId, code: z.string().min(1).max(200), priority: code.nullable() });
export const terminalLease = z.strictObject({ lease: leaseId, day, class: code });
/** With the letters under which these numbers count: a terminal that knows others gives none of them. */
export const leaseGrant = z.strictObject({ lease: leaseId, day, class: code, first: ordinal, last: ordinal, prefix: z.string(), after999: z.enum(['four-digits', 'next-prefix']), morePrefixes: z.array(z.string()) });
export const terminalJoin = z.strictObject({ day, lease: leaseId, class: code, ordinal, ticket: ticketId, priority: code.nullable(), item: code.nullable(), takenAt: z.number().int().nonnegative() });
export const terminalBurn = z.strictObject({ day });
export const terminalPaper = z.strictObject({ became: z.enum(['taken', 'doubtful', 'failed']) });
/** Tickets whose state the terminal shows. */
export const terminalLook = z.strictObject({ tickets: z.array(ticketId).max(50) });
export const terminalSight = z.strictObject({ day, next: day.nullable(), rules: queue, classes: z.array(classView), tickets: z.array(ticketView) });
export const terminalDone = z.strictObject({ ok: z.literal(true) });
export type TerminalSight = z.infer<typeof terminalSight>;

export const enrolBody = z.strictObject({ code: z.string().min(1).max(40), id: terminalId, publicKey: z.string().min(1).max(200) });
export const terminalRow = z.strictObject({ id: terminalId, enrolledAt: z.number().nullable(), revoked: z.boolean(), invited: z.boolean() });
export const pairBody = z.strictObject({ id: terminalId });
export const pairCode = z.strictObject({ id: terminalId, code: z.string(), minutes: z.number().int() });
