/** A session outlives the agent: it is taken up at its step after a crash, or ended and wiped when it is no longer fresh. */
import type { Clock } from '../clock/index.ts';
import { restingPhase, waitFactor, type AppointmentPage, type Effect, type Page, type SessionEnv, type SessionEvent, type SessionState } from '../session/index.ts';
import type { Deps } from './deps.ts';
import { ticketOn } from './ticket-desk.ts';

/** The ticket of the session before, even when nobody can be standing there any more: its paper has to be settled. */
export const keptTicket = (deps: Pick<Deps, 'sessions'>): Extract<Page, { at: 'ticket' }> | null => {
  const bytes = deps.sessions.load();
  return bytes === null ? null : ticketOn((JSON.parse(Buffer.from(bytes).toString('utf8')) as { state: SessionState }).state.page);
};

/** The agreed time that the session before was shown, whether or not it goes on. */
export const keptAppointment = (deps: Pick<Deps, 'sessions'>): AppointmentPage | null => {
  const bytes = deps.sessions.load();
  if (bytes === null) return null;
  const { page } = (JSON.parse(Buffer.from(bytes).toString('utf8')) as { state: SessionState }).state;
  return page.at === 'appointment' ? page : null;
};

/** When all is done nobody asks for the answers again: they stand in the case. */
const needed = (state: SessionState): SessionState => (state.page.at !== 'done' || state.flow === null ? state : { ...state, flow: { ...state.flow, answers: {}, corrections: [], pending: [] } });

/** Wall time and state, as bytes to be sealed. */
export const keptSession = (state: SessionState, clock: Clock): Uint8Array => Buffer.from(JSON.stringify({ wall: clock.wall(), state: needed(state) }));

export interface Restored {
  state: SessionState;
  events: SessionEvent[];
  effects: Effect[];
}

/**
 * @returns null when there is nothing to take up, or nobody can still be standing there: a stranger must not find
 * the page of someone who left hours ago, and with the clock unknown nobody can tell
 */
export const restoreSession = (deps: Deps, env: SessionEnv): Restored | null => {
  const bytes = deps.sessions.load();
  if (bytes === null || !deps.clock.known()) return null;
  const kept = JSON.parse(Buffer.from(bytes).toString('utf8')) as { wall: number; state: SessionState };
  const limitMs = (deps.config.hall.idle.askAfterSeconds + deps.config.hall.idle.answerSeconds) * 1_000 * waitFactor(kept.state);
  const age = deps.clock.wall() - kept.wall;
  if (age < 0 || age > limitMs || kept.state.id === null) return null;
  if (kept.state.flow !== null && !env.items.some((item) => item.id === kept.state.flow?.itemId)) return null;
  const state: SessionState = { ...kept.state, activeAt: env.now, askedAt: null, help: false };
  return takeUp(state, deps);
};

const takeUp = (state: SessionState, deps: Deps): Restored => {
  const { page, flow } = state;
  const as = (next: SessionState, events: SessionEvent[] = [], effects: Effect[] = []): Restored => ({ state: next, events, effects });
  if (page.at === 'materials') {
    const record = flow === null ? null : deps.cases.get(flow.caseId);
    if (flow === null) return as({ ...state, page: { ...page, phase: 'insert', fault: null } });
    const known = { ...flow, materials: record?.materials ?? [] };
    const material = deps.config.items.find(({ id }) => id === flow.itemId)?.materials.find(({ id }) => id === page.materialId);
    return as({ ...state, flow: known, page: { ...page, phase: restingPhase(material, known), side: null, instead: null, fault: null } });
  }
  if (page.at === 'done' && page.slip !== null && page.slip.state !== 'take' && page.slip.state !== 'confirmed') return as(state, [], [{ do: 'print-slip' }]);
  if (page.at === 'mine') return as(state, [], [{ do: 'list-cases' }]);
  if (page.at === 'fetching') return as(state, [], [{ do: 'follow-original', document: page.original.document }]);
  if (page.at !== 'working') return as(state);
  switch (page.what) {
    case 'looking-up':
      return flow === null ? as({ ...state, page: { at: 'mine' } }, [], [{ do: 'list-cases' }]) : as(state, [], [{ do: 'look-up', itemId: flow.itemId }]);
    case 'saving': {
      // Either the submission was committed as a whole, with its own step of this session, or not at all.
      const submission = flow === null ? null : deps.cases.submissionOf(flow.caseId);
      if (flow === null || submission === null) return as({ ...state, page: { at: 'check' } });
      return as(state, [{ type: 'submitted', submission, promisedBy: submission.promisedBy }]);
    }
    case 'issuing':
      return as(state, [], [{ do: 'issue' }]);
    case 'making':
    case 'printing': {
      const caseId = state.open?.caseId ?? flow?.caseId;
      return caseId === undefined ? as({ ...state, page: { at: 'mine' } }) : as({ ...state, page: { at: 'working', what: 'making', progress: null } }, [], [{ do: 'print-certificate', caseId }]);
    }
    // Whether the hall gave one is not known: one that nobody has seen is called, missed and void.
    case 'taking-number':
      return as({ ...state, page: { at: 'number', itemId: page.wish.itemId, priority: page.wish.priority } });
    // The platform may have been asked: a telephone shows another code in a moment.
    case 'checking-code':
      return as({ ...state, page: { at: 'card', itemId: null, state: 'waiting', fault: null, wish: page.wish } });
    // The platform is told that nobody wants what it may have agreed on.
    case 'booking':
      return as({ ...state, page: { ...page.back, notBooked: 'unanswered' } });
    case 'checking-in':
      return as({ ...state, page: { at: 'check-in', refusal: null } });
    case 'finding-original':
      return as({ ...state, page: { at: 'pick-ups' } });
    case 'finishing':
      return as({ ...state, page: { at: 'mine' } });
  }
};
