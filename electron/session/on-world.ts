/** What devices, cases and the platform answer, and what it means for the page. Answers that come too late change nothing. */
import type { Material } from '../../kiosk-config/index.ts';
import { placed, type CaseRecord } from '../cases/types.ts';
import { isExpired } from '../../drivers/id-card/numbers.ts';
import { prefill } from './answers.ts';
import { afterMaterial, backToCheck, beginItem, flowItem, flowOf, howMaterial, pageAfter, restingPhase } from './flow.ts';
import { onCodeShown } from './codes.ts';
import { onBookingWorld } from './booking.ts';
import { findOriginals, onPickUpWorld } from './pick-up.ts';
import { numberPriority, onNumberWorld, wishWithCard } from './numbers.ts';
import { itemOf, nobody, type Effect, type Flow, type MaterialsPage, type Page, type SessionEnv, type SessionEvent, type SessionState, type Step, type Stored } from './state.ts';

type WorldEvent = Exclude<SessionEvent, { type: 'citizen' } | { type: 'tick' } | { type: 'presence' }>;

const stay = (state: SessionState): Step => ({ state, effects: [] });

const onCardRead = (state: SessionState, event: Extract<WorldEvent, { type: 'card-read' }>, env: SessionEnv): Step => {
  const { page } = state;
  if (state.person !== null || (page.at !== 'home' && page.at !== 'card' && page.at !== 'items' && page.at !== 'number' && page.at !== 'code')) return stay(state);
  const { photo, ...person } = event.card;
  const itemId = page.at === 'card' ? page.itemId : null;
  const wish = page.at === 'card' ? { ...(page.wish === undefined ? {} : { wish: page.wish }), ...(page.pickUp === undefined ? {} : { pickUp: page.pickUp }) } : {};
  if (env.today !== null && isExpired(person, env.today)) {
    return stay({ ...state, page: { at: 'card', itemId, state: 'expired', fault: null, ...wish } });
  }
  const known: SessionState = {
    ...state,
    id: event.sessionId,
    activeAt: env.now,
    askedAt: null,
    person,
    photo: photo === null ? null : Buffer.from(photo).toString('base64'),
  };
  if (page.at === 'number') return stay({ ...known, page: { ...page, priority: page.priority ?? numberPriority(known, env) } });
  if (page.at === 'card' && page.wish !== undefined) return wishWithCard(known, env, page.wish);
  if (page.at === 'card' && page.pickUp === true) return findOriginals(known);
  if (itemId === null) return { state: { ...known, page: { at: 'mine' } }, effects: [{ do: 'list-cases' }, ...(env.pickUp === null ? [] : [{ do: 'list-originals' as const }])] };
  if (!itemOf(env, itemId).acceptedCards.includes(person.kind)) {
    // The wrong kind of document: nothing of it is kept, and another may be laid.
    return stay({ ...state, page: { at: 'card', itemId, state: 'not-accepted', fault: null } });
  }
  return beginItem(known, env, itemId);
};

const onDraft = (state: SessionState, record: CaseRecord, env: SessionEnv): Step => {
  if (state.page.at !== 'working' || state.person === null) return stay(state);
  const item = itemOf(env, record.itemId);
  const correcting = record.corrections.length > 0;
  const flow: Flow = {
    itemId: record.itemId,
    caseId: record.caseId,
    resumedFrom: Object.values(record.answers).some((answer) => answer.source === 'typed' || answer.source === 'chosen') || record.materials.length > 0 ? record.at : null,
    answers: record.answers,
    licences: record.materials.filter((material) => material.how === 'platform').map((material) => material.id),
    materials: record.materials,
    corrections: record.corrections,
    pending: record.corrections.flatMap((point) => (point.target === null ? [] : [point.target])),
  };
  const opened: SessionState = { ...state, flow, open: null };
  if (correcting) return stay(backToCheck(opened, env));
  if (item.form === undefined && item.materials.length === 0) return enter({ ...opened, flow: { ...flow, resumedFrom: null } }, env);
  return { state: opened, effects: [{ do: 'look-up', itemId: item.id }] };
};

/** The first page after the card. */
const enter = (state: SessionState, env: SessionEnv): Step => {
  const page = pageAfter('card', flowItem(env, state), flowOf(state));
  return stay({ ...state, page: page ?? { at: 'check' } });
};

const onLookedUp = (state: SessionState, event: { values: Record<string, string>; licences: string[] }, env: SessionEnv): Step => {
  if (state.page.at !== 'working' || state.page.what !== 'looking-up' || state.flow === null || state.person === null) return stay(state);
  const item = flowItem(env, state);
  const flow: Flow = { ...state.flow, answers: prefill(item, state.flow.answers, state.person, event.values), licences: event.licences };
  const effects: Effect[] = [{ do: 'save-answers' }];
  for (const material of item.materials) {
    const how = howMaterial(material, flow);
    if (how !== 'scan') effects.push({ do: 'set-material', materialId: material.id, how });
  }
  const entered = enter({ ...state, flow }, env);
  return { state: entered.state, effects: [...effects, ...entered.effects] };
};

