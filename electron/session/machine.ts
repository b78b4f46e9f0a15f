/**
 * The citizen's session as a pure machine: `next(state, event)` answers with the new state and what must be done.
 * It knows no clock, no device and no database, so that every (page × event) pair can be walked in a test.
 */
import { isSettling } from './booking.ts';
import { idleTick, isAlive } from './idle.ts';
import { onCitizen } from './on-citizen.ts';
import { onWorld } from './on-world.ts';
import { isFetching } from './pick-up.ts';
import type { SessionEnv, SessionEvent, SessionState, Step } from './state.ts';

const stay = (state: SessionState): Step => ({ state, effects: [] });

/** Does this event mean that somebody is there? What a reader or a platform says by itself does not. */
const isSomebody = (event: SessionEvent): boolean =>
  event.type === 'citizen' || event.type === 'card-found' || event.type === 'card-read' || event.type === 'code-shown' || (event.type === 'presence' && event.near) || (event.type === 'card-left' && event.present);

/** Pages on which the reader waits for a card. */
export const wantsCard = (state: SessionState): boolean =>
  state.person === null && (state.page.at === 'home' || state.page.at === 'rest' || (state.page.at === 'card' && (state.page.state === 'waiting' || state.page.state === 'reading' || state.page.state === 'failed')) || state.page.at === 'items' || state.page.at === 'number' || state.page.at === 'code');

/** Is a device or the platform at work for this citizen? Then the idle time stands still. */
export const isActing = (state: SessionState): boolean => {
  const { page } = state;
  return (
    page.at === 'working' ||
    page.at === 'take-card' ||
    (page.at === 'materials' && (page.phase === 'scanning' || page.phase === 'binding')) ||
    (page.at === 'card' && page.state === 'reading') ||
    (page.at === 'ticket' && (page.giving || page.paper?.state === 'printing' || page.paper?.state === 'waiting')) ||
    isSettling(page) ||
    isFetching(page) ||
    (page.at === 'done' && (page.slip?.state === 'printing' || page.slip?.state === 'waiting' || page.certificate?.state === 'printing'))
  );
};

/**
 * One step of a session.
 * @param env what may be known of the world during this step
 */
export const next = (before: SessionState, event: SessionEvent, env: SessionEnv): Step => {
  // The quiet page is home with its light down: whoever comes finds the home page, and what they did means there what it always means.
  const state: SessionState = before.page.at === 'rest' && isSomebody(event) ? { ...before, activeAt: env.now, page: { at: 'home', reader: 'waiting' } } : before;
  if (event.type === 'tick') return idleTick(state, env, isActing(state));
  if (event.type === 'presence') return stay(state);
  if (event.type === 'citizen') {
    const { event: said } = event;
    if (said.type === 'touch') return stay(state.askedAt === null ? { ...state, activeAt: env.now } : state);
    // The pad may be pressed by whoever comes next: what is asked stays asked, and is read out.
    if (said.type === 'set-spoken' && state.askedAt !== null) return onCitizen(state, said, env);
    return onCitizen(isAlive(state, env), said, env);
  }
  return onWorld(isActing(state) ? { ...state, activeAt: env.now } : state, event, env);
};
