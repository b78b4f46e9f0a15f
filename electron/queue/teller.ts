/** Tells the platform what happened in the queue: in order, each event once, as soon as the platform can be reached. The log is the outbox. */
import { isoWithOffset, type Clock } from '../clock/index.ts';
import { createTelling, queueNewsEvent, queueReceipt, sha256Hex, verifyJson, WIRE, type PlatformLink, type QueueNewsEvent, type Telling } from '../platform/index.ts';
import type { QueueStore, StoredEvent, UntoldEvent } from './store.ts';

const AT_A_TIME = 200;
const GAP = 'sequence-gap';

export interface TellerOptions {
  store: QueueStore;
  link: PlatformLink;
  clock: Clock;
  /** Which life of the log it is: a restored one is told anew from each day's first event on. */
  incarnation: () => string;
  hall: { id: string; timeZone: string };
  /** 0 ≤ random < 1, for jitter. */
  random?: () => number;
  /** The platform refuses what it is told: staff must look. Nothing is left out; it is tried again. */
  onRefused?: (reason: string) => void;
}

export type Teller = Telling;

/** What the platform gets of an event: fields of its list alone. */
export const toldOf = ({ version, event }: StoredEvent, timeZone: string): QueueNewsEvent => {
  const iso = (at: number): string => isoWithOffset(at, timeZone);
  const given = event as Partial<Record<string, unknown>>;
  const listed = Object.fromEntries(['number', 'class', 'item', 'priority', 'counter', 'clerk', 'score'].flatMap((field) => (given[field] === undefined ? [] : [[field, given[field]]])));
  return queueNewsEvent.parse({
    version,
    type: event.type,
    at: iso(event.at),
    ...listed,
    ...(event.type === 'taken' ? { takenAt: iso(event.takenAt) } : {}),
    ...(event.type === 'checked-in' ? { slot: iso(event.slot) } : {}),
    ...(event.type === 'called' ? { outOfTurn: event.reason !== null } : {}),
  });
};

export const createTeller = ({ store, link, clock, incarnation: incarnationNow, hall, random = Math.random, onRefused = () => undefined }: TellerOptions): Teller => {
  const tell = async (events: readonly UntoldEvent[], signal: AbortSignal): Promise<boolean> => {
    const day = events[0]?.day ?? '';
    const ofDay = events.filter((one) => one.day === day);
    const last = ofDay.at(-1)?.version ?? 0;
    if (!(await link.enrolled(signal))) return false;
    const incarnation = incarnationNow();
    const body = JSON.stringify({ incarnation, terminal: link.terminalId, hall: hall.id, day, events: ofDay.map((one) => toldOf(one, hall.timeZone)) });
    const answer = await link.request({ method: 'POST', path: WIRE.queueNews, body, idempotencyKey: `${incarnation}.${hall.id}.${day}.${last}`, signal });
    if (answer.kind === 'refused') {
      if (answer.status === 401) link.forgetEnrolment();
      // The platform has less of this day than the log believes: it knows another life of it, or was put back itself.
      if (answer.reason === GAP) await store.tellAgain(day);
      else onRefused(answer.reason);
      return false;
    }
    if (answer.kind !== 'answer') return false;
    const receipt = queueReceipt.safeParse(answer.json);
    const key = link.platformKey();
    // An answer that does not prove what was kept is no answer.
    if (!receipt.success || key === null || receipt.data.digest !== sha256Hex(body) || receipt.data.day !== day || receipt.data.version !== last || !verifyJson(key, answer.json as object)) return false;
    await store.told(day, last);
    return true;
  };
  return createTelling({
    link,
    clock,
    random,
    next: async (signal) => {
      const events = await store.untold(AT_A_TIME);
      if (events.length === 0) return 'nothing';
      return (await tell(events, signal)) ? 'told' : 'failed';
    },
  });
};
