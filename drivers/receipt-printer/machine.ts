/**
 * How a slip is printed and how the printer is asked how it is. Pure: no wire, no clock.
 *
 * Live status (DLE EOT 1–4) is answered at once, also by a printer that stands still; the ordered status (GS r) only when all that
 * was sent before has been printed. A slip is confirmed by the ordered answer followed by a good live status.
 */
import { fail, ok, type Condition, type DeviceStatus, type Fault, type FaultCode, type Result, type SlipOutcome } from '../contract.ts';
import type { Decoder, Machine, Step, WireEffect, WireInput } from '../transports/conversation.ts';
import { conditionsOf, EJECT_TORN, isLiveStatus, isOffline, isOrderedStatus, ORDERED_STATUS, statusRequest, type EncodedSlip, type StatusBytes, type StatusNumber } from './codec.ts';
import type { PrinterProfile } from './profiles.ts';

const ANSWER_MS = 500;
/** Questions without an answer after which the printer counts as silent. */
const ATTEMPTS = 3;
/** Pause between two looks at a printer that is printing. */
const LOOK_MS = 300;
/** Bytes that may be sent between two looks: about what a small printer's buffer holds. */
const BYTES_BETWEEN_LOOKS = 8192;
/** Added to the time that the paper takes, for buffers and the cut. */
const MARGIN_MS = 2000;
/** Late answers to questions about a slip that broke off are waited out this long. */
const QUIET_MS = 1000;

/** One byte from the printer. */
export type StatusByte = number;

/** Every answer is one byte. */
export const statusDecoder: Decoder<StatusByte> = { push: (chunk) => [...chunk], reset: () => {} };

const fault = (code: FaultCode, message: string, original?: string): Fault => fail(code, message, original === undefined ? {} : { original }).fault;

const SILENT = fault('not-responding', 'the printer does not answer');

const MESSAGES: Readonly<Partial<Record<FaultCode, string>>> = {
  'paper-out': 'the printer has no paper',
  'paper-jam': 'the paper is jammed',
  'cover-open': "the printer's cover is open",
  'cutter-fault': 'the knife is blocked',
  'head-hot': 'the print head is too hot; it goes on by itself',
  offline: 'the printer is offline',
};

/** The worst condition as the fault of a command; null when the printer can print. */
const faultOf = (conditions: readonly Condition[]): Fault | null => {
  const first = conditions.find(({ severity }) => severity === 'error');
  return first === undefined ? null : fault(first.code, MESSAGES[first.code] ?? 'the printer reports an error', first.original);
};

export const statusOf = (bytes: StatusBytes, profile: PrinterProfile): DeviceStatus => {
  const conditions = conditionsOf(bytes, profile);
  return {
    online: !isOffline(bytes[1]),
    component: conditions.some(({ severity }) => severity === 'error') ? 'unavailable' : 'ready',
    media: 'no-sensor',
    conditions,
    supplies: [{ name: 'paper', percent: null, left: null }],
    model: null,
  };
};

const endOf = (input: WireInput<StatusByte>, atDeadline: Fault): { ok: false; fault: Fault } | null => {
  switch (input.type) {
    case 'closed':
      return fail('disconnected', 'the connection to the printer was lost', { original: input.reason });
    case 'cancelled':
      return fail('cancelled', 'the command was cancelled');
    case 'deadline':
      return { ok: false, fault: atDeadline };
    case 'start':
    case 'message':
    case 'written':
    case 'timer':
      return null;
  }
};

// ----------------------------------------------------------------------- the four questions, as a part of both machines

interface Look {
  which: StatusNumber;
  attempts: number;
  bytes: StatusBytes;
  /** A byte that is no answer: a broken line, or not this kind of printer. */
  strange: number | null;
}

type Looked = { type: 'more'; look: Look; effects: WireEffect<never, never>[] } | { type: 'complete'; bytes: StatusBytes } | { type: 'failed'; fault: Fault };

