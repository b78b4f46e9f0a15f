/** What each touch means on each page. A touch that means nothing there changes nothing. */
import type { CitizenEvent } from './page-contract.ts';
import { asked, changeable, firstOpen, judge, standing } from './answers.ts';
import { afterMaterial, backToCheck, beginItem, flowItem, flowOf, isBound, materialsOf, materialsPage, nextSide, pageAfter, pageBefore, pagesOf, questionPage, restingPhase, toScan } from './flow.ts';
import { endSession, homeWithoutCard } from './idle.ts';
import { fenOf } from './money.ts';
import { scanWays } from './scan-ways.ts';
import { bookingBack, onBookingTouch } from './booking.ts';
import { numberBack, onNumberTouch } from './numbers.ts';
import { isFetching, onPickUpTouch, pickUpBack } from './pick-up.ts';
import { nobody, type Effect, type Page, type ScanOrder, type SessionEnv, type SessionState, type Step } from './state.ts';

const stay = (state: SessionState): Step => ({ state, effects: [] });
const go = (state: SessionState, page: Page): Step => ({ state: { ...state, page }, effects: [] });

/** Pages that must not be left by a touch: something is being done that has to come to its end. */
const busy = (state: SessionState): boolean => state.page.at === 'working' || state.page.at === 'take-card' || isFetching(state.page);

/** Home: one's own page for whoever laid a card. A session of a ticket alone ends there: nobody is known. */
const goHome = (state: SessionState, env: SessionEnv): Step =>
  state.id === null
    ? stay({ ...nobody(env.now), language: state.language, elder: state.elder, spoken: state.spoken })
    : state.person === null
      ? endSession(state, env, 'home')
      : stay({ ...state, flow: null, open: null, page: { at: 'mine' } });

const onBack = (state: SessionState, env: SessionEnv): Step => {
  const { page } = state;
  const number = numberBack(state, env) ?? bookingBack(state);
  if (number !== null) return go(state, number);
  const pickUp = pickUpBack(state);
  if (pickUp !== null) return pickUp;
  switch (page.at) {
    case 'items':
      return page.back === undefined ? goHome(state, env) : go(state, page.back);
    case 'number':
    case 'number-back':
    case 'pick-ups':
    case 'code':
      return goHome(state, env);
    case 'card':
      return homeWithoutCard(state, env) ?? goHome(state, env);
    case 'guide':
    case 'closed':
      return go(state, page.back);
    case 'notice':
    case 'confirm':
    case 'result':
    case 'correction':
      return { ...goHome(state, env), effects: state.id === null ? [] : [{ do: 'list-cases' }] };
    case 'question': {
      const item = flowItem(env, state);
      const flow = flowOf(state);
      if (page.fromCheck) return go(state, { at: 'check' });
      const list = asked(item, flow.answers);
      const previous = list[list.findIndex((question) => question.field === page.field) - 1];
      if (previous !== undefined) return go(state, questionPage(previous.field, false));
      const before = pageBefore('form', item, flow);
      return before === null ? goHome(state, env) : go(state, before);
    }
    case 'materials': {
      if (page.phase === 'binding') return stay(state);
      if (page.phase === 'scanning' || page.phase === 'camera') {
        const material = flowItem(env, state).materials.find(({ id }) => id === page.materialId);
        return { state: { ...state, page: { ...page, phase: page.phase === 'scanning' ? 'insert' : restingPhase(material, flowOf(state)) } }, effects: [{ do: 'cancel-scan' }] };
      }
      if (page.fromCheck) return go(state, { at: 'check' });
      const item = flowItem(env, state);
      const flow = flowOf(state);
      const list = toScan(item, flow);
      const previous = list[list.findIndex((material) => material.id === page.materialId) - 1];
      if (previous !== undefined) return go(state, materialsPage(flow, previous, false, page.changing));
      if (page.changing === true) return go(state, { at: 'check' });
      const before = pageBefore('materials', item, flow);
      return before === null ? goHome(state, env) : go(state, before);
    }
    case 'check':
    case 'sign': {
      const before = pageBefore(page.at, flowItem(env, state), flowOf(state));
      return before === null ? goHome(state, env) : go(state, before);
    }
    default:
      return stay(state);
  }
};

