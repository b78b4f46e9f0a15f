/** A code that is shown to the terminal: where it leads. Whatever it is, the citizen is told; nothing of it is kept. */
import { findTimes } from './booking.ts';
import { checkIn, checkOwnCode, heldTicket } from './numbers.ts';
import type { CodeFound } from './page-contract.ts';
import { onPickUpCode } from './pick-up.ts';
import type { Page, SessionEnv, SessionEvent, SessionState, Step } from './state.ts';

type Shown = Extract<SessionEvent, { type: 'code-shown' }>;

const stay = (state: SessionState): Step => ({ state, effects: [] });

/** Pages of somebody who has not begun anything yet: a code that is shown there leads on by itself. */
const opensByCode = (page: Page): boolean => page.at === 'home' || page.at === 'rest' || page.at === 'number' || page.at === 'no-number' || page.at === 'number-back' || page.at === 'code' || (page.at === 'items' && page.back === undefined);

/** Does a code that is shown now mean something? */
export const wantsCode = (state: SessionState): boolean => {
  const { page } = state;
  return page.at === 'check-in' || (page.at === 'card' && page.wish !== undefined && page.state !== 'reading') || (page.at === 'card' && page.pickUp === true && page.state !== 'reading') || opensByCode(page);
};

const told = (state: SessionState, env: SessionEnv, found: CodeFound): Step => stay({ ...state, activeAt: env.now, page: { at: 'code', found } });

/** A ticket's own page: whoever shows its code has it. */
const ticketPage = (state: SessionState, env: SessionEnv, shown: Pick<Extract<Page, { at: 'ticket' }>, 'ticket' | 'code'>): Step => {
  const page = heldTicket(env, shown);
  return { state: { ...state, activeAt: env.now, page }, effects: findTimes(env, page) };
};

/** Both codes that this product prints on slips begin like this: the receipt's and the one of paper in doubt. */
const OF_A_SLIP = /^HALL24[.:]/;

/** What a code means that was shown. On a page that cannot use it, nothing. */
export const onCodeShown = (state: SessionState, { text, kind }: Shown, env: SessionEnv): Step => {
  const { page } = state;
  if (!wantsCode(state) || state.askedAt !== null) return stay(state);
  // There one's own code stands for the card; anything else was shown by mistake.
  if (page.at === 'card' && page.pickUp === true) return kind === 'pick-up' && env.pickUp?.codeAlone === true ? onPickUpCode({ ...state, activeAt: env.now }, text, env) : stay(state);
  if (page.at === 'card') return page.wish !== undefined && kind === 'identity' ? checkOwnCode({ ...state, activeAt: env.now }, page.wish, text) : stay(state);
  const ticket = env.numbers?.ticketIn(text) ?? null;
  if (ticket === 'over') return told(state, env, 'ticket-over');
  if (ticket === 'other-hall') return told(state, env, 'other-hall');
  if (ticket !== null) return ticketPage(state, env, ticket);
  // Typed codes have no kind either: where one is asked for, the hall says whether it is one.
  if (page.at === 'check-in') return kind === 'appointment' || kind === 'unknown' ? checkIn(state, env, text) : stay(state);
  if (kind === 'appointment' && env.numbers?.appointments === true) return checkIn({ ...state, activeAt: env.now }, env, text);
  if (kind === 'pick-up') return onPickUpCode({ ...state, activeAt: env.now }, text, env);
  return told(state, env, kind === 'unknown' && OF_A_SLIP.test(text) ? 'slip' : kind);
};
