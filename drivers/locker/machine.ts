/**
 * What boards are asked, in what rhythm, and what their answers mean. Pure: no wire, no clock.
 *
 * Two things shape it. The line is half-duplex: after an answer (or after the last noise) its driver must turn round before the next
 * question. And a lock that is pulsed opens a door in the world: the pulse is sent once, whatever happens, and from then on the
 * door is only asked.
 */
import { fail, ok, type Result } from '../contract.ts';
import type { Machine, Step, WireEffect, WireInput } from '../transports/conversation.ts';
import { findAnswer, hold, withoutEcho, type Answer, type Question } from './codec.ts';
import type { Door } from './layout.ts';
import { requestOf, type Profile } from './profiles.ts';

/** A board answers within a few milliseconds of line time; USB adapters and device servers add up to tens. */
const ANSWER_MS = 300;
/** Asking changes nothing, so a question is put again. */
const ATTEMPTS = 3;
/** The bolt needs this long to move before its contact tells the truth. */
const BOLT_MS = 600;
/** Between two looks at a door that is still closed. */
const LOOK_MS = 350;

export interface Rhythm {
  /** Milliseconds that the line needs to turn round, 20–50. */
  turnRoundMs: number;
  /** Does the port give back what is sent through it? `learn`: find out. */
  echo: boolean | 'learn';
}

type Input = WireInput<Uint8Array>;
const EMPTY = new Uint8Array(0);

/** What was heard since the question, without its echo. */
const clean = (heard: Uint8Array, sent: Uint8Array, echo: Rhythm['echo']): { bytes: Uint8Array; echoed: boolean } => {
  if (echo === false) return { bytes: heard, echoed: false };
  const rest = withoutEcho(heard, sent);
  return rest === null ? { bytes: heard, echoed: false } : { bytes: rest, echoed: true };
};

// ----------------------------------------------------------------------------------------------- asking

export interface Asked {
  question: Question;
  /** null: no answer; `heard` tells silence from bytes that are no answer. */
  answer: Answer | null;
  heard: boolean;
  echoed: boolean;
}

export interface SurveyState {
  phase: 'idle' | 'turning' | 'asking' | 'over';
  index: number;
  attempts: number;
  heard: Uint8Array;
  anything: boolean;
  asked: Asked[];
}

type SurveyStep = Step<SurveyState, never, Asked[]>;

/**
 * Asks one question after the other; what stays silent is told as such and does not end the round.
 * The profile must be able to ask each question ({@link requestOf}); one that it cannot ask counts as silent.
 */
export const surveyMachine = (profile: Profile, questions: readonly Question[], rhythm: Rhythm): Machine<SurveyState, Uint8Array, never, Asked[]> => {
  const done = (state: SurveyState, result: Result<Asked[]>): SurveyStep => ({
    state: { ...state, phase: 'over' },
    effects: [
      { type: 'timer', ms: null },
      { type: 'done', result },
    ],
  });
  const sentFor = (state: SurveyState): Uint8Array => {
    const question = questions[state.index];
    return question === undefined ? EMPTY : (requestOf(profile, question) ?? EMPTY);
  };
  const put = (state: SurveyState): SurveyStep => {
    const question = questions[state.index];
    if (question === undefined) return done(state, ok(state.asked));
    const before = state.asked.filter((one) => one.question.board === question.board);
    // A board that has not answered its first question is not asked the others: on some boards that is one for each door.
    if (before.length > 0 && before.every((one) => one.answer === null)) return settle({ ...state, anything: before.some(({ heard }) => heard) }, null, false);
    const bytes = sentFor(state);
    if (bytes.length === 0) return settle(state, null, false);
    return { state: { ...state, phase: 'asking', heard: EMPTY }, effects: [{ type: 'send', bytes, fresh: true }, { type: 'timer', ms: ANSWER_MS }] };
  };
  const turn = (state: SurveyState): SurveyStep => ({ state: { ...state, phase: 'turning' }, effects: [{ type: 'timer', ms: rhythm.turnRoundMs }] });
  const settle = (state: SurveyState, answer: Answer | null, echoed: boolean): SurveyStep => {
    const question = questions[state.index];
    if (question === undefined) return done(state, ok(state.asked));
    const next: SurveyState = {
      ...state,
      index: state.index + 1,
      attempts: 0,
      anything: false,
      heard: EMPTY,
      asked: [...state.asked, { question, answer, heard: state.anything || answer !== null, echoed }],
    };
    return next.index >= questions.length ? done(next, ok(next.asked)) : turn(next);
  };
  return {
    initial: { phase: 'idle', index: 0, attempts: 0, heard: EMPTY, anything: false, asked: [] },
    next: (state, input): SurveyStep => {
      switch (input.type) {
        case 'closed':
          return done(state, fail('disconnected', 'the connection to the locker was lost', { original: input.reason }));
        case 'cancelled':
          return done(state, fail('cancelled', 'the command was cancelled'));
        case 'deadline':
          return done(state, fail('timed-out', 'the locker did not answer in time'));
        case 'start':
          // The command before this one may have ended with an answer just now.
          return turn(state);
        case 'written':
          return { state, effects: [] };
        case 'timer': {
          if (state.phase === 'turning') return put(state);
          const attempts = state.attempts + 1;
          const { echoed } = clean(state.heard, sentFor(state), rhythm.echo);
          return attempts < ATTEMPTS ? turn({ ...state, attempts }) : settle(state, null, echoed);
        }
        case 'message': {
          // While the line turns round, only what is left of the last answer can come.
          if (state.phase !== 'asking') return { state, effects: [] };
          const heard = hold(state.heard, input.message);
          const question = questions[state.index];
          const { bytes, echoed } = clean(heard, sentFor(state), rhythm.echo);
          const answer = question === undefined ? null : findAnswer(profile.family, bytes, question);
          const after = { ...state, heard, anything: state.anything || bytes.length > 0 };
          return answer === null ? { state: after, effects: [] } : settle(after, answer, echoed);
        }
      }
    },
  };
};

