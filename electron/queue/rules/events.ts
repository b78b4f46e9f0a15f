/**
 * What happened in the queue of one business day, in order. The day's state is nothing but these events applied; they are what is
 * stored, told to the platform and replayed. Nothing in them names a person. Times are milliseconds since 1970.
 */
import { z } from 'zod';

const number = z.string().regex(/^[A-Z]{1,2}\d{3,4}$/);
const code = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);
const counter = z.string().regex(/^[0-9A-Z]{1,4}$/);
const clerk = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,39}$/);
const ordinal = z.number().int().min(1).max(100_000);
const at = z.number().int().nonnegative();
const source = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/);
const note = z.string().max(120);

const happened = <T extends string, S extends z.ZodRawShape>(type: T, fields: S) => z.strictObject({ type: z.literal(type), at, ...fields });

export const queueEvent = z.discriminatedUnion('type', [
  /** Numbers of a class set aside for a terminal; they are given by it alone, or by nobody. */
  happened('leased', { class: code, first: ordinal, last: ordinal, to: source, lease: z.string().regex(/^[0-9a-f]{16}$/) }),
  /** Numbers that somebody may hold though the log does not say so: the database is older than its own tickets. Nobody is given them. */
  happened('numbers-burned', { name: code, last: ordinal }),
  happened('lease-burned', { lease: z.string().regex(/^[0-9a-f]{16}$/) }),
  /** `ticket`: random, in the QR code and the paper ledger. `takenAt` is the terminal's time where it gave the number while the hall was out of reach. */
  happened('taken', { number, class: code, ordinal: ordinal.nullable(), ticket: z.string().regex(/^[0-9a-f]{24}$/), by: source, priority: code.nullable(), item: code.nullable(), takenAt: at, lease: z.string().regex(/^[0-9a-f]{16}$/).nullable(), /** Who may hold no second one, under a key that is gone when the day is over. */ holder: z.string().regex(/^[0-9a-f]{32}$/).optional() }),
  /** An appointment came: `slot` is the agreed time. */
  happened('checked-in', { number, class: code, ordinal, ticket: z.string().regex(/^[0-9a-f]{24}$/), by: source, priority: code.nullable(), item: code.nullable(), slot: at, appointment: z.string().regex(/^[0-9A-Za-z-]{1,40}$/) }),
  happened('paper-doubtful', { number }),
  happened('paper-confirmed', { number, clerk: clerk.nullable() }),
  happened('given-back', { number }),
  happened('voided', { number, reason: z.enum(['paper', 'missed', 'day-over', 'staff']), clerk: clerk.nullable() }),
  happened('counter-opened', { counter, clerk }),
  happened('counter-closed', { counter, clerk }),
  happened('counter-paused', { counter, clerk }),
  happened('counter-resumed', { counter, clerk }),
  /** `reason`: why it was called out of turn; null in turn. */
  happened('called', { number, counter, clerk, reason: note.nullable() }),
  happened('recalled', { number, counter, clerk }),
  happened('missed', { number, counter, clerk }),
  /** `behind`: so many others are called first; 0 in turn. */
  happened('came-back', { number, by: source, behind: z.number().int().min(0).max(50) }),
  happened('started', { number, counter, clerk }),
  happened('finished', { number, counter, clerk }),
  happened('parked', { number, counter, clerk, note }),
  happened('unparked', { number, clerk }),
  happened('transferred', { number, counter, clerk, class: code, toCounter: counter.nullable(), note }),
  happened('rated', { number, counter, score: z.number().int().min(1).max(5) }),
]);
export type QueueEvent = z.infer<typeof queueEvent>;
