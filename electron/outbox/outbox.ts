/** Sends what waits: strict order within a case, cases side by side, never anything dropped. */
import type { Adapter, PlatformLink } from '../platform/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock/index.ts';
import type { Storage } from '../storage/index.ts';
import { deliver } from './deliver.ts';
import { readFeed } from './feed.ts';
import { createLanes, waitFor, type BackOff } from './lanes.ts';
import { createOutboxStore, type Head } from './store.ts';
import type { Outbox, OutboxEffects } from './types.ts';

export interface OutboxOptions {
  storage: Storage;
  audit: Audit;
  clock: Clock;
  link: PlatformLink;
  adapters?: ReadonlyMap<string, Adapter>;
  /** Default: first wait up to 1 s, longest 60 s. */
  backOff?: Partial<BackOff>;
  /** Between two looks at the change feed while all is well. */
  pollMs?: number;
  /** Cases under way at a time. */
  parallel?: number;
  /** See store.ts. */
  strictFields?: boolean;
  /** Kinds of changes that this program knows; left out: all of today's. */
  changeKinds?: readonly string[];
  /** What could not be kept (disk full) while sending; tried again later. */
  onFault?: (error: unknown) => void;
}

/** After a commit nothing is sent for so long: what the citizen waits for has the agent's one thread to itself. */
const SOON_MS = 100;

const laneOf = (row: { caseId: string; recipient: string }): string => `${row.caseId} ${row.recipient}`;

/** Each is told everything, and passes over what is none of its own. */
const both = (one: OutboxEffects, other: OutboxEffects): OutboxEffects => ({
  delivered: (row) => {
    one.delivered(row);
    other.delivered(row);
  },
  quarantined: (row) => {
    one.quarantined(row);
    other.quarantined(row);
  },
  released: (caseId) => {
    one.released(caseId);
    other.released(caseId);
  },
  change: (change) => {
    one.change(change);
    other.change(change);
  },
});

/** Nothing is sent before `start()`. */
export const createOutbox = (options: OutboxOptions): Outbox => {
  const { storage, audit, clock, link } = options;
  const adapters = options.adapters ?? new Map<string, Adapter>();
  const backOff: BackOff = { baseMs: 1_000, capMs: 60_000, random: Math.random, ...options.backOff };
  const pollMs = options.pollMs ?? 5_000;
  const parallel = options.parallel ?? 4;
  let effects: OutboxEffects | null = null;
  const store = createOutboxStore({ storage, audit, adapters, terminalId: link.terminalId, strictFields: options.strictFields ?? false, effects: () => effects });
  const lanes = createLanes(clock, backOff);
  const gates = createLanes(clock, backOff);
  const active = new Map<string, Promise<void>>();
  const abort = new AbortController();
  let running = false;
  let feeding: Promise<void> | null = null;
  let feedAgain = false;
  let feedAttempts = 0;
  let cancelPoll: () => void = () => undefined;
  let cancelSoon: (() => void) | null = null;
  const waiters: (() => void)[] = [];

  const underWay = (recipient: string): number => [...active.keys()].filter((lane) => lane.endsWith(` ${recipient}`)).length;
  const nothingToSend = (): boolean => active.size === 0 && store.recipients().every((recipient) => store.heads(recipient, 1).length === 0);

  const attempt = async (row: Head): Promise<void> => {
    const lane = laneOf(row);
    try {
      const outcome = await deliver({ storage, link, adapters, parcel: (head) => store.parcel(head), source: (head) => store.source(head) }, row, abort.signal);
      if (!running) return;
      switch (outcome.kind) {
        case 'delivered':
          store.delivered(row, outcome.receipt);
          lanes.clear(lane);
          gates.clear(row.recipient);
          break;
        case 'quarantine':
          store.quarantine(row, outcome.status, outcome.reason);
          lanes.clear(lane);
          gates.clear(row.recipient);
          break;
        case 'unproved':
          audit.write('receipt.refused', { caseId: row.caseId, recipient: row.recipient.replace(':', '.'), sequence: row.sequence, reason: outcome.reason });
          lanes.hold(lane, outcome.reason, pump);
          break;
        case 'later':
          lanes.hold(lane, outcome.reason, pump);
          break;
        case 'dead':
          // One wait for all: a dead network is not asked once per case.
          gates.hold(row.recipient, outcome.reason, pump);
          break;
      }
    } catch (error) {
      options.onFault?.(error);
      if (running) lanes.hold(lane, 'not-kept-here', pump);
    }
  };

  function pump(): void {
    if (!running) return;
    for (const recipient of store.recipients()) {
      // Behind a gate that was just closed one case goes ahead to see whether somebody answers again.
      const limit = gates.state(recipient) === null ? parallel : 1;
      if (!gates.free(recipient)) continue;
      for (const row of store.heads(recipient, active.size + lanes.heldCount() + parallel)) {
        const lane = laneOf(row);
        if (underWay(recipient) >= limit) break;
        if (active.has(lane) || !lanes.free(lane)) continue;
        active.set(
          lane,
          attempt(row).finally(() => {
            active.delete(lane);
            pump();
          }),
        );
      }
    }
    if (waiters.length > 0 && nothingToSend()) for (const resolve of waiters.splice(0)) resolve();
  }

  // Signing and opening what is sealed must not stand between a commit and the citizen's answer and paper.
  const pumpSoon = (): void => {
    if (cancelSoon !== null || !running) return;
    cancelSoon = clock.after(SOON_MS, () => {
      cancelSoon = null;
      pump();
    });
  };

  const look = async (handlers: OutboxEffects): Promise<void> => {
    const step = await readFeed({ storage, audit, link, effects: handlers, ...(options.changeKinds === undefined ? {} : { kinds: options.changeKinds }) }, abort.signal).catch((error: unknown) => {
      options.onFault?.(error);
      return 'failed' as const;
    });
    feeding = null;
    if (!running) return;
    feedAttempts = step === 'failed' ? feedAttempts + 1 : 0;
    if (step === 'more' || feedAgain) feed();
    else cancelPoll = clock.after(step === 'failed' ? pollMs + waitFor(feedAttempts, backOff) : pollMs, feed);
  };

  function feed(): void {
    if (!running || effects === null) return;
    if (feeding !== null) {
      feedAgain = true;
      return;
    }
    cancelPoll();
    feedAgain = false;
    feeding = look(effects);
  }

  const kick = (): void => {
    lanes.wakeAll();
    gates.wakeAll();
    pump();
    feed();
  };
  let stopListening: () => void = () => undefined;

  return {
    enqueue: (facts) =>
      storage.transaction(() => {
        store.enqueue(facts);
        storage.afterCommit(pumpSoon);
      }),
    attach: (given) => {
      effects = effects === null ? given : both(effects, given);
    },
    start: () => {
      running = true;
      stopListening = link.onReachable((reachable) => {
        if (reachable) kick();
      });
      pump();
      feed();
    },
    stop: async () => {
      running = false;
      stopListening();
      cancelPoll();
      cancelSoon?.();
      lanes.stop();
      gates.stop();
      abort.abort();
      await Promise.all([...active.values(), ...(feeding === null ? [] : [feeding])]);
    },
    kick,
    waiting: () => store.counts(),
    quarantined: () => store.quarantined(),
    rows: (caseId) =>
      store.rows(caseId).map((row) => {
        const held = row.state === 'waiting' ? lanes.state(laneOf(row)) : null;
        return held === null ? row : { ...row, attempts: held.attempts, reason: held.reason };
      }),
    release: (caseId, by) => {
      if (store.release(caseId, by).length > 0) pump();
    },
    idle: () => (nothingToSend() ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),
  };
};
