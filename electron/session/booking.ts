/** 换成预约: a time in place of a number that is waited with. The number stays until the platform has agreed on the time and the citizen sees it. */
import type { CitizenEvent, Screen } from './page-contract.ts';
import type { AppointmentPage, Effect, Page, SessionEnv, SessionEvent, SessionState, Step, TicketPage } from './state.ts';
import { ticketPrinter, whereIs } from './where.ts';

type BookingTouch = Extract<CitizenEvent, { type: 'open-times' | 'later-times' | 'choose-time' | 'book' | 'print-appointment' }>;
type BookingWorld = Extract<SessionEvent, { type: 'times-found' | 'time-booked' | 'time-not-booked' | 'booked-number' | 'appointment-paper' }>;

/** As many as fit beside each other as large buttons. */
const HANDFUL = 6;

const stay = (state: SessionState): Step => ({ state, effects: [] });
const go = (state: SessionState, page: Page, effects: Effect[] = []): Step => ({ state: { ...state, page }, effects });

/** Somebody waits with it, and without an agreed time: it could become one. */
const mayBecome = ({ ticket, giving }: TicketPage): boolean => ticket.state === 'waiting' && ticket.agreed === null && !giving;

/** Asks which times are free, where the hall takes appointments at all. */
export const findTimes = (env: SessionEnv, page: TicketPage): Effect[] =>
  env.numbers?.appointments === true && mayBecome(page) ? [{ do: 'find-times', ticket: page.ticket.ticket, classId: page.ticket.class }] : [];

const timesOf = (env: SessionEnv, page: TicketPage): readonly string[] => (env.numbers?.booking === true && mayBecome(page) ? (page.times ?? []) : []);

/** The earliest time that can be offered beside the ticket; null: the tile is not there. */
export const earliest = (env: SessionEnv, page: TicketPage): string | null => timesOf(env, page)[0] ?? null;

/** The ticket that a page of this flow is about, and where 返回 leads. */
export const ticketBehind = (page: Page): TicketPage | null => (page.at === 'times' || page.at === 'book' || (page.at === 'working' && page.what === 'booking') ? page.back : null);

/** The same page about a ticket that has become another. Once it is called nobody looks at times any more. */
export const withTicketBehind = (page: Page, back: TicketPage): Page => {
  if (page.at === 'times' || page.at === 'book') return back.ticket.state === 'waiting' ? { ...page, back } : back;
  return page.at === 'working' && page.what === 'booking' ? { ...page, back } : page;
};

/** 返回 on these pages; null: another page's. */
export const bookingBack = ({ page }: SessionState): Page | null => {
  if (page.at === 'times') return page.from > 0 ? { ...page, from: Math.max(0, page.from - HANDFUL), gone: null } : page.back;
  return page.at === 'book' ? { at: 'times', back: page.back, from: Math.floor(Math.max(0, (page.back.times ?? []).indexOf(page.time)) / HANDFUL) * HANDFUL, gone: null } : null;
};

/** A second slip is as good as the first: only one that is on its way is waited for, and one that is there is enough. */
const mayPrint = ({ paper }: AppointmentPage): boolean => paper?.state === 'failed' || paper?.state === 'doubt';

export const onBookingTouch = (state: SessionState, said: BookingTouch, env: SessionEnv): Step => {
  const { page } = state;
  switch (said.type) {
    case 'open-times': {
      if (page.at !== 'ticket' || earliest(env, page) === null) return stay(state);
      // What became of an earlier try is told once.
      const { notBooked: _told, ...back } = page;
      return go(state, { at: 'times', back, from: 0, gone: null }, findTimes(env, back));
    }
    case 'later-times':
      return page.at === 'times' && page.from + HANDFUL < timesOf(env, page.back).length ? go(state, { ...page, from: page.from + HANDFUL, gone: null }) : stay(state);
    case 'choose-time':
      return page.at === 'times' && timesOf(env, page.back).includes(said.time) ? go(state, { at: 'book', back: page.back, time: said.time }) : stay(state);
    case 'book': {
      if (page.at !== 'book') return stay(state);
      const { ticket, class: classId } = page.back.ticket;
      return go(state, { at: 'working', what: 'booking', progress: null, back: page.back, time: page.time }, [{ do: 'book-time', ticket, classId, time: page.time }]);
    }
    case 'print-appointment':
      if (page.at !== 'appointment' || page.paper === null || !mayPrint(page)) return stay(state);
      return go(state, { ...page, paper: { ...page.paper, state: 'printing', fault: null } }, [{ do: 'print-appointment' }]);
  }
};

