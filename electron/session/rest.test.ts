import { describe, expect, it } from 'vitest';
import { World } from './fixtures.ts';
import { wantsCard } from './machine.ts';
import { wantsCode } from './codes.ts';
import { viewOf } from './view.ts';

/** Nobody has been near for an hour. */
const alone = (): World => {
  const world = new World();
  world.alone = { forMs: 3_600_000, restAfterMs: 120_000 };
  return world;
};
const resting = (): World => {
  const world = alone();
  world.wait(1);
  expect(world.state.page).toEqual({ at: 'rest' });
  return world;
};

describe('the home page while nobody is near', () => {
  it('goes quiet after the stated time, and not before; never where nobody can tell', () => {
    const world = alone();
    world.alone = { forMs: 119_000, restAfterMs: 120_000 };
    world.wait(1);
    expect(world.state.page.at).toBe('home');
    world.alone = { forMs: 120_000, restAfterMs: 120_000 };
    world.wait(1);
    expect(world.state.page.at).toBe('rest');
    const blind = new World();
    blind.wait(100_000);
    expect(blind.state.page.at).toBe('home');
  });

  it('shows nothing of anybody, and is no session', () => {
    const { screen, inSession } = viewOf(resting().state, { ...resting().env(), nowText: '2026-11-22T10:24:09+08:00', clockKnown: true, pageDevices: [] }, 1);
    expect([screen, inSession]).toEqual([{ kind: 'rest' }, false]);
  });

  it('never goes quiet under a session, on another page, or while a card is read', () => {
    const inSession = alone();
    inSession.layCard();
    inSession.wait(5);
    expect(inSession.state.page.at).toBe('mine');
    const elsewhere = alone();
    elsewhere.touch({ type: 'open-items', entry: 'all' });
    elsewhere.wait(5);
    expect(elsewhere.state.page.at).toBe('items');
    const reading = alone();
    reading.on({ type: 'card-found' });
    reading.wait(5);
    expect(reading.state.page).toEqual({ at: 'home', reader: 'reading' });
  });

  it('wakes at once by somebody near, a touch, a card, a code', () => {
    const near = resting();
    near.on({ type: 'presence', near: true });
    expect(near.state.page).toEqual({ at: 'home', reader: 'waiting' });
    const touched = resting();
    touched.touch({ type: 'touch' });
    expect(touched.state.page.at).toBe('home');
    const card = resting();
    expect(wantsCard(card.state) && wantsCode(card.state)).toBe(true);
    card.layCard();
    expect(card.state.page.at).toBe('mine');
    const code = resting();
    code.on({ type: 'code-shown', text: '6901234567892', kind: 'unknown' });
    expect(code.state.page).toEqual({ at: 'code', found: 'unknown' });
  });

  it('wakes when the sensor is gone, and not by a reader that has nothing to say', () => {
    const world = resting();
    world.on({ type: 'card-failed', fault: 'no-media' });
    world.on({ type: 'card-failed', fault: 'disconnected' });
    world.on({ type: 'presence', near: false });
    expect(world.state.page.at).toBe('rest');
    world.alone = null;
    world.wait(1);
    expect(world.state.page.at).toBe('home');
  });
});

describe('a reader that is well again', () => {
  it('waits for a card on the home page and where a card is asked for, and changes nothing elsewhere', () => {
    const world = new World();
    world.on({ type: 'card-failed', fault: 'not-responding' });
    expect(world.state.page).toMatchObject({ at: 'home', reader: 'failed' });
    world.on({ type: 'reader-back' });
    expect(world.state.page).toMatchObject({ at: 'home', reader: 'waiting' });
    world.touch({ type: 'open-mine' });
    world.on({ type: 'card-failed', fault: 'not-responding' });
    expect(world.state.page).toMatchObject({ at: 'card', state: 'failed', fault: 'not-responding' });
    world.on({ type: 'reader-back' });
    expect(world.state.page).toMatchObject({ at: 'card', state: 'waiting', fault: null });
  });
});
