/**
 * 换成预约, between session, platform and hall. The question's key is on the disk before it leaves; the number goes back only after the platform has
 * agreed and the session that shows it is kept. What nobody was shown is withdrawn, however often the agent dies or the line is cut: never a
 * number lost, never two appointments for one number.
 */
import { randomUUID } from 'node:crypto';
import { isoWithOffset } from '../clock/index.ts';
import { createTicketPaper, type TicketPaper } from '../printing/index.ts';
import { hallTime, type Booking } from '../queue/index.ts';
import { ticketPrinter, type AppointmentPage, type NumberBack, type Paper, type SessionEvent, type SessionState } from '../session/index.ts';
import type { Deps } from './deps.ts';
import type { Mouth } from './mouth.ts';
import { printOut } from './print-out.ts';

/** Whoever has a ticket in hand is not kept waiting for a tile. */
const TIMES_MS = 5_000;
/** Free times are asked for so long after a number was taken: its ticket is on its way to the printer by then. */
const TICKET_FIRST_MS = 150;
/** Whoever stands there is told after this long that nobody knows. */
const ANSWER_MS = 10_000;
const AGAIN_MS = 20_000;

type Shown = () => SessionState;

export class BookingDesk {
  private readonly deps: Deps;
  private readonly dispatch: (event: SessionEvent) => void;
  private readonly mouth: Mouth;
  private readonly paper: TicketPaper;
  private shown: Shown = () => {
    throw new Error('the booking desk was not started');
  };
  private readonly underWay = new Set<Promise<void>>();
  private readonly printing = new Set<Promise<void>>();
  private readonly abort = new AbortController();
  private looking = new AbortController();
  private settling = false;
  /** Something new came while the others were being settled. */
  private more = false;
  private stopTimer: () => void = () => undefined;
  private stopListening: () => void = () => undefined;

  constructor(deps: Deps, dispatch: (event: SessionEvent) => void, mouth: Mouth) {
    this.deps = deps;
    this.dispatch = dispatch;
    this.mouth = mouth;
    this.paper = createTicketPaper(deps.ledger);
  }

  /**
   * Takes up what a crash left open. After the ticket desk, which says what became of the papers.
   * @param left the agreed time that the session before was shown, whether or not it goes on
   */
  start(left: AppointmentPage | null, resumed: boolean, shown: Shown): void {
    const { bookings, platform } = this.deps;
    this.shown = shown;
    for (const booking of bookings.list()) {
      // Kept as shown, though perhaps not as owed. Anything else nobody has seen: the number is still his who has its paper.
      if (booking.state === 'asked') bookings.save({ ...booking, state: booking.key === left?.key ? 'owed' : 'withdraw' });
    }
    if (left !== null && resumed) {
      if (left.numberBack !== 'given-back' && left.numberBack !== 'not' && !bookings.list().some(({ key }) => key === left.key)) this.tellSettled(left.key, left.ticket.ticket);
      this.takeUpPaper(left);
    }
    this.stopListening = platform.onReachable((reachable) => {
      if (!reachable) return;
      this.settle();
      const { page } = this.shown();
      // It came back while somebody stands before a ticket.
      if (page.at === 'ticket' && page.times === undefined && this.deps.queue?.appointments !== undefined && page.ticket.state === 'waiting') this.ask(page.ticket.ticket, page.ticket.class, this.look());
    });
    this.settle();
  }

  async stop(): Promise<void> {
    this.stopTimer();
    this.stopListening();
    this.looking.abort();
    this.abort.abort();
    // What platform and hall have not answered is not waited for: it is taken up by the next agent.
    await Promise.all(this.printing);
  }

