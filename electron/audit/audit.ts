/** What happened, in order, each row bound to the one before by a hash. */
import { hash as digestOf } from 'node:crypto';
import type { Clock } from '../clock/index.ts';
import type { Storage } from '../storage/index.ts';
import { EVENTS, fitting, type EventFields, type EventName } from './catalogue.ts';

export interface AuditRow {
  sequence: number;
  /** ISO 8601, UTC; order comes from `sequence`. */
  at: string;
  event: EventName;
  fields: Record<string, unknown>;
}

export type ChainVerdict = { ok: true; rows: number } | { ok: false; brokenAt: number };

export interface Audit {
  /**
   * Puts an event on record, in the running transaction if there is one. Fields are checked against the catalogue.
   * @throws {z.ZodError} for a field that the event does not have, or a value that could be personal data
   */
  write<E extends EventName>(event: E, fields: EventFields<E>): void;
  /** Newest first. */
  latest(limit: number, before?: number): AuditRow[];
  /** Recomputes the chain from row `from` (default: the first). */
  verify(from?: number): ChainVerdict;
  /** What the check at boot found. */
  readonly atBoot: ChainVerdict;
}

interface Row {
  sequence: number;
  at: string;
  event: string;
  fields: string;
  hash: Buffer;
}

const GENESIS = Buffer.alloc(32);
/** Rows that the check at boot goes back; {@link Audit.verify} goes back to the first. */
const BOOT_ROWS = 5_000;

const link = (before: Uint8Array, sequence: number, at: string, event: string, fields: string): Buffer => digestOf('sha256', Buffer.concat([before, Buffer.from(JSON.stringify([sequence, at, event, fields]))]), 'buffer');

/** Opens the record, checks the newest part of its chain, and puts on record what storage found at boot. */
export const createAudit = ({ storage, clock }: { storage: Storage; clock: Clock }): Audit => {
  const insert = storage.prepare('INSERT INTO audit (sequence, at, event, fields, hash) VALUES (?, ?, ?, ?, ?)');
  const last = storage.prepare('SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1');
  /** The newest row: nobody else writes. */
  let newest: { sequence: number; hash: Buffer } | null = null;
  storage.onRollback(() => {
    newest = null;
  });

  const write = <E extends EventName>(event: E, fields: EventFields<E>): void => {
    const text = JSON.stringify(fitting(event, fields) ? fields : EVENTS[event].fields.parse(fields));
    newest ??= (last.get() as { sequence: number; hash: Buffer } | undefined) ?? { sequence: 0, hash: GENESIS };
    const sequence = newest.sequence + 1;
    const at = new Date(clock.wall()).toISOString();
    const hash = link(newest.hash, sequence, at, event, text);
    insert.run(sequence, at, event, text, hash);
    newest = { sequence, hash };
  };

  const verify = (from = 1): ChainVerdict => {
    let before = from <= 1 ? GENESIS : ((storage.prepare('SELECT hash FROM audit WHERE sequence = ?').get(from - 1) as { hash: Buffer } | undefined)?.hash ?? null);
    let expected = Math.max(1, from);
    let rows = 0;
    for (const row of storage.prepare('SELECT sequence, at, event, fields, hash FROM audit WHERE sequence >= ? ORDER BY sequence').iterate(expected) as IterableIterator<Row>) {
      if (before === null || row.sequence !== expected || !link(before, row.sequence, row.at, row.event, row.fields).equals(row.hash)) return { ok: false, brokenAt: expected };
      before = row.hash;
      expected += 1;
      rows += 1;
    }
    return { ok: true, rows };
  };

  const head = (last.get() as { sequence: number } | undefined)?.sequence ?? 0;
  const atBoot = verify(Math.max(1, head - BOOT_ROWS + 1));
  if (!atBoot.ok) storage.transaction(() => write('storage.fault', { fault: 'database-damaged' }));
  const { newIncarnation, previousIncarnation } = storage.boot;
  if (newIncarnation !== null) write('incarnation.new', { incarnation: storage.incarnation, before: previousIncarnation, why: newIncarnation });
  storage.onRefusal((at) => write('agent.second-refused', { triedAt: at }));

  return {
    write,
    verify,
    atBoot,
    latest: (limit, before = Number.MAX_SAFE_INTEGER) =>
      (storage.prepare('SELECT sequence, at, event, fields FROM audit WHERE sequence < ? ORDER BY sequence DESC LIMIT ?').all(before, limit) as Row[]).map((row) => ({
        sequence: row.sequence,
        at: row.at,
        event: row.event as EventName,
        fields: JSON.parse(row.fields) as Record<string, unknown>,
      })),
  };
};
