/** The face of the printing folder. */
import type { SlipDocument } from '../../drivers/contract.ts';
import type { CertificateLayout, Hall, Item, Terminal, Text } from '../../kiosk-config/index.ts';
import type { IssuedCertificate, Submission } from '../cases/types.ts';
import type { Bound } from './pages/bind.ts';
import type { CardPicture, CardSide } from './pages/id-copy.ts';
import type { Kept } from './straighten.ts';

/** Everything the receipt slip says. No name, no ID number. */
export interface ReceiptSlipInput {
  hall: Hall;
  terminal: Terminal;
  item: Item;
  submission: Submission;
  promisedBy: string | null;
  materials: { name: Text; how: 'card' | 'platform' | 'scan'; pages: number }[];
  /** True when the platform had not confirmed the case at printing. */
  offline: boolean;
  copy: number;
  language: 'zh' | 'en';
}

export interface DoubtSlipInput {
  hall: Hall;
  terminal: Terminal;
  item: Item;
  doubtNumber: string;
  doubtQr: string;
  at: string;
  sheets: { printed: number | null; total: number };
  language: 'zh' | 'en';
}

export interface PlacesSlipInput {
  hall: Hall;
  terminal: Terminal;
  item: Item;
  at: string;
  places: { name: Text; how: Text; hours: Text }[];
  language: 'zh' | 'en';
}

/** Everything a queue ticket says. A number and a class, nothing of who drew it. */
export interface TicketSlipInput {
  hall: Hall;
  terminal: Terminal;
  /** Name of the queue class. */
  queueClass: Text;
  number: string;
  /** Minutes to wait, as a range; null: not known, and nothing is said of it. */
  wait: { from: number; to: number } | null;
  ahead: number;
  /** The agreed time of an appointment, ISO 8601. */
  agreed?: string | null;
  /** Where to sit. */
  where: Text;
  /** What the code on it says. */
  code: string;
  /** A missed ticket is taken up within so many numbers; 0: it is not, a new one must be drawn. */
  missedWithin: number;
  at: string;
  /** How often the estimates of the last week were right, of ten; null: no estimate, or no record yet. */
  rightOfTen: number | null;
}

/** Everything the slip of an agreed time says. Who has the code has the appointment; nobody is named. */
export interface AppointmentSlipInput {
  hall: Hall;
  terminal: Terminal;
  /** What prints it. */
  device: 'ticket-dispenser' | 'receipt-printer';
  queueClass: Text;
  /** The agreed time, ISO 8601. */
  time: string;
  /** Where to sit. */
  where: Text;
  code: string;
  /** When it is printed. */
  at: string;
  language: 'zh' | 'en';
}

export interface CertificateInput {
  hall: Hall;
  terminal: Terminal;
  layout: CertificateLayout;
  certificate: IssuedCertificate;
  /** Decoded photo as JPEG or PNG where a decoder is configured. */
  photo: Uint8Array | null;
}

export interface MadeDocument {
  pdf: Uint8Array;
  sheets: number;
  /** How long comparing every character with its outline took, ms. */
  checkMs?: number;
}

/**
 * Made in a worker; refuses rather than lets a glyph go missing (law 7).
 * `lines` of a slip: what stands on it, for whoever cannot read it; without what its codes say.
 */
export type Made<T> = { ok: true; value: T; lines?: string[] } | { ok: false; missing: string[]; message: string };

