/** One business day of a hall's queue: the state, and how each event changes it. Applying is the only way in, so that a replay is the same day. */
import type { QueueEvent } from './events.ts';

/**
 * `waiting` in turn · `doubtful` its paper may not be in anybody's hand · `called` · `serving` · `parked` set aside by a clerk ·
 * `missed` called and did not come · and the ends: `finished`, `given-back`, `void`.
 */
export type TicketState = 'waiting' | 'doubtful' | 'called' | 'serving' | 'parked' | 'missed' | 'finished' | 'given-back' | 'void';

export interface Ticket {
  number: string;
  ticket: string;
  class: string;
  item: string | null;
  priority: string | null;
  state: TicketState;
  /** When the person took the number or checked in: a transfer keeps it. */
  since: number;
  /** The agreed time of an appointment. */
  slot: number | null;
  appointment: string | null;
  by: string;
  counter: string | null;
  /** The counter that it waits for: transferred to it by name, or set aside there. For a while it alone may call it, see `keptFor` in order.ts. */
  onlyCounter: string | null;
  /** Since when it waits for that counter. */
  onlySince: number | null;
  note: string | null;
  calls: number;
  misses: number;
  /** Calls of the whole hall when it was missed. */
  missedAtCall: number | null;
  /** Came back too late: waits until so many calls of the hall were made. */
  behindUntilCall: number | null;
  calledAt: number | null;
  startedAt: number | null;
  endedAt: number | null;
  rating: number | null;
  /** Where it was called last. */
  lastCounter: string | null;
  /** Its newest call or recall, as {@link Day.callOrder} counts them. */
  lastCallId: number | null;
}

export interface CounterState {
  id: string;
  clerk: string | null;
  paused: boolean;
  /** The number called or served there. */
  current: string | null;
}

export interface Lease {
  lease: string;
  class: string;
  first: number;
  last: number;
  to: string;
  burned: boolean;
}

export interface Day {
  /** YYYYMMDD */
  day: string;
  /** Events applied. */
  version: number;
  tickets: Map<string, Ticket>;
  /** Numbers that are not over. */
  open: Set<string>;
  /** When each terminal gave its tickets of the last minute. */
  givenBy: Map<string, number[]>;
  /** Random id in the QR code → number. */
  byTicket: Map<string, string>;
  counters: Map<string, CounterState>;
  leases: Map<string, Lease>;
  /** The last ordinal set aside or given, by class; appointments count under `appointments`. */
  ordinals: Map<string, number>;
  /** Up to which ordinal numbers of a class may be in hands that the log does not know. */
  burned: Map<string, number>;
  appointments: Map<string, string>;
  /** Class and holder → the newest number, where one person may hold one alone. */
  holders: Map<string, string>;
  /** Calls made in the hall today, recalls not counted. */
  calls: number;
  /** Services that ended, by the counter where they were. */
  served: Map<string, { count: number; totalMs: number }>;
  /** Every call and recall of the day, newest last: a board that was away is told all that it missed. `id` counts them from 1, and neither it nor `at` ever falls. */
  callOrder: { id: number; number: string; counter: string; at: number; again: boolean }[];
  lastAt: number;
}

export const APPOINTMENTS = 'appointments';

/** Under which {@link Day.holders} keeps a number. */
export const holderOf = (classId: string, holder: string): string => `${classId} ${holder}`;

export const emptyDay = (day: string): Day => ({
  day,
  version: 0,
  tickets: new Map(),
  open: new Set(),
  givenBy: new Map(),
  byTicket: new Map(),
  counters: new Map(),
  leases: new Map(),
  ordinals: new Map(),
  burned: new Map(),
  appointments: new Map(),
  holders: new Map(),
  calls: 0,
  served: new Map(),
  callOrder: [],
  lastAt: 0,
});

const ticketOf = (day: Day, number: string): Ticket => {
  const ticket = day.tickets.get(number);
  if (ticket === undefined) throw new Error(`the day's events speak of ${number}, which nobody took`);
  return ticket;
};

const counterOf = (day: Day, id: string): CounterState => {
  const known = day.counters.get(id);
  if (known !== undefined) return known;
  const fresh: CounterState = { id, clerk: null, paused: false, current: null };
  day.counters.set(id, fresh);
  return fresh;
};

const release = (day: Day, ticket: Ticket): void => {
  if (ticket.counter === null) return;
  const counter = counterOf(day, ticket.counter);
  if (counter.current === ticket.number) counter.current = null;
  ticket.counter = null;
};

const end = (day: Day, ticket: Ticket, state: 'finished' | 'given-back' | 'void', at: number): void => {
  release(day, ticket);
  day.open.delete(ticket.number);
  ticket.state = state;
  ticket.endedAt = at;
  // Whoever was set aside and never came back was not served all that time.
  if (state !== 'finished' || ticket.lastCounter === null || ticket.startedAt === null) return;
  const before = day.served.get(ticket.lastCounter) ?? { count: 0, totalMs: 0 };
  day.served.set(ticket.lastCounter, { count: before.count + 1, totalMs: before.totalMs + at - ticket.startedAt });
};

const raise = (day: Day, name: string, ordinal: number): void => {
  if (ordinal > (day.ordinals.get(name) ?? 0)) day.ordinals.set(name, ordinal);
};

