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

/** What keeps the log cannot be reached now. Nothing is known to be kept; it passes by itself. */
export class StoreAway extends Error {
  override readonly name = 'StoreAway';
  /** For whoever answers over HTTP. */
  readonly statusCode = 503;
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
  /** Events that the platform was not told, oldest day first, in order. Of several agents on one database only the one whose turn it is gets any. */
  untold(limit: number): Promise<UntoldEvent[]>;
  /** The platform has confirmed a day's events up to `version`. */
  told(day: string, version: number): Promise<void>;
  /** The platform does not know the day as this log does: all of it is untold again. */
  tellAgain(day: string): Promise<void>;
  /** Calls when it becomes this agent's turn to tell the platform; at once where nobody else could. */
  onTurnToTell(listener: () => void): () => void;
  /** Calls with the day whenever somebody else on the same database appended to it, or may have. */
  onAppend(listener: (day: string) => void): () => void;
  close(): Promise<void>;
}

/**
 * The highest ordinal ever set aside, by name, outside the database: what a restored database cannot know. `raise` is durable before the
 * transaction that uses the ordinal; `atLeast` may be above what was used, never below.
 */
export interface NumberMarks {
  /** How often the database was found to be older than what was given from it: each time the hall burns up to the marks, on every day it opens. */
  readonly restored: number;
  atLeast(name: string): number;
  raise(name: string, to: number): void;
  /** Several at once, in one write. */
  raiseAll(marks: Iterable<readonly [name: string, to: number]>): void;
}