  /** Resolves when nothing is being asked, given back or printed. */
  async idle(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  /** Which times are free in place of this ticket. */
  findTimes(ticket: string, classId: string): void {
    const looking = this.look();
    looking.addEventListener('abort', this.deps.clock.after(TICKET_FIRST_MS, () => this.ask(ticket, classId, looking)));
  }

  /** What was looked for before is nobody's any more. */
  private look(): AbortSignal {
    this.looking.abort();
    this.looking = new AbortController();
    return this.looking.signal;
  }

  private ask(ticket: string, classId: string, looking: AbortSignal): void {
    this.run(async () => {
      const found = await this.deps.platform.freeTimes(classId, this.today(), AbortSignal.any([looking, AbortSignal.timeout(TIMES_MS)])).catch(() => null);
      if (looking.aborted) return;
      // While the platform does not say, what it said before still stands, and the tile is not shown.
      if (found?.ok === true) this.dispatch({ type: 'times-found', ticket, times: found.value });
    });
  }

  /** Agrees on a time in place of the ticket. */
  book(ticket: string, classId: string, time: string): void {
    this.run(() => this.booked(ticket, classId, time));
  }

  /** Prints the slip of the agreed time that is shown. */
  print(state: SessionState): void {
    const { page, language } = state;
    if (page.at === 'appointment') this.run(() => this.printed(page, language), this.printing);
  }

  private today(): string {
    const { hall } = this.deps.config;
    return hallTime(this.deps.clock, hall.timeZone, hall.businessDayStartsAt, null).day;
  }

  private run(work: () => Promise<void>, also: Set<Promise<void>> = this.underWay): void {
    const guarded = work()
      .catch((error: unknown) => this.deps.log.error({ error: messageOf(error) }, 'work on an agreed time ended by an error'))
      .finally(() => {
        this.underWay.delete(guarded);
        also.delete(guarded);
      });
    this.underWay.add(guarded);
    also.add(guarded);
  }

  private async booked(ticket: string, classId: string, time: string): Promise<void> {
    const { bookings, platform, audit } = this.deps;
    const refuse = (why: Extract<SessionEvent, { type: 'time-not-booked' }>['why']): void => this.dispatch({ type: 'time-not-booked', ticket, why });
    const key = platform.bookingKey();
    const booking: Booking = { key, ticket, class: classId, state: 'asked' };
    try {
      // An earlier question for this number, of which nobody knows what became, comes to its end first.
      for (const earlier of bookings.list().filter((one) => one.ticket === ticket && one.state === 'withdraw')) if (!(await this.withdrawn(earlier))) return refuse('unanswered');
      bookings.save(booking);
    } catch (error) {
      this.deps.log.error({ error: messageOf(error) }, 'a question for a time could not be kept, and was not asked');
      return refuse('unanswered');
    }
    audit.write('appointment.asked', { class: classId });
    const answer = await platform.book(key, { classId, item: null, at: time }, AbortSignal.any([this.abort.signal, AbortSignal.timeout(ANSWER_MS)])).catch(() => ({ ok: false as const, kind: 'unreachable' as const, message: 'threw' }));
    // The next agent withdraws what this one does not show any more.
    if (this.abort.signal.aborted) return;
    if (answer.ok) {
      audit.write('appointment.agreed', { class: classId, day: answer.value.day });
      this.dispatch({ type: 'time-booked', ticket, key, appointmentCode: answer.value.code, time: answer.value.at, sessionId: randomUUID() });
      const { page } = this.shown();
      bookings.save({ ...booking, state: page.at === 'appointment' && page.key === key ? 'owed' : 'withdraw' });
      return this.settleNow();
    }
    if (answer.kind === 'refused') {
      bookings.remove(key);
      audit.write('appointment.refused', { class: classId, reason: answer.message });
      return refuse(answer.message === 'slot-full' || answer.message === 'no-such-slot' ? 'gone' : 'refused');
    }
    bookings.save({ ...booking, state: 'withdraw' });
    audit.write('appointment.unanswered', { class: classId });
    refuse('unanswered');
    return this.settleNow();
  }

  // ------------------------------------------------------------------------------------------- what is owed

  private settle(): void {
    this.run(() => this.settleNow());
  }

  /** Gives back and withdraws what is open; what cannot be told now is told again. */
  private async settleNow(): Promise<void> {
    if (this.abort.signal.aborted) return;
    if (this.settling) {
      this.more = true;
      return;
    }
    this.settling = true;
    this.stopTimer();
    try {
      for (const booking of this.deps.bookings.list()) {
        if (booking.state === 'owed') await this.giveBack(booking);
        else if (booking.state === 'withdraw') await this.withdrawn(booking);
      }
    } finally {
      this.settling = false;
      const more = this.more;
      this.more = false;
      if (more) this.settle();
      else if (!this.abort.signal.aborted && this.deps.bookings.list().some(({ state }) => state !== 'asked')) this.stopTimer = this.deps.clock.after(AGAIN_MS, () => this.settle());
    }
  }

  /** @returns whether the platform has heard it */
  private async withdrawn({ key, class: classId }: Booking): Promise<boolean> {
    const { platform, bookings, audit } = this.deps;
    const answer = await platform.withdrawBooking(key, AbortSignal.any([this.abort.signal, AbortSignal.timeout(ANSWER_MS)])).catch(() => null);
    if (this.abort.signal.aborted || answer === null || (!answer.ok && answer.kind === 'unreachable')) return false;
    bookings.remove(key);
    audit.write('appointment.withdrawn', { class: classId, outcome: answer.ok ? 'withdrawn' : 'refused' });
    return true;
  }

  private async giveBack({ key, ticket, class: classId }: Booking): Promise<void> {
    const { tickets, bookings, audit, log } = this.deps;
    const tell = (numberBack: NumberBack): void => this.dispatch({ type: 'booked-number', key, numberBack });
    let refusal: string | null = 'unreachable';
    try {
      const outcome = (await tickets?.giveBack(ticket)) ?? { ok: false as const, refusal: 'unreachable' as const };
      refusal = outcome.ok ? null : outcome.refusal;
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'a number could not be given back yet');
    }
    if (this.abort.signal.aborted) return;
    if (refusal === 'unreachable') return tell('later');
    const back = refusal === null || (refusal === 'already-over' && tickets?.view(ticket)?.state === 'given-back');
    bookings.remove(key);
    audit.write('appointment.number-settled', { class: classId, outcome: back ? 'given-back' : (refusal ?? 'given-back') });
    tell(back ? 'given-back' : 'not');
  }

