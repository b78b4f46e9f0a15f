/** The face of the cases folder: what a session may do with a case (办件). All calls are synchronous and durable when they return. */
import type { IdCard } from '../../drivers/contract.ts';

/** Who stands there, without photo. */
export type Person = Omit<IdCard, 'photo'>;

export type CaseState = 'draft' | 'stored' | 'received' | 'to-correct' | 'approved' | 'refused' | 'issued';
export type AnswerSource = 'card' | 'platform' | 'typed' | 'chosen';
export interface Answer {
  value: string;
  source: AnswerSource;
}
export type Answers = Record<string, Answer>;

export interface PageRef {
  id: string;
  index: number;
  contentType: string;
  bytes: number;
  /** SHA-256 of the plain page, hex: its name on the platform. */
  digest: string;
  findings: string[];
  /** Of a card. */
  side?: 'front' | 'back';
}

/** The PDF made of a material's pages: what is sent in their place. */
export interface DocumentRef {
  id: string;
  contentType: 'application/pdf';
  bytes: number;
  /** SHA-256 of the plain file, hex: its name on the platform. */
  digest: string;
}

export interface CaseMaterial {
  id: string;
  how: 'card' | 'platform' | 'scan';
  pages: PageRef[];
  /** Made of exactly these pages; gone as soon as one of them changes. */
  document?: DocumentRef;
}

/** A page to be kept: where it belongs. */
export interface NewPage {
  contentType: string;
  data: Uint8Array;
  findings: string[];
  /** Takes the place of what was this side before. */
  side?: 'front' | 'back';
  /** The page whose place it takes. */
  instead?: string;
}

/** The page whose place the new one takes, if any. */
export const replacedBy = (pages: readonly PageRef[], page: { side?: PageRef['side'] | undefined; instead?: string | undefined }): PageRef | undefined =>
  pages.find(({ id, side }) => id === page.instead || (page.side !== undefined && side === page.side));

/** A page in its place, which the session foretells: of what it replaces, the front before the back, else at the end. */
export const placed = (pages: readonly PageRef[], page: PageRef, instead: string | undefined): PageRef[] => {
  const old = replacedBy(pages, { side: page.side, instead });
  const row = old === undefined ? (page.side === 'front' ? [page, ...pages] : [...pages, page]) : pages.map((one) => (one.id === old.id ? page : one));
  return row.map((one, index) => ({ ...one, index }));
};

export interface CaseSummary {
  caseId: string;
  /** Sixteen digits; drafts have none. */
  caseNumber: string | null;
  itemId: string;
  state: CaseState;
  quarantined: boolean;
  /** ISO 8601 with offset: drafts last change, else storage. */
  at: string;
  promisedBy: string | null;
}

export interface CorrectionPoint {
  /** Field or material of the item; null: concerns the whole case. */
  target: { kind: 'field' | 'material'; id: string } | null;
  note: string;
}

export interface CaseRecord extends CaseSummary {
  person: Person;
  answers: Answers;
  materials: CaseMaterial[];
  corrections: CorrectionPoint[];
  /** Reviewer's words with a decision. */
  decisionNote: string | null;
  decidedAt: string | null;
  /** What the platform issued: number, values for the certificate's placeholders, verification code. */
  certificate: IssuedCertificate | null;
  certificatePrinted: boolean;
}

/** A certificate as the platform issues it; the terminal lays it out and prints it once. */
export interface IssuedCertificate {
  number: string;
  issuedAt: string;
  /** Nested plain data: what `{path}` placeholders of the layout refer to. */
  values: Record<string, unknown>;
  verificationCode: string;
}

export interface Signature {
  widthMm: number;
  heightMm: number;
  /** x mm, y mm, ms, pressure 0–1 */
  strokes: [number, number, number, number][][];
}

export interface Submission {
  caseNumber: string;
  /** ISO 8601 with offset, to the second. */
  storedAt: string;
  clockKnown: boolean;
  /** SHA-256 of the canonical case as sent, hex. */
  digest: string;
  /** The text of the slip's QR code: see electron/platform/statement.ts. */
  statement: string;
  /** Position in the terminal's chain of statements, printed on the slip. */
  chainNumber: number;
}

/** A submission and what was promised with it. */
export interface Submitted extends Submission {
  /** YYYY-MM-DD; null: nothing was promised. */
  promisedBy: string | null;
}

export interface SubmitInput {
  /** Null: the item wants none. */
  signature: Signature | null;
  promisedWorkingDays: number | null;
  /** Runs inside the transaction. */
  also?: (submission: Submitted) => void;
}

export interface Cases {
  /** The person's open draft of the item, or a new one. */
  openDraft(itemId: string, person: Person): CaseRecord;
  saveAnswers(caseId: string, answers: Answers): void;
  /** A page is sealed to disk before this returns. */
  addPage(caseId: string, materialId: string, page: NewPage): PageRef;
  /** Seals the PDF made of these pages, to be sent in their place; null: the pages are others by now, and nothing is kept. */
  keepDocument(caseId: string, materialId: string, pages: readonly string[], pdf: Uint8Array): DocumentRef | null;
  /** The material is not wanted any more: its pages go. */
  dropMaterial(caseId: string, materialId: string): void;
  setMaterial(caseId: string, materialId: string, how: 'card' | 'platform' | 'scan'): void;
  removePage(caseId: string, pageId: string): void;
  movePage(caseId: string, pageId: string, by: -1 | 1): void;
  readPage(caseId: string, pageId: string): Uint8Array;
  /** Opens the case while the citizen signs, so that little is left to do for {@link Cases.submit}; void as soon as the case changes. */
  prepareSubmission(caseId: string): void;
  /** Forgets what was opened for a submission that nobody made. */
  letGo(): void;
  /**
   * One transaction: case number, case state, outbox rows (platform and adapter), statement, audit,
   * and whatever `also` writes (the slip's ledger row, the session's snapshot).
   * A second call for a stored case answers with the first submission and changes nothing.
   */
  submit(caseId: string, input: SubmitInput): Submitted;
  submissionOf(caseId: string): Submitted | null;
  get(caseId: string): CaseRecord | null;
  byNumber(caseNumber: string): CaseRecord | null;
  /** Look-up by keyed hash of the number; newest first. */
  ofPerson(idNumber: string): CaseSummary[];
  /** An item done on the spot: keeps what the platform issued with the case, in one transaction. */
  keepIssued(caseId: string, certificate: IssuedCertificate): void;
  markCertificatePrinted(caseId: string): void;
  rate(caseId: string, score: number): void;
  /** Returned for correction: opens the case for change again, keeping its number. */
  reopenForCorrection(caseId: string): CaseRecord;
  /** Drops the key of a draft nobody will finish; its bytes are noise from then on. */
  forget(caseId: string): void;
  /** Forgets every draft last changed before this wall time (ms); answers how many. */
  forgetDrafts(before: number): number;
  /** Called after a commit that changed a case from below (receipt, decision, quarantine). */
  onChange(listener: (caseId: string) => void): () => void;
}
