/** Taking a number (取号): from the class to the ticket, and back again. The hall gives it; here is what is asked and what is shown. */
import { ticketPrinter, whereIs } from './where.ts';
import { earliest, findTimes, ticketBehind, withTicketBehind } from './booking.ts';
import type { CitizenEvent, Screen } from './page-contract.ts';
import type { NumberWish, Page, SessionEnv, SessionEvent, SessionState, Step, TicketPage } from './state.ts';

const stay = (state: SessionState): Step => ({ state, effects: [] });
const go = (state: SessionState, page: Page): Step => ({ state: { ...state, page }, effects: [] });

type Classes = NonNullable<SessionEnv['numbers']>['classes'];
type NumberTouch = Extract<CitizenEvent, { type: 'open-numbers' | 'choose-priority' | 'take-number' | 'open-check-in' | 'check-in' | 'print-ticket' | 'give-back' }>;
type NumberWorld = Extract<SessionEvent, { type: 'number-taken' | 'number-refused' | 'code-checked' | 'ticket-changed' | 'ticket-paper' | 'number-given-back' }>;

/** Does this terminal give numbers? */
export const givesNumbers = (env: SessionEnv): boolean => (env.numbers?.classes.length ?? 0) > 0;

/** Classes whose counters do this item; without an item all of them. */
const classesFor = (env: SessionEnv, itemId: string | null): Classes => {
  const all = env.numbers?.classes ?? [];
  return itemId === null ? all : all.filter(({ items }) => items.includes(itemId));
};

/** The class that does an item at a counter, when this terminal gives its numbers. */
export const classOfItem = (env: SessionEnv, itemId: string): Classes[number] | null => classesFor(env, itemId)[0] ?? null;

/** Whole years on this day. Both ISO dates. */
const ageOn = (birthDate: string, today: string): number => Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4)) - (today.slice(5) < birthDate.slice(5, 10) ? 1 : 0);

/** The priority that the card's birth date gives; of several the one that comes earliest. null: none, no card, or nobody knows the day. */
export const numberPriority = (state: SessionState, env: SessionEnv): string | null => priorityBorn(state.person?.birthDate, env);

const priorityBorn = (born: string | undefined, env: SessionEnv): string | null => {
  const { today } = env;
  if (born === undefined || today === null) return null;
  const fitting = (env.numbers?.priorities ?? []).filter(({ fromAge }) => fromAge !== undefined && ageOn(born, today) >= fromAge);
  return fitting.toSorted((one, other) => other.headStartMinutes - one.headStartMinutes)[0]?.id ?? null;
};

/** Where a code is shown to this terminal; null: nowhere. */
export const codePlace = (env: SessionEnv) => (env.usable('code-scanner') ? whereIs(env, 'code-scanner') : null);

/** @param holder whose code was shown; left out: the card's, or nobody's */
const askForNumber = (state: SessionState, wish: NumberWish, identified: boolean, holder?: string): Step => ({
  state: { ...state, page: { at: 'working', what: 'taking-number', progress: null, wish } },
  effects: [{ do: 'take-number', wish, identified, ...(holder === undefined ? {} : { holder }) }],
});

const askForCard = (state: SessionState, wish: NumberWish): Step => go(state, { at: 'card', itemId: null, state: 'waiting', fault: null, wish });

/** A code of one's own in place of the card: the platform says whose it is. The code goes nowhere but into the question. */
export const checkOwnCode = (state: SessionState, wish: NumberWish, code: string): Step => ({ state: { ...state, page: { at: 'working', what: 'checking-code', progress: null, wish } }, effects: [{ do: 'check-code', code }] });

const onCodeChecked = (state: SessionState, { outcome, holder, birthDate }: Extract<SessionEvent, { type: 'code-checked' }>, env: SessionEnv): Step => {
  const { page } = state;
  if (page.at !== 'working' || page.what !== 'checking-code') return stay(state);
  const { wish } = page;
  if (outcome === 'verified') return askForNumber(state, { ...wish, priority: wish.priority ?? priorityBorn(birthDate ?? undefined, env) }, true, holder);
  // A code that nobody could ask about proves nobody. It holds a place where the hall says that this is enough.
  const enough = outcome === 'unchecked' && classesFor(env, null).some(({ id, identify }) => id === wish.classId && identify === 'card-or-unchecked-code');
  return enough ? askForNumber(state, wish, true, holder) : go(state, { at: 'card', itemId: null, state: 'waiting', fault: null, wish, codeProblem: outcome });
};

/** A ticket that somebody holds already, its paper left alone. */
export const heldTicket = (env: SessionEnv, shown: Pick<TicketPage, 'ticket' | 'code'>): TicketPage => ({
  at: 'ticket',
  ticket: shown.ticket,
  code: shown.code,
  paper: ticketPrinter(env) === null ? null : { state: 'confirmed', fault: null, copies: 1 },
  giving: false,
  refusal: null,
});

