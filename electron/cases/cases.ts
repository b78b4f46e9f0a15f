/** Life of a case on the terminal: draft → stored → received → decided. Every change and what it must tell others are one transaction. */
import type { Hall, Item, Terminal } from '../../kiosk-config/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock/index.ts';
import type { Outbox } from '../outbox/index.ts';
import { canonicalBytes, chainLink, personOnWire, sha256Hex, signStatement, type CaseMessage } from '../platform/index.ts';
import type { PaperRow, PrintLedger } from '../printing/types.ts';
import type { Storage } from '../storage/index.ts';
import { isoClock, workingDaysAfter } from './days.ts';
import { takeChange } from './decisions.ts';
import { caseNumbers } from './numbers.ts';
import { appendPage, bytesOfPage, chooseSource, dropPage, shiftPage } from './pages.ts';
import { CaseError, caseRows, recordOf, type Held } from './record.ts';
import type { Cases, Submitted } from './types.ts';

/** The part of the print ledger that concerns cases; called inside the ledger's transaction. */
export interface LedgerEvents extends PrintLedger {
  onDoubt(listener: (row: PaperRow) => void): void;
  onSettled(listener: (row: PaperRow, outcome: 'printed' | 'not-printed') => void): void;
}

export interface CasesOptions {
  storage: Storage;
  audit: Audit;
  clock: Clock;
  outbox: Outbox;
  hall: Pick<Hall, 'id' | 'timeZone' | 'businessDayStartsAt'>;
  terminal: Pick<Terminal, 'id' | 'number'>;
  /** Item by id, as configured now. */
  items: (itemId: string) => Pick<Item, 'id' | 'code' | 'adapter'> | null;
  /** Tells how a printed certificate was proved, and of doubts. */
  ledger?: LedgerEvents;
}

interface StatementRow {
  chain_number: number;
  stored_at: string;
  clock_known: number;
  digest: string;
  statement: string;
}