const onAnswer = (state: SessionState, said: { field: string; value: string }, env: SessionEnv): Step => {
  const { page } = state;
  if (page.at !== 'question' || page.field !== said.field) return stay(state);
  const item = flowItem(env, state);
  const question = item.form?.questions.find((candidate) => candidate.field === said.field);
  if (question === undefined) return stay(state);
  const typed = said.value.trim();
  // What is no amount is left as typed: the judge finds that it is not a number.
  const value = question.input === 'amount' ? (fenOf(typed) ?? typed) : typed;
  const flow = flowOf(state);
  const error = judge(item, question, value, flow.answers);
  if (error !== null) return go(state, { ...page, tried: typed, error });
  const old = flow.answers[said.field];
  const chosen = question.input === 'choice' || question.quick?.some((quick) => quick.value === value) === true;
  const source = old?.value === value ? old.source : chosen ? 'chosen' : 'typed';
  const answers = { ...flow.answers, [said.field]: { value, source } };
  const answered: SessionState = { ...state, flow: { ...flow, answers } };
  const effects: Step['effects'] = [{ do: 'save-answers' }];
  if (page.fromCheck) return { state: backToCheck(answered, env), effects };
  const list = asked(item, answers);
  const here = list.findIndex((candidate) => candidate.field === said.field);
  const following = list[here + 1] ?? firstOpen(item, answers);
  const after = following === undefined || following === null ? pageAfter('form', item, flowOf(answered)) : questionPage(following.field, false);
  return { state: { ...answered, page: after ?? { at: 'check' } }, effects };
};

const onMaterials = (state: SessionState, said: Extract<CitizenEvent, { type: 'scan' | 'remove-page' | 'move-page' | 'material-done' }>, env: SessionEnv): Step => {
  const { page } = state;
  if (page.at !== 'materials' || page.phase === 'scanning' || page.phase === 'binding') return stay(state);
  const item = flowItem(env, state);
  const flow = flowOf(state);
  const material = item.materials.find((candidate) => candidate.id === page.materialId);
  if (material === undefined) return stay(state);
  const pages = pagesOf(flow, page.materialId);
  switch (said.type) {
    case 'scan': {
      const instead = pages.find((candidate) => candidate.id === (said.instead ?? (page.phase === 'camera' ? page.instead : undefined)));
      const side = instead?.side ?? nextSide(material, flow);
      const room = instead === undefined ? material.pages.max - pages.length : 1;
      const ways = scanWays(env, page.way);
      const way = ways.find((one) => one.way === said.way)?.way ?? ways[0]?.way ?? 'scanner';
      if (room <= 0) return stay(state);
      const begun = { ...page, way, fault: null, side, instead: instead?.id ?? null, dropped: 0, over: false, unbound: false };
      if (way === 'camera') return go(state, { ...begun, phase: 'camera' });
      const order: ScanOrder = { source: side === null ? 'auto' : 'platen', ...material.scan, side, instead: begun.instead };
      return { state: { ...state, page: { ...begun, phase: 'scanning' } }, effects: [{ do: 'scan', materialId: material.id, maxPages: side === null ? room : 1, order }] };
    }
    case 'remove-page':
      return { state, effects: pages.some((candidate) => candidate.id === said.page) ? [{ do: 'remove-page', page: said.page }] : [] };
    case 'move-page':
      return { state, effects: material.kind !== 'id-copy' && pages.some((candidate) => candidate.id === said.page) ? [{ do: 'move-page', page: said.page, by: said.by }] : [] };
    case 'material-done': {
      if (pages.length < (material.required ? material.pages.min : 0)) return stay(state);
      if (material.kind === 'pictures' || isBound(material, flow)) return stay(afterMaterial(state, env, material.id, page.fromCheck));
      return { state: { ...state, page: { ...page, phase: 'binding', fault: null, unbound: false } }, effects: [{ do: 'bind-material', materialId: material.id, kind: material.kind, pages: pages.map(({ id }) => id) }] };
    }
  }
};