const enter = (day: Day, event: Extract<QueueEvent, { type: 'taken' | 'checked-in' }>): void => {
  if (day.tickets.has(event.number)) throw new Error(`${event.number} was given twice`);
  const booked = event.type === 'checked-in';
  day.tickets.set(event.number, {
    number: event.number,
    ticket: event.ticket,
    class: event.class,
    item: event.item,
    priority: event.priority,
    state: 'waiting',
    since: booked ? event.at : event.takenAt,
    slot: booked ? event.slot : null,
    appointment: booked ? event.appointment : null,
    by: event.by,
    counter: null,
    onlyCounter: null,
    onlySince: null,
    note: null,
    calls: 0,
    misses: 0,
    missedAtCall: null,
    behindUntilCall: null,
    calledAt: null,
    startedAt: null,
    endedAt: null,
    rating: null,
    lastCounter: null,
    lastCallId: null,
  });
  day.open.add(event.number);
  // What a terminal gave while it was cut off may join all at once: nobody presses there now.
  if (booked || event.lease === null) {
    const given = (day.givenBy.get(event.by) ?? []).filter((at) => at > event.at - 60_000);
    day.givenBy.set(event.by, [...given, event.at]);
  }
  day.byTicket.set(event.ticket, event.number);
  if (!booked && event.holder !== undefined) day.holders.set(holderOf(event.class, event.holder), event.number);
  if (booked) {
    day.appointments.set(event.appointment, event.number);
    raise(day, APPOINTMENTS, event.ordinal);
  } else if (event.ordinal !== null) raise(day, event.class, event.ordinal);
};

const announce = (day: Day, ticket: Ticket, counter: string, at: number, again: boolean): void => {
  const id = (day.callOrder.at(-1)?.id ?? 0) + 1;
  ticket.lastCallId = id;
  day.callOrder.push({ id, number: ticket.number, counter, at: Math.max(at, day.lastAt), again });
};

/** Changes `day` by one event. An event that cannot have happened (a number given twice, a number nobody took) throws: the log is damaged. */
export const apply = (day: Day, event: QueueEvent): void => {
  switch (event.type) {
    case 'leased':
      day.leases.set(event.lease, { lease: event.lease, class: event.class, first: event.first, last: event.last, to: event.to, burned: false });
      raise(day, event.class, event.last);
      break;
    case 'numbers-burned':
      raise(day, event.name, event.last);
      day.burned.set(event.name, event.last);
      break;
    case 'lease-burned': {
      const lease = day.leases.get(event.lease);
      if (lease !== undefined) lease.burned = true;
      break;
    }
    case 'taken':
    case 'checked-in':
      enter(day, event);
      break;
    case 'paper-doubtful':
      ticketOf(day, event.number).state = 'doubtful';
      break;
    case 'paper-confirmed':
      ticketOf(day, event.number).state = 'waiting';
      break;
    case 'given-back':
      end(day, ticketOf(day, event.number), 'given-back', event.at);
      break;
    case 'voided':
      end(day, ticketOf(day, event.number), 'void', event.at);
      break;
    case 'counter-opened': {
      const counter = counterOf(day, event.counter);
      counter.clerk = event.clerk;
      counter.paused = false;
      break;
    }
    case 'counter-closed': {
      const counter = counterOf(day, event.counter);
      counter.clerk = null;
      counter.paused = false;
      // Whoever waits for a counter that closes waits for all of his class.
      for (const number of day.open) {
        const ticket = ticketOf(day, number);
        if (ticket.onlyCounter !== event.counter) continue;
        ticket.onlyCounter = null;
        ticket.onlySince = null;
      }
      break;
    }
    case 'counter-paused':
      counterOf(day, event.counter).paused = true;
      break;
    case 'counter-resumed':
      counterOf(day, event.counter).paused = false;
      break;
    case 'called': {
      const ticket = ticketOf(day, event.number);
      ticket.state = 'called';
      ticket.counter = event.counter;
      ticket.lastCounter = event.counter;
      ticket.calls = 1;
      ticket.calledAt = event.at;
      // Served before at another counter, or set aside: this service has not begun.
      ticket.startedAt = null;
      ticket.behindUntilCall = null;
      counterOf(day, event.counter).current = event.number;
      day.calls += 1;
      announce(day, ticket, event.counter, event.at, false);
      break;
    }
    case 'recalled': {
      const ticket = ticketOf(day, event.number);
      ticket.calls += 1;
      announce(day, ticket, event.counter, event.at, true);
      break;
    }
    case 'missed': {
      const ticket = ticketOf(day, event.number);
      release(day, ticket);
      ticket.state = 'missed';
      ticket.misses += 1;
      ticket.missedAtCall = day.calls;
      break;
    }
    case 'came-back': {
      const ticket = ticketOf(day, event.number);
      ticket.state = 'waiting';
      ticket.behindUntilCall = event.behind === 0 ? null : day.calls + event.behind;
      break;
    }
    case 'started': {
      const ticket = ticketOf(day, event.number);
      ticket.state = 'serving';
      ticket.startedAt = event.at;
      break;
    }
    case 'finished':
      end(day, ticketOf(day, event.number), 'finished', event.at);
      break;
    case 'parked': {
      const ticket = ticketOf(day, event.number);
      release(day, ticket);
      ticket.state = 'parked';
      ticket.onlyCounter = event.counter;
      ticket.onlySince = event.at;
      ticket.note = event.note;
      break;
    }
    case 'unparked': {
      const ticket = ticketOf(day, event.number);
      ticket.state = 'waiting';
      // While it was set aside it waited for a person, not for the counter.
      if (ticket.onlyCounter !== null) ticket.onlySince = event.at;
      break;
    }
    case 'transferred': {
      const ticket = ticketOf(day, event.number);
      release(day, ticket);
      ticket.state = 'waiting';
      ticket.class = event.class;
      ticket.onlyCounter = event.toCounter;
      ticket.onlySince = event.toCounter === null ? null : event.at;
      ticket.note = event.note;
      break;
    }
    case 'rated':
      ticketOf(day, event.number).rating = event.score;
      break;
  }
  day.version += 1;
  day.lastAt = Math.max(day.lastAt, event.at);
};
