import { describe, expect, test } from 'vitest';
import type { WireInput } from '../transports/conversation.ts';
import type { BoardAnswer } from './codec.ts';
import { talkMachine, type Talk, type TalkState } from './machine.ts';

const FRAMES = [Uint8Array.of(1), Uint8Array.of(2)];
const ECHO = Uint8Array.of(1, 2, 3, 4);
const START: WireInput<BoardAnswer> = { type: 'start', at: 0 };
const TIMER: WireInput<BoardAnswer> = { type: 'timer', at: 0 };
const WRITTEN: WireInput<BoardAnswer> = { type: 'written', at: 0 };
const says = (message: BoardAnswer): WireInput<BoardAnswer> => ({ type: 'message', message, at: 0 });
const ACK = says({ type: 'ack' });
const NACK = says({ type: 'nack' });

const play = (talk: Partial<Talk>, inputs: WireInput<BoardAnswer>[]) => {
  const machine = talkMachine({ frames: FRAMES, answers: true, echo: null, ...talk });
  let state = machine.initial;
  const sent: number[] = [];
  const results: unknown[] = [];
  for (const input of inputs) {
    const step = machine.next(state, input);
    state = step.state;
    for (const effect of step.effects) {
      if (effect.type === 'send') sent.push(effect.bytes[0]!);
      if (effect.type === 'done') results.push(effect.result);
    }
  }
  return { sent, results };
};
const faults = (code: string) => [{ ok: false, fault: expect.objectContaining({ code }) as unknown }];

describe('frames to a board', () => {
  test('go one after another, each when the one before was answered', () => {
    expect(play({}, [START, WRITTEN, ACK, TIMER, WRITTEN, ACK])).toEqual({ sent: [1, 2], results: [{ ok: true, value: { answered: true } }] });
  });
  test('to a board that never answers go when the port took the one before', () => {
    expect(play({ answers: false }, [START, WRITTEN, TIMER, WRITTEN])).toEqual({ sent: [1, 2], results: [{ ok: true, value: { answered: false } }] });
  });
  test('are sent again when they were refused, echoed wrongly or not answered, three times at most', () => {
    expect(play({}, [START, NACK, TIMER, TIMER, TIMER, ACK, TIMER, ACK]).sent).toEqual([1, 1, 1, 2]);
    expect(play({}, [START, TIMER, TIMER, TIMER, TIMER, TIMER]).results).toEqual(faults('not-responding'));
    expect(play({}, [START, NACK, TIMER, NACK, TIMER, NACK]).results).toEqual(faults('bad-checksum'));
    expect(play({ echo: ECHO }, [START, ...[1, 2, 3].flatMap(() => [says({ type: 'echo', body: Uint8Array.of(9, 2, 3, 4) }), TIMER])]).results).toEqual(faults('bad-frame'));
    expect(play({ echo: ECHO, frames: [FRAMES[0]!] }, [START, says({ type: 'echo', body: ECHO })]).results).toHaveLength(1);
  });
  test('none at all opens the port and ends', () => {
    expect(play({ frames: [] }, [START]).results).toEqual([{ ok: true, value: { answered: false } }]);
  });
});

test('in every state every event leaves a way out', () => {
  const phases: TalkState['phase'][] = ['idle', 'writing', 'waiting', 'pausing', 'over'];
  const events: WireInput<BoardAnswer>[] = [START, TIMER, WRITTEN, ACK, NACK, says({ type: 'echo', body: ECHO })];
  const ends: WireInput<BoardAnswer>[] = [{ type: 'closed', reason: 'gone', at: 0 }, { type: 'cancelled', at: 0 }, { type: 'deadline', at: 0 }];
  for (const answers of [true, false]) {
    for (const phase of phases) {
      const machine = talkMachine({ frames: FRAMES, answers, echo: null });
      const state: TalkState = { phase, frame: 0, attempts: 0 };
      for (const event of events) {
        const step = machine.next(state, event);
        // Left waiting, it waits with the timer that runs already or with a new one.
        expect(step.effects.every((effect) => effect.type !== 'timer' || effect.ms !== null || step.effects.some(({ type }) => type === 'done'))).toBe(true);
      }
      for (const end of ends) expect(machine.next(state, end).effects.filter(({ type }) => type === 'done')).toHaveLength(1);
    }
  }
});
