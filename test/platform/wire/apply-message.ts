/** What a message does to the platform's cases. */
import type { WireMessage } from '../../../electron/platform/wire.ts';
import { Problem, type Platform } from '../context.ts';

interface CaseRow {
  case_id: string;
  terminal: string;
  round: number;
  state: string;
}

type Body = WireMessage['body'];
type OfOriginal = Extract<Body, { document: string }>;
const isOfOriginal = (body: Body): body is OfOriginal => 'document' in body;

const ORIGINAL_STATES = { 'original-loaded': 'loaded', 'original-collected': 'collected', 'original-returned': 'returned', 'original-in-doubt': 'in-doubt' } as const;

/** Its lane is its own: the case it belongs to may have come from anywhere. */
const applyOriginal = (db: Platform['db'], terminal: string, body: OfOriginal, at: string): void => {
  const { changes } = db
    .prepare('UPDATE originals SET state = ?, cell = ?, proof = ?, at = ? WHERE document = ? AND terminal = ? AND case_number = ?')
    .run(ORIGINAL_STATES[body.kind], body.cell, 'proof' in body ? body.proof : null, at, body.document, terminal, body.caseNumber);
  if (changes === 0) throw new Problem(422, 'unknown-original', 'no such original was to go into this locker', { retry: false });
};

/**
 * Applies a message inside the transaction that stores it. A round told again under a new incarnation changes nothing.
 * @throws {Problem} 422 when it contradicts what is known
 */
export const applyMessage = ({ db }: Pick<Platform, 'db'>, { terminal, caseId, body }: WireMessage, at: string): void => {
  if (isOfOriginal(body)) return applyOriginal(db, terminal, body, at);
  const known = db.prepare('SELECT case_id, terminal, round, state FROM cases WHERE case_number = ?').get(body.caseNumber) as CaseRow | undefined;
  if (known !== undefined && (known.case_id !== caseId || known.terminal !== terminal)) throw new Problem(422, 'case-number-taken', 'another case has this number', { retry: false });

  switch (body.kind) {
    case 'submitted': {
      if (body.terminal !== terminal) throw new Problem(422, 'not-yours', 'the case names another terminal', { retry: false });
      if (known !== undefined && body.round <= known.round) return;
      if (body.round !== (known?.round ?? 0) + 1) throw new Problem(422, 'wrong-round', 'the round before this one was never told', { retry: false });
      if (known !== undefined && known.state !== 'returned') throw new Problem(422, 'not-returned', 'this case was not returned for correction', { retry: false });
      db.prepare(
        `INSERT INTO cases (case_number, case_id, terminal, hall, item_code, item_id, state, round, submitted, stored_at, received_at)
         VALUES (?, ?, ?, ?, ?, ?, 'received', ?, ?, ?, ?)
         ON CONFLICT (case_number) DO UPDATE SET state = 'received', round = excluded.round, submitted = excluded.submitted, stored_at = excluded.stored_at, received_at = excluded.received_at, decided_at = NULL`,
      ).run(body.caseNumber, caseId, terminal, body.hall, body.itemCode, body.itemId, body.round, JSON.stringify(body), body.storedAt, at);
      return;
    }
    case 'issued':
      if (known !== undefined) return;
      db.prepare(
        `INSERT INTO cases (case_number, case_id, terminal, hall, item_code, item_id, state, round, submitted, stored_at, received_at, decided_at)
         VALUES (?, ?, ?, ?, ?, ?, 'issued', 1, NULL, ?, ?, ?)`,
      ).run(body.caseNumber, caseId, terminal, body.hall, body.itemCode, body.itemId, body.storedAt, at, at);
      return;
    case 'printed':
    case 'print-in-doubt':
    case 'rated':
      // Kept with the case's messages; they change no state.
      return;
  }
};
