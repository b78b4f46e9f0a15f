/** Papers that become one document: several pages, and both sides of a card. */
import { describe, expect, it } from 'vitest';
import { config, DOCUMENT, draft, scannedPage, World } from './fixtures.ts';
import { isActing } from './machine.ts';
import type { Effect } from './state.ts';
import { viewOf } from './view.ts';

const screen = (world: World) => {
  const { screen: shown } = viewOf(world.state, { ...world.env(), nowText: '2026-11-22T03:12:00+08:00', clockKnown: true, pageDevices: [] }, 1);
  if (shown.kind !== 'materials') throw new Error(shown.kind);
  return shown;
};
/** At the labour contract of the housing application: several pages in one document. */
const atContract = (): World => {
  const world = new World();
  world.toForm();
  world.answerAll();
  expect(screen(world)).toMatchObject({ phase: 'insert', material: { id: 'labour-contract', kind: 'several-pages', maxPages: 12 } });
  return world;
};
/** At the spouse's card: both sides on one page. */
const atCard = (): World => {
  const world = atContract();
  for (const _ of ['contract', 'income']) {
    world.scan('one');
    world.accept();
  }
  expect(screen(world)).toMatchObject({ phase: 'insert', side: 'front', material: { id: 'spouse-id-card', kind: 'id-copy' } });
  return world;
};
const ids = (world: World): string[] => screen(world).pages.map(({ id }) => id.replace(/^.*-/, ''));
const orderOf = (effects: Effect[]) => effects.flatMap((effect) => (effect.do === 'scan' ? [{ ...effect.order, maxPages: effect.maxPages }] : []))[0];

describe('several pages', () => {
  it('are scanned until the feeder is empty, more may follow, and what is left out is told', () => {
    const world = atContract();
    expect(orderOf(world.touch({ type: 'scan' }))).toEqual({ source: 'auto', color: 'color', dpi: 200, side: null, instead: null, maxPages: 12 });
    for (const id of ['a', 'b', 'c']) world.on({ type: 'page-scanned', materialId: 'labour-contract', page: scannedPage(id) });
    world.on({ type: 'scan-ended', fault: null, dropped: 2 });
    expect(screen(world)).toMatchObject({ phase: 'review', dropped: 2, over: false });
    expect(orderOf(world.touch({ type: 'scan' }))).toMatchObject({ maxPages: 9 });
    world.on({ type: 'page-scanned', materialId: 'labour-contract', page: scannedPage('d') });
    world.on({ type: 'scan-ended', fault: null, over: true });
    expect(ids(world)).toEqual(['a', 'b', 'c', 'd']);
    expect(screen(world)).toMatchObject({ dropped: 0, over: true });
  });

  it('keep those that were scanned before a jam, and go on after it', () => {
    const world = atContract();
    world.touch({ type: 'scan' });
    for (const id of ['a', 'b']) world.on({ type: 'page-scanned', materialId: 'labour-contract', page: scannedPage(id) });
    world.on({ type: 'scan-ended', fault: 'feeder-jam', dropped: 0 });
    expect(screen(world)).toMatchObject({ phase: 'review', fault: 'feeder-jam', pages: [{ id: 'a' }, { id: 'b' }] });
    world.scan('c');
    expect(ids(world)).toEqual(['a', 'b', 'c']);
    expect(screen(world).fault).toBeNull();
  });

  it('are scanned anew one at a time: the page keeps its place, and the old one stays until the new one is there', () => {
    const world = atContract();
    for (const id of ['a', 'b', 'c']) world.scan(id);
    const effects = world.touch({ type: 'scan', instead: 'labour-contract-b' });
    expect(effects.map((effect) => effect.do)).toEqual(['scan']);
    expect(orderOf(effects)).toMatchObject({ instead: 'labour-contract-b', maxPages: 1 });
    world.on({ type: 'scan-ended', fault: 'feeder-empty' });
    expect(ids(world)).toEqual(['a', 'b', 'c']);
    world.touch({ type: 'scan', instead: 'labour-contract-b' });
    world.on({ type: 'page-scanned', materialId: 'labour-contract', page: scannedPage('x-B'), instead: 'labour-contract-b' });
    world.on({ type: 'scan-ended', fault: null });
    expect(ids(world)).toEqual(['a', 'B', 'c']);
  });

  it('become one document when the citizen says yes, and only then the next paper is asked for', () => {
    const world = atContract();
    world.scan('a');
    world.scan('b');
    expect(world.touch({ type: 'material-done' })).toEqual([{ do: 'bind-material', materialId: 'labour-contract', kind: 'several-pages', pages: ['labour-contract-a', 'labour-contract-b'] }]);
    expect(screen(world).phase).toBe('binding');
    expect(isActing(world.state)).toBe(true);
    for (const event of [{ type: 'scan' }, { type: 'material-done' }, { type: 'back' }, { type: 'remove-page', page: 'labour-contract-a' }] as const) expect(world.touch(event)).toEqual([]);
    expect(screen(world).phase).toBe('binding');
    world.on({ type: 'material-bound', materialId: 'income-statement', document: DOCUMENT, fault: null });
    expect(screen(world).phase).toBe('binding');
    world.on({ type: 'material-bound', materialId: 'labour-contract', document: DOCUMENT, fault: null });
    expect(screen(world)).toMatchObject({ phase: 'insert', material: { id: 'income-statement' } });
    // Seen again unchanged, nothing is made anew.
    world.touch({ type: 'back' });
    expect(screen(world)).toMatchObject({ phase: 'review', material: { id: 'labour-contract' } });
    expect(world.touch({ type: 'material-done' })).toEqual([]);
    expect(screen(world).material.id).toBe('income-statement');
  });

  it('that cannot become one are told as what is wrong, and a page can be taken out', () => {
    const world = atContract();
    world.scan('a');
    world.touch({ type: 'material-done' });
    world.on({ type: 'material-bound', materialId: 'labour-contract', document: null, fault: 'media-too-large' });
    expect(screen(world)).toMatchObject({ phase: 'review', fault: 'media-too-large', unbound: true });
    expect(world.touch({ type: 'remove-page', page: 'labour-contract-a' })).toEqual([{ do: 'remove-page', page: 'labour-contract-a' }]);
  });

  it('are bound again after a page changed, before anything can be signed', () => {
    const world = atContract();
    world.scanAll();
    expect(world.state.page.at).toBe('check');
    // The record says so after a page was taken out, added or moved.
    world.on({ type: 'materials-changed', materials: world.state.flow!.materials.map(({ id, how, pages }) => ({ id, how, pages })) });
    world.touch({ type: 'all-correct' });
    expect(screen(world)).toMatchObject({ phase: 'review', material: { id: 'labour-contract' }, fromCheck: true });
    world.accept();
    world.accept();
    expect(world.state.page.at).toBe('check');
  });
});

