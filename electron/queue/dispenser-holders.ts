/**
 * Who holds what this terminal gave, for as long as its hall cannot say: under a key that nobody but this process has, in memory alone. At another
 * terminal, or after a restart, nobody can tell before the hall is back.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { TicketView } from './wire.ts';

const OVER: readonly TicketView['state'][] = ['finished', 'given-back', 'void'];

export interface DispenserHolders {
  /** The ticket of this class and day that this person holds; null: none that is known here. */
  held(day: string, classId: string, holder: string | null | undefined): TicketView | null;
  /** This person holds this ticket now. */
  note(day: string, classId: string, holder: string | null | undefined, ticket: string): void;
}

/** @param tickets those that the terminal follows: of others nothing is known, and nothing is kept */
export const createDispenserHolders = (tickets: () => readonly TicketView[]): DispenserHolders => {
  const key = randomBytes(32);
  const known = new Map<string, string>();
  const nameOf = (day: string, classId: string, holder: string): string => createHmac('sha256', key).update(`${day} ${classId} ${holder}`).digest('hex');
  return {
    held: (day, classId, holder) => {
      if (holder === null || holder === undefined) return null;
      const ticket = known.get(nameOf(day, classId, holder));
      return tickets().find((one) => one.ticket === ticket && !OVER.includes(one.state)) ?? null;
    },
    note: (day, classId, holder, ticket) => {
      if (holder === null || holder === undefined) return;
      known.set(nameOf(day, classId, holder), ticket);
      for (const [name, held] of known) if (!tickets().some((one) => one.ticket === held)) known.delete(name);
    },
  };
};
