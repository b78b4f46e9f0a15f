/** Tells the platform what happened in the queue: in order, each event once, as soon as the platform can be reached. The log is the outbox. */
import { isoWithOffset, type Clock } from '../clock/index.ts';
import { queueNewsEvent, queueReceipt, sha256Hex, verifyJson, WIRE, type PlatformLink, type QueueNewsEvent } from '../platform/index.ts';
import type { QueueStore, StoredEvent, UntoldEvent } from './store.ts';

const AT_A_TIME = 200;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

export interface TellerOptions {
  store: QueueStore;
  link: PlatformLink;
  clock: Clock;
  incarnation: string;
  hall: { id: string; timeZone: string };
  /** 0 ≤ random < 1, for jitter. */
  random?: () => number;
  /** The platform refuses what it is told: staff must look. Nothing is left out; it is tried again. */
  onRefused?: (reason: string) => void;
}

export interface Teller {
  start(): void;
  /** Something happened: tell it, unless the platform is waited for. */
  wake(): void;
  stop(): Promise<void>;
}

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

export const createTeller = ({ store, link, clock, incarnation, hall, random = Math.random, onRefused = () => undefined }: TellerOptions): Teller => {
  const abort = new AbortController();
  let running: Promise<void> | null = null;
  let again = false;
  let failures = 0;
  let cancelWait: () => void = () => undefined;
  let stopHearing: () => void = () => undefined;

  const tell = async (events: readonly UntoldEvent[]): Promise<boolean> => {
    const day = events[0]?.day ?? '';
    const ofDay = events.filter((one) => one.day === day);
    const last = ofDay.at(-1)?.version ?? 0;
    if (!(await link.enrolled(abort.signal))) return false;
    const body = JSON.stringify({ incarnation, terminal: link.terminalId, hall: hall.id, day, events: ofDay.map((one) => toldOf(one, hall.timeZone)) });
    const answer = await link.request({ method: 'POST', path: WIRE.queueNews, body, idempotencyKey: `${incarnation}.${hall.id}.${day}.${last}`, signal: abort.signal });
    if (answer.kind === 'refused') {
      if (answer.status === 401) link.forgetEnrolment();
      onRefused(answer.reason);
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

  const work = async (): Promise<void> => {
    do {
      again = false;
      const events = await store.untold(AT_A_TIME);
      if (events.length === 0) return;
      const told = await tell(events).catch(() => false);
      if (!told) {
        failures += 1;
        const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
        cancelWait();
        cancelWait = clock.after(random() * ceiling, begin);
        return;
      }
      failures = 0;
      again = true;
    } while (again && !abort.signal.aborted);
  };
  function begin(): void {
    if (abort.signal.aborted) return;
    if (running !== null) {
      again = true;
      return;
    }
    running = work().finally(() => {
      running = null;
    });
  }

  return {
    // While an unreachable platform is waited for, news wait with it.
    wake: () => {
      if (failures === 0) begin();
    },
    start: () => {
      stopHearing = link.onReachable((reachable) => {
        if (reachable) begin();
      });
      begin();
    },
    stop: async () => {
      abort.abort();
      cancelWait();
      stopHearing();
      await running;
    },
  };
};
