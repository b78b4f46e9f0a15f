/** A view of the hall that keeps itself right: every message is whole, so the page may come late, miss some, and be right with the next. */
import { useEffect, useState } from 'react';
import { ask } from './api.ts';

export type Live<T> = {
  view: T | null;
  /** Milliseconds of the page's own clock when the view came. */
  receivedAt: number;
  /** The hall does not answer now; what is shown is the last that came. */
  away: boolean;
};

/** A line that was cut without a word looks like a quiet one: the hall is asked now and then. */
const ASK_MS = 5_000;
const ANSWER_MS = 8_000;

const versionIn = (told: unknown): number | null => (typeof told === 'object' && told !== null && 'version' in told && typeof told.version === 'number' ? told.version : null);

/**
 * @param path of a stream, null: none wanted
 * @param alive a cheap address that answers when the hall is there; where its answer has a `version`, a line that fell behind it is made anew
 * @param onSignedOut the session is over
 */
export const useLive = <T extends { version: number }>(path: string | null, alive: string, onSignedOut?: () => void): Live<T> => {
  const [live, setLive] = useState<Live<T>>({ view: null, receivedAt: 0, away: false });
  useEffect(() => {
    if (path === null) return undefined;
    let source: EventSource | null = null;
    let over = false;
    /** Of the view that came last; and of the view that was behind the hall's answer when that was asked for last. */
    let shown = -1;
    let behind: number | null = null;
    const connect = (): void => {
      source?.close();
      source = new EventSource(path);
      source.addEventListener('view', (event: MessageEvent<string>) => {
        if (over) return;
        const view = JSON.parse(event.data) as T;
        shown = view.version;
        setLive({ view, receivedAt: performance.now(), away: false });
      });
    };
    const look = async (): Promise<void> => {
      const answer = await ask<unknown>('GET', alive, undefined, ANSWER_MS);
      if (over) return;
      if (!answer.ok && answer.status === 401) onSignedOut?.();
      const away = !answer.ok && (answer.status === 0 || answer.status >= 500);
      setLive((before) => (before.away === away ? before : { ...before, away }));
      const told = answer.ok ? versionIn(answer.value) : null;
      // What the hall knew when it was asked the last time has not come since.
      const deaf = told !== null && told > shown && behind === shown;
      behind = told !== null && told > shown ? shown : null;
      // The browser gives up on a line that was answered with an error, and may hold on to a dead one.
      if (!away && (source === null || source.readyState === EventSource.CLOSED || deaf)) connect();
    };
    connect();
    const timer = window.setInterval(() => void look(), ASK_MS);
    return () => {
      over = true;
      window.clearInterval(timer);
      source?.close();
    };
  }, [path, alive, onSignedOut]);
  return live;
};

/** The hall's time, moving on between two views; milliseconds since 1970, to the second. 0 before the first view. */
export const useHallTime = (live: Live<{ version: number; now: string }>): number => {
  const [ticked, setTicked] = useState(0);
  useEffect(() => {
    const timer = window.setInterval(() => setTicked(performance.now()), 1_000);
    return () => window.clearInterval(timer);
  }, []);
  return live.view === null ? 0 : Date.parse(live.view.now) + Math.max(0, ticked - live.receivedAt);
};
