/** Life of a case on the terminal: draft → stored → received → decided. Every change and what it must tell others are one transaction. */
import type { Hall, Item, Terminal } from '../../kiosk-config/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock/index.ts';
import type { Outbox } from '../outbox/index.ts';
import type { CaseMessage } from '../platform/index.ts';
import type { PaperRow, PrintLedger } from '../printing/types.ts';
import type { Storage } from '../storage/index.ts';
import { isoClock } from './days.ts';
import { takeChange } from './decisions.ts';
import { caseNumbers } from './numbers.ts';
import { bytesOfPage, chooseSource, dropPage, filesOf, forgetMaterial, keepBound, keepPage, shiftPage } from './pages.ts';
import { CaseError, caseRows, recordOf, type Held } from './record.ts';
import { createSubmission } from './submission.ts';
import type { Cases } from './types.ts';

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

  const submission = createSubmission({ storage, audit, clock, outbox, hall, terminal, itemOf, rows, now, nextNumber });

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
    addPage: (caseId, materialId, page) => edit(caseId, ({ kept }) => keepPage(storage, caseId, kept, materialId, page)),
    keepDocument: (caseId, materialId, pages, pdf) => edit(caseId, ({ kept }) => keepBound(storage, caseId, kept, materialId, pages, pdf)),
    dropMaterial: (caseId, materialId) => edit(caseId, ({ kept }) => forgetMaterial(storage, kept, materialId)),
    setMaterial: (caseId, materialId, how) => edit(caseId, ({ kept }) => chooseSource(storage, kept, materialId, how)),
    removePage: (caseId, pageId) => edit(caseId, ({ kept }) => dropPage(storage, kept, pageId)),
    movePage: (caseId, pageId, by) => edit(caseId, ({ kept }) => shiftPage(storage, kept, pageId, by)),
    readPage: (caseId, pageId) => bytesOfPage(storage, caseId, rows.must(caseId).kept, pageId),

    prepareSubmission: submission.prepare,
    letGo: submission.letGo,
    submit: submission.submit,
    submissionOf: submission.submissionOf,
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
        for (const material of kept.materials) for (const { id } of filesOf(material)) storage.materials.remove(id);
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
      if (body.kind === 'original-ready') return;
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
