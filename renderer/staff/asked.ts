/** What the hall answers to a question, asked again whenever it may have changed. */
import { useCallback, useEffect, useState } from 'react';
import { ask } from './api.ts';

export type Asked<T> = {
  /** The newest answer; null before the first. */
  value: T | null;
  /** The last question was not answered with a value: its status (0: no answer). */
  refused: number | null;
  /** Puts a value in place that came by another way. */
  set: (value: T) => void;
  again: () => void;
};

/**
 * @param path null: nothing is asked
 * @param because asked again when this changes
 * @param everyMs and again after so many milliseconds; 0: not by itself
 */
export const useAsked = <T,>(path: string | null, because: string | number = 0, everyMs = 0): Asked<T> => {
  const [answer, setAnswer] = useState<{ value: T | null; refused: number | null; asked: string }>({ value: null, refused: null, asked: '' });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (path === null) return undefined;
    let over = false;
    const asked = `${path} ${String(because)} ${String(round)}`;
    const look = async (): Promise<void> => {
      const told = await ask<T>('GET', path);
      if (over) return;
      setAnswer((before) => (told.ok ? { value: told.value, refused: null, asked } : { ...before, refused: told.status, asked }));
    };
    void look();
    const timer = everyMs === 0 ? 0 : window.setInterval(() => void look(), everyMs);
    return () => {
      over = true;
      window.clearInterval(timer);
    };
  }, [path, because, everyMs, round]);
  return {
    value: answer.value,
    refused: answer.refused,
    set: useCallback((value: T) => setAnswer((before) => ({ ...before, value, refused: null })), []),
    again: useCallback(() => setRound((before) => before + 1), []),
  };
};
