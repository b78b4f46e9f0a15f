/**
 * The one narrow port between the queue's rules and whatever keeps them: an ordered log per business day. The log is also what the platform
 * is told from: a row that was not told yet is the outbox row of what happened, in the same table and transaction.
 */
import type { QueueEvent } from './rules/events.ts';

export interface StoredEvent {
  /** 1 for the first of its day; without gaps. */
  version: number;
  event: QueueEvent;
}

export interface UntoldEvent extends StoredEvent {
  day: string;
}

export interface QueueStore {
  /**
   * Locks the day's log for writing, hands what was appended after `after` (by other agents) to `decide`, and appends what it answers in the
   * same durable transaction. Resolves when that is on the disk.
   * @throws when it cannot be kept; nothing of it is kept then. A number that stands in the day's log already cannot be kept.
   */
  append(day: string, after: number, decide: (newer: StoredEvent[]) => readonly QueueEvent[]): Promise<void>;
  /** The day's events after a version, in order. */
  read(day: string, after: number): Promise<StoredEvent[]>;
  /** Business days that have events, oldest first. */
  days(): Promise<string[]>;
  /** Events that the platform was not told, oldest day first, in order. */
  untold(limit: number): Promise<UntoldEvent[]>;
  /** The platform has confirmed a day's events up to `version`. */
  told(day: string, version: number): Promise<void>;
  /** Calls with the day whenever somebody appended to it: this agent or another one on the same database. */
  onAppend(listener: (day: string) => void): () => void;
  close(): Promise<void>;
}

/**
 * The highest ordinal ever set aside, by name, outside the database: what a restored database cannot know. `raise` is durable before the
 * transaction that uses the ordinal; `atLeast` may be above what was used, never below.
 */
export interface NumberMarks {
  /** The database is older than what was given from it: burn up to the marks. */
  readonly restored: boolean;
  atLeast(name: string): number;
  raise(name: string, to: number): void;
}
