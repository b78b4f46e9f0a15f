/**
 * What the driver does by itself for a printer whose cause of trouble is gone: a freed knife is asked to recover, and what hangs there of
 * a slip that broke off is cut away before somebody else's slip comes out with it. Pure.
 *
 * A knife tells its error until it is asked to recover, also when hands have long freed it: without this only the next slip would ask, and
 * there is no next slip while the items that need one are closed.
 */
import { ok, type Result } from '../contract.ts';
import type { Machine, Step } from '../transports/conversation.ts';
import { ejectTorn } from './codec.ts';
import { beginLook, faultOf, lookOn, SILENT, type Look, type Looked } from './look.ts';
import { endOf, KNIFE_MS, QUIET_MS } from './machine.ts';
import type { PrinterProfile } from './profiles.ts';
import { RECOVER_AND_FORGET, type PrinterMessage } from './status.ts';

/** `clean`: nothing of an earlier slip hangs there any more. `unmended`: something is still the matter. */
export type MendEnd = 'clean' | 'unmended';

export interface MendState {
  /** recovering: a freed knife runs home · ejecting: what hung there is cut away · after: the last look */
  phase: 'idle' | 'looking' | 'recovering' | 'ejecting' | 'after' | 'over';
  look: Look | null;
  recovered: boolean;
}

type MendStep = Step<MendState, never, MendEnd>;

/** @param torn the last slip broke off */
export const mendMachine = (profile: PrinterProfile, torn: boolean): Machine<MendState, PrinterMessage, never, MendEnd> => {
  const done = (state: MendState, result: Result<MendEnd>): MendStep => ({
    state: { ...state, phase: 'over', look: null },
    effects: [
      { type: 'timer', ms: null },
      { type: 'done', result },
    ],
  });
  const act = (state: MendState, phase: MendState['phase'], bytes: Uint8Array, ms: number): MendStep => ({
    state: { ...state, phase, look: null },
    effects: [
      { type: 'send', bytes, fresh: false },
      { type: 'timer', ms },
    ],
  });
  const look = (state: MendState, phase: MendState['phase']): MendStep => take({ ...state, phase }, beginLook(profile));

  const take = (state: MendState, looked: Looked): MendStep => {
    if (looked.type === 'more') return { state: { ...state, look: looked.look }, effects: looked.effects };
    if (looked.type === 'failed') return done(state, { ok: false, fault: looked.fault });
    const problem = faultOf(looked.state.conditions);
    if (state.phase === 'after') return done(state, ok(problem === null ? 'clean' : 'unmended'));
    if (problem?.code === 'cutter-fault' && looked.state.recoverable && !state.recovered) return act({ ...state, recovered: true }, 'recovering', RECOVER_AND_FORGET, KNIFE_MS);
    // What lies in the mouth is cut off already, and goes its own way first.
    if (problem !== null || looked.state.ticket === true) return done(state, ok('unmended'));
    return torn || state.recovered ? act(state, 'ejecting', ejectTorn(profile), QUIET_MS) : done(state, ok('clean'));
  };

  return {
    initial: { phase: 'idle', look: null, recovered: false },
    next: (state, input) => {
      const end = endOf(input, SILENT);
      if (end !== null) return done(state, end);
      if (input.type === 'start') return look(state, 'looking');
      if (input.type === 'timer' && state.look === null) {
        if (state.phase === 'recovering') return look(state, 'looking');
        if (state.phase === 'ejecting') return look(state, 'after');
      }
      if (state.look === null || (input.type !== 'message' && input.type !== 'timer')) return { state, effects: [] };
      return take(state, lookOn(state.look, input, profile));
    },
  };
};
