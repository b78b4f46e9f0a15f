/** How good the told waits were, added up: of all, of a class, of a day. Pure. */
import type { FiguresView } from '../api/hall-types.ts';

export type EstimateDay = FiguresView['estimates'][number];
/** Of `of` ranges told so many percent held the wait; their middle was so many minutes from it on average. */
export type Told = { of: number; percent: number; error: number };

/** null: no range was told. */
export const toldOf = (days: readonly EstimateDay[]): Told | null => {
  const of = days.reduce((sum, one) => sum + one.of, 0);
  if (of === 0) return null;
  const held = days.reduce((sum, one) => sum + one.held, 0);
  const error = days.reduce((sum, one) => sum + one.meanErrorMinutes * one.of, 0);
  return { of, percent: Math.round((held / of) * 100), error: Math.round((error / of) * 10) / 10 };
};

/** What stands there once, in order. */
export const eachOnce = (list: readonly string[]): string[] => [...new Set(list)].sort();
