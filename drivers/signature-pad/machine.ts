/** From pen positions to strokes. Pure: no wire, no clock. */
import type { PadReport } from './codec.ts';

/** x, y in hundredths of a millimetre, t in milliseconds since the first point, p 0–1 or null. */
export interface Point {
  x: number;
  y: number;
  t: number;
  p: number | null;
}

export type CaptureInput =
  /** `at`: milliseconds of a clock that never goes back. */
  | { type: 'report'; report: PadReport; at: number }
  | { type: 'timer' }
  | { type: 'closed'; reason: string }
  | { type: 'cancelled' }
  | { type: 'deadline' };

export type CaptureEffect =
  | { type: 'point'; stroke: number; point: Point }
  /** A new one replaces the one before; null ends it. */
  | { type: 'timer'; ms: number | null }
  | { type: 'done'; outcome: 'signed' | 'cancelled' | 'nothing' | 'unfinished' }
  | { type: 'lost'; reason: string };

export interface CaptureState {
  strokes: readonly (readonly Point[])[];
  /** The pen is down, and the last stroke grows. */
  down: boolean;
  /** Clock and scan time of the first point. */
  beganAt: number | null;
  scan: { last: number; elapsed: number } | null;
  pressed: readonly number[];
  points: number;
  over: boolean;
}

export interface CaptureSettings {
  confirm: number;
  clear: number;
  /** Milliseconds without the pen after which a signature is finished; null where the pad has a key for that. */
  idleMs: number | null;
  /** Scan time begins again after this. */
  scanRange: number | null;
}

export const CAPTURE_START: CaptureState = { strokes: [], down: false, beganAt: null, scan: null, pressed: [], points: 0, over: false };

/** As many as the contract lets through; a hand resting on the pad must not fill the memory. */
const MOST_STROKES = 500;
const MOST_POINTS = 50_000;
const MOST_IN_A_STROKE = 5_000;

type Step = { state: CaptureState; effects: CaptureEffect[] };

const done = (state: CaptureState, effect: CaptureEffect): Step => ({ state: { ...state, over: true }, effects: [{ type: 'timer', ms: null }, effect] });

const hasInk = ({ strokes }: CaptureState): boolean => strokes.length > 0;

const withPen = (state: CaptureState, pen: NonNullable<PadReport['pen']>, at: number, settings: CaptureSettings): Step => {
  const { down, x, y, p, scanTime } = pen;
  if (!down) {
    const lifted = { ...state, down: false };
    return { state: lifted, effects: state.down && settings.idleMs !== null ? [{ type: 'timer', ms: settings.idleMs }] : [] };
  }
  const full = state.down ? (state.strokes.at(-1)?.length ?? 0) >= MOST_IN_A_STROKE : state.strokes.length >= MOST_STROKES;
  if (full || state.points >= MOST_POINTS) return { state, effects: [] };
  // The pad's own time where it tells one: a busy host gets reports late and in bunches.
  const scan =
    scanTime === null || settings.scanRange === null
      ? null
      : state.scan === null
        ? { last: scanTime, elapsed: 0 }
        : { last: scanTime, elapsed: state.scan.elapsed + ((scanTime - state.scan.last + settings.scanRange) % settings.scanRange) };
  const beganAt = state.beganAt ?? at;
  const point: Point = { x, y, t: Math.max(0, Math.round(scan === null ? at - beganAt : scan.elapsed / 10)), p };
  const strokes = state.down ? [...state.strokes.slice(0, -1), [...(state.strokes.at(-1) ?? []), point]] : [...state.strokes, [point]];
  return {
    state: { ...state, strokes, down: true, beganAt, scan, points: state.points + 1 },
    effects: [{ type: 'timer', ms: null }, { type: 'point', stroke: strokes.length - 1, point }],
  };
};

const onReport = (before: CaptureState, { pen, buttons }: PadReport, at: number, settings: CaptureSettings): Step => {
  const now = buttons.filter(({ down }) => down).map(({ number }) => number);
  const fresh = now.filter((number) => !before.pressed.includes(number));
  const told = new Set(buttons.map(({ number }) => number));
  const state: CaptureState = { ...before, pressed: [...before.pressed.filter((number) => !told.has(number)), ...now] };
  // An empty page is not confirmed: the key was brushed.
  if (fresh.includes(settings.confirm) && hasInk(state)) return done(state, { type: 'done', outcome: 'signed' });
  if (fresh.includes(settings.clear)) return { state: { ...CAPTURE_START, pressed: state.pressed }, effects: [{ type: 'timer', ms: null }] };
  return pen === null ? { state, effects: [] } : withPen(state, pen, at, settings);
};

/** What one input does. After `done` or `lost` nothing does anything. */
export const captureNext = (state: CaptureState, input: CaptureInput, settings: CaptureSettings): Step => {
  if (state.over) return { state, effects: [] };
  switch (input.type) {
    case 'report':
      return onReport(state, input.report, input.at, settings);
    case 'timer':
      return state.down || !hasInk(state) ? { state, effects: [] } : done(state, { type: 'done', outcome: 'signed' });
    case 'closed':
      return done(state, { type: 'lost', reason: input.reason });
    case 'cancelled':
      return done(state, { type: 'done', outcome: 'cancelled' });
    case 'deadline':
      return done(state, { type: 'done', outcome: hasInk(state) ? 'unfinished' : 'nothing' });
  }
};
