/** What a clerk does, one at a time: a key pressed twice does it once, and nothing else is asked until the counter shows what became of it. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Act, NumberAct } from '../api/hall-types.ts';
import { ask, whyOf, type Why } from '../staff/api.ts';

export type ActBody = { number?: string; reason?: string; note?: string; class?: string; toCounter?: string | null; first?: 'finish' | 'park'; sees?: string | null };

export type Acts = {
  /** @returns whether it happened */
  act: (act: Act, body?: ActBody) => Promise<boolean>;
  settle: (number: string, act: NumberAct) => Promise<boolean>;
  busy: boolean;
  /** Why the last one did not happen; null: it did. */
  refused: Why | null;
  /** Says why something is not even asked for. */
  refuse: (why: Why) => void;
  forget: () => void;
};

/** After this the view is believed to have come by another way. */
const LONGEST_WAIT_MS = 3_000;

/** Longer than the hall takes to say that it cannot reach its database. */
const ANSWER_MS = 12_000;

/** What is done whoever is there. */
const WHOEVER: readonly Act[] = ['pause', 'resume', 'close'];

/**
 * @param version of the view now shown
 * @param current whom it shows at the counter: what is pressed is meant for nobody else
 */
export const useActs = (counter: string, version: number, current: string | null): Acts => {
  const [refused, setRefused] = useState<Why | null>(null);
  const [wanted, setWanted] = useState<number | null>(null);
  const asking = useRef(false);
  const shown = wanted === null || version >= wanted;

  useEffect(() => {
    if (shown) return undefined;
    const timer = window.setTimeout(() => setWanted(null), LONGEST_WAIT_MS);
    return () => window.clearTimeout(timer);
  }, [shown]);

  const send = useCallback(
    async (path: string, body: ActBody): Promise<boolean> => {
      if (asking.current || !shown) return false;
      asking.current = true;
      const answer = await ask<{ version: number }>('POST', path, body, ANSWER_MS);
      asking.current = false;
      setRefused(answer.ok ? null : whyOf(answer));
      if (answer.ok) setWanted(answer.value.version);
      return answer.ok;
    },
    [shown],
  );
  return {
    act: useCallback((act, body = {}) => send(`/hall/counters/${counter}/${act}`, WHOEVER.includes(act) ? body : { ...body, sees: current }), [send, counter, current]),
    settle: useCallback((number, act) => send(`/hall/numbers/${number}/${act}`, {}), [send]),
    busy: !shown,
    refused,
    refuse: setRefused,
    forget: useCallback(() => setRefused(null), []),
  };
};
