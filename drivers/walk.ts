/** For tests: walks a pure machine over every state that its events lead to, and meets each of these states with each event. */
import type { Machine, WireInput } from './transports/conversation.ts';

/** More than any machine here has: one that goes on for ever counts something that its key should leave out. */
const MOST_STATES = 60_000;

interface Walk<S, E> {
  first: S;
  /** What can happen in a state. */
  events: (state: S) => readonly E[];
  /** null: it is over. */
  next: (state: S, event: E) => S | null;
  /** States of one key count as one; by default all that they hold. */
  keyOf?: (state: S) => string;
}

/** Every state that can be reached, by breadth first. @throws RangeError past {@link MOST_STATES} */
export const reachable = <S, E>({ first, events, next, keyOf = (state) => JSON.stringify(state) }: Walk<S, E>): S[] => {
  const seen = new Set([keyOf(first)]);
  const states = [first];
  for (const state of states) {
    for (const event of events(state)) {
      const after = next(state, event);
      if (after === null || seen.has(keyOf(after))) continue;
      seen.add(keyOf(after));
      states.push(after);
      if (states.length > MOST_STATES) throw new RangeError(`more than ${MOST_STATES} states, such as ${keyOf(after)}`);
    }
  }
  return states;
};

/** The three that may come at any moment, and end every command. */
export const ENDS: readonly WireInput<never>[] = [{ type: 'closed', reason: 'gone', at: 9 }, { type: 'cancelled', at: 9 }, { type: 'deadline', at: 9 }];

/**
 * A machine of the wire. In every state that can be reached every event must be taken, with one end at most; the machine must wait for
 * something; and each of {@link ENDS} must end it, once.
 * @param mayListen states that wait for a person or for an answer of the system, without a timer
 * @returns the states that can be reached short of the end, and what is wrong with them
 */
export const walkWire = <S, M, P, V>(
  machine: Machine<S, M, P, V>,
  events: readonly WireInput<M>[],
  { keyOf = (state) => JSON.stringify(state), mayListen = () => false }: { keyOf?: (state: S) => string; mayListen?: (state: S) => boolean } = {},
): { states: S[]; problems: string[] } => {
  type At = { state: S; waits: boolean };
  const problems: string[] = [];
  const step = ({ state, waits }: At, event: WireInput<M>): { after: At; ends: number } => {
    const { state: next, effects } = machine.next(state, event);
    // A timer that came is over.
    const after = effects.reduce((still, effect) => (effect.type === 'timer' ? effect.ms !== null : still), waits && event.type !== 'timer');
    return { after: { state: next, waits: after }, ends: effects.filter(({ type }) => type === 'done').length };
  };
  const found = reachable<At, WireInput<M>>({
    first: step({ state: machine.initial, waits: false }, { type: 'start', at: 0 }).after,
    events: () => events,
    next: (at, event) => {
      const { after, ends } = step(at, event);
      if (ends > 1) problems.push(`${event.type} ends it ${ends} times: ${keyOf(at.state)}`);
      return ends > 0 ? null : after;
    },
    keyOf: ({ state, waits }) => `${keyOf(state)} ${String(waits)}`,
  });
  for (const at of found) {
    if (!at.waits && !mayListen(at.state)) problems.push(`waits for nothing: ${keyOf(at.state)}`);
    for (const end of ENDS) if (step(at, end).ends !== 1) problems.push(`no way out by ${end.type}: ${keyOf(at.state)}`);
  }
  return { states: found.map(({ state }) => state), problems };
};
