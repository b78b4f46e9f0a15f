/** What a clerk does, one at a time: a key pressed twice does it once, and nothing else is asked until the counter shows what became of it. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Act, NumberAct } from '../api/hall-types.ts';
import { ask, whyOf, type Why } from '../staff/api.ts';

export type ActBody = { number?: string; reason?: string; note?: string; class?: string; toCounter?: string | null; first?: 'finish' | 'park' };

export type Acts = {
  /** @returns whether it happened */
  act: (act: Act, body?: ActBody) => Promise<boolean>;
  settle: (number: string, act: NumberAct) => Promise<boolean>;
  busy: boolean;
  /** Why the last one did not happen; null: it did. */
  refused: Why | null;
  forget: () => void;
};

/** After this the view is believed to have come by another way. */
const LONGEST_WAIT_MS = 3_000;

/** @param version of the view now shown */
export const useActs = (counter: string, version: number): Acts => {
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
      const answer = await ask<{ version: number }>('POST', path, body);
      asking.current = false;
      setRefused(answer.ok ? null : whyOf(answer));
      if (answer.ok) setWanted(answer.value.version);
      return answer.ok;
    },
    [shown],
  );
  return {
    act: useCallback((act, body = {}) => send(`/hall/counters/${counter}/${act}`, body), [send, counter]),
    settle: useCallback((number, act) => send(`/hall/numbers/${number}/${act}`, {}), [send]),
    busy: !shown,
    refused,
    forget: useCallback(() => setRefused(null), []),
  };
};
