/** The idle timer: the agent's, so that it fires with the page frozen or dead. */
import { nobody, type Page, type SessionEnv, type SessionState, type Step } from './state.ts';

/** Large letters and the spoken mode double every wait, and together no more than that. */
export const waitFactor = ({ elder, spoken }: Pick<SessionState, 'elder' | 'spoken'>): number => (elder || spoken ? 2 : 1);
const askAfterMs = (state: SessionState, env: SessionEnv): number => env.hall.idle.askAfterSeconds * 1_000 * waitFactor(state);
export const answerMs = (state: SessionState, env: SessionEnv): number => env.hall.idle.answerSeconds * 1_000 * waitFactor(state);

/** Nothing of a citizen is shown and nothing was changed from the hall's standard. */
export const isHome = (state: SessionState): boolean => (state.page.at === 'home' || state.page.at === 'rest') && state.id === null && state.language === 'zh' && !state.elder && !state.spoken && !state.help;

/** Someone did something: the question is answered and time starts anew. */
export const isAlive = (state: SessionState, env: SessionEnv): SessionState => ({ ...state, activeAt: env.now, askedAt: null });

/** A card that nobody's session came from may lie there: one that has expired, or is not accepted here. */
const refusedCard = (state: SessionState): boolean => state.id === null && state.page.at === 'card' && (state.page.state === 'expired' || state.page.state === 'not-accepted');

/** The reader's last word decides whether a card was left: until then nothing of anybody is on the page. */
const finishing = (env: SessionEnv): SessionState => ({ ...nobody(env.now), page: { at: 'working', what: 'finishing', progress: null } });

/** Home from a page on which a card was refused: not before it was lifted, else it would be read again and again. */
export const homeWithoutCard = (state: SessionState, env: SessionEnv): Step | null => (refusedCard(state) ? { state: finishing(env), effects: [{ do: 'ask-card-left' }] } : null);

/** Ends the session: the state is nobody's from here on; what was kept is the agent's to wipe. */
export const endSession = (state: SessionState, env: SessionEnv, reason: 'left' | 'idle' | 'home'): Step => {
  if (state.id === null) return homeWithoutCard(state, env) ?? { state: nobody(env.now), effects: state.flow === null ? [] : [{ do: 'cancel-scan' }] };
  return {
    state: finishing(env),
    effects: [{ do: 'cancel-scan' }, { do: 'end', reason }, { do: 'ask-card-left' }],
  };
};

/** One look at the clock, about once a second. */
export const idleTick = (state: SessionState, env: SessionEnv, acting: boolean): Step => {
  if (isHome(state)) {
    const quiet = env.alone !== null && env.alone.forMs >= env.alone.restAfterMs && !(state.page.at === 'home' && state.page.reader === 'reading');
    const page: Page = quiet ? { at: 'rest' } : state.page.at === 'rest' ? { at: 'home', reader: 'waiting' } : state.page;
    return { state: { ...state, activeAt: env.now, page }, effects: [] };
  }
  if (state.page.at === 'take-card') return { state, effects: [{ do: 'ask-card-left' }] };
  if (acting) return { state: { ...state, activeAt: env.now, askedAt: null }, effects: [] };
  if (state.askedAt === null) {
    return env.now - state.activeAt < askAfterMs(state, env) ? { state, effects: [] } : { state: { ...state, askedAt: env.now, help: false }, effects: [] };
  }
  return env.now - state.askedAt < answerMs(state, env) ? { state, effects: [] } : endSession(state, env, 'idle');
};
