/**
 * Frames to one board of a line, one after another. Pure: no wire, no clock. Showing the same again changes nothing, so what was not
 * answered is sent again. What the board does wrong is a value, for the other boards of the line go on; what the line does is a fault.
 */
import { fail, ok, type Fault } from '../contract.ts';
import type { Machine, Step, WireEffect, WireInput } from '../transports/conversation.ts';
import type { BoardAnswer } from './codec.ts';

/** A board draws its picture before it answers: half a second was seen. */
export const ANSWER_MS = 1000;
/** The line rests between two frames, whoever's: one master, half duplex, and it has to turn round. */
export const REST_MS = 50;
/** A port that takes no bytes for so long is stuck. */
const WRITE_MS = 2000;
/** Of one frame. */
const ATTEMPTS = 3;

export interface TalkState {
  phase: 'idle' | 'writing' | 'waiting' | 'pausing' | 'over';
  /** Frame that is under way. */
  frame: number;
  attempts: number;
  /** How often nothing came, over all frames. */
  silences: number;
}

/** `answered` is false for a board that never does. `fault`: what the board did wrong, null where nothing. */
export interface TalkEnd {
  answered: boolean;
  fault: Fault | null;
}
type TalkStep = Step<TalkState, never, TalkEnd>;

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
  /** The board is given up after so many silences. */
  patience: number;
  /** What is left of the line's rest after the frame before, whosever it was. */
  restMs: number;
  /** A byte on the line; of a frame that is not answered nothing else tells when it has left. */
  msPerByte: number;
}

/** How long the line is to be left alone after a frame that nobody answers was handed over. */
export const unansweredRest = (frame: Uint8Array | undefined, msPerByte: number): number => REST_MS + (frame?.length ?? 0) * msPerByte;

/** Machine of every command to one board. */
export const talkMachine = ({ frames, answers, echo, patience, restMs, msPerByte }: Talk): Machine<TalkState, BoardAnswer, never, TalkEnd> => {
  const over = (state: TalkState, effect: WireEffect<never, TalkEnd>): TalkStep => ({ state: { ...state, phase: 'over' }, effects: [{ type: 'timer', ms: null }, effect] });
  const done = (state: TalkState, end: TalkEnd): TalkStep => over(state, { type: 'done', result: ok(end) });
  const broken = (state: TalkState, fault: Fault): TalkStep => over(state, { type: 'done', result: { ok: false, fault } });
  const pause = (state: TalkState, ms: number): TalkStep => ({ state: { ...state, phase: 'pausing' }, effects: [{ type: 'timer', ms }] });
  const send = (state: TalkState): TalkStep => {
    const bytes = frames[state.frame];
    if (bytes === undefined) return done(state, { answered: answers && frames.length > 0, fault: null });
    const effects: WireEffect<never, never>[] = [
      { type: 'send', bytes, fresh: true },
      { type: 'timer', ms: answers ? ANSWER_MS : WRITE_MS },
    ];
    return { state: { ...state, phase: answers ? 'waiting' : 'writing' }, effects };
  };
  const onwards = (state: TalkState): TalkStep => {
    if (state.frame + 1 >= frames.length) return done(state, { answered: answers, fault: null });
    return pause({ ...state, frame: state.frame + 1, attempts: 0 }, answers ? REST_MS : unansweredRest(frames[state.frame], msPerByte));
  };
  const again = (state: TalkState, problem: Fault): TalkStep => (state.attempts + 1 >= ATTEMPTS ? done(state, { answered: false, fault: problem }) : pause({ ...state, attempts: state.attempts + 1 }, REST_MS));
  const onSilence = (state: TalkState): TalkStep => {
    const after = { ...state, silences: state.silences + 1 };
    return after.silences >= patience ? done(after, { answered: false, fault: SILENT }) : again(after, SILENT);
  };

  const onAnswer = (state: TalkState, answer: BoardAnswer): TalkStep => {
    // Between two frames whatever comes belongs to the one before.
    if (state.phase !== 'waiting') return { state, effects: [] };
    if (answer.type === 'nack') return again(state, REFUSED);
    if (answer.type === 'echo' && echo !== null && Buffer.compare(answer.body, echo) !== 0) return again(state, OTHER);
    return onwards(state);
  };

  return {
    initial: { phase: 'idle', frame: 0, attempts: 0, silences: 0 },
    next: (state: TalkState, input: WireInput<BoardAnswer>): TalkStep => {
      switch (input.type) {
        case 'closed':
          return broken(state, fail('disconnected', 'the connection to the board was lost', { original: input.reason }).fault);
        case 'cancelled':
          return broken(state, fail('cancelled', 'the command was cancelled').fault);
        case 'deadline':
          return broken(state, state.phase === 'writing' ? STUCK : SILENT);
        case 'start':
          return restMs > 0 && frames.length > 0 ? pause(state, restMs) : send(state);
        case 'message':
          return onAnswer(state, input.message);
        case 'written':
          return state.phase === 'writing' ? onwards(state) : { state, effects: [] };
        case 'timer':
          if (state.phase === 'pausing') return send(state);
          if (state.phase === 'waiting') return onSilence(state);
          return state.phase === 'writing' ? broken(state, STUCK) : { state, effects: [] };
      }
    },
  };
};
