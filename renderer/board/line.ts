/**
 * The board's line to the hall: whole views by server-sent events; a line that fell silent is opened anew, and what was called meanwhile is told then.
 */
import type { BoardView } from '../api/hall-types.ts';
import { comesBackIn, streamOf } from './coming-back.ts';

export type BoardLine = {
  view: BoardView | null;
  /** Milliseconds of the page's own clock when the view came. */
  receivedAt: number;
  /** The hall does not answer: what is shown may be over. */
  away: boolean;
};

/** The hall tells its boards at least every 20 s, since times grow. Twice that, and the line is dead. */
const SILENT_MS = 45_000;
/** How long the last view counts as true after the line broke: a moment's break is nobody's business. */
const AWAY_AFTER_MS = 3_000;

/** @param tell gets every change, in order. @returns ends it */
export const openBoardLine = (tell: (line: BoardLine) => void, path = '/hall/board/stream'): (() => void) => {
  let line: BoardLine = { view: null, receivedAt: 0, away: false };
  let source: EventSource | null = null;
  let failures = 0;
  let closed = false;
  const timers = new Map<'retry' | 'away' | 'silent', number>();
  const clear = (name: 'retry' | 'away' | 'silent'): void => {
    window.clearTimeout(timers.get(name));
    timers.delete(name);
  };
  const later = (name: 'retry' | 'away' | 'silent', ms: number, act: () => void): void => {
    clear(name);
    timers.set(name, window.setTimeout(() => (timers.delete(name), act()), ms));
  };
  const set = (change: Partial<BoardLine>): void => {
    line = { ...line, ...change };
    tell(line);
  };
  const lost = (): void => {
    source?.close();
    source = null;
    clear('silent');
    if (closed || timers.has('retry')) return;
    if (!line.away && !timers.has('away')) later('away', AWAY_AFTER_MS, () => set({ away: true }));
    // Boards of a whole hall must not all knock at the same moment.
    later('retry', comesBackIn(failures, Math.random()), connect);
    failures += 1;
  };
  const connect = (): void => {
    const opened = new EventSource(streamOf(path, line.view?.cursor ?? null));
    source = opened;
    later('silent', SILENT_MS, lost);
    opened.addEventListener('view', (event: MessageEvent<string>) => {
      if (source !== opened) return;
      failures = 0;
      clear('away');
      later('silent', SILENT_MS, lost);
      set({ view: JSON.parse(event.data) as BoardView, receivedAt: performance.now(), away: false });
    });
    opened.addEventListener('error', () => {
      if (source === opened) lost();
    });
  };
  later('away', AWAY_AFTER_MS, () => set({ away: true }));
  connect();
  return () => {
    closed = true;
    source?.close();
    for (const name of ['retry', 'away', 'silent'] as const) clear(name);
  };
};
