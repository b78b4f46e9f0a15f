/**
 * What the hall's screens are told: counter, board, ticket. Each view is whole, so that a page may come at any time, miss any update and be
 * right with the next. Boards and tickets hold what is public: number, class, counter, never a person.
 */
import { z } from 'zod';
import { text } from '../../kiosk-config/index.ts';
import { CURSOR } from './calls.ts';
import { REFUSALS } from './rules/decide.ts';

const iso = z.iso.datetime({ offset: true });
const minutes = z.number().int().nonnegative();

/** An honest range of minutes; null: not known (nobody serves the class, or it is closed). */
export const range = z.strictObject({ from: minutes, to: minutes });
export type Range = z.infer<typeof range>;

/** How often the range held the real wait lately; null before there were enough. */
export const record = z.strictObject({ share: z.number().min(0).max(1), of: z.number().int().nonnegative() });
export type Hits = z.infer<typeof record>;

export const why = z.discriminatedUnion('rule', [
  z.strictObject({ rule: z.literal('waited-longest') }),
  z.strictObject({ rule: z.literal('priority'), priority: z.string(), name: text, headStartMinutes: minutes }),
  z.strictObject({ rule: z.literal('appointment'), at: iso }),
  z.strictObject({ rule: z.literal('appointment-late'), at: iso }),
  z.strictObject({ rule: z.literal('came-back') }),
  z.strictObject({ rule: z.literal('weight'), weight: z.number().int() }),
  z.strictObject({ rule: z.literal('for-this-counter') }),
  z.strictObject({ rule: z.literal('behind'), callsLeft: z.number().int() }),
]);
export type WhyView = z.infer<typeof why>;

const clockTime = z.string().regex(/^\d\d:\d\d$/);
/** When a class gives numbers, in the hall's time: today's hours; until when, while it is open; else when again (`inDays` 0: today), null: not within a week. */
export const openingView = z.strictObject({
  today: z.array(z.strictObject({ from: clockTime, to: clockTime })),
  until: clockTime.nullable(),
  opens: z.strictObject({ inDays: z.number().int().min(0).max(7), weekday: z.number().int().min(1).max(7), at: clockTime }).nullable(),
});
export type OpeningView = z.infer<typeof openingView>;

/** The newest press on a counter's own pad: done, or why not. */
export const padPress = z.strictObject({ at: iso, key: z.enum(['next', 'recall', 'skip', 'start', 'finish', 'pause-resume', 'pause', 'resume', 'park', 'transfer']), refusal: z.enum([...REFUSALS, 'pressed-twice', 'several-numbers', 'where-to', 'not-kept']).nullable() });
export type PadPressView = z.infer<typeof padPress>;

const person = z.strictObject({
  number: z.string(),
  class: z.string(),
  className: text,
  itemName: text.nullable(),
  state: z.enum(['waiting', 'doubtful', 'called', 'serving', 'parked', 'missed', 'finished', 'given-back', 'void']),
  since: iso,
  waitedMinutes: minutes,
  calls: z.number().int(),
  misses: z.number().int(),
  calledAt: iso.nullable(),
  startedAt: iso.nullable(),
  counter: z.string().nullable(),
  note: z.string().nullable(),
  why: z.array(why),
});
export type PersonView = z.infer<typeof person>;

