/**
 * How a slip is printed and how the printer is asked how it is. Pure: no wire, no clock.
 *
 * Live status is answered at once, also by a printer that stands still; the ordered status (GS r) only when all that was sent before
 * has been printed. A slip is confirmed by the ordered answer followed by a good live status; where the mouth has a sensor, by
 * what it saw: the ticket came, and went.
 */
import { condition, fail, ok, type DeviceStatus, type Fault, type Result, type SlipOutcome } from '../contract.ts';
import type { Machine, Step, WireInput } from '../transports/conversation.ts';
import { ejectTorn, type EncodedSlip } from './codec.ts';
import { beginLook, fault, faultOf, lookOn, SILENT, type Look, type Looked } from './look.ts';
import { presentCommand, retractCommand } from './presenter.ts';
import type { PrinterProfile } from './profiles.ts';
import { liveState, ORDERED_STATUS, RECOVER_AND_FORGET, RECOVER_AND_GO_ON, type PrinterMessage, type PrinterState } from './status.ts';

/** Pause between two looks at a printer that is printing. */
const LOOK_MS = 300;
/** Between two looks at the mouth: a hand is quick. */
export const MOUTH_LOOK_MS = 150;
/** A ticket comes to the mouth, or goes back, within this. */
export const MOVE_MS = 5000;
/** Bytes that may be sent between two looks: about what a small printer's buffer holds. */
const BYTES_BETWEEN_LOOKS = 8192;
/** Added to the time that the paper takes, for buffers and the cut. */
const MARGIN_MS = 2000;
/** Late answers to questions about a slip that broke off are waited out this long. */
export const QUIET_MS = 1000;
/** A knife that is freed runs home and cuts within this. */
export const KNIFE_MS = 1500;
/** A printer that draws back by its own timer may do so this much early: what goes after that is not proved taken. */
export const OWN_TIMER_SLACK_MS = 1500;