const onAllCorrect = (state: SessionState, env: SessionEnv): Step => {
  if (state.page.at !== 'check') return stay(state);
  // Whatever is still open comes first: an incomplete case cannot be signed.
  const checked = backToCheck(state, env);
  if (checked.page.at !== 'check') return stay(checked);
  const item = flowItem(env, checked);
  const flow = { ...flowOf(checked), answers: standing(item, flowOf(checked).answers) };
  // A paper that an answer made needless stays here, like the answers that no longer apply.
  const wanted = new Set(materialsOf(item, flow).map(({ id }) => id));
  const effects: Effect[] = [{ do: 'save-answers' }, ...flow.materials.filter(({ id }) => !wanted.has(id)).map(({ id }) => ({ do: 'drop-material' as const, materialId: id }))];
  const page = pageAfter('check', item, flow);
  if (page !== null) return { state: { ...checked, flow, page }, effects };
  return { state: { ...checked, flow, page: { at: 'working', what: 'saving', progress: null } }, effects: [...effects, { do: 'submit', signature: null }] };
};

const onRetry = (state: SessionState): Step => {
  const { page } = state;
  if (page.at !== 'fault' || page.retry === null) return stay(state);
  if (page.retry === 'issue') return { state: { ...state, page: { at: 'working', what: 'issuing', progress: null } }, effects: [{ do: 'issue' }] };
  if (page.retry === 'submit') return go(state, { at: 'check' });
  const caseId = state.open?.caseId ?? state.flow?.caseId;
  return caseId === undefined ? stay(state) : { state: { ...state, page: { at: 'working', what: 'making', progress: null } }, effects: [{ do: 'print-certificate', caseId }] };
};

