import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ASKS, LONGEST_WAIT_MS, next, REOPENS, RETRIES, START, waitMs, type Ladder, type LadderEffect, type LadderEvent } from './machine.ts';

const AT: Ladder['at'][] = ['host-down', 'opening', 'serving', 'retrying', 'waiting', 'refused', 'restarting-host'];
const EVENTS: LadderEvent[] = [
  { type: 'host-up' },
  { type: 'host-down' },
  { type: 'opened' },
  { type: 'open-failed', hostHelps: true },
  { type: 'open-failed', hostHelps: false },
  { type: 'refused' },
  { type: 'answered' },
  { type: 'silent', nothingThere: false },
  { type: 'silent', nothingThere: true },
  { type: 'hung' },
  { type: 'timer' },
];
/** What must come next by itself: without it the device would be forgotten. */
const DRIVES: Record<Ladder['at'], LadderEffect['type'][]> = {
  'host-down': [],
  opening: ['open'],
  serving: [],
  retrying: ['wait', 'poll'],
  waiting: ['wait'],
  refused: ['wait-long'],
  'restarting-host': ['wait'],
};
const counters = { misses: fc.nat(6), opens: fc.nat(6), restarts: fc.nat(3), asks: fc.nat(7), out: fc.boolean() };

const walk = (events: LadderEvent[], from: Ladder = START): { state: Ladder; effects: LadderEffect[] } => {
  let state = from;
  const effects: LadderEffect[] = [];
  for (const event of events) {
    const [after, more] = next(state, event);
    state = after;
    effects.push(...more);
  }
  return { state, effects };
};

describe('the recovery ladder of a device', () => {
  it('has for every state and every event a state that something drives on', () => {
    for (const at of AT) {
      for (const event of EVENTS) {
        fc.assert(
          fc.property(fc.record(counters), (counts) => {
            const before: Ladder = { at, ...counts };
            const [after, effects] = next(before, event);
            const kinds = effects.map(({ type }) => type);
            // A change of place always comes with what leads on from there.
            const drives = DRIVES[after.at];
            expect(after.at === before.at || drives.length === 0 || kinds.some((kind) => drives.includes(kind)), `${at} + ${event.type}`).toBe(true);
            expect(kinds.filter((kind) => kind === 'out-of-service').length).toBe(!before.out && after.out ? 1 : 0);
            expect(kinds.includes('back-in-service')).toBe(before.out && after.at === 'serving' && !after.out);
          }),
          { numRuns: 30 },
        );
      }
    }
  });

  it('leads from every state back to service once the device answers', () => {
    fc.assert(
      fc.property(fc.constantFrom(...AT), fc.record(counters), (at, counts) => {
        let state: Ladder = { at, ...counts };
        for (let step = 0; step < 5 && state.at !== 'serving'; step += 1) {
          const event: LadderEvent = { 'host-down': { type: 'host-up' }, opening: { type: 'opened' }, serving: { type: 'answered' }, retrying: { type: 'answered' }, waiting: { type: 'timer' }, refused: { type: 'timer' }, 'restarting-host': { type: 'host-down' } }[state.at] as LadderEvent;
          state = next(state, event)[0];
        }
        expect(state.at).toBe('serving');
      }),
    );
  });

  it('asks a silent device again, then reopens its port, then restarts the host, then says out of service and keeps trying', () => {
    const silent: LadderEvent = { type: 'silent', nothingThere: false };
    const up = walk([{ type: 'host-up' }, { type: 'opened' }]);
    const asked = walk(Array.from({ length: RETRIES }, (): LadderEvent[] => [silent, { type: 'timer' }]).flat(), up.state);
    expect(asked.state.at).toBe('retrying');
    expect(asked.effects.filter(({ type }) => type === 'poll')).toHaveLength(RETRIES);
    const reopened = walk([silent], asked.state);
    expect(reopened.effects).toEqual([{ type: 'open' }]);
    const failed = walk(Array.from({ length: REOPENS }, () => [{ type: 'open-failed', hostHelps: true }, { type: 'timer' }] as LadderEvent[]).flat().slice(0, -1), reopened.state);
    expect(failed.state.at).toBe('restarting-host');
    expect(failed.effects.map(({ type }) => type)).toContain('restart-host');
    const afterRestart = walk([{ type: 'host-down' }, { type: 'host-up' }, { type: 'open-failed', hostHelps: true }], failed.state);
    expect(afterRestart.state).toMatchObject({ at: 'waiting', out: true });
    const forever = walk(Array.from({ length: 100 }, () => [{ type: 'timer' }, { type: 'open-failed', hostHelps: true }] as LadderEvent[]).flat(), afterRestart.state);
    expect(forever.effects.filter(({ type }) => type === 'open')).toHaveLength(100);
    expect(forever.effects.some(({ type }) => type === 'restart-host')).toBe(false);
  });

  it('never restarts the host for a device that is not there or says what is wrong', () => {
    const { state, effects } = walk([{ type: 'host-up' }, ...Array.from({ length: 50 }, () => [{ type: 'open-failed', hostHelps: false }, { type: 'timer' }] as LadderEvent[]).flat()]);
    expect(effects.some(({ type }) => type === 'restart-host')).toBe(false);
    expect(effects.filter(({ type }) => type === 'out-of-service')).toHaveLength(1);
    expect(state.at).toBe('opening');
  });

  it('resets nothing for a device that refuses what is configured for it, and looks again after a long wait alone', () => {
    const { state, effects } = walk([{ type: 'host-up' }, ...Array.from({ length: 50 }, (): LadderEvent[] => [{ type: 'refused' }, { type: 'timer' }]).flat()]);
    expect(effects.filter(({ type }) => type === 'restart-host' || type === 'own-host' || type === 'wait')).toEqual([]);
    expect(effects.filter(({ type }) => type === 'out-of-service')).toHaveLength(1);
    expect(effects.filter(({ type }) => type === 'wait-long')).toHaveLength(50);
    expect(walk([{ type: 'opened' }], state)).toMatchObject({ state: { at: 'serving', out: false }, effects: [{ type: 'back-in-service' }] });
  });

  it('gives a device a host of its own when the others never come to rest', () => {
    const { effects } = walk([{ type: 'host-up' }, { type: 'hung' }, ...Array.from({ length: ASKS }, (): LadderEvent => ({ type: 'timer' }))]);
    expect(effects.filter(({ type }) => type === 'restart-host')).toHaveLength(ASKS);
    expect(effects.filter(({ type }) => type === 'own-host')).toHaveLength(1);
  });

  it('waits longer each time, never longer than the cap, and not all terminals alike', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, random) => {
        const wait = waitMs(attempt, random);
        expect(wait).toBeGreaterThan(100);
        expect(wait).toBeLessThanOrEqual(LONGEST_WAIT_MS);
        expect(waitMs(attempt + 1, random)).toBeGreaterThanOrEqual(wait);
      }),
    );
    expect(waitMs(9, 0)).not.toBe(waitMs(9, 0.9));
  });
});
