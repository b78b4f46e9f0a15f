import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { condition, fail } from '../contract.ts';
import type { JobState, PrintJob } from '../contract.ts';
import { culprit, follow, POLL, startFollowing } from './machine.ts';
import type { FollowEvent, FollowState } from './machine.ts';

const job = (state: JobState, sheets: number | null = 0): PrintJob => ({ jobId: 7, state, stateReasons: [], impressionsCompleted: sheets, sheetsCompleted: sheets });
const asking = startFollowing(7).state;
const answered = (state: JobState, sheets = 0, conditions = [] as ReturnType<typeof condition>[]): FollowEvent => ({ type: 'answered', job: job(state, sheets), conditions });
const paperOut = condition('paper-out', 'error', 'media-empty-error');
const wire: FollowEvent = { type: 'wire-failed', fault: fail('disconnected', 'gone').fault };

const waiting = follow(asking, answered('processing', 1)).state;
const held = follow(asking, answered('stopped', 1, [paperOut])).state;
const dead = follow(asking, wire).state;
const done = follow(asking, answered('completed', 2)).state;
const STATES: Readonly<Record<string, FollowState>> = { asking, waiting, 'waiting, held up': held, 'waiting, wire down': dead, ended: done };
const EVENTS: readonly FollowEvent[] = [
  ...(['pending', 'held', 'processing', 'stopped', 'canceled', 'aborted', 'completed'] as const).map((state) => answered(state)),
  { type: 'lost' },
  wire,
  { type: 'waited' },
  { type: 'deadline' },
  { type: 'cancelled' },
];

describe('following a job', () => {
  it.each(Object.keys(STATES).flatMap((name) => EVENTS.map((event) => ({ name, event, label: event.type === 'answered' ? event.job.state : event.type }))))('$name × $label leaves a way on', ({ name, event }) => {
    const before = STATES[name]!;
    const { state, effects } = follow(before, event);
    const count = (...types: string[]): number => effects.filter(({ type }) => types.includes(type)).length;
    const isOver = state.name === 'ended';
    // An end is told once; short of it, either nothing changed or exactly one thing is asked for that brings the next event.
    expect(count('end')).toBe(isOver && before.name !== 'ended' ? 1 : 0);
    expect(count('ask', 'wait')).toBe(isOver || state === before ? 0 : 1);
    expect(before.name === 'ended' && state !== before).toBe(false);
    expect(isOver || (event.type !== 'deadline' && event.type !== 'cancelled')).toBe(true);
  });

  it('ends with the job when the printer calls it final', () => {
    expect(done).toMatchObject({ result: { ok: true, value: { state: 'completed', sheetsCompleted: 2 } } });
    expect(follow(asking, answered('aborted', 1)).state).toMatchObject({ result: { ok: true, value: { state: 'aborted' } } });
  });

  it('reports a held-up job, waits on, and says at the end what held it up and how many sheets came', () => {
    const stopped = follow(asking, answered('stopped', 1, [paperOut]));
    expect(stopped.effects).toMatchObject([{ type: 'report', job: { state: 'stopped' } }, { type: 'wait' }]);
    const over = follow(stopped.state, { type: 'deadline' }).state;
    expect(over).toMatchObject({ result: { ok: false, fault: { code: 'paper-out', remedy: 'replenish', original: 'media-empty-error', message: expect.stringContaining('1 sheet done') } } });
  });

  it('gives a job up that is held up for as long as the caller bears, counting anew whenever something changes', () => {
    const bears = 5_000;
    const until = (sheets: (asked: number) => number, state: JobState = 'stopped', conditions = [paperOut]): { asked: number; ended: FollowState | null } => {
      let at = startFollowing(7, bears).state;
      for (let asked = 1; asked <= 40; asked += 1) {
        at = follow(at, answered(state, sheets(asked), conditions)).state;
        if (at.name === 'ended') return { asked, ended: at };
        at = follow(at, { type: 'waited' }).state;
      }
      return { asked: 40, ended: null };
    };
    const still = until(() => 1);
    expect(still.ended).toMatchObject({ result: { ok: false, fault: { code: 'paper-out', message: expect.stringContaining('1 sheet done') } } });
    expect(still.asked).toBeGreaterThan(bears / POLL.mostMs);
    expect(until((asked) => Math.floor(asked / 3)).ended).toBeNull();
    expect(until(() => 0, 'processing', []).ended).toBeNull();
  });

  it('remembers what holds a job up when the printer cannot be asked again', () => {
    const again = follow(follow(held, { type: 'waited' }).state, { type: 'answered', job: job('stopped', 1), conditions: null }).state;
    expect(follow(again, { type: 'deadline' }).state).toMatchObject({ result: { fault: { code: 'paper-out' } } });
  });

  it('goes on when staff fill paper', () => {
    const again = follow(held, { type: 'waited' });
    expect(again.effects).toEqual([{ type: 'ask' }]);
    expect(follow(again.state, answered('completed', 2)).state).toMatchObject({ result: { ok: true } });
  });

  it('reports only changes, and asks ever less often while nothing changes', () => {
    let state: FollowState = asking;
    const waits: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      const { state: next, effects } = follow(state, answered('processing', 1));
      expect(effects.some((effect) => effect.type === 'report')).toBe(round === 0);
      for (const effect of effects) if (effect.type === 'wait') waits.push(effect.ms);
      state = follow(next, { type: 'waited' }).state;
    }
    expect(waits[0]).toBe(POLL.firstMs);
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits.at(-1)).toBe(POLL.mostMs);
  });

  it('keeps asking through a dead wire, and tells the wire’s fault when the time is up', () => {
    expect(dead).toMatchObject({ name: 'waiting' });
    expect(follow(dead, { type: 'deadline' }).state).toMatchObject({ result: { fault: { code: 'disconnected' } } });
    expect(follow(waiting, { type: 'deadline' }).state).toMatchObject({ result: { fault: { code: 'timed-out' } } });
  });

  it('tells a job that the printer forgot as lost', () => {
    expect(follow(asking, { type: 'lost' }).state).toMatchObject({ result: { fault: { code: 'job-lost', remedy: 'clear' } } });
  });

  it('blames what staff can clear before what merely is the case', () => {
    expect(culprit([condition('toner-low', 'warning'), condition('paper-out', 'warning'), condition('device-fault', 'error')])?.code).toBe('paper-out');
    expect(culprit([condition('toner-low', 'warning')])).toBeNull();
  });

  it('ends exactly once on any walk that ends at all, and stays ended', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...EVENTS), { maxLength: 40 }), (events) => {
        let state: FollowState = asking;
        let ends = 0;
        for (const event of [...events, { type: 'deadline' as const }]) {
          const step = follow(state, event);
          ends += step.effects.filter((effect) => effect.type === 'end').length;
          state = step.state;
        }
        expect(ends).toBe(1);
        expect(state.name).toBe('ended');
      }),
    );
  });
});
