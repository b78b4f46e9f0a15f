/** From a draft to a stored case: one transaction, with as little as possible left to do once the citizen has signed. */
import type { Hall, Item, Terminal } from '../../kiosk-config/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock/index.ts';
import type { NeededMaterial, Outbox } from '../outbox/index.ts';
import { allListed, canonicalBytes, CanonicalPart, chainLink, personOnWire, platformFields, sha256Hex, signStatement } from '../platform/index.ts';
import type { Storage } from '../storage/index.ts';
import { workingDaysAfter } from './days.ts';
import { sentOf } from './pages.ts';
import { CaseError, type CaseRows, type Held, type Kept } from './record.ts';
import type { Submitted, SubmitInput } from './types.ts';

export interface SubmissionOptions {
  storage: Storage;
  audit: Audit;
  clock: Clock;
  outbox: Outbox;
  hall: Pick<Hall, 'id'>;
  terminal: Pick<Terminal, 'id'>;
  itemOf: (itemId: string) => Pick<Item, 'id' | 'code' | 'adapter'>;
  rows: CaseRows;
  now: () => string;
  nextNumber: () => string;
}

interface StatementRow {
  chain_number: number;
  stored_at: string;
  clock_known: number;
  digest: string;
  statement: string;
}

/** What a submission says of an opened record, and its bytes. */
interface Opened {
  caseId: string;
  /** Of the record that was opened: with another revision in the database this is void. */
  revision: number;
  kept: Kept;
  said: ReturnType<typeof saidOf>;
  bytes: { applicant: CanonicalPart; answers: CanonicalPart; materials: CanonicalPart };
  files: NeededMaterial[];
  /** Of what is said, what the platform may get without a further look. */
  listed: readonly string[];
}

const saidOf = (kept: Kept) => ({
  applicant: personOnWire(kept.person),
  answers: kept.answers,
  materials: kept.materials.map((material) => ({ id: material.id, how: material.how, pages: sentOf(material).map(({ digest, bytes, contentType }) => ({ digest, bytes, contentType })) })),
});

const openedOf = ({ row, kept }: Held): Opened => {
  const said = saidOf(kept);
  return {
    caseId: row.case_id,
    revision: row.revision,
    kept,
    said,
    bytes: { applicant: new CanonicalPart(said.applicant), answers: new CanonicalPart(said.answers), materials: new CanonicalPart(said.materials) },
    listed: allListed(platformFields.submitted, said) ? Object.keys(said) : [],
    files: kept.materials.flatMap((material) => sentOf(material).map(({ id, digest, bytes, contentType }) => ({ id, digest, bytes, contentType }))),
  };
};

/** Does submitting change the sealed record? A first submission does not; one after a correction forgets what was to be corrected. */
const settles = (kept: Kept): boolean => kept.corrections.length > 0 || kept.decisionNote !== null || kept.decidedAt !== null;

export const createSubmission = ({ storage, audit, clock, outbox, hall, terminal, itemOf, rows, now, nextNumber }: SubmissionOptions) => {
  const lastStatement = storage.prepare('SELECT statement FROM statements ORDER BY chain_number DESC LIMIT 1');
  const statementOf = storage.prepare('SELECT chain_number, stored_at, clock_known, digest, statement FROM statements WHERE chain_number = ?');
  const keepStatement = storage.prepare('INSERT INTO statements (chain_number, case_id, round, stored_at, clock_known, digest, statement) VALUES (?, ?, ?, ?, ?, ?, ?)');
  /** The chain's end: nobody else writes statements. */
  let newestStatement: string | null = null;
  storage.onRollback(() => {
    newestStatement = null;
  });
  let prepared: Opened | null = null;

  const letGo = (): void => {
    prepared = null;
    storage.caseKeys.letGo();
  };

  const submissionOf = (caseId: string): Submitted | null => {
    const kept = rows.inTheClear(caseId);
    if (kept === null || kept.case_number === null || kept.statement === null) return null;
    const row = statementOf.get(kept.statement) as StatementRow | undefined;
    if (row === undefined) return null;
    return { promisedBy: kept.promised_by, caseNumber: kept.case_number, storedAt: row.stored_at, clockKnown: row.clock_known === 1, digest: row.digest, statement: row.statement, chainNumber: row.chain_number };
  };

  const submit = (caseId: string, input: SubmitInput): Submitted =>
    storage.transaction(() => {
      const row = rows.inTheClear(caseId);
      if (row === null) throw new CaseError('unknown-case', 'no such case on this terminal');
      if (row.state !== 'draft' && row.state !== 'to-correct') {
        const before = submissionOf(caseId);
        if (before === null) throw new CaseError('wrong-state', `a case in state ${row.state} is not submitted`);
        return before;
      }
      const { kept, said, bytes, files, listed } = prepared?.caseId === caseId && prepared.revision === row.revision ? prepared : openedOf(rows.must(caseId));
      const item = itemOf(row.item_id);
      const first = row.case_number === null;
      const storedAt = now();
      const clockKnown = clock.known();
      const caseNumber = row.case_number ?? nextNumber();
      const chainNumber = storage.numbers.next('statement');
      const body = { kind: 'submitted' as const, caseNumber, itemCode: item.code, itemId: item.id, hall: hall.id, terminal: terminal.id, storedAt, clockKnown, round: row.round + 1, ...said, signature: input.signature };
      const canonical = canonicalBytes({ ...body, ...bytes });
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
      if (settles(kept)) rows.save({ row, kept: { ...kept, corrections: [], decisionNote: null, decidedAt: null } });
      else rows.advance(row);
      keepStatement.run(chainNumber, caseId, row.round, storedAt, clockKnown ? 1 : 0, digest, statement);
      newestStatement = statement;
      outbox.enqueue({ caseId, message: { ...body, statement }, json: Buffer.concat([canonical.subarray(0, -1), Buffer.from(`,"statement":"${statement}"}`)]), listed, materials: files, adapter: item.adapter ?? null, first });
      audit.write('case.stored', { caseId, caseNumber, round: row.round, item: item.id, chainNumber, clockKnown });
      const submission: Submitted = { caseNumber, storedAt, clockKnown, digest, statement, chainNumber, promisedBy: row.promised_by };
      input.also?.(submission);
      return submission;
    });

  return {
    submissionOf,
    /** Opens the case while the citizen signs; void as soon as the case changes. */
    prepare: (caseId: string): void => {
      letGo();
      const held = rows.find(caseId);
      if (held === null || (held.row.state !== 'draft' && held.row.state !== 'to-correct')) return;
      prepared = openedOf(held);
      storage.caseKeys.hold(caseId);
    },
    letGo,
    submit: (caseId: string, input: SubmitInput): Submitted => {
      const submitted = submit(caseId, input);
      letGo();
      return submitted;
    },
  };
};
