/** The face of the outbox folder: what others must get, in order, once, however long it takes. */
import type { CaseMessage, Change, Receipt } from '../platform/index.ts';

/** `platform`, or `adapter:NAME`: a line-of-business system. */
export type Recipient = 'platform' | `adapter:${string}`;

/** A page that must be on the platform before the message that names it. */
export interface NeededMaterial {
  /** Id in storage. */
  id: string;
  digest: string;
  bytes: number;
  contentType: string;
}

export interface CaseFacts {
  caseId: string;
  message: CaseMessage;
  /** `message` as JSON in UTF-8, where the caller has it already. */
  json?: Buffer;
  /** Members of `message` that were found to be on the platform's field list before. */
  listed?: readonly string[];
  /** The caller knows that nothing was sent of this case before. */
  first?: boolean;
  materials: NeededMaterial[];
  /** Name of the adapter that gets the case too; null: none. */
  adapter: string | null;
}

/** What the rest of the terminal does when something comes back; each is called inside the transaction that keeps it. */
export interface OutboxEffects {
  delivered(row: OutboxRow): void;
  quarantined(row: OutboxRow): void;
  /** Staff sent a quarantined case on. */
  released(caseId: string): void;
  change(change: Change): void;
}

export interface OutboxRow {
  id: number;
  caseId: string;
  recipient: Recipient;
  sequence: number;
  kind: CaseMessage['kind'];
  /** Idempotency-Key: incarnation.terminal.case.sequence */
  key: string;
  state: 'waiting' | 'delivered' | 'quarantined';
  attempts: number;
  /** Why the last attempt failed; a code, no personal data. */
  reason: string | null;
  receipt: Receipt | null;
}

export interface Outbox {
  /** Inside the transaction that changes the case: one row for the platform, one for the adapter where the case has one. */
  enqueue(facts: CaseFacts): void;
  /** Before {@link start}; whoever keeps what is sent here does it, and is told of everything. */
  attach(effects: OutboxEffects): void;
  /** Begins to send and to read the change feed. */
  start(): void;
  /** Ends what is under way; resolves when no request is open. */
  stop(): Promise<void>;
  /** Try now: something changed (the network came back, staff asked). */
  kick(): void;
  /** How much waits, for the health page. */
  waiting(): { waiting: number; quarantined: number };
  rows(caseId: string): OutboxRow[];
  /** What a recipient will never take as it is, oldest first: staff must look. */
  quarantined(): OutboxRow[];
  /** Staff: a quarantined case is tried again. */
  release(caseId: string, by: string): void;
  /** Resolves when nothing waits that could be sent; for orderly ends and tests. */
  idle(): Promise<void>;
}
