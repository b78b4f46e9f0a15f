/**
 * What the hall role keeps beside the queue's log: staff, their sessions, terminals' keys, changed rules, the certificate authority, appointments,
 * what the estimator learned. One narrow port: named values, known to every agent of the hall, changed by one of them at a time. Whatever is asked
 * of it without waiting is answered from memory, so that screens go on while the database is out of reach.
 */

/** `check`: whether the key is the one that the others were sealed with. */
export type RecordKind = 'staff' | 'session' | 'terminal' | 'rules' | 'refused-join' | 'authority' | 'paper-doubts' | 'appointments' | 'estimate' | 'holders' | 'check';

/** What to answer, and what to keep: JSON; null: the record goes; left out: all stays as it is. */
export interface Decided<T> {
  answer: T;
  keep?: unknown;
}

export interface HallRecords {
  /** As this agent knows it now; undefined: there is none. */
  get(kind: RecordKind, id: string): unknown;
  all(kind: RecordKind): [id: string, value: unknown][];
  /** What any agent has kept before this was called is known here when it resolves. @throws {@link StoreAway} */
  refresh(): Promise<void>;
  /**
   * Hands the newest value to `decide` and keeps what it says, no other agent in between. Resolves when it is on the disk.
   * @throws {@link StoreAway} and whatever `decide` throws; nothing of it is kept then
   */
  change<T>(kind: RecordKind, id: string, decide: (before: unknown) => Decided<T>): Promise<T>;
  /** Called when records of these kinds became other ones, by whomever. */
  onChange(listener: (kinds: ReadonlySet<RecordKind>) => void): () => void;
}

/** The listeners of {@link HallRecords.onChange}. */
export const recordListeners = () => {
  const listeners = new Set<(kinds: ReadonlySet<RecordKind>) => void>();
  return {
    onChange: (listener: (kinds: ReadonlySet<RecordKind>) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell: (kinds: ReadonlySet<RecordKind>): void => {
      if (kinds.size > 0) for (const listener of listeners) listener(kinds);
    },
  };
};
