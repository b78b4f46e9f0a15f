/** One key per case, wrapped by the terminal's: what deletion means here. */
import { randomBytes } from 'node:crypto';
import { KEY_BYTES, seal, unseal, UnsealError } from './seal.ts';
import type { CaseKeys, Prepared } from './types.ts';

export interface OpenedCaseKey {
  key: Buffer;
  /** The incarnation in which the case began: part of what is authenticated, for ever. */
  incarnation: string;
}

export interface CaseKeyRing extends CaseKeys {
  of(caseId: string): OpenedCaseKey;
}

export const caseKeyRing = (prepare: (sql: string) => Prepared, wrappingKey: Buffer, incarnation: () => string, transaction: { inside: () => boolean; atEnd: (callback: () => void) => void }): CaseKeyRing => {
  // A transaction seals several records of one case; the opened key is remembered no longer than that.
  let last: { caseId: string; opened: OpenedCaseKey } | null = null;
  transaction.atEnd(() => {
    last?.opened.key.fill(0);
    last = null;
  });
  /** Of the case that somebody is about to submit. */
  let held: { caseId: string; opened: OpenedCaseKey } | null = null;
  const letGo = (): void => {
    held?.opened.key.fill(0);
    held = null;
  };
  const context = (caseId: string, born: string) => ({ incarnation: born, owner: caseId, table: 'case_keys', sequence: 0 });
  const of = (caseId: string): OpenedCaseKey => {
    if (held?.caseId === caseId) return held.opened;
    if (last?.caseId === caseId) return last.opened;
    const row = prepare('SELECT incarnation, wrapped FROM case_keys WHERE case_id = ?').get(caseId) as { incarnation: string; wrapped: Buffer } | undefined;
    if (row === undefined) throw new UnsealError('the key of this case was dropped');
    const opened = { key: unseal(wrappingKey, context(caseId, row.incarnation), row.wrapped), incarnation: row.incarnation };
    if (transaction.inside()) last = { caseId, opened };
    return opened;
  };
  return {
    of,
    create: (caseId) => {
      const key = randomBytes(KEY_BYTES);
      prepare('INSERT INTO case_keys (case_id, incarnation, wrapped) VALUES (?, ?, ?)').run(caseId, incarnation(), seal(wrappingKey, context(caseId, incarnation()), key));
    },
    seal: (caseId, { table, sequence }, plain) => {
      const { key, incarnation: born } = of(caseId);
      return seal(key, { incarnation: born, owner: caseId, table, sequence }, plain);
    },
    open: (caseId, { table, sequence }, sealed) => {
      const { key, incarnation: born } = of(caseId);
      return unseal(key, { incarnation: born, owner: caseId, table, sequence }, sealed);
    },
    hold: (caseId) => {
      letGo();
      const { key, incarnation: born } = of(caseId);
      held = { caseId, opened: { key: Buffer.from(key), incarnation: born } };
    },
    letGo,
    drop: (caseId) => {
      last = null;
      if (held?.caseId === caseId) letGo();
      prepare('DELETE FROM case_keys WHERE case_id = ?').run(caseId);
    },
  };
};
