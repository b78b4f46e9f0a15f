/** What each counter did last, newest first, from the events as they come: a call with when its person came, a service with how long it took. */
import { isoWithOffset } from '../../clock/index.ts';
import type { CounterView, StoredEvent } from '../../queue/index.ts';

type What = CounterView['recent'][number]['what'];
interface Act {
  at: number;
  number: string;
  what: What;
  /** Of a call: when the person came. */
  arrivedAt: number | null;
  /** Of a service: from its start, or from its call where nobody pressed start. */
  tookMs: number | null;
  /** How often the person was called by then, this time. */
  calls: number;
}
/** Somebody called, until he leaves the counter. */
interface Visit {
  act: Act;
  startedAt: number | null;
  calls: number;
}

const KEPT = 8;
const MINUTE = 60_000;
const WHATS: readonly What[] = ['called', 'recalled', 'started', 'finished', 'missed', 'parked', 'transferred'];

export interface RecentActs {
  note(events: readonly StoredEvent[]): void;
  of(counter: string): CounterView['recent'];
  clear(): void;
}

export const recentActs = (timeZone: string): RecentActs => {
  const acts = new Map<string, Act[]>();
  const visits = new Map<string, Visit>();
  const add = (counter: string, act: Act): void => void acts.set(counter, [act, ...(acts.get(counter) ?? [])].slice(0, KEPT));
  const one = (counter: string, number: string, at: number, what: What): void => {
    const visit = visits.get(number);
    if (what === 'called') {
      const act: Act = { at, number, what, arrivedAt: null, tookMs: null, calls: 1 };
      visits.set(number, { act, startedAt: null, calls: 1 });
      add(counter, act);
      return;
    }
    if (visit !== undefined && what === 'recalled') visit.calls += 1;
    if (visit !== undefined && what === 'started') {
      visit.startedAt = at;
      visit.act.arrivedAt = at;
      // Told with the call, while that is still there to be read.
      if (acts.get(counter)?.includes(visit.act) === true) return;
    }
    const took = what === 'finished' && visit !== undefined ? at - (visit.startedAt ?? visit.act.at) : null;
    add(counter, { at, number, what, arrivedAt: null, tookMs: took, calls: visit?.calls ?? 1 });
    if (what !== 'recalled' && what !== 'started') visits.delete(number);
  };
  const iso = (at: number): string => isoWithOffset(at, timeZone);
  return {
    note: (events) => {
      for (const { event } of events) {
        const what = WHATS.find((known) => known === event.type);
        if (what !== undefined && 'counter' in event && 'number' in event) one(event.counter, event.number, event.at, what);
      }
    },
    of: (counter) =>
      (acts.get(counter) ?? []).map(({ at, number, what, arrivedAt, tookMs, calls }) => ({ at: iso(at), number, what, arrivedAt: arrivedAt === null ? null : iso(arrivedAt), minutes: tookMs === null ? null : Math.max(0, Math.round(tookMs / MINUTE)), calls })),
    clear: () => {
      acts.clear();
      visits.clear();
    },
  };
};
