/** Who may be tried now: one lane per case and recipient, each with its own back-off; one gate per recipient for a dead network. */
import type { Clock } from '../clock/index.ts';

export interface BackOff {
  /** First wait at most this long. */
  baseMs: number;
  /** No wait is longer. */
  capMs: number;
  /** [0, 1) */
  random: () => number;
}

/** Full jitter: anything between nothing and the doubled, capped wait. */
export const waitFor = (attempts: number, { baseMs, capMs, random }: BackOff): number => Math.ceil(random() * Math.min(capMs, baseMs * 2 ** Math.min(attempts, 30)));

interface Held {
  attempts: number;
  reason: string;
  waiting: boolean;
  cancel: () => void;
}

export interface Lanes {
  free(name: string): boolean;
  /** Puts a lane (or gate) to sleep; `wake` is called when it may be tried again. */
  hold(name: string, reason: string, wake: () => void): void;
  /** It went well: forgets attempts. */
  clear(name: string): void;
  /** Ends every wait, keeping the count of attempts. */
  wakeAll(): void;
  state(name: string): { attempts: number; reason: string } | null;
  heldCount(): number;
  stop(): void;
}

export const createLanes = (clock: Clock, backOff: BackOff): Lanes => {
  const held = new Map<string, Held>();
  return {
    free: (name) => held.get(name)?.waiting !== true,
    hold: (name, reason, wake) => {
      const attempts = (held.get(name)?.attempts ?? 0) + 1;
      held.get(name)?.cancel();
      const entry: Held = { attempts, reason, waiting: true, cancel: () => undefined };
      entry.cancel = clock.after(waitFor(attempts - 1, backOff), () => {
        entry.waiting = false;
        wake();
      });
      held.set(name, entry);
    },
    clear: (name) => {
      held.get(name)?.cancel();
      held.delete(name);
    },
    wakeAll: () => {
      for (const entry of held.values()) {
        entry.cancel();
        entry.waiting = false;
      }
    },
    state: (name) => held.get(name) ?? null,
    heldCount: () => [...held.values()].filter((entry) => entry.waiting).length,
    stop: () => {
      for (const entry of held.values()) entry.cancel();
      held.clear();
    },
  };
};
