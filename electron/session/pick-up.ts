/** 取件: an original fetched out of the locker, by card or by its code: which are here, one cell opened, taken, its door seen closed. */
import type { Fate, Fetchable } from '../lockers/types.ts';
import { codePlace } from './numbers.ts';
import type { CitizenEvent, Screen } from './page-contract.ts';
import type { Page, SessionEnv, SessionEvent, SessionState, Step } from './state.ts';

const stay = (state: SessionState): Step => ({ state, effects: [] });
const go = (state: SessionState, page: Page): Step => ({ state: { ...state, page }, effects: [] });

type PickUpTouch = Extract<CitizenEvent, { type: 'open-pick-up' | 'fetch' | 'fetched' }>;
type PickUpWorld = Extract<SessionEvent, { type: 'originals-listed' | 'original-found' | 'fetch-changed' }>;
type FetchingPage = Extract<Page, { at: 'fetching' }>;

const FINDING: Page = { at: 'working', what: 'finding-original', progress: null };
/** Asks which originals of this person are here. */
export const findOriginals = (state: SessionState): Step => ({ state: { ...state, page: FINDING }, effects: [{ do: 'list-originals' }] });

/** Is a cell being opened for whoever stands there? */
export const isFetching = (page: Page): boolean => page.at === 'fetching' && page.step === 'opening';

/** The cell is done with, whatever became of it. */
const isOver = (page: FetchingPage): boolean => page.step !== 'opening' && page.step !== 'open';

/** 返回 on these pages; null: another page's. */
export const pickUpBack = (state: SessionState): Step | null => {
  const { page } = state;
  if (page.at !== 'fetching') return null;
  return isOver(page) ? go(state, { at: 'pick-ups' }) : stay(state);
};

export const onPickUpTouch = (state: SessionState, said: PickUpTouch, env: SessionEnv): Step => {
  const { page } = state;
  switch (said.type) {
    case 'open-pick-up':
      if (env.pickUp === null || (page.at !== 'home' && page.at !== 'mine' && page.at !== 'items' && page.at !== 'code' && page.at !== 'pick-ups')) return stay(state);
      if (!env.pickUp.open) return go(state, { at: 'pick-ups' });
      return state.person === null ? go(state, { at: 'card', itemId: null, state: 'waiting', fault: null, pickUp: true }) : findOriginals(state);
    case 'fetch': {
      const original = page.at === 'pick-ups' && env.pickUp?.open === true ? state.originals?.find(({ document }) => document === said.document) : undefined;
      if (original === undefined || !original.ready) return stay(state);
      return { state: { ...state, page: { at: 'fetching', original, step: 'opening' } }, effects: [{ do: 'hand-over', document: original.document }] };
    }
    case 'fetched':
      return page.at === 'fetching' && page.step === 'open' ? { state, effects: [{ do: 'original-taken', document: page.original.document }] } : stay(state);
  }
};

/** What becomes of the page when the locker says this of its cell. */
const stepAfter = ({ step }: FetchingPage, fate: Fate['at'] | 'refused'): FetchingPage['step'] => {
  if (step !== 'opening' && step !== 'open') return step;
  switch (fate) {
    case 'opening':
    case 'open':
    case 'collected':
      return fate;
    case 'loaded':
      return step === 'opening' ? 'not-opened' : 'inside';
    case 'refused':
      return 'not-opened';
    case 'doubtful':
    case 'gone':
      return step === 'opening' ? 'stuck' : 'left-open';
  }
};

/** What the locker answers. What concerns a cell that is not shown changes nothing. */
export const onPickUpWorld = (state: SessionState, event: PickUpWorld, env: SessionEnv): Step => {
  const { page } = state;
  switch (event.type) {
    case 'originals-listed': {
      if (state.person === null) return stay(state);
      const listed = { ...state, originals: event.originals };
      return page.at === 'working' && page.what === 'finding-original' ? go(listed, { at: 'pick-ups' }) : stay(listed);
    }
    case 'original-found': {
      if (page.at !== 'working' || page.what !== 'finding-original') return stay(state);
      if (event.original === null) return go({ ...state, activeAt: env.now }, event.tooOften ? { at: 'card', itemId: null, state: 'waiting', fault: null, pickUp: true } : { at: 'code', found: 'pick-up-unknown' });
      return stay({ ...state, id: state.id ?? event.sessionId, activeAt: env.now, originals: [event.original], page: { at: 'pick-ups' } });
    }
    case 'fetch-changed': {
      if (page.at !== 'fetching' || page.original.document !== event.document) return stay(state);
      const step = stepAfter(page, event.fate);
      if (step === page.step) return stay(state);
      // What was fetched is not here any more; what could not be is staff's.
      const originals = (state.originals ?? []).flatMap((one): Fetchable[] => (one.document !== event.document || step === 'open' ? [one] : step === 'collected' ? [] : [{ ...one, ready: step === 'not-opened' || step === 'inside' }]));
      return stay({ ...state, activeAt: env.now, askedAt: null, originals, page: { ...page, step } });
    }
  }
};

/** A pick-up code that was shown: its own cell where the hall lets the code alone do, else the card. */
export const onPickUpCode = (state: SessionState, code: string, env: SessionEnv): Step => {
  if (env.pickUp === null) return go(state, { at: 'code', found: 'pick-up' });
  if (!env.pickUp.open) return go(state, { at: 'pick-ups' });
  if (!env.pickUp.codeAlone) return go(state, { at: 'card', itemId: null, state: 'waiting', fault: null, pickUp: true });
  return { state: { ...state, page: FINDING }, effects: [{ do: 'find-original', code }] };
};

/** How the home page offers it; null: there is no locker here. */
export const pickUpOffered = (env: SessionEnv): 'open' | 'closed' | null => (env.pickUp === null ? null : env.pickUp.open ? 'open' : 'closed');

/** Where a code does as well as the card; null: nowhere. */
export const pickUpCodePlace = (env: SessionEnv) => (env.pickUp?.codeAlone === true ? codePlace(env) : null);

export const pickUpScreen = (state: SessionState, env: SessionEnv, page: Extract<Page, { at: 'pick-ups' | 'fetching' }>): Screen => {
  const originals = (state.originals ?? []).map(({ document, itemName, caseNumber, cell, ready }) => ({ document, itemName, caseNumber, cell, ready }));
  if (page.at === 'pick-ups') return { kind: 'pick-ups', originals, closed: [...(env.pickUp?.reasons ?? [])], where: env.pickUp?.where ?? { zh: '', en: '' }, byCode: state.person === null };
  const { itemName, caseNumber, cell, where } = page.original;
  return { kind: 'fetch', itemName, caseNumber, cell, where, step: page.step, watched: env.pickUp?.watched ?? true, others: originals.filter(({ ready, document }) => ready && document !== page.original.document).length };
};