  /** Settled before the agent ended, and the page was not told. */
  private tellSettled(key: string, ticket: string): void {
    this.dispatch({ type: 'booked-number', key, numberBack: (this.deps.tickets?.view(ticket)?.state ?? 'given-back') === 'given-back' ? 'given-back' : 'not' });
  }

  // ------------------------------------------------------------------------------------------- paper

  private async printed(page: AppointmentPage, language: 'zh' | 'en'): Promise<void> {
    const { config, printing, ledger, log, clock } = this.deps;
    const device = ticketPrinter(config);
    if (device === null) return;
    const turn = this.mouth.turnAt(device);
    const tell = (paper: Paper): void => this.dispatch({ type: 'appointment-paper', key: page.key, paper });
    const row = ledger.intend({ caseId: null, kind: 'appointment-slip', numbered: false, number: page.key, sheets: 1 });
    tell({ state: 'printing', fault: null, copies: 1 });
    const { className, where } = page.ticket;
    const made = await printing.appointmentSlip({ hall: config.hall, terminal: config.terminal, device, queueClass: className, time: page.time, where, code: page.appointmentCode, at: isoWithOffset(clock.wall(), config.hall.timeZone), language });
    if (!made.ok) {
      log.error({ missing: made.missing }, 'the slip of an agreed time could not be laid out');
      ledger.failed(row.id, 'bad-input');
      return tell({ state: 'failed', fault: 'bad-input', copies: 1 });
    }
    await printOut(this.deps, this.mouth, this.paper, { device, row, slip: made.value, named: true, tell, turn });
  }

  /** The ledger says what became of the slip that was on its way; one of which certainly nothing came out is printed. */
  private takeUpPaper(left: AppointmentPage): void {
    const { paper } = left;
    if (paper === null || (paper.state !== 'waiting' && paper.state !== 'printing')) return;
    const row = this.deps.ledger.ofNumber('appointment-slip', left.key).at(-1) ?? null;
    const tell = (now: Paper): void => this.dispatch({ type: 'appointment-paper', key: left.key, paper: now });
    if (row === null || row.state === 'failed') return this.print(this.shown());
    if (row.outcome === 'void') return tell({ state: 'doubt', fault: 'host-crashed', copies: 1 });
    if (row.outcome === 'retracted') return tell({ state: 'failed', fault: 'media-left', copies: 1 });
    tell({ state: row.state === 'taken' ? 'confirmed' : 'take', fault: null, copies: 1 });
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
