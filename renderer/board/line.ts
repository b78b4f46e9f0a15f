/** The board's line to the hall: whole views by server-sent events, each right by itself; a line that fell silent is opened anew. */
import type { BoardView } from '../api/hall-types.ts';

export type BoardLine = {
  view: BoardView | null;
  /** Milliseconds of the page's own clock when the view came. */
  receivedAt: number;
  /** The hall does not answer: what is shown may be over. */
  away: boolean;
};

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 5_000;
/** The hall tells its boards at least every 20 s, since times grow. Twice that, and the line is dead. */
const SILENT_MS = 45_000;
/** How long the last view counts as true after the line broke: a moment's break is nobody's business. */
const AWAY_AFTER_MS = 3_000;

/** @param tell gets every change, in order. @returns ends it */
export const openBoardLine = (tell: (line: BoardLine) => void, path = '/hall/board/stream'): (() => void) => {
  let line: BoardLine = { view: null, receivedAt: 0, away: false };
  let source: EventSource | null = null;
  let wait = FIRST_WAIT_MS;
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
    later('retry', wait * (0.5 + Math.random() / 2), connect);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  };
  const connect = (): void => {
    const opened = new EventSource(path);
    source = opened;
    later('silent', SILENT_MS, lost);
    opened.addEventListener('view', (event: MessageEvent<string>) => {
      if (source !== opened) return;
      wait = FIRST_WAIT_MS;
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