/** One touch. `state` has its idle time renewed already. */
export const onCitizen = (state: SessionState, said: CitizenEvent, env: SessionEnv): Step => {
  const { page } = state;
  switch (said.type) {
    case 'touch':
    case 'stay':
    // What stands on a pad is the agent's: a signature comes as `sign`, from wherever it was written.
    case 'sign-on-pad':
    case 'clear-pad':
      return stay(state);
    case 'set-language':
      // Whoever listens is not left in a language that nothing here says.
      return state.spoken && env.speaks.includes(state.language) && !env.speaks.includes(said.language) ? stay(state) : stay({ ...state, language: said.language });
    case 'set-elder':
      return stay({ ...state, elder: said.on });
    case 'set-spoken':
      return said.on && !env.speaks.includes(state.language) ? stay(state) : stay({ ...state, spoken: said.on });
    case 'help':
      return { state: { ...state, help: said.open }, effects: said.open && !state.help ? [{ do: 'help-asked' }] : [] };
    case 'leave':
      return busy(state) ? stay(state) : endSession(state, env, 'left');
    case 'home':
      if (busy(state)) return stay(state);
      if (state.person === null) return homeWithoutCard(state, env) ?? goHome(state, env);
      return { ...goHome(state, env), effects: [{ do: 'cancel-scan' }, { do: 'list-cases' }] };
    case 'back':
      return onBack(state, env);
    case 'open-items':
      if (page.at === 'ticket') return go(state, { at: 'items', entry: said.entry, back: page });
      if (page.at === 'items') return go(state, { ...page, entry: said.entry });
      return page.at === 'home' || page.at === 'mine' ? go(state, { at: 'items', entry: said.entry }) : stay(state);
    case 'open-item':
      if (!env.items.some((item) => item.id === said.item)) return stay(state);
      return page.at === 'home' || page.at === 'items' || page.at === 'guide' || page.at === 'mine' || page.at === 'closed' ? beginItem(state, env, said.item) : stay(state);
    case 'open-guide':
      if (!env.items.some((item) => item.id === said.item) || busy(state)) return stay(state);
      return page.at === 'home' || page.at === 'items' || page.at === 'closed' || page.at === 'mine' ? go(state, { at: 'guide', itemId: said.item, back: page }) : stay(state);
    case 'open-mine':
      if (page.at !== 'home' && page.at !== 'items') return stay(state);
      return state.person === null ? go(state, { at: 'card', itemId: null, state: 'waiting', fault: null }) : { state: { ...state, page: { at: 'mine' } }, effects: [{ do: 'list-cases' }] };
    case 'open-case':
      return page.at === 'mine' && state.cases.some((known) => known.caseNumber === said.caseNumber) ? { state, effects: [{ do: 'open-case', caseNumber: said.caseNumber }] } : stay(state);
    case 'agree': {
      if (page.at !== 'notice') return stay(state);
      const after = pageAfter('notice', flowItem(env, state), flowOf(state));
      return after === null ? stay(state) : go(state, after);
    }
    case 'answer':
      return onAnswer(state, said, env);
    case 'change': {
      if (page.at !== 'check') return stay(state);
      const question = flowItem(env, state).form?.questions.find((candidate) => candidate.field === said.field);
      return question === undefined || !changeable(question, flowOf(state).answers[said.field]) ? stay(state) : go(state, questionPage(said.field, true));
    }
    case 'change-materials': {
      if (page.at !== 'check') return stay(state);
      const first = toScan(flowItem(env, state), flowOf(state))[0];
      return first === undefined ? stay(state) : go(state, materialsPage(flowOf(state), first, false, true));
    }
    case 'scan':
    case 'remove-page':
    case 'move-page':
    case 'material-done':
      return onMaterials(state, said, env);
    case 'all-correct':
      return onAllCorrect(state, env);
    case 'sign':
      if (page.at !== 'sign') return stay(state);
      return {
        state: { ...state, page: { at: 'working', what: 'saving', progress: null } },
        effects: [{ do: 'submit', signature: { strokes: said.strokes, widthMm: said.widthMm, heightMm: said.heightMm } }],
      };
    case 'confirm':
      return page.at === 'confirm' ? { state: { ...state, page: { at: 'working', what: 'issuing', progress: null } }, effects: [{ do: 'issue' }] } : stay(state);
    case 'correct':
      return page.at === 'correction' ? { state: { ...state, page: { at: 'working', what: 'looking-up', progress: null } }, effects: [{ do: 'reopen-case', caseId: page.caseId }] } : stay(state);
    case 'print': {
      if (page.at !== 'result' || state.open === null || state.open.certificate === null || state.open.certificatePrinted) return stay(state);
      if (!env.paperReadiness().open) return stay(state);
      return { state: { ...state, page: { at: 'working', what: 'making', progress: null } }, effects: [{ do: 'print-certificate', caseId: page.caseId }] };
    }
    case 'print-slip':
      if (page.at === 'done' && page.slip !== null && page.slip.state !== 'printing' && page.slip.state !== 'waiting') {
        return { state: { ...state, page: { ...page, slip: { ...page.slip, state: 'printing', fault: null } } }, effects: [{ do: 'print-slip' }] };
      }
      if (page.at === 'fault' && page.doubt !== null && page.slip?.state !== 'printing') {
        return { state: { ...state, page: { ...page, slip: { state: 'printing', fault: null, copies: page.slip?.copies ?? 0 } } }, effects: [{ do: 'print-doubt-slip' }] };
      }
      return stay(state);
    case 'print-places':
      return page.at === 'closed' ? { state, effects: [{ do: 'print-places', itemId: page.itemId }] } : stay(state);
    case 'retry':
      return onRetry(state);
    case 'rate':
      return page.at === 'done' ? { state: { ...state, page: { ...page, rating: said.score } }, effects: [{ do: 'rate', caseId: page.caseId, score: said.score }] } : stay(state);
    case 'open-numbers':
    case 'choose-priority':
    case 'take-number':
    case 'open-check-in':
    case 'check-in':
    case 'print-ticket':
    case 'give-back':
      return onNumberTouch(state, said, env);
    case 'open-pick-up':
    case 'fetch':
    case 'fetched':
      return onPickUpTouch(state, said, env);
    case 'open-times':
    case 'later-times':
    case 'choose-time':
    case 'book':
    case 'print-appointment':
      return onBookingTouch(state, said, env);
    case 'another':
      return page.at === 'done' || page.at === 'fault' ? { state: { ...state, flow: null, open: null, page: { at: 'mine' } }, effects: [{ do: 'list-cases' }] } : stay(state);
  }
};