export interface Printing {
  receiptSlip(input: ReceiptSlipInput): Promise<Made<SlipDocument>>;
  doubtSlip(input: DoubtSlipInput): Promise<Made<SlipDocument>>;
  placesSlip(input: PlacesSlipInput): Promise<Made<SlipDocument>>;
  ticketSlip(input: TicketSlipInput): Promise<Made<SlipDocument>>;
  appointmentSlip(input: AppointmentSlipInput): Promise<Made<SlipDocument>>;
  /** PDF, rasterised and checked for ink: every non-space character's box holds ink that is not the missing-glyph box. */
  certificate(input: CertificateInput): Promise<Made<MadeDocument>>;
  /** Straightened, compressed, looked at: for scans. `kept` left out: in colour at 200 dpi. */
  straighten(page: { contentType: string; data: Uint8Array; kept?: Kept }): Promise<{ ok: true; jpeg: Uint8Array; findings: string[]; /** Nothing at all is on it. */ empty: boolean } | { ok: false; reason: 'empty' | 'too-large' | 'not-an-image' }>;
  /** One side of a card, found on the glass or under the camera and cut out of the picture. */
  cardSide(picture: CardPicture): Promise<CardSide>;
  /** Both sides of a card as {@link cardSide} gave them, on one A4 page: a PDF. */
  idCopy(sides: { front: Uint8Array; back: Uint8Array }): Promise<Bound>;
  /** Several pages as one PDF, each picture as it was compressed. */
  bindPages(pages: readonly Uint8Array[]): Promise<Bound>;
  close(): Promise<void>;
}

/** Every sheet's row: intended → sent → confirmed → taken, or in doubt. */
export type PaperState = 'intended' | 'sent' | 'confirmed' | 'taken' | 'failed' | 'doubt' | 'settled';
export interface PaperRow {
  id: string;
  caseId: string | null;
  kind: 'receipt-slip' | 'certificate' | 'doubt-slip' | 'places-slip' | 'ticket' | 'appointment-slip';
  numbered: boolean;
  /** Certificate number, for numbered paper. */
  number: string | null;
  copy: number;
  sheets: number;
  sheetsDone: number | null;
  state: PaperState;
  /** `sensor`: taken was seen; `none`: the record ends at confirmed, no sensor. */
  proof: 'sensor' | 'none' | null;
  jobId: number | null;
  doubtNumber: string | null;
  fault: string | null;
  /** How a settled sheet was settled: by staff after a doubt, or alone: void (nobody's any more), retracted (back in the printer). */
  outcome: 'printed' | 'not-printed' | 'void' | 'retracted' | null;
  /** Tray of numbered stock that it was drawn from, and the sheets that the printer counted in it before and after the job. */
  tray?: string | null;
  trayBefore?: number | null;
  trayAfter?: number | null;
  at: string;
}

export interface PrintLedger {
  intend(row: { caseId: string | null; kind: PaperRow['kind']; numbered: boolean; number: string | null; sheets: number }): PaperRow;
  /** Before the first byte leaves. `jobId` for IPP. */
  sent(id: string, jobId: number | null): void;
  /** Sheets that came out while it prints; kept at once, so that a crash in the middle leaves what was known. Never fewer than before. */
  progress(id: string, sheetsDone: number): void;
  /** Numbered stock: the tray, and what it held before the job. Sheets that went since the last job are told in the audit log. */
  drew(id: string, tray: string, before: number): void;
  /** What the tray holds after the job: told in the audit log where it does not agree with the sheets that came out. */
  counted(id: string, after: number): void;
  confirmed(id: string, outcome: { proof: 'sensor' | 'none'; taken: boolean; sheetsDone: number }): void;
  /** Certain that nothing came out: may be tried again. */
  failed(id: string, fault: string): void;
  /** Something may have come out: never again by itself. Answers the doubt number for the citizen (dddd-d, check digit last). */
  doubt(id: string, fault: string, sheetsDone: number | null): string;
  settle(id: string, by: string, outcome: 'printed' | 'not-printed'): void;
  /** A doubtful ticket counts for nothing: whoever has the paper draws a new number. */
  voided(id: string, fault: string): void;
  /** Nobody took it, and the printer drew it back. */
  retracted(id: string): void;
  get(id: string): PaperRow | null;
  ofCase(caseId: string): PaperRow[];
  /** Every attempt at a numbered paper, oldest first. */
  ofNumber(kind: PaperRow['kind'], number: string): PaperRow[];
  /** Rows that a crash left in `intended` or `sent`. */
  unsettled(): PaperRow[];
  doubts(): PaperRow[];
}
