/** Rows of cases: in the clear only what staff and sending need, the rest one sealed record. */
import { randomBytes } from 'node:crypto';
import type { Storage } from '../storage/index.ts';
import type { Answers, CaseMaterial, CaseRecord, CaseState, CaseSummary, CorrectionPoint, IssuedCertificate, Person } from './types.ts';

/** What the sealed record holds. */
export interface Kept {
  person: Person;
  answers: Answers;
  materials: CaseMaterial[];
  corrections: CorrectionPoint[];
  decisionNote: string | null;
  decidedAt: string | null;
  certificate: IssuedCertificate | null;
  certificatePrinted: boolean;
  rated: boolean;
}

export interface CaseRow {
  ordinal: number;
  case_id: string;
  case_number: string | null;
  item_id: string;
  state: CaseState;
  quarantined: number;
  at: string;
  promised_by: string | null;
  round: number;
  revision: number;
  /** Position of its last statement in the terminal's chain; null: none was made. */
  statement: number | null;
  sealed: Buffer;
}

/** A case in hand: row and opened record. */
export interface Held {
  row: CaseRow;
  kept: Kept;
}

export class CaseError extends Error {
  override readonly name = 'CaseError';
  readonly code: 'unknown-case' | 'wrong-state' | 'unknown-item' | 'unknown-page';
  constructor(code: CaseError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

const TABLE = 'cases';
const CLEAR = 'ordinal, case_id, case_number, item_id, state, quarantined, at, promised_by, round, revision, statement';
const ALL = `${CLEAR}, sealed`;
/** A row without what is sealed. */
export type ClearRow = Omit<CaseRow, 'sealed'>;

export const summaryOf = (row: Omit<CaseRow, 'sealed'>): CaseSummary => ({
  caseId: row.case_id,
  caseNumber: row.case_number,
  itemId: row.item_id,
  state: row.state,
  quarantined: row.quarantined === 1,
  at: row.at,
  promisedBy: row.promised_by,
});

export const recordOf = ({ row, kept }: Held): CaseRecord => {
  const { rated: _, ...shown } = kept;
  return { ...summaryOf(row), ...shown };
};

export type CaseRows = ReturnType<typeof caseRows>;

export const caseRows = (storage: Storage) => {
  const byId = storage.prepare(`SELECT ${ALL} FROM cases WHERE case_id = ?`);
  const byNumber = storage.prepare(`SELECT ${ALL} FROM cases WHERE case_number = ?`);
  const insert = storage.prepare('INSERT INTO cases (case_id, item_id, state, person, at, revision, sealed) VALUES (?, ?, ?, ?, ?, 1, ?)');
  const advance = storage.prepare('UPDATE cases SET case_number = ?, state = ?, at = ?, promised_by = ?, round = ?, statement = ? WHERE case_id = ?');
  const clear = storage.prepare(`SELECT ${CLEAR} FROM cases WHERE case_id = ?`);
  const update = storage.prepare('UPDATE cases SET case_number = ?, state = ?, at = ?, promised_by = ?, round = ?, revision = ?, statement = ?, sealed = ? WHERE case_id = ?');

  const openRow = (row: CaseRow | undefined): Held | null =>
    row === undefined ? null : { row, kept: JSON.parse(storage.caseKeys.open(row.case_id, { table: TABLE, sequence: row.revision }, row.sealed).toString('utf8')) as Kept };

  const find = (caseId: string): Held | null => openRow(byId.get(caseId) as CaseRow | undefined);
  return {
    find,
    /** What stands in the clear: nothing is opened. */
    inTheClear: (caseId: string): ClearRow | null => (clear.get(caseId) as ClearRow | undefined) ?? null,
    /** @throws {CaseError} `unknown-case` */
    must: (caseId: string): Held => {
      const held = find(caseId);
      if (held === null) throw new CaseError('unknown-case', 'no such case on this terminal');
      return held;
    },
    findNumber: (caseNumber: string): Held | null => openRow(byNumber.get(caseNumber) as CaseRow | undefined),
    draftOf: (person: Buffer, itemId: string): Held | null => openRow(storage.prepare(`SELECT ${ALL} FROM cases WHERE person = ? AND item_id = ? AND state = 'draft' ORDER BY ordinal DESC LIMIT 1`).get(person, itemId) as CaseRow | undefined),
    drafts: (): Pick<CaseRow, 'case_id' | 'at'>[] => storage.prepare("SELECT case_id, at FROM cases WHERE state = 'draft' AND case_number IS NULL").all() as Pick<CaseRow, 'case_id' | 'at'>[],
    summaries: (person: Buffer): CaseSummary[] => (storage.prepare(`SELECT ${ALL} FROM cases WHERE person = ? ORDER BY ordinal DESC`).all(person) as CaseRow[]).map(summaryOf),
    create: (person: Buffer, itemId: string, at: string, kept: Kept): Held => {
      const caseId = `c${randomBytes(12).toString('hex')}`;
      storage.caseKeys.create(caseId);
      insert.run(caseId, itemId, 'draft', person, at, storage.caseKeys.seal(caseId, { table: TABLE, sequence: 1 }, Buffer.from(JSON.stringify(kept))));
      const held = find(caseId);
      if (held === null) throw new CaseError('unknown-case', 'the case that was just kept is not there');
      return held;
    },
    /** Writes everything but `quarantined`, which belongs to the outbox's answers. */
    save: ({ row, kept }: { row: ClearRow; kept: Kept }): void => {
      const revision = row.revision + 1;
      update.run(row.case_number, row.state, row.at, row.promised_by, row.round, revision, row.statement, storage.caseKeys.seal(row.case_id, { table: TABLE, sequence: revision }, Buffer.from(JSON.stringify(kept))), row.case_id);
    },
    /** Writes what stands in the clear; the sealed record stays as it is, under its revision. */
    advance: (row: ClearRow): void => {
      advance.run(row.case_number, row.state, row.at, row.promised_by, row.round, row.statement, row.case_id);
    },
    setQuarantined: (caseId: string, quarantined: boolean): void => {
      storage.prepare('UPDATE cases SET quarantined = ? WHERE case_id = ?').run(quarantined ? 1 : 0, caseId);
    },
    remove: (caseId: string): void => {
      storage.prepare('DELETE FROM cases WHERE case_id = ?').run(caseId);
    },
  };
};
