/**
 * Deletes cases that are over, after their time. A case is over once it is decided (or was issued on the spot), the platform
 * gave a receipt for it, nothing of it waits to be sent or looked at by staff, and no paper of it is open. Its time begins when the
 * terminal first sees that, so that a decision that was long on its way is still there to be collected.
 * What stays: the statement in its chain (no name, no number of a person), the ledger's rows, the signed receipts, the audit.
 */
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock/index.ts';
import { UnsealError, type Storage } from '../storage/index.ts';
import { caseRows } from './record.ts';

export interface RetentionOptions {
  storage: Storage;
  audit: Audit;
  clock: Clock;
  /** Days that a decided case is kept; and one whose certificate was not printed yet. */
  kept: { decidedKeptDays: number; uncollectedKeptDays: number };
}

export interface Retention {
  /**
   * Deletes what is due, each case in a transaction of its own; nothing while the clock is not known. Call it while nobody's
   * session is open. `more`: it stopped early so that nobody waits for it; call again.
   */
  look(): { deleted: number; more: boolean };
}

const DAY_MS = 86_400_000;
/** Cases opened or deleted in one look: each costs a synced transaction at most. */
const AT_A_TIME = 25;

interface OverRow {
  case_id: string;
  since: number | null;
  collected: number | null;
  printed: number;
}

export const createRetention = ({ storage, audit, clock, kept }: RetentionOptions): Retention => {
  const rows = caseRows(storage);
  const over = storage.prepare(
    `SELECT c.case_id, o.since, o.collected,
        EXISTS (SELECT 1 FROM outbox AS p WHERE p.case_id = c.case_id AND p.recipient = 'platform' AND p.kind = 'printed') AS printed
      FROM cases AS c LEFT JOIN over_cases AS o ON o.case_id = c.case_id
      WHERE c.state IN ('approved', 'refused', 'issued') AND c.quarantined = 0
        AND EXISTS (SELECT 1 FROM outbox AS s WHERE s.case_id = c.case_id AND s.recipient = 'platform' AND s.kind IN ('submitted', 'issued') AND s.receipt IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM outbox AS w WHERE w.case_id = c.case_id AND (w.state <> 'delivered' OR (w.recipient = 'platform' AND w.receipt IS NULL)))
        AND NOT EXISTS (SELECT 1 FROM papers AS s WHERE s.case_id = c.case_id AND s.state IN ('intended', 'sent', 'doubt'))
      ORDER BY c.ordinal`,
  );
  const noted = storage.prepare('SELECT case_id FROM over_cases');
  const note = storage.prepare('INSERT INTO over_cases (case_id, since, collected) VALUES (?, ?, ?) ON CONFLICT (case_id) DO UPDATE SET since = excluded.since, collected = excluded.collected');
  const unnote = storage.prepare('DELETE FROM over_cases WHERE case_id = ?');
  const pagesOf = storage.prepare('SELECT id FROM materials WHERE case_id = ?');
  const empty = storage.prepare("UPDATE outbox SET sealed = x'' WHERE case_id = ?");

  /** Does a certificate still wait for its owner? */
  const awaits = (caseId: string): boolean => {
    try {
      const held = rows.find(caseId);
      return held !== null && held.kept.certificate !== null && !held.kept.certificatePrinted;
    } catch (error) {
      // Nobody will ever collect what does not open any more.
      if (error instanceof UnsealError) return false;
      throw error;
    }
  };

  const remove = (caseId: string, collected: boolean): void =>
    storage.transaction(() => {
      const caseNumber = rows.inTheClear(caseId)?.case_number;
      if (caseNumber === null || caseNumber === undefined) return;
      const pages = pagesOf.all(caseId) as { id: string }[];
      for (const { id } of pages) storage.materials.remove(id);
      empty.run(caseId);
      rows.remove(caseId);
      unnote.run(caseId);
      storage.caseKeys.drop(caseId);
      audit.write('case.deleted', { caseId, caseNumber, pages: pages.length, collected });
    });

  /** Keeps since when each case is over; true when not all of them could be looked at now. */
  const keepTimes = (found: readonly OverRow[], now: number): boolean => {
    const still = new Set(found.map((row) => row.case_id));
    const gone = (noted.all() as { case_id: string }[]).filter((row) => !still.has(row.case_id));
    // A clock that was set back must not keep a case for ever; one that was collected is kept from then on.
    const changed = found.filter((row) => row.since === null || row.since > now || (row.collected === 0 && row.printed === 1));
    if (gone.length + changed.length === 0) return false;
    storage.transaction(() => {
      for (const row of gone) unnote.run(row.case_id);
      for (const row of changed.slice(0, AT_A_TIME)) {
        row.since = now;
        row.collected = awaits(row.case_id) ? 0 : 1;
        note.run(row.case_id, row.since, row.collected);
      }
    });
    return changed.length > AT_A_TIME;
  };

  return {
    look: () => {
      if (!clock.known()) return { deleted: 0, more: false };
      const now = clock.wall();
      const found = over.all() as OverRow[];
      const moreToNote = keepTimes(found, now);
      const due = found.filter(({ since, collected }) => since !== null && now - since >= (collected === 1 ? kept.decidedKeptDays : kept.uncollectedKeptDays) * DAY_MS);
      for (const row of due.slice(0, AT_A_TIME)) remove(row.case_id, row.collected === 1);
      return { deleted: Math.min(due.length, AT_A_TIME), more: moreToNote || due.length > AT_A_TIME };
    },
  };
};
