/** The commands `present` and `retract`: what becomes of a ticket that lies in the mouth. Pure. */
import { fail, ok, type Fault, type Result } from '../contract.ts';
import type { Machine, Step } from '../transports/conversation.ts';
import { beginLook, fault, lookOn, SILENT, type Look, type Looked } from './look.ts';
import { endOf, MOUTH_LOOK_MS, MOVE_MS } from './machine.ts';
import { retractCommand } from './presenter.ts';
import type { PrinterProfile } from './profiles.ts';
import type { PrinterMessage } from './status.ts';

/** `empty`: nothing lay there from the beginning. */
export type MouthEnd = 'taken' | 'presented' | 'retracted' | 'empty';

export interface MouthState {
  /** waiting: until it is taken · retracting: it is being drawn back */
  phase: 'idle' | 'waiting' | 'retracting' | 'over';
  look: Look | null;
  /** The ticket was seen in this command. */
  seen: boolean;
  /** When it began to be drawn back. */
  since: number;
}

/**
 * Watches the ticket in the mouth.
 * @param retractAt milliseconds of the command after which it is drawn back; null: never
 */
export const mouthMachine = (profile: PrinterProfile, retractAt: number | null): Machine<MouthState, PrinterMessage, never, MouthEnd> => {
  type MouthStep = Step<MouthState, never, MouthEnd>;
  const command = profile.presenter === null ? null : retractCommand(profile.presenter);

  const done = (state: MouthState, result: Result<MouthEnd>): MouthStep => ({
    state: { ...state, phase: 'over', look: null },
    effects: [
      { type: 'timer', ms: null },
      { type: 'done', result },
    ],
  });
  const failed = (state: MouthState, problem: Fault): MouthStep => done(state, { ok: false, fault: problem });
  const wait = (state: MouthState, first?: Uint8Array): MouthStep => ({
    state: { ...state, look: null, seen: true },
    effects: [...(first === undefined ? [] : [{ type: 'send', bytes: first, fresh: false } as const]), { type: 'timer', ms: MOUTH_LOOK_MS }],
  });

  const take = (state: MouthState, looked: Looked, at: number): MouthStep => {
    if (looked.type === 'more') return { state: { ...state, look: looked.look }, effects: looked.effects };
    // A printer that falls silent while the ticket lies there: it lies there as far as anybody knows.
    if (looked.type === 'failed') return state.seen ? done(state, ok('presented')) : failed(state, looked.fault);
    const { ticket } = looked.state;
    if (ticket !== true) return done(state, ok(!state.seen ? 'empty' : state.phase === 'retracting' ? 'retracted' : 'taken'));
    if (state.phase === 'retracting') {
      if (at - state.since >= MOVE_MS) return failed(state, fault('retract-full', 'the printer did not draw the ticket back: its box is full, or drawing back is switched off'));
      return wait(state);
    }
    if (retractAt === null || at < retractAt) return wait(state);
    if (command === null) return done(state, ok('presented'));
    return wait({ ...state, phase: 'retracting', since: at }, Uint8Array.from(command));
  };

  return {
    initial: { phase: 'idle', look: null, seen: false, since: 0 },
    next: (state, input) => {
      const end = endOf(input, SILENT);
      if (end !== null) return state.seen ? done(state, ok('presented')) : done(state, end);
      switch (input.type) {
        case 'start':
          return profile.presenter === null ? done(state, fail('bad-input', 'this printer has no presenter')) : take({ ...state, phase: 'waiting' }, beginLook(profile), 0);
        case 'message':
          return state.look === null ? { state, effects: [] } : take(state, lookOn(state.look, input, profile), input.at);
        case 'timer':
          return take(state, state.look === null ? beginLook(profile) : lookOn(state.look, { type: 'timer' }, profile), input.at);
        default:
          return { state, effects: [] };
      }
    },
  };
};
