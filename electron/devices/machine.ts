/**
 * The recovery ladder of one device, pure: `next(state, event)` → state and effects. No clock, no port, no process.
 *
 * Rungs: ask again with growing waits → close and reopen the port → restart the device host → out of service, and keep
 * trying with capped waits for ever. A device of which nothing is there (cable pulled, port refused), or that says what is
 * wrong with it, skips the rung of the host: a new process finds no more than the old one did, and would disturb the others.
 * One that refuses what the terminal file says of it is looked at now and then only: no trying mends a file.
 */

export interface Ladder {
  at:
    | 'host-down' // no process to ask
    | 'opening' // the port is being opened
    | 'serving' // answers
    | 'retrying' // did not answer just now; asked again after a wait
    | 'waiting' // could not be opened; opened again after a wait
    | 'refused' // what is configured for it is refused; looked at again after a long wait
    | 'restarting-host'; // the host should be restarted as soon as no other device minds
  /** Polls without an answer since the last answer. */
  misses: number;
  /** Openings that failed since the last answer. */
  opens: number;
  /** Host restarts asked for since the last answer. */
  restarts: number;
  /** How often the present restart was asked for. */
  asks: number;
  /** Out of service has been said. */
  out: boolean;
}

export type LadderEvent =
  | { type: 'host-up' }
  | { type: 'host-down' }
  | { type: 'opened' }
  /** `hostHelps`: the device keeps silent, and a new process may wake it; false when the wire or the device said what is wrong. */
  | { type: 'open-failed'; hostHelps: boolean }
  /** The driver, or what is plugged in, refuses what is configured: a model, an option, a speed. */
  | { type: 'refused' }
  | { type: 'answered' }
  /** `nothingThere`: the wire itself says that no device is at its end. */
  | { type: 'silent'; nothingThere: boolean }
  /** A call did not even end inside the host. */
  | { type: 'hung' }
  | { type: 'timer' };

export type LadderEffect =
  /** Close what is open and open anew. */
  | { type: 'open' }
  | { type: 'poll' }
  /** A `timer` event is due after {@link waitMs} of this attempt; replaces any wait before it. */
  | { type: 'wait'; attempt: number }
  /** A `timer` event is due after {@link REFUSED_MS}. */
  | { type: 'wait-long' }
  /** Only when no other device is in the middle of something; asked again at the next timer. */
  | { type: 'restart-host' }
  /** The others would not come to rest: leave them their host. */
  | { type: 'own-host' }
  | { type: 'out-of-service' }
  | { type: 'back-in-service' };

export const RETRIES = 2;
export const REOPENS = 2;
/** Asked this often in vain, a device goes into a host of its own. */
export const ASKS = 5;
const FIRST_WAIT_MS = 250;
export const LONGEST_WAIT_MS = 5_000;
/** Another adapter that knows the configured speed may be plugged in; the file itself is read again at the next start alone. */
export const REFUSED_MS = 60_000;

export const START: Ladder = { at: 'host-down', misses: 0, opens: 0, restarts: 0, asks: 0, out: false };

/**
 * How long attempt 1, 2, 3 … waits, in milliseconds: doubling, capped, and jittered so that forty terminals that lost
 * power together do not ask together.
 * @param random 0 ≤ random < 1
 */
export const waitMs = (attempt: number, random: number): number => Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt - 1, 16)) * (0.5 + random / 2);

type Step = [Ladder, LadderEffect[]];

const sayOut = (state: Ladder): LadderEffect[] => (state.out ? [] : [{ type: 'out-of-service' }]);

const restart = (state: Ladder): Step => {
  const next: Ladder = { ...state, at: 'restarting-host', restarts: state.restarts + 1, asks: 1, out: true };
  return [next, [...sayOut(state), { type: 'restart-host' }, { type: 'wait', attempt: 1 }]];
};

const openAgain = (state: Ladder): Step => [{ ...state, at: 'opening' }, [{ type: 'open' }]];

const openFailed = (state: Ladder, hostHelps: boolean): Step => {
  const opens = state.opens + 1;
  const counted: Ladder = { ...state, opens };
  if (hostHelps && opens >= REOPENS && state.restarts === 0) return restart(counted);
  const out = !hostHelps || state.restarts > 0 || state.out;
  return [{ ...counted, at: 'waiting', out }, [...(out ? sayOut(state) : []), { type: 'wait', attempt: opens }]];
};

const silent = (state: Ladder, nothingThere: boolean): Step => {
  const misses = state.misses + 1;
  if (nothingThere || misses > RETRIES) return openAgain({ ...state, misses });
  return [{ ...state, at: 'retrying', misses }, [{ type: 'wait', attempt: misses }]];
};

const served = (state: Ladder): Step => [{ ...START, at: 'serving' }, state.out ? [{ type: 'back-in-service' }] : []];

/** One step of the ladder. An event that means nothing in a state leaves it as it is: late answers are no news. */
export const next = (state: Ladder, event: LadderEvent): Step => {
  if (event.type === 'host-down') return [{ ...state, at: 'host-down', asks: 0 }, []];
  switch (state.at) {
    case 'host-down':
      return event.type === 'host-up' ? openAgain(state) : [state, []];
    case 'opening':
      if (event.type === 'opened') return served(state);
      if (event.type === 'open-failed') return openFailed(state, event.hostHelps);
      if (event.type === 'refused') return [{ ...state, at: 'refused', out: true }, [...sayOut(state), { type: 'wait-long' }]];
      return event.type === 'hung' ? restart(state) : [state, []];
    case 'serving':
    case 'retrying':
      if (event.type === 'answered') return served(state);
      if (event.type === 'silent') return silent(state, event.nothingThere);
      if (event.type === 'hung') return restart(state);
      return event.type === 'timer' && state.at === 'retrying' ? [state, [{ type: 'poll' }]] : [state, []];
    case 'waiting':
    case 'refused':
      return event.type === 'timer' ? openAgain(state) : [state, []];
    case 'restarting-host': {
      if (event.type !== 'timer') return [state, []];
      const asks = state.asks + 1;
      return [{ ...state, asks }, [{ type: asks > ASKS ? 'own-host' : 'restart-host' }, { type: 'wait', attempt: asks }]];
    }
  }
};