export const endOf = (input: WireInput<PrinterMessage>, atDeadline: Fault): { ok: false; fault: Fault } | null => {
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

// ---------------------------------------------------------------------------------------------- status

export const statusOf = ({ online, conditions, ticket }: PrinterState): DeviceStatus => ({
  online,
  component: conditions.some(({ severity }) => severity === 'error') ? 'unavailable' : 'ready',
  media: ticket === null ? 'no-sensor' : ticket ? 'present' : 'absent',
  conditions: ticket === true ? [...conditions, condition('media-left', 'warning')] : conditions,
  supplies: [{ name: 'paper', percent: null, left: null }],
  model: null,
});

export type StatusState = { look: Look | null; over: boolean };

/** Machine of the command `status`. */
export const statusMachine = (profile: PrinterProfile): Machine<StatusState, PrinterMessage, never, DeviceStatus> => {
  const done = (result: Result<DeviceStatus>): Step<StatusState, never, DeviceStatus> => ({
    state: { look: null, over: true },
    effects: [
      { type: 'timer', ms: null },
      { type: 'done', result },
    ],
  });
  const go = (looked: Looked): Step<StatusState, never, DeviceStatus> => {
    if (looked.type === 'complete') return done(ok(statusOf(looked.state)));
    if (looked.type === 'failed') return done({ ok: false, fault: looked.fault });
    return { state: { look: looked.look, over: false }, effects: looked.effects };
  };
  return {
    initial: { look: null, over: false },
    next: (state, input) => {
      const end = endOf(input, SILENT);
      if (end !== null) return done(end);
      if (input.type === 'start') return go(beginLook(profile));
      if (state.look === null || (input.type !== 'message' && input.type !== 'timer')) return { state, effects: [] };
      return go(lookOn(state.look, input, profile));
    },
  };
};

// ----------------------------------------------------------------------------------------------- print

export interface PrintState {
  /**
   * before: first look · recovering: a freed knife runs home · clearing: a ticket that nobody took is drawn back · ejecting: what a
   * broken slip left is cut away · sending: segments go out · between: a look between two of them · finishing: looks until the ordered
   * answer · pausing: between those looks · recutting: the knife tries once more · after: the last look · presenting: until the
   * ticket is in the mouth · taking: until it is taken
   */
  phase: 'idle' | 'before' | 'recovering' | 'clearing' | 'ejecting' | 'sending' | 'between' | 'finishing' | 'pausing' | 'recutting' | 'after' | 'presenting' | 'taking' | 'over';
  look: Look | null;
  /** Segments handed over. */
  sent: number;
  sinceLook: number;
  /** When the last segment was handed over, in milliseconds of the command. */
  sentAt: number;
  /** What is left of an earlier slip must be cut away. */
  torn: boolean;
  recovered: boolean;
  /** Since when a ticket is being drawn back; null: none is. */
  clearingSince: number | null;
  /** The ordered answer has come. */
  answered: boolean;
  recut: boolean;
  /** Since when the ticket is on its way to the mouth, and then in it. */
  mouthSince: number;
}

export interface PrintOptions {
  /** The slip before this one broke off, and what is left of it must be cut away. */
  torn: boolean;
  /** How long the ticket is watched in the mouth before the command ends with `presented`. */
  takeMs: number;
  /** When a printer that draws back by its own timer does so; 0: as late as it can. */
  ownTimerMs: number;
}

/** `uncut` comes with a fault of the knife alone: the whole slip is on the paper, and hangs in the outlet. */
export interface PrintProgress {
  step: 'sent' | 'uncut';
}

type PrintStep = Step<PrintState, PrintProgress, SlipOutcome>;

/**
 * Machine of the command `print`. The progress `sent` comes just before the first byte of the slip leaves: a fault before it means
 * that nothing came out. Nothing of a slip is ever sent twice.
 */
export const printMachine = (slip: EncodedSlip, profile: PrinterProfile, options: PrintOptions): Machine<PrintState, PrinterMessage, PrintProgress, SlipOutcome> => {
  const paperMs = (slip.lengthMm / profile.speed) * 1000 + MARGIN_MS;
  const { presenter } = profile;
  const drawBack = presenter === null ? null : retractCommand(presenter);

  const done = (state: PrintState, result: Result<SlipOutcome>): PrintStep => ({
    state: { ...state, phase: 'over', look: null },
    effects: [
      { type: 'timer', ms: null },
      { type: 'done', result },
    ],
  });
  const failed = (state: PrintState, problem: Fault): PrintStep => done(state, { ok: false, fault: problem });
  const ended = (state: PrintState, delivery: SlipOutcome['delivery']): PrintStep => done(state, ok({ delivery }));
  const wait = (state: PrintState, phase: PrintState['phase'], ms: number, first?: Uint8Array): PrintStep => ({
    state: { ...state, phase, look: null },
    effects: [...(first === undefined || first.length === 0 ? [] : [{ type: 'send', bytes: first, fresh: false } as const]), { type: 'timer', ms }],
  });
  const look = (state: PrintState, phase: PrintState['phase']): PrintStep => take({ ...state, phase }, beginLook(profile, phase === 'between'), 0);

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
    // The command that pushes the ticket out is obeyed in its turn: a ticket in the mouth is a printed and cut one.
    if (presenter !== null) return wait({ ...state, mouthSince: state.sentAt }, 'presenting', MOUTH_LOOK_MS, presentCommand(presenter, options.ownTimerMs));
    const began = look(state, 'finishing');
    if (profile.orderedStatus === 'never') return began;
    return { state: began.state, effects: [{ type: 'send', bytes: ORDERED_STATUS, fresh: false }, ...began.effects] };
  };

  /** The first look is good: is there anything of somebody else's to be got out of the way? */
  const begin = (state: PrintState, { ticket }: PrinterState, at: number): PrintStep => {
    if (ticket === true) {
      const since = state.clearingSince ?? at;
      if (drawBack === null || at - since >= MOVE_MS) return failed(state, fault('media-left', 'a ticket that nobody took lies in the mouth, and the printer does not draw it back'));
      return wait({ ...state, clearingSince: since }, 'clearing', LOOK_MS, state.clearingSince === null ? Uint8Array.from(drawBack) : undefined);
    }
    return state.torn ? wait(state, 'ejecting', QUIET_MS, ejectTorn(profile)) : send(state);
  };

  /** Something is the matter. Only a knife is tried again, and only where nothing can be printed twice by that. */
  const trouble = (state: PrintState, { recoverable }: PrinterState, problem: Fault): PrintStep => {
    if (recoverable && state.phase === 'before' && !state.recovered) return wait({ ...state, recovered: true, torn: true }, 'recovering', KNIFE_MS, RECOVER_AND_FORGET);
    const last = state.phase === 'finishing' || state.phase === 'after' || state.phase === 'presenting';
    if (!last || problem.code !== 'cutter-fault' || !slip.cutLast) return failed(state, problem);
    if (recoverable && !state.recut) return wait({ ...state, recut: true }, 'recutting', KNIFE_MS, RECOVER_AND_GO_ON);
    const end = failed(state, problem);
    return { state: end.state, effects: [{ type: 'progress', progress: { step: 'uncut' } }, ...end.effects] };
  };

  /** The ticket's way from the mouth into a hand. What the roll or the cover does meanwhile is the next slip's trouble. */
  const mouth = (state: PrintState, { ticket }: PrinterState, at: number): PrintStep => {
    const there = at - state.mouthSince;
    if (state.phase === 'presenting') {
      if (ticket === true) return wait({ ...state, mouthSince: at }, 'taking', MOUTH_LOOK_MS);
      // Never seen in the mouth: nothing is proved by its not being there.
      return there >= paperMs + MOVE_MS ? ended(state, 'confirmed-no-sensor') : wait(state, 'presenting', MOUTH_LOOK_MS);
    }
    if (ticket !== true) {
      const byItself = drawBack === null && options.ownTimerMs > 0 && there >= options.ownTimerMs - OWN_TIMER_SLACK_MS;
      return ended(state, byItself ? 'retracted' : 'taken');
    }
    return there >= options.takeMs ? ended(state, 'presented') : wait(state, 'taking', MOUTH_LOOK_MS);
  };

  /** How far the proof goes when the command must end; null: nothing is proved yet. */
  const proved = (state: PrintState): SlipOutcome['delivery'] | null => (state.phase === 'taking' ? 'presented' : null);

  /** Goes on after each step of a look; `at` as in the input that ended it. */
  const take = (state: PrintState, looked: Looked, at: number): PrintStep => {
    if (looked.type === 'more') return { state: { ...state, look: looked.look }, effects: looked.effects };
    if (looked.type === 'failed') {
      const delivery = proved(state);
      return delivery === null ? failed(state, looked.fault) : ended(state, delivery);
    }
    if (state.phase === 'taking') return mouth(state, looked.state, at);
    const problem = faultOf(looked.state.conditions);
    if (problem !== null) return trouble(state, looked.state, problem);
    switch (state.phase) {
      case 'before':
        return begin(state, looked.state, at);
      case 'between':
        return send({ ...state, sinceLook: 0 });
      case 'finishing':
        if (profile.orderedStatus !== 'required' && at - state.sentAt >= paperMs) return ended(state, 'confirmed-no-sensor');
        return wait(state, 'pausing', LOOK_MS);
      case 'presenting':
        return mouth(state, looked.state, at);
      default:
        return ended(state, 'confirmed-no-sensor');
    }
  };

  const onMessage = (state: PrintState, message: PrinterMessage, at: number): PrintStep => {
    const waits = state.phase === 'finishing' || state.phase === 'pausing';
    if (waits && profile.orderedStatus !== 'never' && message.type === 'ordered') return look({ ...state, answered: true }, 'after');
    // An old question about a slip that broke off is answered now: wait on until it is quiet.
    if (state.phase === 'ejecting') return { state, effects: [{ type: 'timer', ms: QUIET_MS }] };
    // The printer tells trouble by itself: no more of the slip is sent to it. A full look says what it is.
    if (message.type === 'auto' && (state.phase === 'sending' || state.phase === 'pausing') && faultOf(liveState(message.status, profile).conditions) !== null) {
      return state.phase === 'sending' ? { state: { ...state, sinceLook: BYTES_BETWEEN_LOOKS }, effects: [] } : look(state, 'finishing');
    }
    return state.look === null ? { state, effects: [] } : take(state, lookOn(state.look, { type: 'message', message }, profile), at);
  };

  const onTimer = (state: PrintState, at: number): PrintStep => {
    switch (state.phase) {
      case 'ejecting':
        return send(state);
      case 'recovering':
      case 'clearing':
        return look(state, 'before');
      case 'pausing':
        return look(state, 'finishing');
      case 'recutting':
        return look(state, presenter !== null ? 'presenting' : state.answered ? 'after' : 'finishing');
      case 'presenting':
      case 'taking':
        if (state.look === null) return look(state, state.phase);
        break;
      default:
        break;
    }
    return state.look === null ? { state, effects: [] } : take(state, lookOn(state.look, { type: 'timer' }, profile), at);
  };

  const onWritten = (state: PrintState, at: number): PrintStep => {
    if (state.phase !== 'sending') return { state, effects: [] };
    if (state.sent < slip.segments.length && state.sinceLook >= BYTES_BETWEEN_LOOKS) return look(state, 'between');
    return send({ ...state, sentAt: at });
  };

  const atDeadline = (state: PrintState): Fault =>
    state.sent === 0 ? SILENT : fault('timed-out', 'the printer did not finish the slip in time', `${state.sent} of ${slip.segments.length} parts handed over`);

  return {
    initial: { phase: 'idle', look: null, sent: 0, sinceLook: 0, sentAt: 0, torn: options.torn, recovered: false, clearingSince: null, answered: false, recut: false, mouthSince: 0 },
    next: (state, input) => {
      const end = endOf(input, atDeadline(state));
      if (end !== null) {
        const delivery = proved(state);
        return delivery === null ? done(state, end) : ended(state, delivery);
      }
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

