/** The way through one item: which step follows which, read from the item's file. */
import type { Item, Material } from '../../kiosk-config/index.ts';
import type { CaseRecord } from '../cases/types.ts';
import { asked, firstOpen } from './answers.ts';
import { itemOf, type Effect, type Flow, type Page, type SessionEnv, type SessionState, type Step, type Target } from './state.ts';

type StepKind = Item['steps'][number];

export const flowItem = (env: SessionEnv, state: SessionState): Item => itemOf(env, flowOf(state).itemId);

/** @throws Error outside an item: only called from pages that exist inside one */
export const flowOf = (state: SessionState): Flow => {
  if (state.flow === null) throw new Error(`page ${state.page.at} without an item`);
  return state.flow;
};

/** How this citizen's copy of a material comes: the first source of the item's list that can give it. */
export const howMaterial = (material: Material, flow: Flow): 'card' | 'platform' | 'scan' =>
  material.from.find((from) => from === 'card' || from === 'scan' || flow.licences.includes(material.id)) ?? 'scan';

/** Materials that must be scanned here. */
export const toScan = (item: Item, flow: Flow): Material[] => item.materials.filter((material) => howMaterial(material, flow) === 'scan');

export const pagesOf = (flow: Flow, materialId: string): CaseRecord['materials'][number]['pages'] => flow.materials.find((material) => material.id === materialId)?.pages ?? [];

const complete = (material: Material, flow: Flow): boolean => pagesOf(flow, material.id).length >= (material.required ? material.pages.min : 0);

export const materialsPage = (flow: Flow, materialId: string, fromCheck: boolean): Page => ({
  at: 'materials',
  materialId,
  phase: pagesOf(flow, materialId).length > 0 ? 'review' : 'insert',
  way: null,
  fault: null,
  fromCheck,
});

export const questionPage = (field: string, fromCheck: boolean): Page => ({ at: 'question', field, fromCheck, tried: null, error: null });

/** The page of a step; null where the step has nothing to ask. `from` says on which side a citizen enters: forward at the first, back at the last. */
const pageOfStep = (step: StepKind, item: Item, flow: Flow, from: 'front' | 'back'): Page | null => {
  switch (step) {
    case 'card':
      return null;
    case 'notice':
      return item.notice === undefined ? null : { at: 'notice' };
    case 'form': {
      const list = asked(item, flow.answers);
      const open = from === 'front' ? (firstOpen(item, flow.answers) ?? (flow.resumedFrom === null ? list[0] : undefined)) : list.at(-1);
      return open === undefined ? null : questionPage(open.field, false);
    }
    case 'materials': {
      const list = toScan(item, flow);
      const open = from === 'front' ? list.find((material) => !complete(material, flow)) : list.at(-1);
      return open === undefined ? null : materialsPage(flow, open.id, false);
    }
    case 'check':
      return { at: 'check' };
    case 'sign':
      return { at: 'sign' };
    case 'issue':
      return { at: 'confirm' };
    case 'submit':
      return null;
  }
};

/** The page after `step`, skipping steps with nothing to ask. An item's last page ends in submission or issue, so there always is one. */
export const pageAfter = (step: StepKind, item: Item, flow: Flow): Page | null => {
  for (const next of item.steps.slice(item.steps.indexOf(step) + 1)) {
    const page = pageOfStep(next, item, flow, 'front');
    if (page !== null) return page;
  }
  return null;
};

/** The page before `step`; null: the item's beginning. */
export const pageBefore = (step: StepKind, item: Item, flow: Flow): Page | null => {
  for (const previous of item.steps.slice(0, item.steps.indexOf(step)).reverse()) {
    const page = pageOfStep(previous, item, flow, 'back');
    if (page !== null) return page;
  }
  return null;
};

const targetPage = (target: Target, item: Item, flow: Flow): Page | null => {
  if (target.kind === 'field') {
    const question = item.form?.questions.find((candidate) => candidate.field === target.id);
    return question === undefined || question.input === 'none' ? null : questionPage(question.field, true);
  }
  return item.materials.some((material) => material.id === target.id) ? materialsPage(flow, target.id, true) : null;
};

/** After a change asked from the check page or by a reviewer: the next thing to correct, a question that became open, or the check page. */
export const backToCheck = (state: SessionState, env: SessionEnv): SessionState => {
  const item = flowItem(env, state);
  let flow = flowOf(state);
  for (;;) {
    const [target, ...rest] = flow.pending;
    if (target === undefined) break;
    flow = { ...flow, pending: rest };
    const page = targetPage(target, item, flow);
    if (page !== null) return { ...state, flow, page };
  }
  const open = firstOpen(item, flow.answers);
  if (open !== null) return { ...state, flow, page: questionPage(open.field, true) };
  const missing = toScan(item, flow).find((material) => !complete(material, flow));
  if (missing !== undefined) return { ...state, flow, page: materialsPage(flow, missing.id, true) };
  return { ...state, flow, page: { at: 'check' } };
};

/** Begins an item for a person who is known: its closed page, or its draft. */
export const beginItem = (state: SessionState, env: SessionEnv, itemId: string): Step => {
  const item = itemOf(env, itemId);
  if (!env.readiness(itemId).open) return { state: { ...state, page: { at: 'closed', itemId, back: state.page } }, effects: [] };
  if (state.person === null) return { state: { ...state, page: { at: 'card', itemId, state: 'waiting', fault: null } }, effects: [] };
  if (!item.acceptedCards.includes(state.person.kind)) {
    return { state: { ...state, page: { at: 'card', itemId, state: 'not-accepted', fault: null } }, effects: [] };
  }
  const effects: Effect[] = [{ do: 'open-draft', itemId }];
  return { state: { ...state, page: { at: 'working', what: 'looking-up', progress: null } }, effects };
};

/** Which rail steps an item shows, and where on it the citizen is. */
export const railOf = (item: Item, page: Page): { steps: ('card' | 'form' | 'materials' | 'check' | 'sign' | 'done' | 'print')[]; current: number } => {
  const steps: ('card' | 'form' | 'materials' | 'check' | 'sign' | 'done' | 'print')[] = [];
  for (const step of item.steps) {
    if (step === 'card' || step === 'form' || step === 'materials' || step === 'check' || step === 'sign') steps.push(step);
    if (step === 'submit') steps.push('done');
    if (step === 'issue') steps.push('check', 'print');
  }
  const here = ((): (typeof steps)[number] => {
    switch (page.at) {
      case 'question':
      case 'notice':
        return 'form';
      case 'materials':
        return 'materials';
      case 'check':
      case 'confirm':
        return 'check';
      case 'sign':
        return 'sign';
      case 'working':
        return page.what === 'looking-up' ? 'card' : page.what === 'saving' ? 'done' : 'print';
      case 'done':
        return steps.includes('done') ? 'done' : 'print';
      default:
        return 'card';
    }
  })();
  return { steps, current: Math.max(0, steps.indexOf(here)) };
};
