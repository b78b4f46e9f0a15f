/**
 * Frames to a board, one after another. Pure: no wire, no clock. Showing the same again changes nothing, so what was not answered
 * is sent again.
 */
import { fail, ok, type Fault, type Result } from '../contract.ts';
import type { Machine, Step, WireEffect, WireInput } from '../transports/conversation.ts';
import type { BoardAnswer } from './codec.ts';

/** A board draws its picture before it answers: half a second was seen. */
const ANSWER_MS = 1000;
/** The line turns round: one master, half duplex. */
const GAP_MS = 50;
/** A port that takes no bytes for so long is stuck. */
const WRITE_MS = 2000;
const ATTEMPTS = 3;

export interface TalkState {
  phase: 'idle' | 'writing' | 'waiting' | 'pausing' | 'over';
  /** Frame that is under way. */
  frame: number;
  attempts: number;
}

type TalkStep = Step<TalkState, never, { answered: boolean }>;

const SILENT = fail('not-responding', 'the board does not answer').fault;
const STUCK = fail('not-responding', 'the port of the board takes no bytes').fault;
const REFUSED = fail('bad-checksum', 'the board received a damaged frame', { original: 'NACK' }).fault;
const OTHER = fail('bad-frame', 'the board answered with other values than it was sent').fault;

export interface Talk {
  /** May be none: then the port is only opened. */
  frames: readonly Uint8Array[];
  answers: boolean;
  /** Values that a right answer repeats. */
  echo: Uint8Array | null;
}

/** Machine of every command: `answered` is false for a board that never does. */
export const talkMachine = ({ frames, answers, echo }: Talk): Machine<TalkState, BoardAnswer, never, { answered: boolean }> => {
  const done = (state: TalkState, result: Result<{ answered: boolean }>): TalkStep => ({
    state: { ...state, phase: 'over' },
    effects: [
      { type: 'timer', ms: null },
      { type: 'done', result },
    ],
  });
  const send = (state: TalkState): TalkStep => {
    const bytes = frames[state.frame];
    if (bytes === undefined) return done(state, ok({ answered: answers && frames.length > 0 }));
    const effects: WireEffect<never, never>[] = [
      { type: 'send', bytes, fresh: true },
      { type: 'timer', ms: answers ? ANSWER_MS : WRITE_MS },
    ];
    return { state: { ...state, phase: answers ? 'waiting' : 'writing' }, effects };
  };
  const onwards = (state: TalkState): TalkStep =>
    state.frame + 1 >= frames.length ? done(state, ok({ answered: answers })) : { state: { ...state, phase: 'pausing', frame: state.frame + 1, attempts: 0 }, effects: [{ type: 'timer', ms: GAP_MS }] };
  const again = (state: TalkState, problem: Fault): TalkStep =>
    state.attempts + 1 >= ATTEMPTS ? done(state, { ok: false, fault: problem }) : { state: { ...state, phase: 'pausing', attempts: state.attempts + 1 }, effects: [{ type: 'timer', ms: GAP_MS }] };

  const onAnswer = (state: TalkState, answer: BoardAnswer): TalkStep => {
    // Between two frames whatever comes belongs to the one before.
    if (state.phase !== 'waiting') return { state, effects: [] };
    if (answer.type === 'nack') return again(state, REFUSED);
    if (answer.type === 'echo' && echo !== null && Buffer.compare(answer.body, echo) !== 0) return again(state, OTHER);
    return onwards(state);
  };

  return {
    initial: { phase: 'idle', frame: 0, attempts: 0 },
    next: (state: TalkState, input: WireInput<BoardAnswer>): TalkStep => {
      switch (input.type) {
        case 'closed':
          return done(state, fail('disconnected', 'the connection to the board was lost', { original: input.reason }));
        case 'cancelled':
          return done(state, fail('cancelled', 'the command was cancelled'));
        case 'deadline':
          return done(state, { ok: false, fault: state.phase === 'writing' ? STUCK : SILENT });
        case 'start':
          return send(state);
        case 'message':
          return onAnswer(state, input.message);
        case 'written':
          return state.phase === 'writing' ? onwards(state) : { state, effects: [] };
        case 'timer':
          if (state.phase === 'pausing') return send(state);
          if (state.phase === 'waiting') return again(state, SILENT);
          return state.phase === 'writing' ? done(state, { ok: false, fault: STUCK }) : { state, effects: [] };
      }
    },
  };
};