const donePage = (caseId: string, stored: Stored, promisedBy: string | null, papers: Pick<Extract<Page, { at: 'done' }>, 'slip' | 'certificate'>, atPlatform: boolean): Page => ({
  at: 'done',
  caseId,
  caseNumber: stored.caseNumber,
  storedAt: stored.storedAt,
  clockKnown: stored.clockKnown,
  promisedBy,
  atPlatform,
  rating: null,
  ...papers,
});

const onOpened = (state: SessionState, record: CaseRecord): Step => {
  if (state.page.at !== 'mine') return stay(state);
  return stay({ ...state, open: record, page: record.state === 'to-correct' ? { at: 'correction', caseId: record.caseId } : { at: 'result', caseId: record.caseId } });
};

const materialOn = (env: SessionEnv, state: SessionState, page: MaterialsPage): Material | undefined => flowItem(env, state).materials.find(({ id }) => id === page.materialId);

/** Is this the case that the citizen who stands there works on? What belongs to someone who left changes nothing. */
const concerns = (state: SessionState, caseId: string): boolean => state.flow?.caseId === caseId || state.open?.caseId === caseId;

/** One answer of the world. */
export const onWorld = (state: SessionState, event: WorldEvent, env: SessionEnv): Step => {
  const { page } = state;
  switch (event.type) {
    case 'card-found':
      if (page.at === 'home') return stay({ ...state, page: { ...page, reader: 'reading' } });
      return stay(page.at === 'card' ? { ...state, page: { ...page, state: 'reading', fault: null } } : state);
    case 'card-read':
      return onCardRead(state, event, env);
    case 'card-failed':
      if (page.at === 'home') return stay({ ...state, page: { ...page, reader: event.fault === 'no-media' ? 'waiting' : 'failed' } });
      if (page.at === 'card' && (page.state === 'waiting' || page.state === 'reading' || page.state === 'failed')) {
        return stay({ ...state, page: event.fault === 'no-media' ? { ...page, state: page.state === 'failed' ? 'failed' : 'waiting' } : { ...page, state: 'failed', fault: event.fault } });
      }
      return stay(state);
    case 'reader-back':
      if (page.at === 'home' && page.reader === 'failed') return stay({ ...state, page: { ...page, reader: 'waiting' } });
      return stay(page.at === 'card' && page.state === 'failed' ? { ...state, page: { ...page, state: 'waiting', fault: null } } : state);
    case 'card-left':
      if (state.id !== null) return stay(state);
      if (page.at === 'working' && page.what === 'finishing') return stay(event.present ? { ...nobody(env.now), page: { at: 'take-card' } } : nobody(env.now));
      if (page.at === 'take-card') return stay(event.present ? state : nobody(env.now));
      // Someone else's card, found before it was read: whoever stands here begins when it is gone.
      return stay(event.present && (page.at === 'home' || page.at === 'card' || page.at === 'items' || page.at === 'number' || page.at === 'code') ? { ...nobody(env.now), page: { at: 'take-card' } } : state);
    case 'cases-listed':
      return stay(state.person === null ? state : { ...state, cases: event.cases });
    case 'case-opened':
      return onOpened(state, event.record);
    case 'draft-opened':
      return onDraft(state, event.record, env);
    case 'looked-up':
      return onLookedUp(state, event, env);
    case 'materials-changed': {
      if (state.flow === null) return stay(state);
      const flow = { ...state.flow, materials: event.materials };
      return stay({ ...state, flow, page: page.at === 'materials' && (page.phase === 'insert' || page.phase === 'review') ? { ...page, phase: restingPhase(materialOn(env, state, page), flow) } : page });
    }
    case 'page-scanned': {
      if (state.flow === null) return stay(state);
      const others = state.flow.materials.filter((material) => material.id !== event.materialId);
      const old = state.flow.materials.find((material) => material.id === event.materialId);
      return stay({ ...state, activeAt: env.now, flow: { ...state.flow, materials: [...others, { id: event.materialId, how: 'scan', pages: placed(old?.pages ?? [], event.page, event.instead) }] } });
    }
    case 'scan-ended':
    case 'camera-ended': {
      if (page.at !== 'materials' || page.phase !== (event.type === 'scan-ended' ? 'scanning' : 'camera') || state.flow === null) return stay(state);
      const told = event.type === 'scan-ended' ? { dropped: event.dropped ?? 0, over: event.over ?? false } : {};
      return stay({ ...state, activeAt: env.now, page: { ...page, phase: restingPhase(materialOn(env, state, page), state.flow), fault: event.fault, side: null, instead: null, ...told } });
    }
    case 'material-bound': {
      if (page.at !== 'materials' || page.phase !== 'binding' || page.materialId !== event.materialId || state.flow === null) return stay(state);
      const { document } = event;
      if (document === null) return stay({ ...state, activeAt: env.now, page: { ...page, phase: restingPhase(materialOn(env, state, page), state.flow), fault: event.fault, unbound: true } });
      const flow = { ...state.flow, materials: state.flow.materials.map((material) => (material.id === event.materialId ? { ...material, document } : material)) };
      return stay(afterMaterial({ ...state, activeAt: env.now, flow }, env, event.materialId, page.fromCheck));
    }
    case 'submitted':
      if (page.at !== 'working' || state.flow === null) return stay(state);
      return {
        state: { ...state, activeAt: env.now, page: donePage(state.flow.caseId, event.submission, event.promisedBy, { slip: { state: 'waiting', fault: null, copies: 0 }, certificate: null }, false) },
        effects: [{ do: 'print-slip' }],
      };
    case 'store-failed':
      if (page.at !== 'working') return stay(state);
      return stay({ ...state, page: { at: 'fault', fault: event.fault, device: null, caseNumber: null, sheets: null, safe: 'draft-kept', doubt: null, retry: 'submit', slip: null } });
    case 'issued':
      if (page.at !== 'working' || page.what !== 'issuing' || state.flow === null) return stay(state);
      return { state: { ...state, page: { at: 'working', what: 'making', progress: null } }, effects: [{ do: 'print-certificate', caseId: state.flow.caseId }] };
    case 'issue-failed':
      if (page.at !== 'working' || page.what !== 'issuing') return stay(state);
      return stay({ ...state, page: { at: 'fault', fault: event.refused ? 'refused' : 'offline', device: null, caseNumber: null, sheets: null, safe: 'nothing-begun', doubt: null, retry: event.refused ? null : 'issue', slip: null } });
    case 'slip-changed':
      if (event.caseId === null || !concerns(state, event.caseId)) return stay(state);
      if (page.at === 'done' && page.slip !== null) return stay({ ...state, activeAt: env.now, page: { ...page, slip: event.paper } });
      return stay(page.at === 'fault' ? { ...state, page: { ...page, slip: event.paper } } : state);
    case 'certificate-making':
      return stay(page.at === 'working' ? { ...state, page: { at: 'working', what: 'making', progress: null } } : state);
    case 'certificate-printing':
      return stay(page.at === 'working' ? { ...state, page: { at: 'working', what: 'printing', progress: { done: event.done, total: event.total } } } : state);
    case 'certificate-printed':
      if (page.at !== 'working' || !concerns(state, event.caseId)) return stay(state);
      return stay({
        ...state,
        activeAt: env.now,
        page: donePage(event.caseId, event.stored, null, { slip: null, certificate: { state: 'take', fault: null, copies: 1 } }, true),
      });
    case 'certificate-failed':
      if (page.at !== 'working' || !concerns(state, event.caseId)) return stay(state);
      return {
        state: {
          ...state,
          activeAt: env.now,
          page: {
            at: 'fault',
            fault: event.fault,
            device: event.device,
            caseNumber: event.caseNumber,
            sheets: event.sheets,
            safe: 'stored',
            doubt: event.doubt,
            retry: event.doubt === null ? 'certificate' : null,
            slip: event.doubt === null ? null : { state: 'waiting', fault: null, copies: 0 },
          },
        },
        effects: event.doubt === null ? [] : [{ do: 'print-doubt-slip' }],
      };
    case 'number-taken':
    case 'number-refused':
    case 'ticket-changed':
    case 'ticket-paper':
    case 'code-checked':
    case 'number-given-back':
      return onNumberWorld(state, event, env);
    case 'times-found':
    case 'time-booked':
    case 'time-not-booked':
    case 'booked-number':
    case 'appointment-paper':
      return onBookingWorld(state, event, env);
    case 'originals-listed':
    case 'original-found':
    case 'fetch-changed':
      return onPickUpWorld(state, event, env);
    case 'code-shown':
      return onCodeShown(state, event, env);
    case 'case-changed': {
      const { record } = event;
      const cases = state.cases.map((known) => (known.caseId === record.caseId ? record : known));
      const open = state.open?.caseId === record.caseId ? record : state.open;
      const delivered = page.at === 'done' && page.caseId === record.caseId && record.state !== 'stored' && record.state !== 'draft';
      return stay({ ...state, cases, open, page: delivered ? { ...page, atPlatform: true } : page });
    }
  }
};
