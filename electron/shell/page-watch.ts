/**
 * When is a citizen's page that the agent does not see a dead page? A browser that starts needs a while, a page whose
 * agent was away needs a moment to come back, and a page that was there a moment ago needs no patience: it crashed.
 */

/** A ticket lives 30 s: a window that has not come by then never comes. */
const START_MS = 28_000;
/** The page tries again after at most 4 s. */
const AGENT_BACK_MS = 6_000;
/** Longer than a page takes to open its line again; with the start of a browser less than 3 s. */
const GONE_MS = 500;

export const LOOK_MS = 100;

export interface PageWatch {
  /** A window was started now. */
  opened(): void;
  /** @param connected what the agent says; null: no agent answers. @returns whether the window is to be opened anew */
  gone(connected: boolean | null): boolean;
}

/** @param now milliseconds of a clock that never goes back */
export const createPageWatch = (now: () => number): PageWatch => {
  let until = now() + START_MS;
  return {
    opened: () => {
      until = now() + START_MS;
    },
    gone: (connected) => {
      if (connected === true) until = now() + GONE_MS;
      if (connected === null) until = Math.max(until, now() + AGENT_BACK_MS);
      return connected === false && now() > until;
    },
  };
};
