/**
 * Which call stands in the light, and which before it: each for long enough to be read, also when many counters call in the same second. Pure;
 * times are milliseconds of a clock that never goes back.
 */
export type ShownCall = { id: number; number: string; counter: string; again: boolean };

export type ShownCalls = {
  day: string;
  /** The call in the light, then those before it, newest first. */
  shown: readonly ShownCall[];
  /** Made, and not shown yet; oldest first. */
  waiting: readonly ShownCall[];
  /** When the light changed last. */
  since: number;
};

/** Rows of the board: the lit one and four before. Each call stands on the board at least this number of times its time in the light. */
export const ROWS = 5;
/** Nobody reads and turns his head in less. */
export const LEAST_MS = 2_000;
/** A crowd of calls: each still stands on the board for five times this. */
export const CROWD_MS = 1_200;
const CROWD = 10;
/** More than every counter of a large hall twice. */
const MOST_WAITING = 150;

/** How long the lit call stays while others wait. */
const stays = (waiting: number): number => (waiting > CROWD ? CROWD_MS : LEAST_MS);

const next = (state: ShownCalls, now: number): ShownCalls => {
  const [first, ...waiting] = state.waiting;
  if (first === undefined) return state;
  // Called again: it stands there once.
  return { ...state, shown: [first, ...state.shown.filter(({ number }) => number !== first.number)].slice(0, ROWS), waiting, since: now };
};

/** @param state null: the board was just switched on, and shows what was called last at once. @param calls of the view, newest first */
export const hearCalls = (state: ShownCalls | null, day: string, calls: readonly ShownCall[], now: number): ShownCalls => {
  if (state === null || (state.day !== day && calls.length === 0)) return { day, shown: calls.slice(0, ROWS), waiting: [], since: now };
  const before = state.day === day ? state : { day, shown: [], waiting: [], since: Number.NEGATIVE_INFINITY };
  const heard = Math.max(0, ...before.shown.map(({ id }) => id), ...before.waiting.map(({ id }) => id));
  const fresh = calls.filter(({ id }) => id > heard).sort((one, other) => one.id - other.id);
  return atTime({ ...before, waiting: [...before.waiting, ...fresh].slice(-MOST_WAITING) }, now);
};

/** What stands on the board at this moment. */
export const atTime = (state: ShownCalls, now: number): ShownCalls => (state.waiting.length > 0 && (state.shown.length === 0 || now - state.since >= stays(state.waiting.length)) ? next(state, now) : state);

/** In how many milliseconds the light changes; null: not before another call. */
export const changesIn = (state: ShownCalls, now: number): number | null => (state.waiting.length === 0 ? null : Math.max(0, stays(state.waiting.length) - (now - state.since)));