describe('a copy of a card', () => {
  it('asks for the front, then for the back, from the glass, and shows both together', () => {
    const world = atCard();
    expect(orderOf(world.touch({ type: 'scan' }))).toEqual({ source: 'platen', color: 'color', dpi: 300, side: 'front', instead: null, maxPages: 1 });
    expect(screen(world)).toMatchObject({ phase: 'scanning', side: 'front' });
    world.on({ type: 'page-scanned', materialId: 'spouse-id-card', page: { ...scannedPage('f'), side: 'front' } });
    world.on({ type: 'scan-ended', fault: null });
    expect(screen(world)).toMatchObject({ phase: 'insert', side: 'back', pages: [{ id: 'f', side: 'front' }] });
    expect(world.touch({ type: 'material-done' })).toEqual([]);
    world.scan('b');
    expect(screen(world)).toMatchObject({ phase: 'review', side: null, pages: [{ side: 'front' }, { side: 'back' }] });
    expect(world.touch({ type: 'material-done' })).toMatchObject([{ do: 'bind-material', kind: 'id-copy', pages: ['f', 'spouse-id-card-b'] }]);
    world.on({ type: 'material-bound', materialId: 'spouse-id-card', document: DOCUMENT, fault: null });
    expect(world.state.page.at).toBe('check');
    // On paper the two sides are one page.
    expect(JSON.stringify(viewOf(world.state, { ...world.env(), nowText: '', clockKnown: true, pageDevices: [] }, 1).screen)).toContain('5 份，扫描 3 页');
  });

  it('takes one side again, in its place', () => {
    const world = atCard();
    world.scan('f');
    world.scan('b');
    expect(orderOf(world.touch({ type: 'scan', instead: 'spouse-id-card-f' }))).toMatchObject({ side: 'front', instead: 'spouse-id-card-f' });
    expect(screen(world).side).toBe('front');
    world.on({ type: 'page-scanned', materialId: 'spouse-id-card', page: { ...scannedPage('x-F'), side: 'front' }, instead: 'spouse-id-card-f' });
    world.on({ type: 'scan-ended', fault: null });
    expect(ids(world)).toEqual(['F', 'b']);
    // A card has no other order.
    expect(world.touch({ type: 'move-page', page: 'x-F', by: 1 })).toEqual([]);
  });

  it('that is not seen is told, and the same side asked for again', () => {
    const world = atCard();
    world.touch({ type: 'scan' });
    world.on({ type: 'scan-ended', fault: 'no-media' });
    expect(screen(world)).toMatchObject({ phase: 'insert', side: 'front', fault: 'no-media' });
    world.scan('f');
    world.on({ type: 'materials-changed', materials: [] });
    expect(screen(world)).toMatchObject({ phase: 'insert', side: 'front' });
  });

  it('can be taken under the document camera, side by side', () => {
    const world = atCard();
    world.terminal = { ...config.terminal, devices: [...config.terminal.devices, { id: 'camera', class: 'document-camera', transport: 'page:camera', where: { zh: '右边', en: 'Right' }, options: {} }] };
    expect(world.touch({ type: 'scan', way: 'camera' })).toEqual([]);
    expect(screen(world)).toMatchObject({ phase: 'camera', side: 'front' });
    world.on({ type: 'page-scanned', materialId: 'spouse-id-card', page: { ...scannedPage('f'), side: 'front' } });
    world.on({ type: 'camera-ended', fault: null });
    expect(screen(world)).toMatchObject({ phase: 'insert', side: 'back' });
    expect(screen(world).ways[0]?.way).toBe('camera');
  });

  it('is wanted only of whoever the item wants it of, and goes when it is needless', () => {
    const world = atCard();
    world.scan('f');
    world.scan('b');
    world.accept();
    world.touch({ type: 'change', field: 'maritalStatus' });
    world.touch({ type: 'answer', field: 'maritalStatus', value: 'single' });
    expect(world.touch({ type: 'all-correct' })).toContainEqual({ do: 'drop-material', materialId: 'spouse-id-card' });
    const other = new World();
    other.toForm();
    other.answerAll();
    expect(screen(other).strip.map(({ id }) => id)).toContain('spouse-id-card');
    other.state = { ...other.state, flow: { ...other.state.flow!, answers: { ...other.state.flow!.answers, maritalStatus: { value: 'single', source: 'chosen' } } } };
    expect(screen(other).strip.map(({ id }) => id)).not.toContain('spouse-id-card');
  });

  it('is asked for after a return for correction, with what was sent before to look at', () => {
    const world = new World();
    world.touch({ type: 'open-item', item: 'public-rental-housing' });
    world.layCard();
    const sides = (['front', 'back'] as const).map((side, index) => ({ ...scannedPage(side), side, index }));
    const answered = atCard().state.flow!.answers;
    world.on({ type: 'draft-opened', record: draft('public-rental-housing', { state: 'to-correct', answers: answered, materials: [{ id: 'spouse-id-card', how: 'scan', pages: sides, document: DOCUMENT }], corrections: [{ target: { kind: 'material', id: 'spouse-id-card' }, note: '反面看不清' }] }) });
    expect(screen(world)).toMatchObject({ phase: 'review', correction: { zh: '反面看不清' }, pages: [{ side: 'front' }, { side: 'back' }] });
  });
});

describe('papers changed from the check page', () => {
  const changing = (): World => {
    const world = atContract();
    world.scanAll();
    expect(world.state.page.at).toBe('check');
    world.touch({ type: 'change-materials' });
    return world;
  };

  it('back at the first of them leads to the check page, not into the form', () => {
    const world = changing();
    expect(screen(world).material.id).toBe('labour-contract');
    world.touch({ type: 'back' });
    expect(world.state.page).toEqual({ at: 'check' });
  });

  it('back goes through those before it, also after one was scanned anew', () => {
    const world = changing();
    world.scan('more');
    world.accept();
    expect(screen(world).material.id).toBe('income-statement');
    world.touch({ type: 'back' });
    expect(screen(world).material.id).toBe('labour-contract');
    world.touch({ type: 'back' });
    expect(world.state.page).toEqual({ at: 'check' });
  });

  it('back on the way forward leads into the form, as before', () => {
    const world = atContract();
    world.touch({ type: 'back' });
    expect(world.state.page).toMatchObject({ at: 'question', fromCheck: false });
  });
});
