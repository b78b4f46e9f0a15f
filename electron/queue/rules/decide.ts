/** What a command makes happen: events, or a refusal with its word. Pure: time, chance and the caller's rights come in from outside. */
import type { Queue, QueueClass, QueueCounter, Text } from '../../../kiosk-config/index.ts';
import { APPOINTMENTS, holderOf, type Day, type Ticket } from './day.ts';
import type { QueueEvent } from './events.ts';
import { capacity, numberOf } from './numbers.ts';
import { openingOf } from './opening.ts';
import { nextFor } from './order.ts';

export const REFUSALS = [
  'unknown-class',
  'class-closed',
  'identify-first',
  'has-number',
  'numbers-exhausted',
  'too-often',
  'unknown-priority',
  'unknown-number',
  'forged-ticket',
  'other-day',
  'not-waiting',
  'already-over',
  'unknown-counter',
  'counter-occupied',
  'counter-closed',
  'counter-paused',
  'counter-busy',
  'not-at-this-counter',
  /** The counter has moved on since whoever speaks looked. */
  'not-as-seen',
  'nobody-waits',
  'reason-needed',
  'recall-first',
  'unknown-lease',
  'outside-lease',
  'no-appointments',
  'unknown-appointment',
  /** Nobody here knows the code, and the platform cannot be asked now. */
  'appointment-unchecked',
  'other-hall',
  'already-checked-in',
  'too-early',
  'already-rated',
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** A booked appointment as the platform tells it; no name. */
export interface Appointment {
  id: string;
  class: string;
  item: string | null;
  /** Milliseconds since 1970. */
  slot: number;
  /** YYYYMMDD */
  day: string;
  hall: string;
  /** Of another hall: its name; left out or null: nobody said. */
  hallName?: Text | null;
}

/** Where a command comes from: a counter with its clerk. */
interface AtCounter {
  counter: string;
  clerk: string;
  /** The number that whoever speaks sees there; null: none. Where another one is by now, nothing is done. Left out: whichever it is. */
  sees?: string | null;
}

export type Command =
  | { type: 'take'; class: string; by: string; priority: string | null; item: string | null; identified: boolean; ticket: string; /** Who it is, as a digest under the day's key; counts in classes that give one number a person. */ holder?: string | null }
  /**
   * A number that a terminal gave from its lease while the hall was out of reach. Told again: nothing happens. `class`: of the lease; with it also a
   * number joins whose lease was lost with the hall's newer database.
   */
  | { type: 'join'; day?: string; class?: string; lease: string; ordinal: number; by: string; priority: string | null; item: string | null; ticket: string; takenAt: number }
  | { type: 'check-in'; appointment: Appointment; by: string; priority: string | null; ticket: string }
  /** `day`: only on that business day. */
  | { type: 'lease'; day?: string; class: string; by: string; lease: string }
  /** `by`: only whose lease it is may burn it. */
  | { type: 'burn'; day?: string; lease: string; by?: string }
  | { type: 'paper-doubtful'; number: string }
  | { type: 'paper-confirmed'; number: string; clerk: string | null }
  | { type: 'give-back'; ticket: string }
  | { type: 'void'; number: string; clerk: string; reason: 'paper' | 'staff' }
  | ({ type: 'open' } & AtCounter)
  | ({ type: 'close' } & AtCounter)
  /** A counter whose clerk is gone, or may not work here any more, is closed by somebody else. */
  | { type: 'release'; counter: string; by: string }
  | ({ type: 'pause' } & AtCounter)
  | ({ type: 'resume' } & AtCounter)
  | ({ type: 'next' } & AtCounter)
  /** Out of turn. `first`: what becomes of whoever is at the counter; left out: nobody is. */
  | ({ type: 'call'; number: string; reason: string; first?: 'finish' | 'park' } & AtCounter)
  | ({ type: 'recall' } & AtCounter)
  | ({ type: 'miss' } & AtCounter)
  | { type: 'come-back'; number: string; by: string }
  | ({ type: 'start' } & AtCounter)
  | ({ type: 'finish' } & AtCounter)
  /** Ends what is served there, if anybody, and calls the next, if anybody waits. */
  | ({ type: 'finish-and-next' } & AtCounter)
  | ({ type: 'park'; note: string } & AtCounter)
  | { type: 'unpark'; number: string; clerk: string }
  | ({ type: 'transfer'; class: string; toCounter: string | null; note: string } & AtCounter)
  | { type: 'rate'; number: string; score: 1 | 2 | 3 | 4 | 5 }
  /** The business day is over: who still waits has waited in vain, and his number is void. */
  | { type: 'end-day' };

export interface Around {
  /** Milliseconds since 1970, never before the day's last event. */
  now: number;
  /** In the hall's time: day of the week 1–7, minutes since midnight. */
  local: { weekday: number; minutes: number };
  hall: string;
}

/**
 * `number`: with `has-number`, the one that this person holds. `from`: a check-in that is too early may come from then on, milliseconds since 1970.
 * `agreed`: with `other-day` and `other-hall`, what the appointment is for.
 */
export type Decision = { ok: true; events: QueueEvent[] } | { ok: false; refusal: Refusal; number?: string; from?: number; agreed?: { at: number; hall: Text | null } };

const refuse = (refusal: Refusal): Decision => ({ ok: false, refusal });
const happen = (...events: QueueEvent[]): Decision => ({ ok: true, events });

/** Does the class give tickets now? */
export const isOpen = (queueClass: Pick<QueueClass, 'hours'>, local: Around['local']): boolean => openingOf(queueClass, local).until !== null;

const OVER: ReadonlySet<Ticket['state']> = new Set(['finished', 'given-back', 'void']);

/** The class's next free ordinal. */
const nextOrdinal = (day: Day, name: string): number => (day.ordinals.get(name) ?? 0) + 1;

const take = (day: Day, rules: Queue, command: Extract<Command, { type: 'take' }>, { now, local }: Around): Decision => {
  const before = day.byTicket.get(command.ticket);
  if (before !== undefined) return happen();
  const queueClass = rules.classes.find(({ id }) => id === command.class);
  if (queueClass === undefined) return refuse('unknown-class');
  if (!isOpen(queueClass, local)) return refuse('class-closed');
  if (queueClass.identify !== 'none' && !command.identified) return refuse('identify-first');
  const holder = queueClass.onePerPerson ? (command.holder ?? null) : null;
  const held = holder === null ? undefined : day.tickets.get(day.holders.get(holderOf(queueClass.id, holder)) ?? '');
  if (held !== undefined && !OVER.has(held.state)) return { ok: false, refusal: 'has-number', number: held.number };
  if (command.priority !== null && !rules.priorities.some(({ id }) => id === command.priority)) return refuse('unknown-priority');
  const lately = (day.givenBy.get(command.by) ?? []).filter((at) => at > now - 60_000).length;
  if (lately >= rules.ticketsPerMinute) return refuse('too-often');
  const ordinal = nextOrdinal(day, queueClass.id);
  const number = numberOf(queueClass, ordinal);
  if (number === null) return refuse('numbers-exhausted');
  return happen({ type: 'taken', at: now, number, class: queueClass.id, ordinal, ticket: command.ticket, by: command.by, priority: command.priority, item: command.item, takenAt: now, lease: null, ...(holder === null ? {} : { holder }) });
};

const join = (day: Day, rules: Queue, command: Extract<Command, { type: 'join' }>, { now }: Around): Decision => {
  const lease = day.leases.get(command.lease);
  const own = lease !== undefined && lease.to === command.by;
  const inside = own && command.ordinal >= lease.first && command.ordinal <= lease.last;
  // Numbers that a database put back from before does not know were burned: nobody else gives them, and who holds one has it from his terminal.
  const lost = !inside && command.class !== undefined && command.ordinal <= (day.burned.get(command.class) ?? 0);
  if (!inside && !lost) return refuse(own ? 'outside-lease' : 'unknown-lease');
  const classId = inside ? lease.class : command.class;
  const queueClass = rules.classes.find(({ id }) => id === classId);
  const number = queueClass === undefined ? null : numberOf(queueClass, command.ordinal);
  if (queueClass === undefined || number === null) return refuse('unknown-class');
  const known = day.tickets.get(number);
  // Told a second time, because the first answer was lost on the way; a burned lease still takes in what was given before.
  if (known !== undefined) return known.ticket === command.ticket ? happen() : refuse('forged-ticket');
  const priority = rules.priorities.some(({ id }) => id === command.priority) ? command.priority : null;
  return happen({ type: 'taken', at: now, number, class: queueClass.id, ordinal: command.ordinal, ticket: command.ticket, by: command.by, priority, item: command.item, takenAt: Math.min(command.takenAt, now), lease: command.lease });
};

const checkIn = (day: Day, rules: Queue, command: Extract<Command, { type: 'check-in' }>, { now, hall, local }: Around): Decision => {
  const { appointments } = rules;
  const { appointment } = command;
  if (appointments === undefined) return refuse('no-appointments');
  if (day.byTicket.has(command.ticket)) return happen();
  const agreed = { at: appointment.slot, hall: appointment.hallName ?? null };
  if (appointment.hall !== hall) return { ok: false, refusal: 'other-hall', agreed };
  if (appointment.day !== day.day) return { ok: false, refusal: 'other-day', agreed: { ...agreed, hall: null } };
  const queueClass = rules.classes.find(({ id }) => id === appointment.class);
  if (queueClass === undefined) return refuse('unknown-class');
  if (day.appointments.has(appointment.id)) return refuse('already-checked-in');
  // A terminal that is up before the hall opens lets people check in for the hours to come.
  const atSlot = { ...local, minutes: local.minutes + Math.round((appointment.slot - now) / 60_000) };
  if (!isOpen(queueClass, local) && (now > appointment.slot || !isOpen(queueClass, atSlot))) return refuse('class-closed');
  const from = appointment.slot - appointments.earlyMinutes * 60_000;
  if (now < from) return { ok: false, refusal: 'too-early', from };
  const ordinal = nextOrdinal(day, APPOINTMENTS);
  const number = numberOf({ prefix: appointments.prefix, after999: 'four-digits', morePrefixes: [] }, ordinal);
  if (number === null) return refuse('numbers-exhausted');
  return happen({ type: 'checked-in', at: now, number, class: appointment.class, ordinal, ticket: command.ticket, by: command.by, priority: command.priority, item: appointment.item, slot: appointment.slot, appointment: appointment.id });
};

const lease = (day: Day, rules: Queue, command: Extract<Command, { type: 'lease' }>, { now }: Around): Decision => {
  if (day.leases.has(command.lease)) return happen();
  const queueClass = rules.classes.find(({ id }) => id === command.class);
  if (queueClass === undefined) return refuse('unknown-class');
  const first = nextOrdinal(day, queueClass.id);
  const last = Math.min(first + rules.leaseNumbers - 1, capacity(queueClass));
  if (first > last) return refuse('numbers-exhausted');
  return happen({ type: 'leased', at: now, class: queueClass.id, first, last, to: command.by, lease: command.lease });
};

/** The counter with the clerk who speaks, or why not. */
const desk = (day: Day, rules: Queue, { counter, clerk }: AtCounter): { ok: true; config: QueueCounter; current: Ticket | null; paused: boolean } | { ok: false; refusal: Refusal } => {
  const config = rules.counters.find(({ id }) => id === counter);
  if (config === undefined) return { ok: false, refusal: 'unknown-counter' };
  const state = day.counters.get(counter);
  if (state === undefined || state.clerk === null) return { ok: false, refusal: 'counter-closed' };
  if (state.clerk !== clerk) return { ok: false, refusal: 'counter-occupied' };
  return { ok: true, config, current: state.current === null ? null : (day.tickets.get(state.current) ?? null), paused: state.paused };
};

const callNext = (day: Day, rules: Queue, config: QueueCounter, clerk: string, now: number): QueueEvent | null => {
  const next = nextFor(day, rules, config, now);
  return next === null ? null : { type: 'called', at: now, number: next.ticket.number, counter: config.id, clerk, reason: null };
};

/** Whoever is at the counter makes room: finished, or set aside with the note that he bears already. */
const leaving = (current: Ticket | null, how: 'finish' | 'park' | undefined, about: { at: number } & AtCounter): QueueEvent[] => {
  if (current === null || how === undefined) return [];
  const { number, note } = current;
  return [how === 'finish' ? { type: 'finished', ...about, number } : { type: 'parked', ...about, number, note: note ?? '' }];
};

const atCounter = (day: Day, rules: Queue, command: Extract<Command, AtCounter>, { now }: Around): Decision => {
  const { counter, clerk } = command;
  if (command.type === 'open') {
    if (!rules.counters.some(({ id }) => id === counter)) return refuse('unknown-counter');
    const sitting = day.counters.get(counter)?.clerk ?? null;
    if (sitting === clerk) return happen();
    if (sitting !== null) return refuse('counter-occupied');
    for (const other of day.counters.values()) if (other.clerk === clerk) return refuse('counter-occupied');
    return happen({ type: 'counter-opened', at: now, counter, clerk });
  }
  const found = desk(day, rules, command);
  if (!found.ok) return found;
  const { config, current, paused } = found;
  if (command.sees !== undefined && command.sees !== (current?.number ?? null)) return refuse('not-as-seen');
  const about = { at: now, counter, clerk };
  switch (command.type) {
    case 'close':
      return current === null ? happen({ type: 'counter-closed', ...about }) : refuse('counter-busy');
    case 'pause':
      return paused ? happen() : happen({ type: 'counter-paused', ...about });
    case 'resume':
      return paused ? happen({ type: 'counter-resumed', ...about }) : happen();
    case 'next': {
      if (paused) return refuse('counter-paused');
      if (current !== null) return refuse('counter-busy');
      const called = callNext(day, rules, config, clerk, now);
      return called === null ? refuse('nobody-waits') : happen(called);
    }
    case 'call': {
      if (current !== null && command.first === undefined) return refuse('counter-busy');
      if (command.reason.trim() === '') return refuse('reason-needed');
      const ticket = day.tickets.get(command.number);
      if (ticket === undefined) return refuse('unknown-number');
      if (OVER.has(ticket.state)) return refuse('already-over');
      if (ticket.state !== 'waiting' && ticket.state !== 'parked' && ticket.state !== 'missed') return refuse('not-waiting');
      // In one go: were the call refused, whoever is served would have left for nobody.
      return happen(...leaving(current, command.first, about), { type: 'called', ...about, number: ticket.number, reason: command.reason.trim() });
    }
    default:
      break;
  }
  if (current === null) {
    if (command.type !== 'finish-and-next') return refuse('not-at-this-counter');
    if (paused) return refuse('counter-paused');
    const called = callNext(day, rules, config, clerk, now);
    return called === null ? refuse('nobody-waits') : happen(called);
  }
  const { number } = current;
  switch (command.type) {
    case 'recall':
      return current.state === 'called' ? happen({ type: 'recalled', ...about, number }) : refuse('not-waiting');
    case 'miss': {
      if (current.state !== 'called') return refuse('not-waiting');
      if (current.calls <= rules.noShow.recalls) return refuse('recall-first');
      const missed: QueueEvent = { type: 'missed', ...about, number };
      return current.misses + 1 >= rules.noShow.misses ? happen(missed, { type: 'voided', at: now, number, reason: 'missed', clerk }) : happen(missed);
    }
    case 'start':
      return current.state === 'called' ? happen({ type: 'started', ...about, number }) : happen();
    case 'finish':
      return happen({ type: 'finished', ...about, number });
    case 'finish-and-next': {
      const finished: QueueEvent = { type: 'finished', ...about, number };
      const called = paused ? null : callNext(day, rules, config, clerk, now);
      return called === null ? happen(finished) : happen(finished, called);
    }
    case 'park':
      return happen({ type: 'parked', ...about, number, note: command.note });
    case 'transfer':
      if (!rules.classes.some(({ id }) => id === command.class)) return refuse('unknown-class');
      if (command.toCounter !== null && !rules.counters.some(({ id }) => id === command.toCounter)) return refuse('unknown-counter');
      return happen({ type: 'transferred', ...about, number, class: command.class, toCounter: command.toCounter, note: command.note });
  }
};

/** Whoever was called there waits again in his place; whether somebody was served to the end only staff know: he is set aside. */
const releaseCounter = (day: Day, rules: Queue, { counter, by }: Extract<Command, { type: 'release' }>, now: number): Decision => {
  const state = day.counters.get(counter);
  if (state === undefined || state.clerk === null) return refuse(rules.counters.some(({ id }) => id === counter) ? 'counter-closed' : 'unknown-counter');
  const about = { at: now, counter, clerk: by };
  const current = state.current === null ? undefined : day.tickets.get(state.current);
  const closed: QueueEvent = { type: 'counter-closed', ...about };
  if (current === undefined) return happen(closed);
  const { number, note } = current;
  const aside: QueueEvent = { type: 'parked', ...about, number, note: note ?? '' };
  return current.state === 'called' ? happen(aside, { type: 'unparked', at: now, number, clerk: by }, closed) : happen(aside, closed);
};

const aboutNumber = (day: Day, rules: Queue, command: Exclude<Extract<Command, { number: string }>, { type: 'call' }>, now: number): Decision => {
  const ticket = day.tickets.get(command.number);
  if (ticket === undefined) return refuse('unknown-number');
  const { number, state } = ticket;
  switch (command.type) {
    case 'paper-doubtful':
      return state === 'waiting' ? happen({ type: 'paper-doubtful', at: now, number }) : refuse(OVER.has(state) ? 'already-over' : 'not-waiting');
    case 'paper-confirmed':
      if (OVER.has(state)) return refuse('already-over');
      return state === 'doubtful' ? happen({ type: 'paper-confirmed', at: now, number, clerk: command.clerk }) : happen();
    case 'void':
      if (OVER.has(state)) return refuse('already-over');
      if (state === 'called' || state === 'serving') return refuse('not-waiting');
      return happen({ type: 'voided', at: now, number, reason: command.reason, clerk: command.clerk });
    case 'come-back':
      if (OVER.has(state)) return refuse('already-over');
      if (state !== 'missed') return refuse('not-waiting');
      return happen({ type: 'came-back', at: now, number, by: command.by, behind: day.calls - (ticket.missedAtCall ?? day.calls) > rules.noShow.toleranceCalls ? rules.noShow.behind : 0 });
    case 'unpark':
      if (OVER.has(state)) return refuse('already-over');
      return state === 'parked' ? happen({ type: 'unparked', at: now, number, clerk: command.clerk }) : refuse('not-waiting');
    case 'rate':
      if (ticket.rating !== null) return refuse('already-rated');
      if (state !== 'finished' && state !== 'serving') return refuse('not-waiting');
      return happen({ type: 'rated', at: now, number, counter: ticket.lastCounter ?? '0', score: command.score });
  }
};

/** What `command` makes happen on this day. Nothing is changed here: the events are stored first and then applied. */
export const decide = (day: Day, rules: Queue, command: Command, around: Around): Decision => {
  // Asked at the turn of the day: numbers of one day mean nothing on another.
  if ('day' in command && command.day !== undefined && command.day !== day.day) return refuse('other-day');
  switch (command.type) {
    case 'take':
      return take(day, rules, command, around);
    case 'join':
      return join(day, rules, command, around);
    case 'check-in':
      return checkIn(day, rules, command, around);
    case 'lease':
      return lease(day, rules, command, around);
    case 'burn': {
      const held = day.leases.get(command.lease);
      if (held === undefined || (command.by !== undefined && held.to !== command.by)) return refuse('unknown-lease');
      return held.burned ? happen() : happen({ type: 'lease-burned', at: around.now, lease: held.lease });
    }
    case 'end-day':
      return happen(...[...day.open].map((number): QueueEvent => (day.tickets.get(number)?.state === 'serving' ? { type: 'finished', at: around.now, number, counter: day.tickets.get(number)?.counter ?? '0', clerk: 'day-end' } : { type: 'voided', at: around.now, number, reason: 'day-over', clerk: null })));
    case 'release':
      return releaseCounter(day, rules, command, around.now);
    case 'give-back': {
      const number = day.byTicket.get(command.ticket);
      const ticket = number === undefined ? undefined : day.tickets.get(number);
      if (ticket === undefined) return refuse('forged-ticket');
      if (OVER.has(ticket.state)) return refuse('already-over');
      if (ticket.state === 'called' || ticket.state === 'serving') return refuse('not-waiting');
      return happen({ type: 'given-back', at: around.now, number: ticket.number });
    }
    case 'paper-doubtful':
    case 'paper-confirmed':
    case 'void':
    case 'come-back':
    case 'unpark':
    case 'rate':
      return aboutNumber(day, rules, command, around.now);
    default:
      return atCounter(day, rules, command, around);
  }
};
