/**
 * Counters that serve a class through the day, as past days had them: at half past eleven half of them go for lunch, and whoever takes a number at
 * twenty past should be told. One profile for working days and one for weekends.
 */
import { z } from 'zod';
import type { LocalTime } from '../local-time.ts';

const SLOT_MINUTES = 15;
const SLOTS = 96;
/** What a new day counts against all before it. */
const NEW_DAY = 0.3;
/** A change from the profile (a colleague is ill, one more helps out) lasts about so long. */
const LASTING_MS = 40 * 60_000;
/** A profile near zero would make a wait endless. */
const LEAST_SHARE = 0.2;
const MOST_SHARE = 4;

/** By class, then `work` or `rest`: mean counters open in each quarter of an hour; -1: never seen. */
export const capacityState = z.record(z.string(), z.strictObject({ work: z.array(z.number()).length(SLOTS), rest: z.array(z.number()).length(SLOTS) }));
export type CapacityState = z.infer<typeof capacityState>;

export interface Capacity {
  /** So many counters serve these classes from now on. */
  now(open: ReadonlyMap<string, number>, at: number, local: LocalTime): void;
  /**
   * Turns work into time: how long it takes from `at` until what `work` milliseconds would do with the counters open now is done.
   * @param open counters that serve the class now, at least 1
   */
  wall(classId: string, work: number, open: number, at: number, local: LocalTime): number;
  state(): CapacityState;
}

const unseen = (): number[] => Array.from({ length: SLOTS }, () => -1);
const kindOf = ({ weekday }: LocalTime): 'work' | 'rest' => (weekday >= 6 ? 'rest' : 'work');
const slotOf = ({ minutes }: LocalTime): number => Math.min(SLOTS - 1, Math.floor(minutes / SLOT_MINUTES));

export const capacityOf = (state: CapacityState): Capacity => {
  const profiles = new Map(Object.entries(state));
  /** The slot that is being watched: open counters × milliseconds, by class. */
  let watched: { key: string; kind: 'work' | 'rest'; slot: number; since: number; ms: number; open: ReadonlyMap<string, number>; sums: Map<string, number> } | null = null;

  const fold = (): void => {
    if (watched === null || watched.ms < 60_000) return;
    for (const [classId, sum] of watched.sums) {
      const profile = profiles.get(classId) ?? { work: unseen(), rest: unseen() };
      profiles.set(classId, profile);
      const seen = sum / watched.ms;
      const before = profile[watched.kind][watched.slot] ?? -1;
      profile[watched.kind][watched.slot] = before < 0 ? seen : before + (seen - before) * NEW_DAY;
    }
  };

  return {
    now: (open, at, local) => {
      const slot = slotOf(local);
      const key = `${local.date}:${slot}`;
      if (watched !== null) {
        const passed = Math.min(Math.max(0, at - watched.since), SLOT_MINUTES * 60_000);
        watched.ms += passed;
        for (const [classId, count] of watched.open) watched.sums.set(classId, (watched.sums.get(classId) ?? 0) + count * passed);
        watched.since = at;
      }
      if (watched?.key !== key) {
        fold();
        watched = { key, kind: kindOf(local), slot, since: at, ms: 0, open, sums: new Map() };
      }
      watched.open = open;
    },
    wall: (classId, work, open, at, local) => {
      const profile = profiles.get(classId)?.[kindOf(local)];
      const first = slotOf(local);
      const here = profile?.[first] ?? -1;
      if (profile === undefined || here < 0.05) return work;
      let left = work;
      let passed = 0;
      // To the end of this slot, then slot by slot.
      let span = SLOT_MINUTES * 60_000 * (first + 1) - local.minutes * 60_000;
      for (let slot = first; slot < SLOTS; slot += 1) {
        const there = profile[slot] ?? -1;
        const stays = Math.exp(-passed / LASTING_MS);
        const expected = there < 0 ? open : stays * open * (there / here) + (1 - stays) * there;
        const share = slot === first ? 1 : Math.min(MOST_SHARE, Math.max(LEAST_SHARE, expected / open));
        if (left <= span * share) return passed + left / share;
        left -= span * share;
        passed += span;
        span = SLOT_MINUTES * 60_000;
      }
      return passed + left;
    },
    state: () => Object.fromEntries([...profiles].map(([id, { work, rest }]) => [id, { work: work.map((one) => Math.round(one * 100) / 100), rest: rest.map((one) => Math.round(one * 100) / 100) }])),
  };
};
