/**
 * Contacts told as somebody means them: an infrared sensor flickers when a coat moves past, and a person who stands still is lost for
 * seconds. So on takes a moment, and off takes long. Pure.
 */

export interface Debounce {
  /** Milliseconds that a contact must be on before it counts, and off before it no longer does. */
  enterMs: number;
  leaveMs: number;
}

export interface Steady {
  level: boolean;
  /** Since when the raw contact says otherwise; null while it agrees. */
  differsSince: number | null;
}

export const steadyAt = (raw: boolean): Steady => ({ level: raw, differsSince: null });

/** @param at monotonic milliseconds */
export const nextSteady = (state: Steady, raw: boolean, at: number, { enterMs, leaveMs }: Debounce): Steady => {
  if (raw === state.level) return { level: state.level, differsSince: null };
  const since = state.differsSince ?? at;
  return at - since >= (raw ? enterMs : leaveMs) ? steadyAt(raw) : { level: state.level, differsSince: since };
};
