/** From keys that go down to presses, without bouncing. Pure. */
import type { NavKey } from './keys.ts';

export interface NavState {
  /** When each key was heard last, in milliseconds of a clock that never goes back. */
  heard: Readonly<Partial<Record<NavKey, number>>>;
  /** Usage of the newest key that is mapped to nothing. */
  unmapped: string | null;
}

export const NAV_START: NavState = { heard: {}, unmapped: null };

export interface NavSettings {
  keys: Readonly<Record<string, NavKey>>;
  debounceMs: number;
}

/** What the keys that went down at `at` mean. */
export const navNext = (state: NavState, usages: readonly number[], at: number, { keys, debounceMs }: NavSettings): { state: NavState; presses: { key: NavKey }[] } => {
  const presses: { key: NavKey }[] = [];
  let { heard, unmapped } = state;
  for (const usage of usages) {
    const name = usage.toString(16).padStart(2, '0');
    const key = keys[name];
    if (key === undefined) unmapped = `usage ${name}`;
    else {
      const before = heard[key];
      if (before === undefined || at - before >= debounceMs) presses.push({ key });
      heard = { ...heard, [key]: at };
    }
  }
  return { state: { heard, unmapped }, presses };
};