export const counterView = z.strictObject({
  /** Grows with every change of the day. */
  version: z.number().int(),
  now: iso,
  day: z.string(),
  hall: z.strictObject({ name: text, demo: z.boolean(), timeZone: z.string() }),
  counter: z.strictObject({ id: z.string(), name: text, paused: z.boolean(), clerk: z.string().nullable() }),
  current: person.nullable(),
  /** Who is called next, with the rules that put him there. */
  next: person.nullable(),
  /** For this counter, in turn. */
  mine: z.array(person),
  /** Everybody who is not over and not at a counter. */
  all: z.array(person),
  parked: z.array(person),
  /** Called and not there. */
  missed: z.array(person),
  doubtful: z.array(person),
  averageServiceMinutes: z.number().nullable(),
  /** What this counter did last, newest first. */
  recent: z.array(
    z.strictObject({
      at: iso,
      number: z.string(),
      what: z.enum(['called', 'recalled', 'started', 'finished', 'missed', 'parked', 'transferred']),
      /** Of a call: when the person came. */
      arrivedAt: iso.nullable(),
      /** Of a service: how long it took. */
      minutes: minutes.nullable(),
      /** How often the person was called this time, by then. */
      calls: minutes,
    }),
  ),
  counters: z.array(z.strictObject({ id: z.string(), name: text, open: z.boolean(), paused: z.boolean(), current: z.string().nullable() })),
  classes: z.array(z.strictObject({ id: z.string(), name: text, prefix: z.string(), waiting: z.number().int(), open: z.boolean(), opening: openingView, /** By this counter. */ served: z.boolean() })),
  /** Agreed times of today for this counter's classes that nobody has checked in for yet, by time. Who it is, nobody here knows. `place`: how many of `mine` would be before. */
  expected: z.array(z.strictObject({ at: iso, class: z.string(), className: text, itemName: text.nullable(), late: z.boolean(), place: z.number().int().nonnegative() })),
  /** On the counter's own pad, within the last minute; null: nothing, or it has none. */
  pad: padPress.nullable(),
  /** Is the platform reachable; since when not. What happens meanwhile reaches it later. */
  platform: z.strictObject({ reachable: z.boolean().nullable(), since: iso.nullable() }),
});
export type CounterView = z.infer<typeof counterView>;

const boardCall = z.strictObject({
  /** Counts the calls and recalls of the day from 1. A hall put back from before counts from lower again, at later times. */
  id: z.number().int(),
  number: z.string(),
  counter: z.string(),
  at: iso,
  again: z.boolean(),
  /** Whoever holds the number is still waited for at this counter, and was not called again since; false: nobody needs to hear it any more. */
  awaited: z.boolean(),
});
/** Where a board stands in the day's calls; nothing to read in it. */
export const boardCursor = z.string().regex(CURSOR);

export const boardView = z.strictObject({
  version: z.number().int(),
  /** Given back as `after` with the next question, so that no call is missed in between; in a stream it is the message's id, too. */
  cursor: boardCursor,
  now: iso,
  day: z.string(),
  hall: z.strictObject({ name: text, area: text, demo: z.boolean(), timeZone: z.string() }),
  /** Newest first: the last twelve, and every one since the view before, or since `after`. */
  calls: z.array(boardCall),
  classes: z.array(z.strictObject({ id: z.string(), prefix: z.string(), name: text, open: z.boolean(), opening: openingView, waiting: z.number().int(), range: range.nullable() })),
  record: record.nullable(),
  toleranceCalls: z.number().int(),
  notices: z.array(text),
});
export type BoardView = z.infer<typeof boardView>;

export const ticketView = z.strictObject({
  number: z.string(),
  ticket: z.string(),
  day: z.string(),
  state: person.shape.state,
  class: z.string(),
  className: text,
  itemName: text.nullable(),
  since: iso,
  ahead: z.number().int().nonnegative(),
  /** How many of those ahead have an agreed time. */
  aheadBooked: z.number().int().nonnegative(),
  range: range.nullable(),
  record: record.nullable(),
  where: text,
  way: text,
  openCounters: z.number().int().nonnegative(),
  counter: z.string().nullable(),
  toleranceCalls: z.number().int(),
  behind: z.number().int(),
  /** The agreed time of an appointment: nobody is called for it before the hall is open. */
  agreed: iso.nullable(),
  /** The hall does not answer the terminal that shows this: so it stood then. null: so it stands. */
  asOf: iso.nullable(),
});
export type TicketView = z.infer<typeof ticketView>;

/** What a citizen chooses from before a number is taken. */
export const classView = z.strictObject({
  id: z.string(),
  name: text,
  prefix: z.string(),
  open: z.boolean(),
  opening: openingView,
  identify: z.enum(['none', 'card-or-code', 'card-or-unchecked-code']),
  waiting: z.number().int().nonnegative(),
  openCounters: z.number().int().nonnegative(),
  range: range.nullable(),
  record: record.nullable(),
  where: text,
  way: text,
  items: z.array(z.string()),
});
export type ClassView = z.infer<typeof classView>;