const onBooked = (state: SessionState, event: Extract<BookingWorld, { type: 'time-booked' }>, env: SessionEnv): Step => {
  const { page } = state;
  // Whoever asked is not shown it: the agent tells the platform that nobody wants it.
  if (page.at !== 'working' || page.what !== 'booking' || page.back.ticket.ticket !== event.ticket) return stay(state);
  const printer = ticketPrinter(env);
  const { key, appointmentCode, time } = event;
  return {
    state: {
      ...state,
      id: state.id ?? event.sessionId,
      activeAt: env.now,
      page: { at: 'appointment', key, appointmentCode, time, ticket: page.back.ticket, numberBack: 'giving', paper: printer === null ? null : { state: 'waiting', fault: null, copies: 1 } },
    },
    effects: printer === null ? [] : [{ do: 'print-appointment' }],
  };
};

const onNotBooked = (state: SessionState, { ticket, why }: Extract<BookingWorld, { type: 'time-not-booked' }>, env: SessionEnv): Step => {
  const { page } = state;
  if (page.at !== 'working' || page.what !== 'booking' || page.back.ticket.ticket !== ticket) return stay(state);
  const { back, time } = page;
  if (why !== 'gone') return go({ ...state, activeAt: env.now }, { ...back, notBooked: why });
  const left: TicketPage = { ...back, times: (back.times ?? []).filter((one) => one !== time) };
  // Called meanwhile: that is what counts now.
  return left.ticket.state === 'waiting' ? go({ ...state, activeAt: env.now }, { at: 'times', back: left, from: 0, gone: time }, findTimes(env, left)) : go(state, left);
};

/** What the platform, the hall and the printer answer. What concerns a ticket or an appointment that is not shown changes nothing. */
export const onBookingWorld = (state: SessionState, event: BookingWorld, env: SessionEnv): Step => {
  const { page } = state;
  switch (event.type) {
    case 'times-found': {
      const shown = page.at === 'ticket' ? page : ticketBehind(page);
      if (shown === null || shown.ticket.ticket !== event.ticket) return stay(state);
      const told = { ...shown, times: event.times };
      if (page.at === 'ticket') return go(state, told);
      const next = withTicketBehind(page, told);
      return go(state, next.at === 'times' && next.from >= event.times.length ? { ...next, from: 0 } : next);
    }
    case 'time-booked':
      return onBooked(state, event, env);
    case 'time-not-booked':
      return onNotBooked(state, event, env);
    case 'booked-number':
      return page.at === 'appointment' && page.key === event.key ? go(state, { ...page, numberBack: event.numberBack }) : stay(state);
    case 'appointment-paper':
      return page.at === 'appointment' && page.key === event.key && page.paper !== null ? go(state, { ...page, paper: event.paper }) : stay(state);
  }
};

/** Is the number on its way back, or the slip on its way out? */
export const isSettling = (page: Page): boolean => page.at === 'appointment' && (page.numberBack === 'giving' || page.paper?.state === 'waiting' || page.paper?.state === 'printing');

/** The screens of this flow. */
export const bookingScreen = (env: SessionEnv, page: Extract<Page, { at: 'times' | 'book' | 'appointment' }>): Screen => {
  switch (page.at) {
    case 'times': {
      const times = timesOf(env, page.back);
      const { number, className } = page.back.ticket;
      return { kind: 'times', number, className, times: times.slice(page.from, page.from + HANDFUL), later: page.from + HANDFUL < times.length, gone: page.gone };
    }
    case 'book': {
      const { number, className, where } = page.back.ticket;
      return { kind: 'book', number, className, time: page.time, where };
    }
    case 'appointment': {
      const printer = ticketPrinter(env);
      const { className, where, way, number } = page.ticket;
      return {
        kind: 'appointment',
        appointmentCode: page.appointmentCode,
        time: page.time,
        className,
        where,
        way,
        number,
        numberBack: page.numberBack,
        paper: page.paper === null || printer === null ? null : { ...page.paper, where: whereIs(env, printer) },
        device: printer,
        canPrint: mayPrint(page),
      };
    }
  }
};
