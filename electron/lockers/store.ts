/** Rows of cells and documents. What names a person is sealed with the document's own key; ID number and code are keyed hashes. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Change } from '../platform/index.ts';
import { UnsealError, type Storage } from '../storage/index.ts';
import { documentIn, DOUBTS, TASKS, type CellState } from './machine.ts';

const about = z.object({ caseNumber: z.string(), itemName: z.object({ zh: z.string(), en: z.string() }), name: z.string() });
export type About = z.infer<typeof about>;
export type DocumentState = 'waiting' | 'placed' | 'collected' | 'returned';
export interface DocumentRow {
  id: string;
  /** The platform's name for it. */
  told: string;
  state: DocumentState;
  knownAt: number;
  /** null: its key is gone, or its bytes were changed. */
  about: About | null;
}

const origin = z.enum(['load', 'rest']);
const cellState: z.ZodType<CellState> = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('free') }),
  z.strictObject({ is: z.literal('busy'), task: z.enum(TASKS), step: z.enum(['opening', 'open', 'closed']), document: z.string().nullable(), doubt: z.strictObject({ after: origin, why: z.enum(DOUBTS) }).nullable() }),
  z.strictObject({ is: z.literal('loaded'), document: z.string() }),
  z.strictObject({ is: z.literal('doubtful'), document: z.string().nullable(), after: origin, why: z.enum(DOUBTS) }),
  z.strictObject({ is: z.literal('out-of-use') }),
]);

export type Told = Extract<Change['body'], { kind: 'original-ready' }>;
export interface KeptCell {
  state: CellState;
  since: number;
}

interface Row {
  id: string;
  told: string;
  state: DocumentState;
  known_at: number;
  sealed: Buffer;
}
const TABLE = { table: 'locker_documents', sequence: 1 } as const;

export const createLockerStore = (storage: Storage) => {
  const open = (row: Row): DocumentRow => {
    let known: About | null = null;
    try {
      known = about.parse(JSON.parse(storage.caseKeys.open(row.id, TABLE, row.sealed).toString('utf8')));
    } catch (error) {
      if (!(error instanceof UnsealError)) throw error;
    }
    return { id: row.id, told: row.told, state: row.state, knownAt: row.known_at, about: known };
  };
  const rows = (sql: string, ...parameters: unknown[]): DocumentRow[] => (storage.prepare(`SELECT id, told, state, known_at, sealed FROM locker_documents ${sql}`).all(...parameters) as Row[]).map(open);
  return {
    /** Every cell that is not free. */
    cells: (): Map<string, KeptCell> =>
      new Map((storage.prepare('SELECT place, state, since FROM locker_cells').all() as { place: string; state: string; since: number }[]).map(({ place, state, since }) => [place, { state: cellState.parse(JSON.parse(state)), since }])),
    saveCell: (place: string, state: CellState, since: number): void => {
      if (state.is === 'free') storage.prepare('DELETE FROM locker_cells WHERE place = ?').run(place);
      else
        storage
          .prepare('INSERT INTO locker_cells (place, document, state, since) VALUES (?, ?, ?, ?) ON CONFLICT (place) DO UPDATE SET document = excluded.document, state = excluded.state, since = excluded.since')
          .run(place, documentIn(state), JSON.stringify(state), since);
    },
    /** @returns its id; null: it is known already */
    add: (told: Told, at: number): string | null => {
      if (storage.prepare('SELECT 1 FROM locker_documents WHERE told = ?').get(told.document) !== undefined) return null;
      // Two of one page of the feed come in the same moment: the order in which they were told is kept.
      const { last } = storage.prepare('SELECT COALESCE(MAX(known_at), 0) AS last FROM locker_documents WHERE known_at >= ?').get(at) as { last: number };
      const knownAt = Math.max(at, last + 1);
      const id = `c${randomBytes(12).toString('hex')}`;
      storage.caseKeys.create(id);
      const kept: About = { caseNumber: told.caseNumber, itemName: told.itemName, name: told.person.name };
      storage
        .prepare("INSERT INTO locker_documents (id, told, person, code, state, known_at, moved_at, sealed) VALUES (?, ?, ?, ?, 'waiting', ?, ?, ?)")
        .run(id, told.document, storage.lookUpHash(told.person.idNumber), told.code === null ? null : storage.lookUpHash(told.code), knownAt, at, storage.caseKeys.seal(id, TABLE, Buffer.from(JSON.stringify(kept))));
      return id;
    },
    document: (id: string): DocumentRow | null => rows('WHERE id = ?', id)[0] ?? null,
    move: (id: string, state: DocumentState, at: number): void => void storage.prepare('UPDATE locker_documents SET state = ?, moved_at = ? WHERE id = ?').run(state, at, id),
    waiting: (): DocumentRow[] => rows("WHERE state = 'waiting' ORDER BY known_at, id"),
    ofPerson: (idNumber: string): DocumentRow[] => rows("WHERE person = ? AND state = 'placed' ORDER BY known_at, id", storage.lookUpHash(idNumber)),
    ofCode: (code: string): DocumentRow[] => rows("WHERE code = ? AND state = 'placed'", storage.lookUpHash(code)),
    /** Those that are over since before `before`, and of which the platform has heard everything. */
    over: (before: number): string[] =>
      (
        storage
          .prepare(
            "SELECT id FROM locker_documents AS d WHERE state IN ('collected', 'returned') AND moved_at < ? AND NOT EXISTS (SELECT 1 FROM outbox AS o WHERE o.case_id = d.id AND (o.state <> 'delivered' OR o.receipt IS NULL)) LIMIT 25",
          )
          .all(before) as { id: string }[]
      ).map(({ id }) => id),
    remove: (id: string): void => {
      storage.prepare("UPDATE outbox SET sealed = x'' WHERE case_id = ?").run(id);
      storage.prepare('DELETE FROM locker_documents WHERE id = ?').run(id);
      storage.caseKeys.drop(id);
    },
  };
};
export type LockerStore = ReturnType<typeof createLockerStore>;