/** Asks for the card where the class wants to see one, else for the number. */
const wishFor = (state: SessionState, env: SessionEnv, wish: NumberWish): Step => {
  const chosen = classesFor(env, null).find(({ id }) => id === wish.classId);
  if (chosen === undefined) return go(state, { at: 'no-number', refusal: 'unknown-class', classId: null, itemId: wish.itemId });
  if (!chosen.open) return go(state, { at: 'no-number', refusal: 'class-closed', classId: chosen.id, itemId: wish.itemId });
  if (chosen.identify !== 'none' && state.person === null) return askForCard(state, wish);
  return askForNumber(state, wish, state.person !== null);
};

/** A card was read for a number: the number is taken at once. `state` has the person already. */
export const wishWithCard = (state: SessionState, env: SessionEnv, wish: NumberWish): Step => askForNumber(state, { ...wish, priority: wish.priority ?? numberPriority(state, env) }, true);

/** The classes, with the priority that the card gives. */
export const numberPage = (state: SessionState, env: SessionEnv, itemId: string | null): Page => ({ at: 'number', itemId, priority: numberPriority(state, env) });

/** The code of an appointment, typed or shown. */
export const checkIn = (state: SessionState, env: SessionEnv, typed: string): Step => {
  const code = typed.trim();
  if (code === '') return stay(state);
  return { state: { ...state, page: { at: 'working', what: 'checking-in', progress: null } }, effects: [{ do: 'check-in', code, priority: numberPriority(state, env) }] };
};

/** It may be printed again only when certainly nothing came out, never when it lies somewhere. */
const mayPrint = (page: TicketPage): boolean => page.paper?.state === 'failed' && page.paper.fault !== 'media-left';

/** What the citizen touches on the way to a number. */
export const onNumberTouch = (state: SessionState, said: NumberTouch, env: SessionEnv): Step => {
  const { page } = state;
  switch (said.type) {
    case 'open-numbers': {
      if (page.at !== 'home' && page.at !== 'items' && page.at !== 'mine' && page.at !== 'closed' && page.at !== 'no-number' && page.at !== 'number-back' && page.at !== 'code') return stay(state);
      const itemId = said.item ?? null;
      return classesFor(env, itemId).length === 0 ? stay(state) : go(state, numberPage(state, env, itemId));
    }
    case 'choose-priority': {
      const known = said.priority === null || env.numbers?.priorities.some(({ id }) => id === said.priority) === true;
      return page.at === 'number' && known ? go(state, { ...page, priority: said.priority }) : stay(state);
    }
    case 'take-number':
      return page.at === 'number' ? wishFor(state, env, { classId: said.class, itemId: page.itemId, priority: page.priority }) : stay(state);
    case 'open-check-in':
      return (page.at === 'number' || page.at === 'code') && env.numbers?.appointments === true ? go(state, { at: 'check-in', refusal: null }) : stay(state);
    case 'check-in':
      return page.at === 'check-in' ? checkIn(state, env, said.code) : stay(state);
    case 'print-ticket':
      if (page.at !== 'ticket' || page.paper === null || !mayPrint(page)) return stay(state);
      return { state: { ...state, page: { ...page, paper: { ...page.paper, state: 'printing', fault: null } } }, effects: [{ do: 'print-ticket', ticket: page.ticket.ticket }] };
    case 'give-back':
      if (page.at !== 'ticket' || page.giving) return stay(state);
      return { state: { ...state, page: { ...page, giving: true, refusal: null } }, effects: [{ do: 'give-back', ticket: page.ticket.ticket, unseen: false }] };
  }
};

/** 返回 on these pages; null: another page's. */
export const numberBack = (state: SessionState, env: SessionEnv): Page | null => {
  const { page } = state;
  if (page.at === 'check-in') return numberPage(state, env, null);
  if (page.at === 'card' && page.wish !== undefined && page.state !== 'expired' && page.state !== 'not-accepted') return { at: 'number', itemId: page.wish.itemId, priority: page.wish.priority };
  if (page.at === 'no-number') return numberPage(state, env, page.itemId);
  return null;
};

/** Changes the ticket on this page, or on the one that the citizen looks at other things from. */
const withTicket = (page: Page, ticket: string, change: (page: TicketPage) => Page): Page => {
  if (page.at === 'ticket') return page.ticket.ticket === ticket ? change(page) : page;
  const behind = ticketBehind(page);
  if (behind !== null) {
    const changed = withTicket(behind, ticket, change);
    return changed === behind ? page : changed.at === 'ticket' ? withTicketBehind(page, changed) : changed;
  }
  if ((page.at !== 'items' && page.at !== 'guide' && page.at !== 'closed') || page.back === undefined) return page;
  const back = withTicket(page.back, ticket, change);
  return back === page.back ? page : { ...page, back };
};

const onTaken = (state: SessionState, event: Extract<NumberWorld, { type: 'number-taken' }>, env: SessionEnv): Step => {
  const { page } = state;
  // Whoever asked has been told that there is none: a number that nobody has seen keeps nobody waiting.
  if (page.at !== 'working' || (page.what !== 'taking-number' && page.what !== 'checking-in')) return { state, effects: [{ do: 'give-back', ticket: event.ticket.ticket, unseen: true }] };
  const printer = ticketPrinter(env);
  const shown: TicketPage = { at: 'ticket', ticket: event.ticket, code: event.code, paper: printer === null ? null : { state: 'waiting', fault: null, copies: 1 }, giving: false, refusal: null };
  return {
    state: { ...state, id: state.id ?? event.sessionId, activeAt: env.now, page: shown },
    effects: [...(printer === null ? [] : [{ do: 'print-ticket' as const, ticket: event.ticket.ticket }]), ...findTimes(env, shown)],
  };
};

