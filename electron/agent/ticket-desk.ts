/**
 * Numbers between the session and the hall: asked for, given back, printed. The number is the hall's before it is shown; its paper is
 * the ledger's before the first byte leaves; a number whose paper is in doubt is not called until staff confirm it.
 */
import { createHash, randomUUID } from 'node:crypto';
import { FAULT_CODES, type FaultCode, type SlipDocument } from '../../drivers/contract.ts';
import { isoWithOffset } from '../clock/index.ts';
import { createTicketPaper, LedgerError, type Made, type PaperRow, type TicketEnd, type TicketPaper } from '../printing/index.ts';
import type { TakeOutcome, TicketView } from '../queue/index.ts';
import { ticketBehind, ticketPrinter, type NumberRefusal, type NumberWish, type Page, type Paper, type SessionEvent, type SessionState } from '../session/index.ts';
import type { Deps } from './deps.ts';
import { Mouth } from './mouth.ts';
import { paperOf, printOut } from './print-out.ts';

/** Whoever stands there is told after this long that there is no number; one that comes later is given back. */
const ANSWER_MS = 10_000;
/** Whose a code is the platform says in this time, or nobody does. */
const CHECK_MS = 3_000;
const LOOK_EVERY_MS = 1_000;
/** Longer than any printer waits before it draws paper back. */
const LOOKS = 120;
/** After a start the first citizen comes first, then whatever makes the next ticket quick. */
const WARM_MS = 5_000;

type TicketPage = Extract<Page, { at: 'ticket' }>;

/** The ticket on a page, or on the page behind it. */
export const ticketOn = (page: Page): TicketPage | null => {
  if (page.at === 'ticket') return page;
  const behind = ticketBehind(page);
  if (behind !== null) return behind;
  return (page.at === 'items' || page.at === 'guide' || page.at === 'closed') && page.back !== undefined ? ticketOn(page.back) : null;
};

/** Who stands there, as the hall is told: a person (by card or by a code that the platform knows), or a code that nobody could ask about. */
const holderOf = (what: 'person' | 'code', text: string): string => createHash('sha256').update(`${what} ${text}`).digest('hex');

export class TicketDesk {
  private readonly deps: Deps;
  private readonly dispatch: (event: SessionEvent) => void;
  private readonly paper: TicketPaper;
  private readonly underWay = new Set<Promise<void>>();
  private readonly printing = new Set<Promise<void>>();
  /** The code that is asked about; an answer about one before it is nobody's. */
  private checking = new AbortController();
  private stopListening: () => void = () => undefined;
  private stopFollowing: () => void = () => undefined;
  private stopWarming: () => void = () => undefined;
  private readonly mouth: Mouth;
  /** The ticket that was taken last, on its way to paper before anybody was told of it. */
  private laid: { ticket: string; slip: Promise<Made<SlipDocument>> } | null = null;
  /** Its row in the ledger, kept with the step that shows it; `row` null: it is not printed again. */
  private intended: { ticket: string; row: PaperRow | null } | null = null;

  constructor(deps: Deps, dispatch: (event: SessionEvent) => void, mouth: Mouth = new Mouth(deps)) {
    this.mouth = mouth;
    this.deps = deps;
    this.dispatch = dispatch;
    this.paper = createTicketPaper(deps.ledger);
  }

  /**
   * Follows what the hall tells of the ticket that is shown, and settles the paper that a crash left open.
   * @param left the ticket of the session before, whether or not it goes on
   * @param resumed whether it does
   * @returns what is to be done first for the session that goes on
   */
  start(left: TicketPage | null, resumed: boolean, shown: () => SessionState, refresh: () => void): void {
    const { tickets } = this.deps;
    this.stopListening =
      tickets?.onChange(() => {
        const page = ticketOn(shown().page);
        const ticket = page === null ? null : tickets.view(page.ticket.ticket);
        if (page !== null && ticket !== null && JSON.stringify(ticket) !== JSON.stringify(page.ticket)) this.dispatch({ type: 'ticket-changed', ticket });
        // Everything else is shown anew each second anyway.
        else if (shown().page.at === 'number') refresh();
      }) ?? (() => undefined);
    this.settle(left, resumed);
    this.stopWarming = this.deps.clock.after(WARM_MS, () => this.warm());
  }

