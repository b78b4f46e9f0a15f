/**
 * A terminal that gives numbers: from the hall while that answers, else from its own leases. Pure; whoever holds it keeps each new state on the
 * disk before anybody sees a number from it.
 */
import type { Queue } from '../../../kiosk-config/index.ts';
import { numberOf } from './numbers.ts';

export interface HeldLease {
  lease: string;
  day: string;
  class: string;
  /** The next ordinal to give; above `last`: used up. */
  next: number;
  last: number;
}

/** A number given while the hall was out of reach, until the hall has it. */
export interface Given {
  day: string;
  lease: string;
  class: string;
  ordinal: number;
  number: string;
  ticket: string;
  priority: string | null;
  item: string | null;
  takenAt: number;
}

export interface Dispenser {
  /** The business day that was known last, YYYYMMDD. */
  day: string;
  leases: HeldLease[];
  /** Waiting to join, oldest first. */
  given: Given[];
  /** Asked of the hall and never answered: should the hall have given a number, nobody holds it. */
  abandoned: string[];
}

export const emptyDispenser = (day: string): Dispenser => ({ day, leases: [], given: [], abandoned: [] });

/** A new business day: leases of days before are worth nothing, what was given under them still joins its own day. */
export const onDay = (state: Dispenser, day: string): Dispenser => (day === state.day ? state : { ...state, day, leases: state.leases.filter((lease) => lease.day >= day) });

/**
 * After the terminal's own memory was lost or put back: its leases may have been used beyond what it remembers, so that nothing of them is given
 * any more. What waits to join was given before, and joins.
 */
export const onLostMemory = (state: Dispenser): Dispenser => ({ ...state, leases: [] });

/** Gives a number from a lease of today. null: none left; there is no number then, rather than one that another may hold. */
export const giveFromLease = (
  state: Dispenser,
  rules: Queue,
  wanted: { class: string; ticket: string; priority: string | null; item: string | null; now: number },
): { state: Dispenser; given: Given } | null => {
  const queueClass = rules.classes.find(({ id }) => id === wanted.class);
  const lease = state.leases.find((one) => one.day === state.day && one.class === wanted.class && one.next <= one.last);
  if (queueClass === undefined || lease === undefined) return null;
  const number = numberOf(queueClass, lease.next);
  if (number === null) return null;
  const given: Given = { day: state.day, lease: lease.lease, class: wanted.class, ordinal: lease.next, number, ticket: wanted.ticket, priority: wanted.priority, item: wanted.item, takenAt: wanted.now };
  return { state: { ...state, leases: state.leases.map((one) => (one === lease ? { ...one, next: one.next + 1 } : one)), given: [...state.given, given] }, given };
};

/** A lease that the hall granted; told twice it is one. A lease for a day that is over is not taken. */
export const onLease = (state: Dispenser, granted: { lease: string; day: string; class: string; first: number; last: number }): Dispenser =>
  granted.day < state.day || state.leases.some(({ lease }) => lease === granted.lease)
    ? state
    : { ...state, leases: [...state.leases, { lease: granted.lease, day: granted.day, class: granted.class, next: granted.first, last: granted.last }] };

/** Classes for which to ask the hall for more numbers of `day`: fewer than half a lease left. */
export const wantsLeases = (state: Dispenser, rules: Queue, day: string): string[] =>
  rules.classes.flatMap(({ id }) => {
    const left = state.leases.filter((one) => one.day === day && one.class === id).reduce((sum, { next, last }) => sum + Math.max(0, last - next + 1), 0);
    return left * 2 < rules.leaseNumbers ? [id] : [];
  });

/** The hall was asked for a number and did not answer: whatever it gave is given back when it answers again. */
export const onUnanswered = (state: Dispenser, ticket: string): Dispenser => (state.abandoned.includes(ticket) ? state : { ...state, abandoned: [...state.abandoned, ticket] });
export const onGivenBack = (state: Dispenser, ticket: string): Dispenser => ({ ...state, abandoned: state.abandoned.filter((one) => one !== ticket) });

/** The hall has the number now. */
export const onJoined = (state: Dispenser, ticket: string): Dispenser => ({ ...state, given: state.given.filter((one) => one.ticket !== ticket) });
