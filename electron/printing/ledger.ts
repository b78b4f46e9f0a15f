/** Every sheet is a row before it is a sheet: intended → sent → confirmed → taken, or in doubt until staff looked (law 3). */
import { randomInt, randomUUID } from 'node:crypto';
import type { Audit } from '../audit/index.ts';
import { isoWithOffset, type Clock } from '../clock/index.ts';
import { checkDigit, type Storage } from '../storage/index.ts';
import type { PaperRow, PaperState, PrintLedger } from './types.ts';

/**
 * `already-printed`: this numbered paper was printed, is being printed or is in doubt; `wrong-state`: the row is not where
 * that step begins; `no-doubt-numbers`: ten thousand doubts are open.
 */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  readonly code: 'unknown-paper' | 'wrong-state' | 'already-printed' | 'no-doubt-numbers';
  constructor(code: LedgerError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

interface Row {
  id: string;
  case_id: string | null;
  kind: PaperRow['kind'];
  numbered: number;
  number: string | null;
  copy: number;
  sheets: number;
  sheets_done: number | null;
  state: PaperState;
  proof: PaperRow['proof'];
  job_id: number | null;
  doubt_number: string | null;
  fault: string | null;
  outcome: PaperRow['outcome'];
  tray: string | null;
  tray_before: number | null;
  tray_after: number | null;
  at: string;
}

const COLUMNS = 'tray, tray_before, tray_after, id, case_id, kind, numbered, number, copy, sheets, sheets_done, state, proof, job_id, doubt_number, fault, outcome, at';

const paperOf = (row: Row): PaperRow => ({
  id: row.id,
  caseId: row.case_id,
  kind: row.kind,
  numbered: row.numbered === 1,
  number: row.number,
  copy: row.copy,
  sheets: row.sheets,
  sheetsDone: row.sheets_done,
  state: row.state,
  proof: row.proof,
  jobId: row.job_id,
  doubtNumber: row.doubt_number,
  fault: row.fault,
  outcome: row.outcome,
  tray: row.tray,
  trayBefore: row.tray_before,
  trayAfter: row.tray_after,
  at: row.at,
});

const paperOrNull = (row: unknown): PaperRow | null => (row === undefined ? null : paperOf(row as Row));

/** Ends of a sheet that was certainly cut off. */
const cutOff = ({ state, outcome }: PaperRow): boolean => state === 'confirmed' || state === 'taken' || outcome === 'retracted';

/** From where each step may begin. */
const FROM: Record<Exclude<PaperState, 'intended'>, readonly PaperState[]> = {
  sent: ['intended'],
  confirmed: ['sent'],
  taken: ['sent', 'confirmed'],
  failed: ['intended', 'sent'],
  doubt: ['sent'],
  settled: ['doubt'],
};
/** From where a sheet is settled without staff: nobody's any more (void), or back in the printer (retracted). */
const ENDED_ALONE: Record<'void' | 'retracted', readonly PaperState[]> = { void: ['sent', 'doubt'], retracted: ['sent', 'confirmed'] };

export interface Ledger extends PrintLedger {
  /** Inside the transaction that puts a sheet in doubt. */
  onDoubt(listener: (row: PaperRow) => void): void;
  /** The newest row of these kinds of which bytes may have left; null: none yet. */
  lastOut(kinds: readonly PaperRow['kind'][]): PaperRow | null;
  /** May paper of the newest of these hang uncut in the outlet? */
  mayHang(kinds: readonly PaperRow['kind'][]): boolean;
  /** Inside the transaction in which staff settled it. */
  onSettled(listener: (row: PaperRow, outcome: 'printed' | 'not-printed') => void): void;
}

/** Opens the ledger. `pick` chooses a whole number below its argument (doubt numbers tell nothing of how many there are). */
export const createLedger = ({ storage, audit, clock, timeZone, pick = (below) => randomInt(below) }: { storage: Storage; audit: Audit; clock: Clock; timeZone: string; pick?: (below: number) => number }): Ledger => {
  const doubtListeners: ((row: PaperRow) => void)[] = [];
  const settledListeners: ((row: PaperRow, outcome: 'printed' | 'not-printed') => void)[] = [];
  const now = (): string => isoWithOffset(clock.wall(), timeZone);
  const copiesOf = storage.prepare("SELECT COUNT(*) AS n FROM papers WHERE case_id = ? AND kind = ? AND state <> 'failed'");
  const insert = storage.prepare('INSERT INTO papers (id, case_id, kind, numbered, number, copy, sheets, state, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');

  const get = (id: string): PaperRow | null => paperOrNull(storage.prepare(`SELECT ${COLUMNS} FROM papers WHERE id = ?`).get(id));
  const list = (where: string, ...values: string[]): PaperRow[] => (storage.prepare(`SELECT ${COLUMNS} FROM papers WHERE ${where} ORDER BY ordinal`).all(...values) as Row[]).map(paperOf);

  /** Moves a row on and answers it as it is then. */
  const step = (id: string, to: Exclude<PaperState, 'intended'>, values: Record<string, string | number | null>, from: readonly PaperState[] = FROM[to]): PaperRow => {
    const row = get(id);
    if (row === null) throw new LedgerError('unknown-paper', 'no such row in the print ledger');
    if (!from.includes(row.state)) throw new LedgerError('wrong-state', `paper goes from ${from.join(' or ')} to ${to}, this one is ${row.state}`);
    const names = Object.keys(values);
    storage.prepare(`UPDATE papers SET state = ?, at = ?${names.map((name) => `, ${name} = ?`).join('')} WHERE id = ?`).run(to, now(), ...Object.values(values), id);
    const moved = get(id);
    if (moved === null) throw new LedgerError('unknown-paper', 'the row that was just kept is not there');
    return moved;
  };

  const lastOut = (kinds: readonly PaperRow['kind'][]): PaperRow | null =>
    paperOrNull(storage.prepare(`SELECT ${COLUMNS} FROM papers WHERE kind IN (SELECT value FROM json_each(?)) AND state NOT IN ('intended', 'failed') ORDER BY ordinal DESC LIMIT 1`).get(JSON.stringify(kinds)));

  const freeDoubtNumber = (): string => {
    const open = new Set((storage.prepare("SELECT doubt_number FROM papers WHERE state = 'doubt'").all() as { doubt_number: string }[]).map((row) => row.doubt_number));
    const start = pick(10_000);
    for (let tried = 0; tried < 10_000; tried++) {
      const digits = String((start + tried) % 10_000).padStart(4, '0');
      const number = `${digits}-${checkDigit(digits)}`;
      if (!open.has(number)) return number;
    }
    throw new LedgerError('no-doubt-numbers', 'every doubt number is in use');
  };

  return {
    intend: ({ caseId, kind, numbered, number, sheets }) =>
      storage.transaction(() => {
        if (numbered && number !== null) {
          const guess = storage
            .prepare("SELECT 1 FROM papers WHERE numbered = 1 AND kind = ? AND number = ? AND (state IN ('intended', 'sent', 'confirmed', 'taken', 'doubt') OR (state = 'settled' AND outcome IN ('printed', 'void', 'retracted')))")
            .get(kind, number);
          if (guess !== undefined) throw new LedgerError('already-printed', 'numbered paper is never printed again on a guess');
        }
        const copies = caseId === null ? 0 : (copiesOf.get(caseId, kind) as { n: number }).n;
        // Node draws these many at a time: asking for eight bytes of their own takes as long as writing the row.
        const id = `p${randomUUID().slice(19).replace('-', '')}`;
        const row: Row = { id, case_id: caseId, kind, numbered: numbered ? 1 : 0, number, copy: copies + 1, sheets, sheets_done: null, state: 'intended', proof: null, job_id: null, doubt_number: null, fault: null, outcome: null, tray: null, tray_before: null, tray_after: null, at: now() };
        insert.run(row.id, row.case_id, row.kind, row.numbered, row.number, row.copy, row.sheets, row.state, row.at);
        audit.write('paper.intended', { paper: id, kind, numbered, copy: row.copy, sheets });
        return paperOf(row);
      }),
    sent: (id, jobId) =>
      storage.transaction(() => {
        step(id, 'sent', { job_id: jobId });
        audit.write('paper.sent', { paper: id, jobId });
      }),
    progress: (id, sheetsDone) =>
      storage.transaction(() => {
        // Not a step: a late word of a job that has ended changes nothing.
        storage.prepare("UPDATE papers SET sheets_done = ? WHERE id = ? AND state = 'sent' AND COALESCE(sheets_done, 0) < ?").run(sheetsDone, id, sheetsDone);
      }),
    drew: (id, tray, before) =>
      storage.transaction(() => {
        const last = storage.prepare('SELECT tray_after FROM papers WHERE tray = ? AND tray_after IS NOT NULL ORDER BY ordinal DESC LIMIT 1').get(tray) as { tray_after: number } | undefined;
        storage.prepare('UPDATE papers SET tray = ?, tray_before = ? WHERE id = ?').run(tray, before, id);
        // More than before is a refill, fewer are sheets that no job took.
        if (last !== undefined && before < last.tray_after) audit.write('paper.stock-differs', { paper: id, tray, expected: last.tray_after, counted: before, when: 'between-jobs' });
      }),
    counted: (id, after) =>
      storage.transaction(() => {
        const row = get(id);
        if (row === null || row.tray === null || row.tray === undefined || row.trayBefore === null || row.trayBefore === undefined) return;
        storage.prepare('UPDATE papers SET tray_after = ? WHERE id = ?').run(after, id);
        const expected = Math.max(0, row.trayBefore - (row.sheetsDone ?? 0));
        audit.write('paper.stock', { paper: id, tray: row.tray, before: row.trayBefore, after, sheetsDone: row.sheetsDone });
        // A sheet that jammed has left the tray and is no sheet that came out: it is why stock in doubt is counted by staff.
        if (after !== expected) audit.write('paper.stock-differs', { paper: id, tray: row.tray, expected, counted: after, when: 'in-the-job' });
      }),
    confirmed: (id, { proof, taken, sheetsDone }) =>
      storage.transaction(() => {
        step(id, taken ? 'taken' : 'confirmed', { proof, sheets_done: sheetsDone });
        audit.write('paper.confirmed', { paper: id, proof, taken, sheetsDone });
      }),
    failed: (id, fault) =>
      storage.transaction(() => {
        step(id, 'failed', { fault });
        audit.write('paper.failed', { paper: id, fault });
      }),
    doubt: (id, fault, sheetsDone) =>
      storage.transaction(() => {
        const doubtNumber = freeDoubtNumber();
        const row = step(id, 'doubt', { fault, sheets_done: sheetsDone, doubt_number: doubtNumber });
        audit.write('paper.doubt', { paper: id, fault, doubtNumber, sheetsDone });
        for (const listener of doubtListeners) listener(row);
        return doubtNumber;
      }),
    settle: (id, by, outcome) =>
      storage.transaction(() => {
        const row = step(id, 'settled', { settled_by: by, outcome });
        audit.write('paper.settled', { paper: id, doubtNumber: row.doubtNumber, by, outcome });
        for (const listener of settledListeners) listener(row, outcome);
      }),
    voided: (id, fault) =>
      storage.transaction(() => {
        step(id, 'settled', { settled_by: 'terminal', outcome: 'void', fault }, ENDED_ALONE.void);
        audit.write('paper.void', { paper: id, fault });
      }),
    retracted: (id) =>
      storage.transaction(() => {
        step(id, 'settled', { settled_by: 'terminal', outcome: 'retracted' }, ENDED_ALONE.retracted);
        audit.write('paper.retracted', { paper: id });
      }),
    get,
    lastOut,
    mayHang: (kinds) => {
      const last = lastOut(kinds);
      return last !== null && !cutOff(last);
    },
    ofCase: (caseId) => list('case_id = ?', caseId),
    ofNumber: (kind, number) => list('kind = ? AND number = ?', kind, number),
    unsettled: () => list("state IN ('intended', 'sent')"),
    doubts: () => list("state = 'doubt'"),
    onDoubt: (listener) => void doubtListeners.push(listener),
    onSettled: (listener) => void settledListeners.push(listener),
  };
};
