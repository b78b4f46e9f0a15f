/** How a terminal gives numbers, wherever the hall's queue runs: in this agent, or in another one that may be out of reach. */
import type { Refusal } from './rules/decide.ts';
import type { AgreedElsewhere } from './terminal-wire.ts';
import type { ClassView, TicketView } from './wire.ts';

export interface TakeRequest {
  class: string;
  item: string | null;
  /** A priority of queue.yaml, from the card's birth date or said by the person. */
  priority: string | null;
  /** A card or a code was shown. */
  identified: boolean;
  /** SHA-256 of who it is or of the code that was shown; the hall keeps it under the day's key alone, and only where a class gives one number a person. null: nobody knows. */
  holder?: string | null;
}

/** `unreachable`: the hall does not answer and this terminal has no numbers left in reserve. */
export type TakeOutcome = { ok: true; ticket: TicketView } | { ok: false; refusal: Refusal | 'unreachable'; /** With `has-number`: the one that this person holds. */ has?: TicketView; /** With `too-early`: from when on, ISO 8601. */ from?: string; /** With `other-day` and `other-hall`. */ agreed?: AgreedElsewhere };

export interface TicketCounter {
  /** What can be chosen now; empty: this terminal gives no numbers. */
  classes(): ClassView[];
  /** Resolves when the number is kept on a disk: only then may it be shown. */
  take(request: TakeRequest): Promise<TakeOutcome>;
  /** A shown appointment code; the number comes with its agreed time. */
  checkIn(code: string, priority: string | null): Promise<TakeOutcome>;
  giveBack(ticket: string): Promise<{ ok: true } | { ok: false; refusal: Refusal | 'unreachable' }>;
  /** What became of the ticket's paper: a doubtful one is not called until staff confirm it. */
  paper(ticket: string, became: 'taken' | 'doubtful' | 'failed'): Promise<void>;
  /** The ticket as it stands now; null: not of today. */
  view(ticket: string): TicketView | null;
  /** Where a telephone sees the ticket, for the code on its paper; null: nowhere, the code is the ticket's id. */
  link?(ticket: string): string | null;
  /** All addresses at which the hall shows its tickets, https://host:port. */
  places?(): readonly string[];
  onChange(listener: () => void): () => void;
}
