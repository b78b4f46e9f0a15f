import { describe, expect, test } from 'vitest';
import type { WireInput } from '../transports/conversation.ts';
import { walkWire } from '../walk.ts';
import type { BoardAnswer } from './codec.ts';
import { talkMachine, type Talk } from './machine.ts';

const FRAMES = [Uint8Array.of(1), Uint8Array.of(2)];
const ECHO = Uint8Array.of(1, 2, 3, 4);
const START: WireInput<BoardAnswer> = { type: 'start', at: 0 };
const TIMER: WireInput<BoardAnswer> = { type: 'timer', at: 0 };
const WRITTEN: WireInput<BoardAnswer> = { type: 'written', at: 0 };
const says = (message: BoardAnswer): WireInput<BoardAnswer> => ({ type: 'message', message, at: 0 });
const ACK = says({ type: 'ack' });
const NACK = says({ type: 'nack' });

const TALK: Talk = { frames: FRAMES, answers: true, echo: null, patience: 3, restMs: 0, msPerByte: 1 };

const play = (talk: Partial<Talk>, inputs: WireInput<BoardAnswer>[]) => {
  const machine = talkMachine({ ...TALK, ...talk });
  let state = machine.initial;
  const sent: number[] = [];
  const results: unknown[] = [];
  const rests: number[] = [];
  for (const input of inputs) {
    const step = machine.next(state, input);
    state = step.state;
    for (const effect of step.effects) {
      if (effect.type === 'send') sent.push(effect.bytes[0]!);
      if (effect.type === 'done') results.push(effect.result);
      if (effect.type === 'timer' && effect.ms !== null && state.phase === 'pausing') rests.push(effect.ms);
    }
  }
  return { sent, results, rests };
};
/** What the board did wrong is a value; what the line did is a fault. */
const boardFaults = (code: string) => [{ ok: true, value: { answered: false, fault: expect.objectContaining({ code }) as unknown } }];
const lineFaults = (code: string) => [{ ok: false, fault: expect.objectContaining({ code }) as unknown }];
const well = (answered: boolean) => [{ ok: true, value: { answered, fault: null } }];

describe('frames to a board', () => {
  test('go one after another, each when the one before was answered', () => {
    expect(play({}, [START, WRITTEN, ACK, TIMER, WRITTEN, ACK])).toEqual({ sent: [1, 2], results: well(true), rests: [50] });
  });
  test('to a board that never answers go when the port took the one before and the line has carried it', () => {
    expect(play({ answers: false, msPerByte: 7 }, [START, WRITTEN, TIMER, WRITTEN])).toEqual({ sent: [1, 2], results: well(false), rests: [57] });
  });
  test('are sent again when they were refused, echoed wrongly or not answered, three times at most', () => {
    expect(play({}, [START, NACK, TIMER, TIMER, TIMER, ACK, TIMER, ACK]).sent).toEqual([1, 1, 1, 2]);
    expect(play({}, [START, TIMER, TIMER, TIMER, TIMER, TIMER]).results).toEqual(boardFaults('not-responding'));
    expect(play({}, [START, NACK, TIMER, NACK, TIMER, NACK]).results).toEqual(boardFaults('bad-checksum'));
    expect(play({ echo: ECHO }, [START, ...[1, 2, 3].flatMap(() => [says({ type: 'echo', body: Uint8Array.of(9, 2, 3, 4) }), TIMER])]).results).toEqual(boardFaults('bad-frame'));
    expect(play({ echo: ECHO, frames: [FRAMES[0]!] }, [START, says({ type: 'echo', body: ECHO })]).results).toHaveLength(1);
  });
  test('take no more silence than they are given, over all frames: the others of the line wait', () => {
    expect(play({ patience: 1 }, [START, TIMER])).toMatchObject({ sent: [1], results: boardFaults('not-responding') });
    expect(play({ patience: 2 }, [START, TIMER, TIMER, ACK, TIMER, TIMER])).toMatchObject({ sent: [1, 1, 2], results: boardFaults('not-responding') });
  });
  test('wait until the line has rested after the frame of another board', () => {
    expect(play({ restMs: 30 }, [START])).toEqual({ sent: [], results: [], rests: [30] });
    expect(play({ restMs: 30 }, [START, TIMER]).sent).toEqual([1]);
  });
  test('none at all opens the port and ends, without a rest', () => {
    expect(play({ frames: [], restMs: 30 }, [START]).results).toEqual(well(false));
  });
  test('end with a fault of the line when the line is what failed', () => {
    expect(play({}, [START, { type: 'closed', reason: 'gone', at: 0 }]).results).toEqual(lineFaults('disconnected'));
    expect(play({ answers: false }, [START, TIMER]).results).toEqual(lineFaults('not-responding'));
  });
});

test('in every state that can be reached every event is taken, and each leaves a way out', () => {
  const events: WireInput<BoardAnswer>[] = [TIMER, WRITTEN, ACK, NACK, says({ type: 'echo', body: ECHO }), says({ type: 'echo', body: Uint8Array.of(0, 0, 0, 0) })];
  for (const answers of [true, false]) {
    for (const restMs of [0, 50]) {
      const { states, problems } = walkWire(talkMachine({ ...TALK, answers, echo: ECHO, restMs }), events);
      expect(problems).toEqual([]);
      expect(states.length).toBeGreaterThan(2);
    }
  }
});