// ---------------------------------------------------------------------------------------------- opening

/** `interrupted`: the line went away after the pulse may have been sent. */
export type OpenOutcome = { kind: 'open' } | { kind: 'interrupted'; reason: string };

export interface OpenState {
  phase: 'idle' | 'pulsing' | 'resting' | 'asking' | 'over';
  heard: Uint8Array;
  /** What the door said last. */
  door: Door;
  /** What the board itself said of the opening, in words. */
  verdict: string;
}

export interface Opening {
  board: number;
  cell: number;
  /** How this door is asked: by itself, or by all doors of its board. */
  question: Question;
  /** false: the pulse has been sent before the line went away, and only the door is asked now. */
  pulse: boolean;
  /** Milliseconds after which a door that is still closed counts as stuck. */
  openWaitMs: number;
  /** The door in an answer to `question`, or in the board's own word about the opening. */
  doorIn(answer: Answer): Door;
}

type OpenStep = Step<OpenState, { step: 'pulsed' }, OpenOutcome>;

/** Pulses one lock once, then asks its door until it is open. */
export const openMachine = (profile: Profile, opening: Opening, rhythm: Rhythm): Machine<OpenState, Uint8Array, { step: 'pulsed' }, OpenOutcome> => {
  const pulse: Question = { kind: 'open', board: opening.board, cell: opening.cell };
  const pulseBytes = requestOf(profile, pulse);
  const askBytes = requestOf(profile, opening.question);
  const where = `board ${opening.board} cell ${opening.cell}`;

  const done = (state: OpenState, result: Result<OpenOutcome>): OpenStep => ({
    state: { ...state, phase: 'over' },
    effects: [
      { type: 'timer', ms: null },
      { type: 'done', result },
    ],
  });
  const told = (state: OpenState): string => `${where}: door ${state.door}${state.verdict}`;
  const rest = (state: OpenState, ms: number): OpenStep => ({ state: { ...state, phase: 'resting' }, effects: [{ type: 'timer', ms }] });
  const ask = (state: OpenState, at: number): OpenStep => {
    if (at >= opening.openWaitMs) {
      return done(
        state,
        state.door === 'closed'
          ? fail('cell-stuck', 'the lock was pulsed and its door stays closed', { original: told(state) })
          : fail('timed-out', 'the lock was pulsed and nobody tells whether its door is open', { original: told(state) }),
      );
    }
    const effects: WireEffect<never, never>[] = [{ type: 'send', bytes: askBytes ?? EMPTY, fresh: true }, { type: 'timer', ms: ANSWER_MS }];
    return { state: { ...state, phase: 'asking', heard: EMPTY }, effects };
  };
  const hear = (state: OpenState, message: Uint8Array): OpenStep => {
    const asking = state.phase === 'asking';
    const heard = hold(state.heard, message);
    const { bytes } = clean(heard, (asking ? askBytes : pulseBytes) ?? EMPTY, rhythm.echo);
    const answer = findAnswer(profile.family, bytes, asking ? opening.question : pulse);
    if (answer === null) return { state: { ...state, heard }, effects: [] };
    const door = opening.doorIn(answer);
    // The board's word about its own pulse is kept for the log; its door decides.
    if (!asking) return { state: { ...state, heard, verdict: door === 'unknown' ? '' : `, the board's own word: ${door}` }, effects: [] };
    if (door === 'open') return done({ ...state, door }, ok({ kind: 'open' }));
    return rest({ ...state, heard, door }, LOOK_MS);
  };

  return {
    initial: { phase: 'idle', heard: EMPTY, door: 'unknown', verdict: '' },
    next: (state, input: Input): OpenStep => {
      switch (input.type) {
        case 'start':
          if (pulseBytes === null || askBytes === null) return done(state, fail('bad-input', `this kind of locker has no ${where}`));
          return opening.pulse ? { state, effects: [{ type: 'timer', ms: rhythm.turnRoundMs }] } : rest(state, rhythm.turnRoundMs);
        case 'written':
          return { state, effects: state.phase === 'pulsing' ? [{ type: 'progress', progress: { step: 'pulsed' } }] : [] };
        case 'timer':
          if (state.phase === 'idle') return { state: { ...state, phase: 'pulsing' }, effects: [{ type: 'send', bytes: pulseBytes ?? EMPTY, fresh: true }, { type: 'timer', ms: BOLT_MS }] };
          // A question without an answer is put again; a pulse never is.
          return state.phase === 'asking' ? rest(state, rhythm.turnRoundMs) : ask(state, input.at);
        case 'message':
          return hear(state, input.message);
        case 'closed':
          return state.phase === 'idle'
            ? done(state, fail('disconnected', 'the connection to the locker was lost before anything was sent', { original: input.reason }))
            : done(state, ok({ kind: 'interrupted', reason: input.reason }));
        case 'cancelled':
          return done(state, state.phase === 'idle' ? fail('cancelled', 'the command was cancelled before anything was sent') : fail('cancelled', 'cancelled after the lock was pulsed: the door may be open', { original: told(state) }));
        case 'deadline':
          return done(state, state.phase === 'idle' ? fail('timed-out', 'no time was left to open the cell') : fail('timed-out', 'the lock was pulsed and its door was not seen open in time', { original: told(state) }));
      }
    },
  };
};