  async stop(): Promise<void> {
    this.stopWarming();
    this.stopListening();
    this.stopFollowing();
    this.checking.abort();
    // What the hall has not answered is not waited for: it may be gone.
    await Promise.all(this.printing);
  }

  /** Resolves when nothing is being printed or asked. */
  async idle(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  /** @param who the number of the card that lies there, the digest that a code was answered with, or null: nobody knows */
  take({ classId, itemId, priority }: NumberWish, identified: boolean, who: { idNumber: string } | { holder: string } | null = null): void {
    const holder = who === null ? null : 'holder' in who ? who.holder : holderOf('person', who.idNumber);
    this.ask((tickets) => tickets.take({ class: classId, item: itemId, priority, identified, holder }));
  }

  /** Whose code this is. Nothing of it is kept or logged; what goes on is a digest. */
  checkCode(code: string): void {
    const { platform, audit } = this.deps;
    this.checking.abort();
    const asking = new AbortController();
    this.checking = asking;
    this.run(async () => {
      const answer = await platform.identify(code, AbortSignal.any([asking.signal, AbortSignal.timeout(CHECK_MS)])).catch(() => ({ ok: false as const }));
      if (asking.signal.aborted) return;
      const outcome = answer.ok ? answer.value.outcome : 'unchecked';
      audit.write('code.checked', { outcome });
      const verified = answer.ok && answer.value.outcome === 'verified' ? answer.value : null;
      this.dispatch({ type: 'code-checked', outcome, holder: verified === null ? holderOf('code', code) : holderOf('person', verified.idNumber), birthDate: verified?.birthDate ?? null });
    });
  }

  checkIn(code: string, priority: string | null): void {
    this.ask((tickets) => tickets.checkIn(code, priority));
  }

  giveBack(ticket: string, unseen: boolean): void {
    const { tickets, log } = this.deps;
    this.run(async () => {
      let refusal: NumberRefusal | null = 'unreachable';
      try {
        const outcome = (await tickets?.giveBack(ticket)) ?? { ok: false as const, refusal: 'unreachable' as const };
        // Given back before the agent ended, and never told.
        const done = !outcome.ok && outcome.refusal === 'already-over' && tickets?.view(ticket)?.state === 'given-back';
        refusal = outcome.ok || done ? null : outcome.refusal;
      } catch (error) {
        log.warn({ error: messageOf(error) }, 'a number could not be given back');
      }
      if (!unseen) this.dispatch({ type: 'number-given-back', ticket, refusal });
    });
  }

  /**
   * Keeps the page that shows a ticket and the ledger's row of its paper, in one transaction.
   * @param keep keeps the page
   */
  keepAndIntend(page: Page, keep: () => void): void {
    const shown = ticketOn(page);
    if (shown === null) return keep();
    const { ticket } = shown.ticket;
    try {
      this.intended = this.deps.transaction(() => {
        keep();
        return { ticket, row: this.intend(shown.ticket) };
      });
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      // Nothing of it was kept.
      keep();
      this.intended = { ticket, row: null };
      this.notAgain(error);
    }
  }

  /** Prints the ticket that is shown. */
  print(page: Page): void {
    const shown = ticketOn(page);
    if (shown !== null) this.run(() => this.printed(shown.ticket, shown.code), this.printing);
  }

  private intend({ day, number }: TicketView): PaperRow {
    return this.paper.intend({ businessDay: day, number });
  }

  /** It is on paper already, or void: a second one would be somebody else's place. */
  private notAgain(error: unknown): void {
    this.deps.log.error({ error: messageOf(error) }, 'a ticket is not printed again');
  }

  /** Null where it is not printed again. */
  private rowOf(ticket: TicketView): PaperRow | null {
    try {
      return this.intend(ticket);
    } catch (error) {
      this.notAgain(error);
      return null;
    }
  }

  private run(work: () => Promise<void>, also: Set<Promise<void>> = this.underWay): void {
    const guarded = work()
      .catch((error: unknown) => this.deps.log.error({ error: messageOf(error) }, 'work on a number ended by an error'))
      .finally(() => {
        this.underWay.delete(guarded);
        also.delete(guarded);
      });
    this.underWay.add(guarded);
    also.add(guarded);
  }

  private ask(what: (tickets: NonNullable<Deps['tickets']>) => Promise<TakeOutcome>): void {
    const { tickets, clock, log } = this.deps;
    if (tickets === null) {
      this.dispatch({ type: 'number-refused', refusal: 'unreachable' });
      return;
    }
    let waiting = true;
    const cancel = clock.after(ANSWER_MS, () => {
      waiting = false;
      log.warn({}, 'the hall gave no answer in time');
      this.dispatch({ type: 'number-refused', refusal: 'unreachable' });
    });
    this.run(async () => {
      let outcome: TakeOutcome;
      try {
        outcome = await what(tickets);
      } catch (error) {
        log.error({ error: messageOf(error) }, 'no number could be taken');
        outcome = { ok: false, refusal: 'unreachable' };
      }
      cancel();
      const shown = (ticket: TicketView) => ({ ticket, code: tickets.link?.(ticket.ticket) ?? ticket.ticket, sessionId: randomUUID() });
      if (outcome.ok) {
        const taken = shown(outcome.ticket);
        if (ticketPrinter(this.deps.config) !== null) this.laid = { ticket: taken.ticket.ticket, slip: this.layOut(taken.ticket, taken.code) };
        this.dispatch({ type: 'number-taken', ...taken });
      }
      if (!outcome.ok && waiting) this.dispatch({ type: 'number-refused', refusal: outcome.refusal, ...(outcome.has === undefined ? {} : { has: shown(outcome.has) }), ...(outcome.from === undefined ? {} : { from: outcome.from }), ...(outcome.agreed === undefined ? {} : { agreed: outcome.agreed }) });
    });
  }

  /** A ticket of nobody, which is thrown away: fonts are opened and letters drawn before somebody waits a second for them. */
  private warm(): void {
    const { config, printing, tickets, clock } = this.deps;
    const shown = tickets?.classes()[0];
    if (shown === undefined || ticketPrinter(config) === null) return;
    const number = `${shown.prefix}0123456789`.slice(0, 5);
    void printing
      .ticketSlip({ hall: config.hall, terminal: config.terminal, queueClass: shown.name, number, wait: { from: 0, to: 99 }, ahead: 0, where: shown.where, code: number, missedWithin: 1, at: isoWithOffset(clock.wall(), config.hall.timeZone), rightOfTen: 8 })
      .catch(() => undefined);
  }

  /** Laid out in a thread of its own while the disk keeps what is about to happen. */
  private layOut(ticket: TicketView, code: string): Promise<Made<SlipDocument>> {
    const { config, printing } = this.deps;
    return printing.ticketSlip({
      hall: config.hall,
      terminal: config.terminal,
      queueClass: ticket.className,
      number: ticket.number,
      wait: ticket.range,
      ahead: ticket.ahead,
      agreed: ticket.agreed,
      where: ticket.where,
      code,
      missedWithin: ticket.toleranceCalls,
      at: ticket.since,
      rightOfTen: ticket.record === null ? null : Math.round(ticket.record.share * 10),
    });
  }

  private async printed(ticket: TicketView, code: string): Promise<void> {
    const { config, ledger, log } = this.deps;
    const device = ticketPrinter(config);
    if (device === null) return;
    const turn = this.mouth.turnAt(device);
    const tell = (paper: Paper): void => this.dispatch({ type: 'ticket-paper', ticket: ticket.ticket, paper });
    const [laid, intended] = [this.laid, this.intended];
    [this.laid, this.intended] = [null, null];
    const slip = laid?.ticket === ticket.ticket ? laid.slip : this.layOut(ticket, code);
    tell({ state: 'printing', fault: null, copies: 1 });
    const row = intended?.ticket === ticket.ticket ? intended.row : this.rowOf(ticket);
    const made = await slip;
    if (row === null) {
      tell({ state: 'failed', fault: 'media-left', copies: 1 });
      return;
    }
    if (!made.ok) {
      log.error({ missing: made.missing }, 'a ticket could not be laid out');
      ledger.failed(row.id, 'bad-input');
      tell({ state: 'failed', fault: 'bad-input', copies: 1 });
      await this.became(ticket.ticket, 'failed');
      return;
    }
    const end = await printOut(this.deps, this.mouth, this.paper, { device, row, slip: made.value, named: false, tell, turn });
    await this.became(ticket.ticket, end === 'void' ? 'doubtful' : end === 'not-printed' || end === 'retracted' ? 'failed' : 'taken');
  }

  private async became(ticket: string, became: 'taken' | 'doubtful' | 'failed'): Promise<void> {
    try {
      await this.deps.tickets?.paper(ticket, became);
    } catch (error) {
      this.deps.log.error({ became, error: messageOf(error) }, "the hall was not told of a ticket's paper");
    }
  }

  /** The ledger says what became of the paper, whatever the page of before had been told. */
  private settle(left: TicketPage | null, resumed: boolean): void {
    this.paper.recover();
    if (left === null) return;
    const { ticket } = left.ticket;
    // Asked again: what was given back already is told so.
    if (left.giving) this.giveBack(ticket, !resumed);
    if (left.paper === null) return;
    const row = this.deps.ledger.ofNumber('ticket', `${left.ticket.day} ${left.ticket.number}`).at(-1) ?? null;
    const { state } = left.paper;
    const tell = (end: TicketEnd, fault: FaultCode | null = null): void => {
      if (resumed) this.dispatch({ type: 'ticket-paper', ticket, paper: paperOf(end, fault) });
    };
    if (row?.outcome === 'void') {
      if (state !== 'doubt') tell('void', FAULT_CODES.find((code) => code === row.fault) ?? 'host-crashed');
      // The hall may not have been told before.
      this.run(() => this.became(ticket, 'doubtful'));
      return;
    }
    const open = state === 'waiting' || state === 'printing';
    if (row === null || row.state === 'failed') {
      if (!open) return;
      if (resumed) this.print(left);
      // Whoever stood there went without paper: who comes with the number all the same is confirmed by staff.
      else this.run(() => this.became(ticket, 'doubtful'));
      return;
    }
    if (!open && state !== 'take') return;
    tell(endIn(row));
    if (resumed && endIn(row) === 'waiting') this.followRow(row.id, tell, LOOKS);
  }

  /** Paper that lay in the mouth in a crash is followed by whoever follows all of it (papers.ts); the page is told what the ledger says then. */
  private followRow(id: string, tell: (end: TicketEnd) => void, looks: number): void {
    this.stopFollowing = this.deps.clock.after(LOOK_EVERY_MS, () => {
      const row = this.deps.ledger.get(id);
      if (row === null || looks === 0) return;
      if (endIn(row) === 'waiting') this.followRow(id, tell, looks - 1);
      else tell(endIn(row));
    });
  }
}

/** What a settled row of the ledger says of a ticket that came out. */
const endIn = ({ state, proof, outcome }: PaperRow): TicketEnd => {
  if (outcome === 'retracted') return 'retracted';
  if (state === 'taken') return 'taken';
  return proof === 'sensor' ? 'waiting' : 'given';
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
