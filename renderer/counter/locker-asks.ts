/** What a clerk asks of the locker, one thing at a time, and why it did not happen. */
import { useCallback, useRef, useState } from 'react';
import type { Finding, LockerRefusal } from '../api/hall-types.ts';
import { ask } from '../staff/api.ts';

export type LockerWhy = LockerRefusal | 'away' | 'signed-out' | 'not-kept';
export type CellAct = 'put' | 'not-put' | 'take-back' | 'took-back' | 'look' | 'settle' | 'close' | 'use';

const REFUSALS: ReadonlySet<string> = new Set<LockerRefusal>(['not-free', 'not-loaded', 'door-open', 'not-now', 'no-locker', 'unknown-cell', 'unknown-document', 'not-waiting', 'nothing-inside', 'locker-away']);
const whyOf = (status: number, body: unknown): LockerWhy => {
  if (status === 0) return 'away';
  if (status === 401) return 'signed-out';
  const said = typeof body === 'object' && body !== null && 'refusal' in body ? String(body.refusal) : '';
  return REFUSALS.has(said) ? (said as LockerRefusal) : 'not-kept';
};

export type LockerAsks = {
  load: (document: string, cell: string | null) => Promise<boolean>;
  act: (cell: string, act: CellAct, found?: Finding) => Promise<boolean>;
  refused: LockerWhy | null;
  forget: () => void;
};

/** @param onDone looks at the locker anew */
export const useLockerAsks = (onDone: () => void): LockerAsks => {
  const [refused, setRefused] = useState<LockerWhy | null>(null);
  const asking = useRef(false);
  const send = useCallback(
    async (path: string, body: object): Promise<boolean> => {
      if (asking.current) return false;
      asking.current = true;
      const answer = await ask('POST', path, body);
      asking.current = false;
      setRefused(answer.ok ? null : whyOf(answer.status, answer.body));
      onDone();
      return answer.ok;
    },
    [onDone],
  );
  return {
    load: useCallback((document, cell) => send(`/hall/lockers/originals/${document}/load`, { cell }), [send]),
    act: useCallback((cell, act, found) => send(`/hall/lockers/cells/${cell}/${act}`, found === undefined ? {} : { found }), [send]),
    refused,
    forget: useCallback(() => setRefused(null), []),
  };
};