const askFor = (look: Look): Looked => ({
  type: 'more',
  look,
  effects: [
    { type: 'send', bytes: statusRequest(look.which), fresh: true },
    { type: 'timer', ms: ANSWER_MS },
  ],
});

const beginLook = (): Looked => askFor({ which: 1, attempts: 0, bytes: { 1: 0, 2: 0, 3: 0, 4: 0 }, strange: null });

const NEXT: Readonly<Record<StatusNumber, StatusNumber | null>> = { 1: 2, 2: 3, 3: 4, 4: null };

const lookAt = (look: Look, input: { type: 'message'; message: StatusByte } | { type: 'timer' }): Looked => {
  if (input.type === 'timer') {
    if (look.attempts + 1 < ATTEMPTS) return askFor({ ...look, attempts: look.attempts + 1 });
    return { type: 'failed', fault: look.strange === null ? SILENT : fault('bad-frame', 'the answer is no printer status', `byte ${look.strange.toString(16).padStart(2, '0')}`) };
  }
  if (!isLiveStatus(input.message)) return { type: 'more', look: { ...look, strange: input.message }, effects: [] };
  const bytes = { ...look.bytes, [look.which]: input.message };
  const next = NEXT[look.which];
  return next === null ? { type: 'complete', bytes } : askFor({ which: next, attempts: 0, bytes, strange: null });
};

// ---------------------------------------------------------------------------------------------- status

export type StatusState = { look: Look | null; over: boolean };

/** Machine of the command `status`. */
export const statusMachine = (profile: PrinterProfile): Machine<StatusState, StatusByte, never, DeviceStatus> => {
  const done = (result: Result<DeviceStatus>): Step<StatusState, never, DeviceStatus> => ({
    state: { look: null, over: true },
    effects: [
      { type: 'timer', ms: null },
      { type: 'done', result },
    ],
  });
  const go = (looked: Looked): Step<StatusState, never, DeviceStatus> => {
    if (looked.type === 'complete') return done(ok(statusOf(looked.bytes, profile)));
    if (looked.type === 'failed') return done({ ok: false, fault: looked.fault });
    return { state: { look: looked.look, over: false }, effects: looked.effects };
  };
  return {
    initial: { look: null, over: false },
    next: (state, input) => {
      const end = endOf(input, SILENT);
      if (end !== null) return done(end);
      if (input.type === 'start') return go(beginLook());
      if (state.look === null || (input.type !== 'message' && input.type !== 'timer')) return { state, effects: [] };
      return go(lookAt(state.look, input));
    },
  };
};

// ----------------------------------------------------------------------------------------------- print

export interface PrintState {
  /**
   * before: first look · ejecting: what a broken slip left is cut away · sending: segments go out · between: a look between two of
   * them · finishing: looks until the ordered answer · pausing: between those looks · after: the last look
   */
  phase: 'idle' | 'before' | 'ejecting' | 'sending' | 'between' | 'finishing' | 'pausing' | 'after' | 'over';
  look: Look | null;
  /** Segments handed over. */
  sent: number;
  sinceLook: number;
  /** When the last segment was handed over, in milliseconds of the command. */
  sentAt: number;
}

type PrintStep = Step<PrintState, { step: 'sent' }, SlipOutcome>;

/**
 * Machine of the command `print`. The progress `sent` comes just before the first byte of the slip leaves: a fault before it means
 * that nothing came out. `torn`: the slip before this one broke off, and what is left of it must be cut away.
 */
