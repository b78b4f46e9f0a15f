/** The way through one item: which step follows which, read from the item's file. */
import type { Item, Material } from '../../kiosk-config/index.ts';
import type { CaseRecord } from '../cases/types.ts';
import { applies, asked, firstOpen } from './answers.ts';
import { itemOf, type CardSide, type Effect, type Flow, type Page, type SessionEnv, type SessionState, type Step, type Target } from './state.ts';

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

/** Materials that are wanted, given the answers so far. */
export const materialsOf = (item: Item, flow: Pick<Flow, 'answers'>): Material[] => item.materials.filter((material) => applies(material, flow.answers));

/** Materials that must be scanned here. */
export const toScan = (item: Item, flow: Flow): Material[] => materialsOf(item, flow).filter((material) => howMaterial(material, flow) === 'scan');

export const pagesOf = (flow: Flow, materialId: string): CaseRecord['materials'][number]['pages'] => flow.materials.find((material) => material.id === materialId)?.pages ?? [];

/** Is the document there that is sent in place of these pages? Pictures are sent as they are, and of nothing nothing is made. */
export const isBound = (material: Material, flow: Flow): boolean => {
  const given = flow.materials.find(({ id }) => id === material.id);
  return material.kind === 'pictures' || given === undefined || given.pages.length === 0 || given.document !== undefined;
};

const complete = (material: Material, flow: Flow): boolean => pagesOf(flow, material.id).length >= (material.required ? material.pages.min : 0) && isBound(material, flow);

/** Pages that a material comes to on paper: both sides of a card are one. */
export const paperCount = (material: Pick<Material, 'kind'>, pages: readonly unknown[]): number => (material.kind === 'id-copy' ? Math.min(1, pages.length) : pages.length);

/** The side of a card that is still wanted; null: both are there, or it is no card. */
export const nextSide = (material: Material, flow: Flow): CardSide | null => {
  if (material.kind !== 'id-copy') return null;
  const there = pagesOf(flow, material.id).map(({ side }) => side);
  return (['front', 'back'] as const).find((side) => !there.includes(side)) ?? null;
};

/** Pages are looked at together; of a card, when both sides are there. */
export const restingPhase = (material: Material | undefined, flow: Flow): 'insert' | 'review' =>
  material !== undefined && pagesOf(flow, material.id).length > 0 && nextSide(material, flow) === null ? 'review' : 'insert';

/** `changing`: reached from the check page's link, which leads through all of them. */
export const materialsPage = (flow: Flow, material: Material, fromCheck: boolean, changing = false): Page => ({
  at: 'materials',
  materialId: material.id,
  phase: restingPhase(material, flow),
  way: null,
  fault: null,
  fromCheck,
  ...(changing ? { changing } : {}),
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
      return open === undefined ? null : materialsPage(flow, open, false);
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
  const material = materialsOf(item, flow).find(({ id }) => id === target.id);
  return material === undefined ? null : materialsPage(flow, material, true);
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
  if (missing !== undefined) return { ...state, flow, page: materialsPage(flow, missing, true) };
  return { ...state, flow, page: { at: 'check' } };
};

/** The material is given: the next one, what follows the materials, or back to where it was opened from. */
export const afterMaterial = (state: SessionState, env: SessionEnv, materialId: string, fromCheck: boolean): SessionState => {
  if (fromCheck) return backToCheck(state, env);
  const item = flowItem(env, state);
  const flow = flowOf(state);
  const list = toScan(item, flow);
  const following = list[list.findIndex(({ id }) => id === materialId) + 1];
  return { ...state, page: following === undefined ? (pageAfter('materials', item, flow) ?? { at: 'check' }) : materialsPage(flow, following, false, state.page.at === 'materials' && state.page.changing === true) };
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
