/**
 * A round of questions to one Modbus board. Pure. Reading changes nothing and a coil is written to a level and not toggled, so what
 * gets no answer is asked again.
 */
import { fail, ok, type Result } from '../contract.ts';
import type { Machine, Step } from '../transports/conversation.ts';
import { encodeRequest, findReply, hold, type Exchange, type Framing, type Reply, type Request } from './codec.ts';

const ANSWER_MS = 300;
const ATTEMPTS = 3;
/** RTU frames are told apart by silence of 3.5 characters: 4 ms at 9600 baud. */
const SILENCE_MS = 5;
/** A board that is busy (exceptions 5 and 6) is asked again after this. */
const BUSY_MS = 100;

export interface Round {
  framing: Framing;
  unit: number;
  /** Number of the first question; each attempt has its own, so that a late answer to an earlier one is told apart. */
  transaction: number;
  requests: readonly Request[];
}

/** Questions that a round may put: so many transaction numbers are used at most. */
export const numbersOf = (requests: readonly Request[]): number => requests.length * ATTEMPTS;

export interface RoundState {
  phase: 'idle' | 'pausing' | 'asking' | 'over';
  index: number;
  attempts: number;
  heard: Uint8Array;
  replies: Reply[];
}

type RoundStep = Step<RoundState, never, Reply[]>;
const EMPTY = new Uint8Array(0);

/** What the codes of exceptions mean, from the Modbus application protocol. */
const EXCEPTIONS: Readonly<Record<number, string>> = {
  1: 'illegal function',
  2: 'illegal address',
  3: 'illegal value',
  4: 'device failure',
  5: 'acknowledge',
  6: 'busy',
  8: 'memory parity error',
  10: 'gateway path unavailable',
  11: 'gateway target does not respond',
};
const PASSES: readonly number[] = [5, 6];
/** The board works, and was asked for something that it does not have. */
const NOT_THERE: readonly number[] = [1, 2, 3];

const exceptionFault = (code: number, request: Request): { ok: false; fault: ReturnType<typeof fail>['fault'] } => {
  const original = `exception ${code}: ${EXCEPTIONS[code] ?? 'unknown'}`;
  if (NOT_THERE.includes(code)) return fail('refused', `the board refuses ${request.kind} at address ${request.address}: is the number of the ${request.kind === 'read-inputs' ? 'input' : 'output'} right?`, { original });
  if (code === 11) return fail('not-responding', 'the gateway hears nothing of the board', { original });
  return fail('device-fault', 'the board reports an error', { original });
};

export const roundMachine = ({ framing, unit, transaction, requests }: Round): Machine<RoundState, Uint8Array, never, Reply[]> => {
  const done = (state: RoundState, result: Result<Reply[]>): RoundStep => ({
    state: { ...state, phase: 'over' },
    effects: [
      { type: 'timer', ms: null },
      { type: 'done', result },
    ],
  });
  const exchangeOf = (state: RoundState): Exchange | null => {
    const request = requests[state.index];
    return request === undefined ? null : { framing, unit, transaction: (transaction + state.index * ATTEMPTS + state.attempts) & 0xffff, request };
  };
  const pause = (state: RoundState, ms: number): RoundStep => ({ state: { ...state, phase: 'pausing', heard: EMPTY }, effects: [{ type: 'timer', ms }] });
  const put = (state: RoundState): RoundStep => {
    const exchange = exchangeOf(state);
    if (exchange === null) return done(state, ok(state.replies));
    return { state: { ...state, phase: 'asking', heard: EMPTY }, effects: [{ type: 'send', bytes: encodeRequest(exchange), fresh: true }, { type: 'timer', ms: ANSWER_MS }] };
  };
  const again = (state: RoundState, ms: number, problem: { ok: false; fault: ReturnType<typeof fail>['fault'] }): RoundStep => {
    const attempts = state.attempts + 1;
    return attempts < ATTEMPTS ? pause({ ...state, attempts }, ms) : done(state, problem);
  };
  const answered = (state: RoundState, reply: Reply, request: Request): RoundStep => {
    if (reply.kind === 'exception') {
      const fault = exceptionFault(reply.code, request);
      return PASSES.includes(reply.code) ? again(state, BUSY_MS, fault) : done(state, fault);
    }
    const next = { ...state, index: state.index + 1, attempts: 0, replies: [...state.replies, reply] };
    return next.index >= requests.length ? done(next, ok(next.replies)) : pause(next, SILENCE_MS);
  };

  return {
    initial: { phase: 'idle', index: 0, attempts: 0, heard: EMPTY, replies: [] },
    next: (state, input): RoundStep => {
      switch (input.type) {
        case 'closed':
          return done(state, fail('disconnected', 'the connection to the board was lost', { original: input.reason }));
        case 'cancelled':
          return done(state, fail('cancelled', 'the command was cancelled'));
        case 'deadline':
          return done(state, fail('timed-out', 'the board did not answer in time'));
        case 'start':
          return pause(state, SILENCE_MS);
        case 'written':
          return { state, effects: [] };
        case 'timer':
          if (state.phase !== 'asking') return put(state);
          return again(state, SILENCE_MS, state.heard.length === 0 ? fail('not-responding', 'the board does not answer') : fail('bad-frame', 'the board sends bytes that are no answer'));
        case 'message': {
          const exchange = exchangeOf(state);
          if (state.phase !== 'asking' || exchange === null) return { state, effects: [] };
          const heard = hold(state.heard, input.message);
          const reply = findReply(heard, exchange);
          return reply === null ? { state: { ...state, heard }, effects: [] } : answered(state, reply, exchange.request);
        }
      }
    },
  };
};
