import { describe, expect, it } from 'vitest';
import { TICKET, World } from './fixtures.ts';
import { wantsCard } from './machine.ts';
import { wantsCode } from './codes.ts';
import type { Screen } from './page-contract.ts';
import { viewOf } from './view.ts';

const screen = (world: World): Screen => viewOf(world.state, { ...world.env(), nowText: '2026-11-22T10:24:09+08:00', clockKnown: true, pageDevices: [] }, 1).screen;
const ADDRESS = 'https://hall/ticket/?t=1';
const shown = (text: string, kind: 'payment' | 'identity' | 'pick-up' | 'appointment' | 'unknown' = 'unknown') => ({ type: 'code-shown', text, kind }) as const;

describe('a code shown on the home page', () => {
  it('a ticket of this hall opens as it stands now, and is neither printed nor kept again', () => {
    const world = new World();
    world.codes = { [ADDRESS]: { ticket: TICKET, code: ADDRESS } };
    expect(wantsCode(world.state)).toBe(true);
    expect(world.on(shown(ADDRESS)).map((one) => one.do)).toEqual(['find-times']);
    expect(screen(world)).toMatchObject({ kind: 'ticket', ticket: { number: 'B047' }, canPrint: false });
    expect(world.state.id).toBe(null);
    expect(world.touch({ type: 'give-back' })).toMatchObject([{ do: 'give-back', unseen: false }]);
  });

  it('a ticket of another hall, and one that is over, are told for what they are', () => {
    for (const [ticket, found] of [['other-hall', 'other-hall'], ['over', 'ticket-over']] as const) {
      const world = new World();
      world.codes = { [ADDRESS]: ticket };
      world.on(shown(ADDRESS));
      expect(screen(world)).toMatchObject({ kind: 'code', found });
    }
  });

  it('a code of an appointment checks in, and what the hall refuses is told', () => {
    const world = new World();
    expect(world.on(shown('Y0011AABBCCDD', 'appointment'))).toEqual([{ do: 'check-in', code: 'Y0011AABBCCDD', priority: null }]);
    expect(JSON.stringify(world.state)).not.toContain('0011');
    world.on({ type: 'number-refused', refusal: 'other-day' });
    expect(screen(world)).toMatchObject({ kind: 'check-in', refusal: 'other-day' });
  });

  it.each([
    ['payment', '134567890123456789', 'payment'],
    ['pick-up', '12-3-456', 'pick-up'],
    ['identity', 'someone', 'identity'],
    ['unknown', 'HALL24.1.qingxi', 'slip'],
    ['unknown', '6901234567892', 'unknown'],
  ] as const)('a code of kind %s goes nowhere and is not kept', (kind, text, found) => {
    const world = new World();
    // A terminal without a locker: at one that has one, see pick-up.test.ts.
    world.pickUp = null;
    expect(world.on(shown(text, kind))).toEqual([]);
    expect(screen(world)).toMatchObject({ kind: 'code', found, numbers: true });
    expect(JSON.stringify(world.state)).not.toContain(text);
  });

  it('from the page that tells of a code one goes on by card, by another code, by a number, or home', () => {
    const world = new World();
    world.on(shown('6901234567892'));
    expect(wantsCard(world.state) && wantsCode(world.state)).toBe(true);
    world.on(shown('134567890123456789', 'payment'));
    expect(screen(world)).toMatchObject({ found: 'payment' });
    world.touch({ type: 'open-numbers' });
    expect(world.state.page.at).toBe('number');
    world.on(shown('6901234567892'));
    world.touch({ type: 'back' });
    expect(world.state.page.at).toBe('home');
    world.on(shown('6901234567892'));
    world.layCard();
    expect(world.state.page.at).toBe('mine');
  });

  it('nobody who stays away keeps the page of a code', () => {
    const world = new World();
    world.on(shown('6901234567892'));
    world.wait(90);
    expect(world.state.page.at).toBe('home');
  });

  it('means nothing to somebody who is in the middle of something', () => {
    const world = new World();
    world.toForm();
    const before = world.state;
    expect(wantsCode(before)).toBe(false);
    world.on(shown(ADDRESS));
    expect(world.state).toEqual(before);
  });
});