export const printMachine = (slip: EncodedSlip, profile: PrinterProfile, torn: boolean): Machine<PrintState, StatusByte, { step: 'sent' }, SlipOutcome> => {
  const paperMs = (slip.lengthMm / profile.speed) * 1000 + MARGIN_MS;

  const done = (state: PrintState, result: Result<SlipOutcome>): PrintStep => ({
    state: { ...state, phase: 'over', look: null },
    effects: [
      { type: 'timer', ms: null },
      { type: 'done', result },
    ],
  });
  const failed = (state: PrintState, problem: Fault): PrintStep => done(state, { ok: false, fault: problem });

  const look = (state: PrintState, phase: PrintState['phase']): PrintStep => take({ ...state, phase }, beginLook(), 0);

  const send = (state: PrintState): PrintStep => {
    const bytes = slip.segments[state.sent];
    if (bytes === undefined) return finish(state);
    return {
      state: { ...state, phase: 'sending', look: null, sent: state.sent + 1, sinceLook: state.sinceLook + bytes.length },
      effects: [
        { type: 'timer', ms: null },
        ...(state.sent === 0 ? [{ type: 'progress', progress: { step: 'sent' } } as const] : []),
        { type: 'send', bytes, fresh: false },
      ],
    };
  };

  const finish = (state: PrintState): PrintStep => {
    const began = look(state, 'finishing');
    if (profile.orderedStatus === 'never') return began;
    return { state: began.state, effects: [{ type: 'send', bytes: ORDERED_STATUS, fresh: true }, ...began.effects] };
  };

  /** Goes on after each step of a look; `at` as in the input that ended it. */
  const take = (state: PrintState, looked: Looked, at: number): PrintStep => {
    if (looked.type === 'more') return { state: { ...state, look: looked.look }, effects: looked.effects };
    if (looked.type === 'failed') return failed(state, looked.fault);
    const problem = faultOf(conditionsOf(looked.bytes, profile));
    if (problem !== null) return failed(state, problem);
    switch (state.phase) {
      case 'before':
        return torn ? { state: { ...state, phase: 'ejecting', look: null }, effects: [{ type: 'send', bytes: EJECT_TORN, fresh: false }, { type: 'timer', ms: QUIET_MS }] } : send(state);
      case 'between':
        return send({ ...state, sinceLook: 0 });
      case 'finishing':
        if (profile.orderedStatus !== 'required' && at - state.sentAt >= paperMs) return done(state, ok({ delivery: 'confirmed-no-sensor' }));
        return { state: { ...state, phase: 'pausing', look: null }, effects: [{ type: 'timer', ms: LOOK_MS }] };
      default:
        return done(state, ok({ delivery: 'confirmed-no-sensor' }));
    }
  };

  const onMessage = (state: PrintState, byte: StatusByte, at: number): PrintStep => {
    const waits = state.phase === 'finishing' || state.phase === 'pausing';
    if (waits && profile.orderedStatus !== 'never' && isOrderedStatus(byte)) return look(state, 'after');
    // An old question about a slip that broke off is answered now: wait on until it is quiet.
    if (state.phase === 'ejecting') return { state, effects: [{ type: 'timer', ms: QUIET_MS }] };
    return state.look === null ? { state, effects: [] } : take(state, lookAt(state.look, { type: 'message', message: byte }), at);
  };

  const onTimer = (state: PrintState, at: number): PrintStep => {
    if (state.phase === 'ejecting') return send(state);
    if (state.phase === 'pausing') return look(state, 'finishing');
    return state.look === null ? { state, effects: [] } : take(state, lookAt(state.look, { type: 'timer' }), at);
  };

  const onWritten = (state: PrintState, at: number): PrintStep => {
    if (state.phase !== 'sending') return { state, effects: [] };
    if (state.sent < slip.segments.length && state.sinceLook >= BYTES_BETWEEN_LOOKS) return look(state, 'between');
    return send({ ...state, sentAt: at });
  };

  const atDeadline = (state: PrintState): Fault =>
    state.sent === 0 ? SILENT : fault('timed-out', 'the printer did not finish the slip in time', `${state.sent} of ${slip.segments.length} parts handed over`);

  return {
    initial: { phase: 'idle', look: null, sent: 0, sinceLook: 0, sentAt: 0 },
    next: (state, input) => {
      const end = endOf(input, atDeadline(state));
      if (end !== null) return done(state, end);
      switch (input.type) {
        case 'start':
          return look(state, 'before');
        case 'message':
          return onMessage(state, input.message, input.at);
        case 'timer':
          return onTimer(state, input.at);
        case 'written':
          return onWritten(state, input.at);
        default:
          return { state, effects: [] };
      }
    },
  };
};
