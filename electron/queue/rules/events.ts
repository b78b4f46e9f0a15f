/**
 * What happened in the queue of one business day, in order. The day's state is nothing but these events applied; they are what is
 * stored, told to the platform and replayed. Nothing in them names a person. Times are milliseconds since 1970.
 */
import { z } from 'zod';

/**
 * The cheap check of a field's schema: at most as much as the schema fits it (a test holds the two together). A day's log is read whole when a hall
 * starts, with boards waiting; the schemas alone would take most of that time.
 */
type Fits = (value: unknown) => boolean;
const cheap = new WeakMap<z.ZodType, Fits>();
const checked = <S extends z.ZodType>(schema: S, fits: Fits): S => {
  cheap.set(schema, fits);
  return schema;
};
const text = (pattern: RegExp) => checked(z.string().regex(pattern), (value) => typeof value === 'string' && pattern.test(value));
const whole = (least: number, most = Number.MAX_SAFE_INTEGER) => checked(z.number().int().min(least).max(most), (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most);
const perhaps = <S extends z.ZodType>(schema: S) => checked(schema.optional(), (value) => cheap.get(schema)?.(value) === true);
const orNull = <S extends z.ZodType>(schema: S) => checked(schema.nullable(), (value) => value === null || cheap.get(schema)?.(value) === true);

const number = text(/^[A-Z]{1,2}\d{3,4}$/);
const code = text(/^[a-z][a-z0-9-]{0,39}$/);
const counter = text(/^[0-9A-Z]{1,4}$/);
const clerk = text(/^[a-z0-9][a-z0-9.-]{0,39}$/);
const ordinal = whole(1, 100_000);
const at = whole(0);
const source = text(/^[a-z0-9][a-z0-9-]{0,39}$/);
const note = checked(z.string().max(120), (value) => typeof value === 'string' && value.length <= 120);
const lease = text(/^[0-9a-f]{16}$/);
const ticket = text(/^[0-9a-f]{24}$/);
const reason = z.enum(['paper', 'missed', 'day-over', 'staff']);
checked(reason, (value) => reason.options.some((option) => option === value));

/** By type: what an event has, and how many of it must be there. */
const shapes = new Map<string, { fields: ReadonlyMap<string, { fits: Fits; must: boolean }>; musts: number }>();

const happened = <T extends string, S extends z.ZodRawShape>(type: T, fields: S) => {
  const own = { type: checked(z.literal(type), (value) => value === type), at, ...fields };
  const fieldsOf = new Map(Object.entries<z.ZodRawShape[string]>(own).map(([name, schema]) => [name, { fits: cheap.get(schema as z.ZodType) ?? (() => false), must: !(schema instanceof z.ZodOptional) }]));
  shapes.set(type, { fields: fieldsOf, musts: [...fieldsOf.values()].filter(({ must }) => must).length });
  return z.strictObject(own);
};

export const queueEvent = z.discriminatedUnion('type', [
  /** Numbers of a class set aside for a terminal; they are given by it alone, or by nobody. */
  happened('leased', { class: code, first: ordinal, last: ordinal, to: source, lease }),
  /** Numbers that somebody may hold though the log does not say so: the database is older than its own tickets. Nobody is given them. */
  happened('numbers-burned', { name: code, last: ordinal }),
  happened('lease-burned', { lease }),
  /** `ticket`: random, in the QR code and the paper ledger. `takenAt` is the terminal's time where it gave the number while the hall was out of reach. */
  happened('taken', { number, class: code, ordinal: orNull(ordinal), ticket, by: source, priority: orNull(code), item: orNull(code), takenAt: at, lease: orNull(lease), /** Who may hold no second one, under a key that is gone when the day is over. */ holder: perhaps(text(/^[0-9a-f]{32}$/)) }),
  /** An appointment came: `slot` is the agreed time. */
  happened('checked-in', { number, class: code, ordinal, ticket, by: source, priority: orNull(code), item: orNull(code), slot: at, appointment: text(/^[0-9A-Za-z-]{1,40}$/) }),
  happened('paper-doubtful', { number }),
  happened('paper-confirmed', { number, clerk: orNull(clerk) }),
  happened('given-back', { number }),
  happened('voided', { number, reason, clerk: orNull(clerk) }),
  happened('counter-opened', { counter, clerk }),
  happened('counter-closed', { counter, clerk }),
  happened('counter-paused', { counter, clerk }),
  happened('counter-resumed', { counter, clerk }),
  /** `reason`: why it was called out of turn; null in turn. */
  happened('called', { number, counter, clerk, reason: orNull(note) }),
  happened('recalled', { number, counter, clerk }),
  happened('missed', { number, counter, clerk }),
  /** `behind`: so many others are called first; 0 in turn. */
  happened('came-back', { number, by: source, behind: whole(0, 50) }),
  happened('started', { number, counter, clerk }),
  happened('finished', { number, counter, clerk }),
  happened('parked', { number, counter, clerk, note }),
  happened('unparked', { number, clerk }),
  happened('transferred', { number, counter, clerk, class: code, toCounter: orNull(counter), note }),
  happened('rated', { number, counter, score: whole(1, 5) }),
]);
export type QueueEvent = z.infer<typeof queueEvent>;

/** Do all fields of it pass their cheap checks? False says nothing yet: the schema judges then. */
export const clearlyFits = (given: unknown): given is QueueEvent => {
  if (typeof given !== 'object' || given === null || !('type' in given)) return false;
  const shape = shapes.get(given.type as string);
  if (shape === undefined) return false;
  let musts = 0;
  for (const [name, value] of Object.entries(given)) {
    const field = shape.fields.get(name);
    if (field?.fits(value) !== true) return false;
    if (field.must) musts += 1;
  }
  return musts === shape.musts;
};

const judged = (given: unknown): QueueEvent => (clearlyFits(given) ? given : queueEvent.parse(given));

/** An event as a log has it. @throws {z.ZodError, SyntaxError} for what is none */
export const readEvent = (json: string): QueueEvent => judged(JSON.parse(json));

/** Many of them. @throws {z.ZodError, SyntaxError} when one is none */
export const readEvents = (json: readonly string[]): QueueEvent[] => {
  const given = JSON.parse(`[${json.join()}]`) as unknown[];
  if (given.length !== json.length) throw new SyntaxError('two events stand where one should');
  return given.map(judged);
};