const onRefused = (state: SessionState, { refusal, has, from, agreed }: Extract<NumberWorld, { type: 'number-refused' }>, env: SessionEnv): Step => {
  const { page } = state;
  if (page.at !== 'working') return stay(state);
  if (page.what === 'checking-in') return go(state, { at: 'check-in', refusal, ...(from === undefined ? {} : { from }), ...(agreed === undefined ? {} : { agreed }) });
  if (page.what !== 'taking-number') return stay(state);
  if (refusal === 'identify-first' && state.person === null) return askForCard(state, page.wish);
  // Whoever has lost his ticket, or never saw it, is not left without his number.
  if (refusal === 'has-number' && has !== undefined) {
    const held: TicketPage = { ...heldTicket(env, has), had: true };
    return { state: { ...state, id: state.id ?? has.sessionId, activeAt: env.now, page: held }, effects: findTimes(env, held) };
  }
  return go(state, { at: 'no-number', refusal, classId: page.wish.classId, itemId: page.wish.itemId });
};

/** What the hall, the printer and the scanner answer. What concerns a ticket that is not shown changes nothing. */
export const onNumberWorld = (state: SessionState, event: NumberWorld, env: SessionEnv): Step => {
  const { page } = state;
  switch (event.type) {
    case 'number-taken':
      return onTaken(state, event, env);
    case 'number-refused':
      return onRefused(state, event, env);
    case 'code-checked':
      return onCodeChecked(state, event, env);
    case 'ticket-changed':
      return go(state, withTicket(page, event.ticket.ticket, (shown) => ({ ...shown, ticket: event.ticket })));
    case 'ticket-paper':
      return go(state, withTicket(page, event.ticket, (shown) => (shown.paper === null ? shown : { ...shown, paper: event.paper })));
    case 'number-given-back':
      return go(
        state,
        withTicket(page, event.ticket, (shown) => {
          if (!shown.giving) return shown;
          return event.refusal === null ? { at: 'number-back', number: shown.ticket.number } : { ...shown, giving: false, refusal: event.refusal };
        }),
      );
  }
};

/** What the card page says when the card is for a number. */
export const cardForNumber = (env: SessionEnv, page: Extract<Page, { at: 'card' }>): Pick<Extract<Screen, { kind: 'card' }>, 'forNumber' | 'codeWhere' | 'codeProblem'> =>
  page.wish === undefined ? { forNumber: null, codeWhere: null, codeProblem: null } : { forNumber: classesFor(env, null).find(({ id }) => id === page.wish?.classId)?.name ?? null, codeWhere: codePlace(env), codeProblem: page.state === 'waiting' ? (page.codeProblem ?? null) : null };

type NumberScreenPage = Extract<Page, { at: 'number' | 'check-in' | 'ticket' | 'no-number' | 'number-back' }>;

/** The screens of this flow. */
export const numberScreen = (state: SessionState, env: SessionEnv, page: NumberScreenPage): Screen => {
  switch (page.at) {
    case 'number': {
      const byCard = numberPriority(state, env);
      const item = env.items.find(({ id }) => id === page.itemId);
      return {
        kind: 'number',
        item: item === undefined ? null : { id: item.id, name: item.name },
        classes: classesFor(env, page.itemId).map(({ id, name, prefix, open, opening, identify, waiting, openCounters, range, where }) => ({ id, name, prefix, open, opening, identify, waiting, openCounters, range, where })),
        priorities: (env.numbers?.priorities ?? []).map(({ id, name }) => ({ id, name, chosen: id === page.priority, byCard: id === byCard })),
        appointments: env.numbers?.appointments === true && page.itemId === null,
      };
    }
    case 'check-in':
      return { kind: 'check-in', refusal: page.refusal, from: page.from ?? null, agreed: page.agreed ?? null, codeWhere: codePlace(env) };
    case 'ticket': {
      const printer = ticketPrinter(env);
      return {
        kind: 'ticket',
        ticket: page.ticket,
        code: page.code,
        paper: page.paper === null || printer === null ? null : { ...page.paper, where: whereIs(env, printer) },
        device: printer,
        canPrint: mayPrint(page),
        had: page.had ?? false,
        giving: page.giving,
        refusal: page.refusal,
        otherItems: env.items.some(({ id }) => env.readiness(id).open),
        earliest: earliest(env, page),
        notBooked: page.notBooked ?? null,
      };
    }
    case 'no-number':
      return { kind: 'no-number', refusal: page.refusal, className: classesFor(env, null).find(({ id }) => id === page.classId)?.name ?? null };
    case 'number-back':
      return { kind: 'number-back', number: page.number };
  }
};
