/**
 * The paper of a queue ticket as a transaction: the number is kept before anything is printed, a ticket is given only when the printer
 * proved it, and a doubtful one is void. What the number means, and who gets the next, is the queue's.
 */
import type { Result, SlipOutcome } from '../../drivers/contract.ts';
import type { PaperRow, PrintLedger } from './types.ts';

/**
 * How a ticket's paper ended. `taken`: the sensor saw it go. `given`: printed, and no sensor proves more. `waiting`: it lies in the mouth.
 * `retracted`: nobody took it. `not-printed`: certainly nothing came out, the same number may be printed again. `void`: nobody can
 * say; the number must never be called, and never printed again.
 */
export type TicketEnd = 'taken' | 'given' | 'waiting' | 'retracted' | 'not-printed' | 'void';

/** What the answer of the command `print` means. `sent`: its progress was heard, so that bytes have left. */
export const endOfTicket = (result: Result<SlipOutcome>, sent: boolean): TicketEnd => {
  if (!result.ok) return mayHaveLeft(result.fault.code, sent) ? 'void' : 'not-printed';
  switch (result.value.delivery) {
    case 'taken':
      return 'taken';
    case 'presented':
      return 'waiting';
    case 'retracted':
      return 'retracted';
    case 'confirmed-no-sensor':
      return 'given';
  }
};

/** The word that bytes have left goes the same way as the answer: with the device host it is lost. */
const DOUBTED_UNSENT: ReadonlySet<string> = new Set(['host-crashed', 'timed-out']);

/** May bytes of a slip have left that ended with this fault? `sent`: its progress was heard. */
export const mayHaveLeft = (fault: string, sent: boolean): boolean => sent || DOUBTED_UNSENT.has(fault);

export interface TicketPaper {
  /**
   * Keeps the ticket's row, in the transaction in which the queue keeps its number.
   * @throws LedgerError `already-printed` when this number of this business day is on paper already, or void
   */
  intend(ticket: { businessDay: string; number: string }): PaperRow;
  /** Kept before the first byte leaves: from here on a crash makes the ticket void. */
  sent(id: string): void;
  /** Keeps how it ended. */
  ended(id: string, result: Result<SlipOutcome>, sent: boolean): TicketEnd;
  /** What became of a ticket that was `waiting`, by the command `present`. */
  left(id: string, outcome: SlipOutcome): TicketEnd;
  /** At the start of the agent: tickets, and slips of agreed times, that a crash left open. What had left is void, what had not may be printed. */
  recover(): { void: PaperRow[]; notPrinted: PaperRow[] };
}

export const createTicketPaper = (ledger: PrintLedger): TicketPaper => {
  const keep = (id: string, end: TicketEnd, fault: string): TicketEnd => {
    switch (end) {
      case 'taken':
        ledger.confirmed(id, { proof: 'sensor', taken: true, sheetsDone: 1 });
        return end;
      case 'given':
        ledger.confirmed(id, { proof: 'none', taken: false, sheetsDone: 1 });
        return end;
      case 'waiting':
        ledger.confirmed(id, { proof: 'sensor', taken: false, sheetsDone: 1 });
        return end;
      case 'retracted':
        ledger.retracted(id);
        return end;
      case 'not-printed':
        ledger.failed(id, fault);
        return end;
      case 'void':
        ledger.voided(id, fault);
        return end;
    }
  };
  return {
    intend: ({ businessDay, number }) => ledger.intend({ caseId: null, kind: 'ticket', numbered: true, number: `${businessDay} ${number}`, sheets: 1 }),
    sent: (id) => ledger.sent(id, null),
    ended: (id, result, sent) => keep(id, endOfTicket(result, sent), result.ok ? '' : result.fault.code),
    left: (id, { delivery }) => {
      if (delivery === 'taken' || delivery === 'retracted') return keep(id, delivery, '');
      return 'waiting';
    },
    recover: () => {
      const open = ledger.unsettled().filter(({ kind }) => kind === 'ticket' || kind === 'appointment-slip');
      const left = open.filter(({ state }) => state === 'sent');
      const kept = open.filter(({ state }) => state === 'intended');
      for (const { id } of left) ledger.voided(id, 'host-crashed');
      for (const { id } of kept) ledger.failed(id, 'host-crashed');
      return { void: left, notPrinted: kept };
    },
  };
};