/** Attaches itself to the outbox (and ledger); call before `outbox.start()`. */
export const createCases = (options: CasesOptions): Cases => {
  const { storage, audit, clock, outbox, hall, terminal, ledger } = options;
  const rows = caseRows(storage);
  const now = isoClock(clock, hall.timeZone);
  const nextNumber = caseNumbers({ storage, clock, hall, terminal });
  const listeners = new Set<(caseId: string) => void>();
  const changed = (caseId: string): void =>
    storage.afterCommit(() => {
      for (const listener of listeners) listener(caseId);
    });

  const lastStatement = storage.prepare('SELECT statement FROM statements ORDER BY chain_number DESC LIMIT 1');
  const statementOf = storage.prepare('SELECT chain_number, stored_at, clock_known, digest, statement FROM statements WHERE chain_number = ?');
  /** The chain's end: nobody else writes statements. */
  let newestStatement: string | null = null;
  storage.onRollback(() => {
    newestStatement = null;
  });
  const keepStatement = storage.prepare('INSERT INTO statements (chain_number, case_id, round, stored_at, clock_known, digest, statement) VALUES (?, ?, ?, ?, ?, ?, ?)');

  const itemOf = (itemId: string) => {
    const item = options.items(itemId);
    if (item === null) throw new CaseError('unknown-item', `no item ${itemId} is configured here`);
    return item;
  };
  const send = (held: Held, message: CaseMessage): void => outbox.enqueue({ caseId: held.row.case_id, message, materials: [], adapter: null });

  /** Changes a case that the citizen may change now. */
  const edit = <T>(caseId: string, work: (held: Held) => T): T =>
    storage.transaction(() => {
      const held = rows.must(caseId);
      if (held.row.state !== 'draft' && held.row.state !== 'to-correct') throw new CaseError('wrong-state', `a case in state ${held.row.state} does not change`);
      const value = work(held);
      held.row.at = held.row.state === 'draft' ? now() : held.row.at;
      rows.save(held);
      return value;
    });

  const submissionOf = (caseId: string): Submitted | null => {
    const kept = rows.inTheClear(caseId);
    if (kept === null || kept.case_number === null || kept.statement === null) return null;
    const row = statementOf.get(kept.statement) as StatementRow | undefined;
    if (row === undefined) return null;
    return { promisedBy: kept.promised_by, caseNumber: kept.case_number, storedAt: row.stored_at, clockKnown: row.clock_known === 1, digest: row.digest, statement: row.statement, chainNumber: row.chain_number };
  };

  const certificateOf = (held: Held) => {
    const { certificate } = held.kept;
    if (certificate === null || held.row.case_number === null) throw new CaseError('wrong-state', 'the case has no certificate');
    return { certificateNumber: certificate.number, caseNumber: held.row.case_number, at: now() };
  };

  const markPrinted = (caseId: string): void =>
    storage.transaction(() => {
      const held = rows.must(caseId);
      const about = certificateOf(held);
      if (held.kept.certificatePrinted) return;
      held.kept.certificatePrinted = true;
      rows.save(held);
      const paper = ledger?.ofCase(caseId).find((row) => row.kind === 'certificate' && (row.state === 'taken' || row.state === 'confirmed'));
      send(held, { kind: 'printed', ...about, proof: paper?.proof ?? 'none' });
      changed(caseId);
    });

  const cases: Cases = {
    openDraft: (itemId, person) =>
      storage.transaction(() => {
        const hash = storage.lookUpHash(person.idNumber);
        const kept = { person, answers: {}, materials: [], corrections: [], decisionNote: null, decidedAt: null, certificate: null, certificatePrinted: false, rated: false };
        return recordOf(rows.draftOf(hash, itemId) ?? rows.create(hash, itemOf(itemId).id, now(), kept));
      }),
    saveAnswers: (caseId, answers) =>
      edit(caseId, ({ kept }) => {
        kept.answers = answers;
      }),
    addPage: (caseId, materialId, page) => edit(caseId, ({ kept }) => appendPage(storage, caseId, kept, materialId, page)),
    setMaterial: (caseId, materialId, how) => edit(caseId, ({ kept }) => chooseSource(storage, kept, materialId, how)),
    removePage: (caseId, pageId) => edit(caseId, ({ kept }) => dropPage(storage, kept, pageId)),
    movePage: (caseId, pageId, by) => edit(caseId, ({ kept }) => shiftPage(kept, pageId, by)),
    readPage: (caseId, pageId) => bytesOfPage(storage, caseId, rows.must(caseId).kept, pageId),

    submit: (caseId, input) =>
      storage.transaction(() => {
        const held = rows.must(caseId);
        const { row, kept } = held;
        if (row.state !== 'draft' && row.state !== 'to-correct') {
          const before = submissionOf(caseId);
          if (before === null) throw new CaseError('wrong-state', `a case in state ${row.state} is not submitted`);
          return before;
        }
        const item = itemOf(row.item_id);
        const first = row.case_number === null;
        const storedAt = now();
        const clockKnown = clock.known();
        const caseNumber = row.case_number ?? nextNumber();
        const chainNumber = storage.numbers.next('statement');
        const body = {
          kind: 'submitted' as const,
          caseNumber,
          itemCode: item.code,
          itemId: item.id,
          hall: hall.id,
          terminal: terminal.id,
          storedAt,
          clockKnown,
          round: row.round + 1,
          applicant: personOnWire(kept.person),
          answers: kept.answers,
          materials: kept.materials.map(({ id, how, pages }) => ({ id, how, pages: pages.map(({ digest, bytes, contentType }) => ({ digest, bytes, contentType })) })),
          signature: input.signature,
        };
        const canonical = canonicalBytes(body);
        const digest = sha256Hex(canonical);
        const before = newestStatement ?? (lastStatement.get() as { statement: string } | undefined)?.statement ?? null;
        const statement = signStatement(storage.identity.privateKey, { terminal: terminal.id, caseNumber, digest, storedAt, clockKnown, chainNumber, before: chainLink(before), keyId: storage.identity.keyId });
        row.case_number = caseNumber;
        row.state = 'stored';
        row.at = storedAt;
        row.round += 1;
        row.statement = chainNumber;
        // A day counted from a clock that nobody trusts would be a promise nobody made.
        row.promised_by = input.promisedWorkingDays === null || !clockKnown ? null : workingDaysAfter(storedAt.slice(0, 10), input.promisedWorkingDays);
        kept.corrections = [];
        kept.decisionNote = null;
        kept.decidedAt = null;
        rows.save(held);
        keepStatement.run(chainNumber, caseId, row.round, storedAt, clockKnown ? 1 : 0, digest, statement);
        newestStatement = statement;
        const pages = kept.materials.flatMap((material) => material.pages.map(({ id, digest: pageDigest, bytes, contentType }) => ({ id, digest: pageDigest, bytes, contentType })));
        outbox.enqueue({ caseId, message: { ...body, statement }, json: Buffer.concat([canonical.subarray(0, -1), Buffer.from(`,"statement":"${statement}"}`)]), materials: pages, adapter: item.adapter ?? null, first });
        audit.write('case.stored', { caseId, caseNumber, round: row.round, item: item.id, chainNumber, clockKnown });
        const submission: Submitted = { caseNumber, storedAt, clockKnown, digest, statement, chainNumber, promisedBy: row.promised_by };
        input.also?.(submission);
        return submission;
      }),
    submissionOf,
    get: (caseId) => {
      const held = rows.find(caseId);
      return held === null ? null : recordOf(held);
    },
    byNumber: (caseNumber) => {
      const held = rows.findNumber(caseNumber);
      return held === null ? null : recordOf(held);
    },
    ofPerson: (idNumber) => rows.summaries(storage.lookUpHash(idNumber)),

    keepIssued: (caseId, certificate) =>
      storage.transaction(() => {
        const held = rows.must(caseId);
        const { row, kept } = held;
        if (kept.certificate?.number === certificate.number) return;
        if (row.state !== 'draft') throw new CaseError('wrong-state', `a case in state ${row.state} is not issued on the spot`);
        const item = itemOf(row.item_id);
        const caseNumber = row.case_number ?? nextNumber();
        row.case_number = caseNumber;
        row.state = 'issued';
        row.at = now();
        kept.certificate = certificate;
        rows.save(held);
        send(held, { kind: 'issued', caseNumber, itemCode: item.code, itemId: item.id, hall: hall.id, terminal: terminal.id, storedAt: row.at, clockKnown: clock.known(), certificateNumber: certificate.number });
        audit.write('certificate.issued', { caseId, caseNumber });
      }),
    markCertificatePrinted: markPrinted,
    rate: (caseId, score) =>
      storage.transaction(() => {
        const held = rows.must(caseId);
        if (held.row.case_number === null) throw new CaseError('wrong-state', 'a draft is not rated');
        if (held.kept.rated) return;
        held.kept.rated = true;
        rows.save(held);
        send(held, { kind: 'rated', caseNumber: held.row.case_number, at: now(), score });
        audit.write('rating.given', { caseId, score });
      }),
    reopenForCorrection: (caseId) => {
      const held = rows.must(caseId);
      if (held.row.state !== 'to-correct') throw new CaseError('wrong-state', `a case in state ${held.row.state} was not returned for correction`);
      audit.write('case.reopened', { caseId, round: held.row.round + 1 });
      return recordOf(held);
    },
    forgetDrafts: (before) => {
      const stale = rows.drafts().filter(({ at }) => Date.parse(at) < before);
      for (const { case_id } of stale) cases.forget(case_id);
      return stale.length;
    },
    forget: (caseId) =>
      storage.transaction(() => {
        const { row, kept } = rows.must(caseId);
        if (row.state !== 'draft' || row.case_number !== null) throw new CaseError('wrong-state', 'only a draft can be forgotten');
        for (const material of kept.materials) for (const page of material.pages) storage.materials.remove(page.id);
        rows.remove(caseId);
        storage.caseKeys.drop(caseId);
        audit.write('case.forgotten', { caseId });
        changed(caseId);
      }),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };

  outbox.attach({
    delivered: (sent) => {
      if (sent.recipient !== 'platform') return;
      const held = rows.find(sent.caseId);
      if (held === null) return;
      const waiting = outbox.rows(sent.caseId).some((row) => row.recipient === 'platform' && row.kind === 'submitted' && row.state !== 'delivered');
      if (sent.kind === 'submitted' && held.row.state === 'stored' && !waiting) {
        held.row.state = 'received';
        rows.save(held);
      }
      changed(sent.caseId);
    },
    quarantined: (row) => {
      if (row.recipient === 'platform') rows.setQuarantined(row.caseId, true);
      changed(row.caseId);
    },
    released: (caseId) => {
      rows.setQuarantined(caseId, false);
      changed(caseId);
    },
    change: ({ at, body }) => {
      const held = rows.findNumber(body.caseNumber);
      audit.write('case.decided', { caseNumber: body.caseNumber, decision: body.kind, known: held !== null });
      if (held === null || !takeChange(held, at, body)) return;
      rows.save(held);
      changed(held.row.case_id);
    },
  });
  ledger?.onDoubt((paper) => {
    if (paper.kind !== 'certificate' || paper.caseId === null || paper.doubtNumber === null) return;
    const held = rows.find(paper.caseId);
    if (held !== null) send(held, { kind: 'print-in-doubt', ...certificateOf(held), doubtNumber: paper.doubtNumber });
  });
  ledger?.onSettled((paper, outcome) => {
    if (paper.kind === 'certificate' && paper.caseId !== null && outcome === 'printed') markPrinted(paper.caseId);
  });
  return cases;
};
