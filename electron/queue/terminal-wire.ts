/** What terminals and their hall tell each other. The hall's API checks requests with these schemas, the terminal the answers. */
import { z } from 'zod';
import { queue, text } from '../../kiosk-config/index.ts';
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
/** What an appointment of another day or hall is for; `hall`: its name, null: this one, or nobody knows. */
export const agreedElsewhere = z.strictObject({ at: z.iso.datetime({ offset: true }), hall: text.nullable() });
export type AgreedElsewhere = z.infer<typeof agreedElsewhere>;
/** Why there is no number; with `has-number`, the one that this person holds; with `too-early`, from when on; with `other-day` and `other-hall`, what was agreed. */
export const terminalRefused = z.strictObject({ refusal: z.enum(REFUSALS), has: ticketView.optional(), from: z.iso.datetime({ offset: true }).optional(), agreed: agreedElsewhere.optional() });
export const terminalCheckIn = z.strictObject({ ticket: ticketId, code: z.string().min(1).max(200), priority: code.nullable() });
export const terminalLease = z.strictObject({ lease: leaseId, day, class: code });
/** With the letters under which these numbers count: a terminal that knows others gives none of them. */
export const leaseGrant = z.strictObject({ lease: leaseId, day, class: code, first: ordinal, last: ordinal, prefix: z.string(), after999: z.enum(['four-digits', 'next-prefix']), morePrefixes: z.array(z.string()) });
export const terminalJoin = z.strictObject({ day, lease: leaseId, class: code, ordinal, ticket: ticketId, priority: code.nullable(), item: code.nullable(), takenAt: z.number().int().nonnegative() });
export const terminalBurn = z.strictObject({ day });
export const terminalPaper = z.strictObject({ became: z.enum(['taken', 'doubtful', 'failed']) });

/** More open doubts than these are told when the oldest of them are settled. */
export const MOST_DOUBTS = 50;
const paper = z.string().regex(/^p[0-9a-f]{16}$/);
/** Paper at a terminal of which nobody knows whether it came out: what stands on the slip and in its ledger, nothing of a person. */
export const toldDoubt = z.strictObject({
  /** The ledger's own name of it, never used again; a doubt's number is. */
  paper,
  doubtNumber: z.string().regex(/^\d{4}-\d$/),
  kind: code,
  caseNumber: z.string().max(40).nullable(),
  certificateNumber: z.string().max(100).nullable(),
  sheets: z.number().int().nonnegative(),
  sheetsDone: z.number().int().nonnegative().nullable(),
  fault: z.string().max(60).nullable(),
  at: z.iso.datetime({ offset: true }),
});
export type ToldDoubt = z.infer<typeof toldDoubt>;
/** What somebody who looked at the sheets decided. */
export const doubtDecision = z.strictObject({ paper, outcome: z.enum(['printed', 'not-printed']), by: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,39}$/) });
export type DoubtDecision = z.infer<typeof doubtDecision>;
/** What the terminal's ledger says of it after a decision came; `unknown`: it has no such paper. */
export const doubtBecame = z.strictObject({ paper, became: z.enum(['printed', 'not-printed', 'void', 'retracted', 'unknown']) });
export type DoubtBecame = z.infer<typeof doubtBecame>;
/** `open`: all of them, oldest first. `settled`: the decisions of the last sight, which the hall tells until it hears this. */
export const toldDoubts = z.strictObject({ open: z.array(toldDoubt).max(MOST_DOUBTS), settled: z.array(doubtBecame).max(MOST_DOUBTS) });
export type ToldDoubts = z.infer<typeof toldDoubts>;

/** Tickets whose state the terminal shows, and its paper in doubt. */
/** Which rules of the queue these are: the same id, the same rules. */
const rulesId = z.string().regex(/^[0-9a-f]{16}$/);
/** `rulesId`: of the rules that the terminal has; left out: it has none. */
export const terminalLook = z.strictObject({ tickets: z.array(ticketId).max(50), rulesId: rulesId.optional(), doubts: toldDoubts.optional() });
/** `rules` null: the terminal has them. `settle`: what a manager decided of this terminal's paper; left out where there is nothing. */
export const terminalSight = z.strictObject({ day, next: day.nullable(), rulesId, rules: queue.nullable(), classes: z.array(classView), tickets: z.array(ticketView), settle: z.array(doubtDecision).optional() });
export const terminalDone = z.strictObject({ ok: z.literal(true) });
export type TerminalSight = z.infer<typeof terminalSight>;

export const enrolBody = z.strictObject({ code: z.string().min(1).max(40), id: terminalId, publicKey: z.string().min(1).max(200) });
export const terminalRow = z.strictObject({ id: terminalId, enrolledAt: z.number().nullable(), revoked: z.boolean(), invited: z.boolean(), /** When it last asked this agent something; null: not since the agent was started. */ seenAt: z.number().nullable() });
export const pairBody = z.strictObject({ id: terminalId });
export const pairCode = z.strictObject({ id: terminalId, code: z.string(), minutes: z.number().int(), /** What stands as `authority` in the terminal's file. */ authority: z.string() });
