/**
 * The page's line to the agent: views come by server-sent events, each one whole; events go by POST.
 * The line outlives the agent: it tries again with growing waits, and the first thing that comes is a snapshot.
 */
import type { CitizenEvent, CitizenPost, CitizenPostReply, SessionView, SpokenKey } from '../api/types.ts';
import { heardTime } from './time.ts';

/** `away`: no agent answers now; the last view may be shown again when it comes back soon. */
export type Line = { view: SessionView | null; receivedAt: number; away: boolean };

/** How long a view may be kept while the agent is away: shorter than any idle limit, so that nobody finds another's page. */
export const FORGET_AFTER_MS = 30_000;
const AWAY_AFTER_MS = 1_500;
const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 4_000;
/** The agent sends something at least this often; a silent line is a dead one. Twice the agent's comment interval and more. */
const FIRST_ANSWER_MS = 8_000;

const looksLikeView = (value: unknown): value is SessionView =>
  typeof value === 'object' && value !== null && 'revision' in value && 'screen' in value && typeof value.screen === 'object' && value.screen !== null && 'kind' in value.screen;

const KEYS: readonly SpokenKey[] = ['previous', 'next', 'back', 'repeat', 'confirm'];
const isKey = (data: string): boolean => KEYS.some((key) => data === JSON.stringify(key));

/**
 * Opens the line and keeps it open until the returned function is called.
 * @param tell gets every change, in order
 * @param key gets every key of the navigation pad
 */
export function openLine(tell: (line: Line) => void, key: (key: SpokenKey) => void): () => void {
  let line: Line = { view: null, receivedAt: 0, away: false };
  let wait = FIRST_WAIT_MS;
  let source: EventSource | null = null;
  let closed = false;
  const timers = new Map<'retry' | 'away' | 'forget' | 'first', number>();

  const clear = (name: 'retry' | 'away' | 'forget' | 'first'): void => {
    window.clearTimeout(timers.get(name));
    timers.delete(name);
  };
  const later = (name: 'retry' | 'away' | 'forget' | 'first', ms: number, act: () => void): void => {
    clear(name);
    timers.set(name, window.setTimeout(() => (timers.delete(name), act()), ms));
  };
  const set = (change: Partial<Line>): void => {
    line = { ...line, ...change };
    tell(line);
  };
  const lost = (): void => {
    source?.close();
    source = null;
    clear('first');
    if (closed || timers.has('retry')) return;
    if (!timers.has('away') && !line.away) later('away', AWAY_AFTER_MS, () => set({ away: true }));
    if (!timers.has('forget') && line.view !== null) later('forget', FORGET_AFTER_MS, () => set({ view: null }));
    later('retry', wait * (0.5 + Math.random() / 2), connect);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  };
  const connect = (): void => {
    const opened = new EventSource('/api/citizen/stream');
    source = opened;
    later('first', FIRST_ANSWER_MS, lost);
    opened.addEventListener('view', (event: MessageEvent<string>) => {
      if (source !== opened) return;
      let view: unknown;
      try {
        view = JSON.parse(event.data);
      } catch {
        lost();
        return;
      }
      if (!looksLikeView(view)) return;
      wait = FIRST_WAIT_MS;
      for (const name of ['away', 'forget', 'first'] as const) clear(name);
      heardTime(view.now, view.hall.timeZone);
      set({ view, receivedAt: performance.now(), away: false });
    });
    opened.addEventListener('key', (event: MessageEvent<string>) => {
      if (source === opened && isKey(event.data)) key(JSON.parse(event.data) as SpokenKey);
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
    for (const name of ['retry', 'away', 'forget', 'first'] as const) clear(name);
  };
}

/** The line as a store: opened before the page's script has come, read once it has. */
export type LineStore = { current: () => Line; subscribe: (listener: () => void) => () => void; onKey: (listener: (key: SpokenKey) => void) => () => void };

/** Opens the line for as long as the page lives. */
export function followLine(): LineStore {
  let newest: Line = { view: null, receivedAt: 0, away: false };
  const listeners = new Set<() => void>();
  const keyListeners = new Set<(key: SpokenKey) => void>();
  openLine(
    (line) => {
      newest = line;
      for (const listener of listeners) listener();
    },
    (key) => {
      for (const listener of keyListeners) listener(key);
    },
  );
  return {
    current: () => newest,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onKey: (listener) => {
      keyListeners.add(listener);
      return () => keyListeners.delete(listener);
    },
  };
}

/**
 * Tells the agent what the citizen did. Never throws: what the agent did not take, its next view shows.
 * @returns whether the agent took it
 */
export async function post(revision: number, event: CitizenEvent): Promise<boolean> {
  const body: CitizenPost = { revision, event };
  try {
    const answer = await fetch('/api/citizen/events', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), cache: 'no-store' });
    if (!answer.ok) return false;
    const reply = (await answer.json()) as CitizenPostReply;
    return reply.accepted;
  } catch {
    return false;
  }
}

/** Has a text said in spoken mode, in place of what is being said. Never throws: what could not be said stands on the page. */
export async function speak(text: string): Promise<void> {
  try {
    await fetch('/api/citizen/speech', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ text }), cache: 'no-store' });
  } catch {
    // No agent: it says by itself what page is there when it is back.
  }
}

/**
 * Hands over a picture of a page, made on the page of this revision. Never throws.
 * @returns whether the agent took it up; what became of it, its next view shows
 */
export async function sendPicture(revision: number, jpeg: Blob): Promise<boolean> {
  try {
    const answer = await fetch(`/api/citizen/camera-pages?revision=${String(revision)}`, { method: 'POST', headers: { 'content-type': 'image/jpeg' }, body: jpeg, cache: 'no-store' });
    return answer.ok && ((await answer.json()) as CitizenPostReply).accepted;
  } catch {
    return false;
  }
}
