/**
 * Which call stands in the light, and which before it: each for long enough to be read, also when many counters call in the same second. Pure;
 * times are milliseconds of a clock that never goes back.
 */
import { hear, isDue, type BoardCall, type Calls, type Heard } from './heard.ts';

export type ShownCalls = {
  heard: Heard;
  /** The call in the light, then those before it, newest first. */
  shown: readonly BoardCall[];
  /** Made, and not shown yet; oldest first. */
  waiting: readonly BoardCall[];
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

/** Called again: it stands there once, by its newest call. */
const once = (calls: readonly BoardCall[]): BoardCall[] => calls.filter(({ number }, at) => calls.findIndex((one) => one.number === number) === at).slice(0, ROWS);

/** @param state null: the board was just switched on, and shows what was called last at once */
export const hearCalls = (state: ShownCalls | null, view: Calls, now: number): ShownCalls => {
  const { heard, fresh } = hear(state?.heard ?? null, view);
  if (state === null) return { heard, shown: once(view.calls), waiting: [], since: now };
  const before = state.heard.day === view.day ? state : { shown: [], waiting: [], since: Number.NEGATIVE_INFINITY };
  const due = fresh.filter((call) => isDue(call, view.now));
  const firstDue = fresh.findIndex((call) => isDue(call, view.now));
  // The line was broken for long: what nobody needs any more stands below, unlit, so that the board shows the hall's last calls again.
  const past = before.waiting.length > 0 ? [] : fresh.slice(0, firstDue === -1 ? undefined : firstDue).reverse();
  const shown = once([...past, ...before.shown]);
  return atTime({ heard, shown, waiting: [...before.waiting, ...due].slice(-MOST_WAITING), since: past.length > 0 ? Number.NEGATIVE_INFINITY : before.since }, now);
};

/** What stands on the board at this moment. */
export const atTime = (state: ShownCalls, now: number): ShownCalls => (state.waiting.length > 0 && (state.shown.length === 0 || now - state.since >= stays(state.waiting.length)) ? next(state, now) : state);

/** In how many milliseconds the light changes; null: not before another call. */
export const changesIn = (state: ShownCalls, now: number): number | null => (state.waiting.length === 0 ? null : Math.max(0, stays(state.waiting.length) - (now - state.since)));
