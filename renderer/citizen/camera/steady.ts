/**
 * When the shutter goes by itself: the paper has been found, all four corners are inside, and it lies still. After a
 * refusal it does not go again until something changed, or the same words would come every second.
 */
import { moved, type Quad } from './geometry.ts';

/** What one look at the picture found; corners in parts of the picture, 0–1. */
export interface Look {
  corners: Quad | null;
  cutOff: boolean;
}

export type Steady =
  | { at: 'searching'; since: number }
  /** All corners are seen, but one is outside or the paper still moves. */
  | { at: 'placing'; corners: Quad; cutOff: boolean }
  | { at: 'holding'; corners: Quad; since: number }
  | { at: 'taking'; corners: Quad }
  | { at: 'refused'; corners: Quad; since: number };

/** How long paper must lie still: long enough for a hand to let go, and for a camera to focus. */
export const STILL_MS = 800;
/** In parts of the picture: what a corner may tremble by between looks, from the camera's noise. */
const TREMBLE = 0.008;
/** Moved by more than this from where it was refused, it is worth another picture; so it is after a while, the light may be better. */
const SHIFTED = 0.03;
const AGAIN_MS = 6_000;

/** @param now monotonic milliseconds */
export const begin = (now: number): Steady => ({ at: 'searching', since: now });

/** One look. Where it answers `taking`, a picture is to be made; until {@link taken} or {@link refused} it stays there. */
export const look = (state: Steady, seen: Look, now: number): Steady => {
  if (state.at === 'taking') return state;
  if (seen.corners === null) return state.at === 'searching' ? state : { at: 'searching', since: now };
  if (state.at === 'refused' && now - state.since < AGAIN_MS && moved(state.corners, seen.corners) < SHIFTED) return state;
  if (seen.cutOff) return { at: 'placing', corners: seen.corners, cutOff: true };
  if (state.at === 'holding') {
    if (moved(state.corners, seen.corners) > TREMBLE) return { at: 'placing', corners: seen.corners, cutOff: false };
    // The corners of the first moment stay the measure: a slow creep is a movement too.
    return now - state.since >= STILL_MS ? { at: 'taking', corners: seen.corners } : state;
  }
  if (state.at === 'placing' && !state.cutOff && moved(state.corners, seen.corners) <= TREMBLE) return { at: 'holding', corners: seen.corners, since: now };
  return { at: 'placing', corners: seen.corners, cutOff: false };
};

/** The picture could not be read: wait for a change. */
export const refused = (state: Steady, now: number): Steady => (state.at === 'taking' ? { at: 'refused', corners: state.corners, since: now } : state);
