import { describe, expect, it } from 'vitest';
import type { Fetchable } from '../lockers/types.ts';
import { RESIDENT, World } from './fixtures.ts';
import { isActing, wantsCard } from './machine.ts';
import { wantsCode } from './codes.ts';
import { viewOf } from './view.ts';

const screen = (world: World) => viewOf(world.state, { ...world.env(), nowText: '2026-11-22T03:12:00+08:00', clockKnown: true, pageDevices: [] }, 1).screen;
const original = (document: string, more: Partial<Fetchable> = {}): Fetchable => ({ document, caseNumber: '2026112200500012', itemName: { zh: '公租房申请', en: 'Public rental housing' }, cell: '12', where: { zh: '机器左边的取件柜', en: 'The cabinet' }, ready: true, ...more });

/** From home to the list, by card. */
const listed = (originals: Fetchable[]): World => {
  const world = new World();
  world.touch({ type: 'open-pick-up' });
  expect(world.layCard()).toEqual([{ do: 'list-originals' }]);
  world.on({ type: 'originals-listed', originals });
  return world;
};

describe('fetching an original', () => {
  it('by card: one touch opens one cell, and it is over when the door was seen closed', () => {
    const world = listed([original('a'), original('b', { cell: '3' })]);
    expect(screen(world)).toMatchObject({ kind: 'pick-ups', closed: [], byCode: false, originals: [{ document: 'a', cell: '12' }, { document: 'b', cell: '3' }] });
    expect(world.touch({ type: 'fetch', document: 'a' })).toEqual([{ do: 'hand-over', document: 'a' }]);
    expect(isActing(world.state)).toBe(true);
    // Nothing is opened twice, and nobody leaves while a cell is being opened for him.
    expect([world.touch({ type: 'fetch', document: 'a' }), world.touch({ type: 'leave' }), world.touch({ type: 'home' }), world.touch({ type: 'back' })].flat()).toEqual([]);
    expect(screen(world)).toMatchObject({ kind: 'fetch', cell: '12', step: 'opening', others: 1 });
    world.on({ type: 'fetch-changed', document: 'b', fate: 'collected' });
    world.on({ type: 'fetch-changed', document: 'a', fate: 'open' });
    expect(screen(world)).toMatchObject({ step: 'open' });
    expect(world.touch({ type: 'back' })).toEqual([]);
    expect(screen(world)).toMatchObject({ step: 'open' });
    world.on({ type: 'fetch-changed', document: 'a', fate: 'collected' });
    expect(screen(world)).toMatchObject({ step: 'collected', others: 1 });
    world.touch({ type: 'back' });
    expect(screen(world)).toMatchObject({ kind: 'pick-ups', originals: [{ document: 'b' }] });
    expect(world.touch({ type: 'leave' }).map((effect) => effect.do)).toContain('end');
    expect(JSON.stringify(world.state)).not.toContain('公租房');
  });

  it('that is nobody else\'s: what was not listed is not opened, nor what staff must look at first', () => {
    const world = listed([original('a', { ready: false })]);
    expect([world.touch({ type: 'fetch', document: 'a' }), world.touch({ type: 'fetch', document: 'stranger' })]).toEqual([[], []]);
  });

  it.each([
    ['opening', 'refused', 'not-opened', true],
    ['opening', 'loaded', 'not-opened', true],
    ['opening', 'doubtful', 'stuck', false],
    ['open', 'loaded', 'inside', true],
    ['open', 'doubtful', 'left-open', false],
    ['open', 'gone', 'left-open', false],
  ] as const)('while %s, and the locker says %s: %s', (before, fate, step, again) => {
    const world = listed([original('a')]);
    world.touch({ type: 'fetch', document: 'a' });
    if (before === 'open') world.on({ type: 'fetch-changed', document: 'a', fate: 'open' });
    world.on({ type: 'fetch-changed', document: 'a', fate });
    expect(screen(world)).toMatchObject({ step });
    expect(isActing(world.state)).toBe(false);
    // What came later does not undo what was told.
    world.on({ type: 'fetch-changed', document: 'a', fate: 'opening' });
    expect(screen(world)).toMatchObject({ step });
    world.touch({ type: 'back' });
    expect(world.touch({ type: 'fetch', document: 'a' })).toHaveLength(again ? 1 : 0);
  });

  it('by its code, where the hall lets the code alone do: without a card, and gone with the session', () => {
    const world = new World();
    expect(wantsCode(world.state)).toBe(true);
    expect(world.on({ type: 'code-shown', text: 'QJ12345678', kind: 'pick-up' })).toEqual([{ do: 'find-original', code: 'QJ12345678' }]);
    expect(JSON.stringify(world.state)).not.toContain('QJ12345678');
    world.on({ type: 'original-found', original: original('a'), sessionId: 'one', tooOften: false });
    expect(world.state).toMatchObject({ id: 'one', person: null });
    expect(screen(world)).toMatchObject({ kind: 'pick-ups', byCode: true, originals: [{ document: 'a' }] });
    expect(world.touch({ type: 'fetch', document: 'a' })).toHaveLength(1);
    world.on({ type: 'fetch-changed', document: 'a', fate: 'open' });
    world.wait(200);
    expect(world.state.id).toBeNull();
  });

  it('a code that names nothing is told; after too many the card is wanted', () => {
    const world = new World();
    world.on({ type: 'code-shown', text: 'QJ00000000', kind: 'pick-up' });
    world.on({ type: 'original-found', original: null, sessionId: 'one', tooOften: false });
    expect(world.state).toMatchObject({ id: null, page: { at: 'code', found: 'pick-up-unknown' } });
    world.on({ type: 'code-shown', text: 'QJ00000001', kind: 'pick-up' });
    world.on({ type: 'original-found', original: null, sessionId: 'two', tooOften: true });
    expect(screen(world)).toMatchObject({ kind: 'card', forPickUp: true });
    expect(wantsCard(world.state)).toBe(true);
  });

  it('where the code alone is not enough, it asks for the card', () => {
    const world = new World();
    world.pickUp = { ...world.pickUp!, codeAlone: false };
    expect(world.on({ type: 'code-shown', text: 'QJ12345678', kind: 'pick-up' })).toEqual([]);
    expect(screen(world)).toMatchObject({ kind: 'card', forPickUp: true, codeWhere: null });
    expect(world.on({ type: 'code-shown', text: 'QJ12345678', kind: 'pick-up' })).toEqual([]);
    world.layCard();
    world.on({ type: 'originals-listed', originals: [] });
    expect(screen(world)).toMatchObject({ kind: 'pick-ups', originals: [] });
  });

  it('a locker that does not work is closed with its reason, and a terminal without one offers nothing', () => {
    const world = new World();
    world.pickUp = { ...world.pickUp!, open: false, reasons: [{ kind: 'hardware', device: 'locker', condition: 'not-responding', remedy: 'reset', since: null }] };
    expect(screen(world)).toMatchObject({ kind: 'home', pickUp: 'closed' });
    world.touch({ type: 'open-pick-up' });
    expect(screen(world)).toMatchObject({ kind: 'pick-ups', closed: [{ device: 'locker' }] });
    world.touch({ type: 'back' });
    world.pickUp = null;
    expect(screen(world)).toMatchObject({ kind: 'home', pickUp: null });
    world.touch({ type: 'open-pick-up' });
    expect(world.state.page.at).toBe('home');
    world.on({ type: 'code-shown', text: 'QJ12345678', kind: 'pick-up' });
    expect(world.state.page).toEqual({ at: 'code', found: 'pick-up' });
  });

  it('is told on one\'s own page after the card', () => {
    const world = new World();
    expect(world.layCard().map((effect) => effect.do)).toEqual(['list-cases', 'list-originals']);
    world.on({ type: 'originals-listed', originals: [original('a')] });
    expect(screen(world)).toMatchObject({ kind: 'mine', name: RESIDENT.name, pickUp: 1 });
    expect(world.touch({ type: 'open-pick-up' })).toEqual([{ do: 'list-originals' }]);
  });

  it('by the word of whoever stands there, where no door can be seen', () => {
    const world = listed([original('a')]);
    world.pickUp = { ...world.pickUp!, watched: false };
    world.touch({ type: 'fetch', document: 'a' });
    expect(world.touch({ type: 'fetched' })).toEqual([]);
    world.on({ type: 'fetch-changed', document: 'a', fate: 'open' });
    expect(world.touch({ type: 'fetched' })).toEqual([{ do: 'original-taken', document: 'a' }]);
  });
});
