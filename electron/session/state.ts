/** What a citizen's session is at any moment: plain data, so that it can be kept sealed and taken up again after a crash. */
import type { DeviceClass, FaultCode, IdCard } from '../../drivers/contract.ts';
import type { Hall, Item, QueuePriority, Terminal } from '../../kiosk-config/index.ts';
import type { AgreedElsewhere, ClassView, TicketView } from '../queue/index.ts';
import type { AnswerError, CitizenEvent, CodeFound, CodeProblem, NotBooked, NumberBack, NumberRefusal } from './page-contract.ts';
import type { Answers, CaseMaterial, CaseRecord, CaseSummary, CorrectionPoint, DocumentRef, IssuedCertificate, PageRef, Person, Signature, Submission } from '../cases/types.ts';
import type { ClosedReason, Readiness } from '../devices/types.ts';
import type { Fate, Fetchable } from '../lockers/types.ts';

export interface Paper {
  state: 'waiting' | 'printing' | 'take' | 'confirmed' | 'failed' | 'doubt';
  fault: FaultCode | null;
  copies: number;
  /** What stands on a slip that came out, without its codes. */
  lines?: string[];
}

/** What the done page tells of a case that is kept. */
export type Stored = Pick<Submission, 'caseNumber' | 'storedAt' | 'clockKnown'>;

export type Target = { kind: 'field' | 'material'; id: string };
/** How paper becomes pages: see scan-ways.ts. */
export type ScanWay = 'scanner' | 'camera';
export type CardSide = NonNullable<PageRef['side']>;
/** What the scanner is asked for, and where the page goes. */
export interface ScanOrder {
  /** A card lies on the glass; anything else wherever there is paper. */
  source: 'auto' | 'platen';
  color: 'color' | 'gray';
  dpi: 200 | 300;
  side: CardSide | null;
  instead: string | null;
}
export type Entry = 'apply' | 'print' | 'all' | 'closed' | 'guides';

/** A number that is wanted. */
export interface NumberWish {
  classId: string;
  itemId: string | null;
  /** Who comes earlier, by the card's birth date or said by the person. */
  priority: string | null;
}

/** One material handed in: put in, scanned, looked at, and made into the document that is sent where it becomes one. */
export interface MaterialsPage {
  at: 'materials';
  materialId: string;
  phase: 'insert' | 'scanning' | 'camera' | 'review' | 'binding';
  way: ScanWay | null;
  fault: FaultCode | null;
  /** What is scanned now, of a card. */
  side?: CardSide | null;
  /** The page that is made anew: it stays until the new one is there. */
  instead?: string | null;
  /** Empty pages that the last scan left out. */
  dropped?: number;
  /** The last stack had more written pages than there is room for: they were not kept. */
  over?: boolean;
  /** The fault is that of making the document, not of a page. */
  unbound?: boolean;
  fromCheck: boolean;
  /** All papers are gone through again from the check page: back at the first leads there. */
  changing?: boolean;
}

export interface TicketPage {
  at: 'ticket';
  ticket: TicketView;
  code: string;
  paper: Paper | null;
  giving: boolean;
  refusal: NumberRefusal | null;
  /** Taken before: nothing is printed for it. */
  had?: boolean;
  /** Times that could be agreed on in its place, ISO 8601, the earliest first; left out: nobody has said yet. */
  times?: string[];
  /** Why no time was agreed on in its place. */
  notBooked?: NotBooked;
}

/** A time was agreed on in place of a number. */
export interface AppointmentPage {
  at: 'appointment';
  /** Under which the platform was asked. */
  key: string;
  appointmentCode: string;
  /** ISO 8601. */
  time: string;
  /** The ticket in whose place it is. */
  ticket: TicketView;
  /** What became of that number. */
  numberBack: NumberBack;
  paper: Paper | null;
}

/** Where a citizen is. One page, one question, one act. */
export type Page =
  | { at: 'home'; reader: 'waiting' | 'reading' | 'failed' }
  /** Nobody is near: the home page in its quiet state. */
  | { at: 'rest' }
  | { at: 'items'; entry: Entry; /** The ticket from which other things were looked at. */ back?: Page }
  | { at: 'guide'; itemId: string; back: Page }
  | { at: 'closed'; itemId: string; back: Page }
  | { at: 'card'; itemId: string | null; state: 'waiting' | 'reading' | 'failed' | 'not-accepted' | 'expired'; fault: FaultCode | null; /** The card is for this number. */ wish?: NumberWish; /** Why the code that was shown in its place does not do. */ codeProblem?: CodeProblem; /** The card is for what lies in the locker. */ pickUp?: true }
  /** Originals of this person, or the one that a code names, in the locker. */
  | { at: 'pick-ups' }
  /** One cell: `stuck` and `left-open` are staff's; `inside`, the locker still sees it in its cell. */
  | { at: 'fetching'; original: Fetchable; step: 'opening' | 'open' | 'collected' | 'not-opened' | 'inside' | 'stuck' | 'left-open' }
  | { at: 'mine' }
  | { at: 'notice' }
  | { at: 'question'; field: string; fromCheck: boolean; tried: string | null; error: AnswerError | null }
  | MaterialsPage
  | { at: 'check' }
  | { at: 'sign' }
  | { at: 'confirm' }
  | { at: 'working'; what: 'looking-up' | 'saving' | 'issuing' | 'making' | 'printing' | 'finishing'; progress: { done: number; total: number } | null }
  | { at: 'working'; what: 'taking-number'; progress: null; wish: NumberWish }
  | { at: 'working'; what: 'checking-in'; progress: null }
  | { at: 'working'; what: 'finding-original'; progress: null }
  /** The platform is asked for this time in place of the number. */
  | { at: 'working'; what: 'booking'; progress: null; back: TicketPage; time: string }
  /** A code of one's own was shown for this number, and the platform is asked whose it is. The code itself is nowhere in the session. */
  | { at: 'working'; what: 'checking-code'; progress: null; wish: NumberWish }
  | { at: 'done'; caseId: string; caseNumber: string; storedAt: string; clockKnown: boolean; promisedBy: string | null; atPlatform: boolean; slip: Paper | null; certificate: Paper | null; rating: number | null }
  | { at: 'result'; caseId: string }
  | { at: 'correction'; caseId: string }
  | {
      at: 'fault';
      fault: FaultCode;
      device: DeviceClass | null;
      caseNumber: string | null;
      sheets: { printed: number | null; total: number } | null;
      safe: 'stored' | 'draft-kept' | 'nothing-begun';
      doubt: { number: string; qr: string } | null;
      retry: 'issue' | 'certificate' | 'submit' | null;
      slip: Paper | null;
    }
  | { at: 'number'; itemId: string | null; priority: string | null }
  | { at: 'check-in'; refusal: NumberRefusal | null; /** With `too-early`: from when on, ISO 8601. */ from?: string; /** With `other-day` and `other-hall`. */ agreed?: AgreedElsewhere }
  | TicketPage
  /** Free times in place of the number, a handful at a time. `gone`: this one was wanted and could not be had any more. */
  | { at: 'times'; back: TicketPage; from: number; gone: string | null }
  /** Is it to be this time, and the number given back? */
  | { at: 'book'; back: TicketPage; time: string }
  | AppointmentPage
  | { at: 'no-number'; refusal: NumberRefusal; classId: string | null; itemId: string | null }
  | { at: 'number-back'; number: string }
  /** A code was shown that leads nowhere by itself: what it is, and where to go with it. */
  | { at: 'code'; found: CodeFound }
  | { at: 'take-card' };

/** One item being worked on. */
export interface Flow {
  itemId: string;
  caseId: string;
  /** When the draft taken up again was saved; null: begun now. */
  resumedFrom: string | null;
  answers: Answers;
  /** Materials that the platform holds as electronic licences. */
  licences: string[];
  materials: CaseMaterial[];
  corrections: CorrectionPoint[];
  /** What is still to be corrected, in order. */
  pending: Target[];
}

export interface SessionState {
  /** Random; null: nobody is there. */
  id: string | null;
  language: 'zh' | 'en';
  elder: boolean;
  /** 朗读: what has the focus is said, and the navigation pad moves it. */
  spoken: boolean;
  help: boolean;
  /** Monotonic ms of the last sign of life. */
  activeAt: number;
  /** Monotonic ms at which "are you still there?" was asked. */
  askedAt: number | null;
  person: Person | null;
  /** The card's photo block, base64: opaque. */
  photo: string | null;
  cases: CaseSummary[];
  /** The stored case that is looked at (result, correction). */
  open: CaseRecord | null;
  flow: Flow | null;
  /** What lies in the locker for whoever stands there; left out: nobody asked. */
  originals?: Fetchable[];
  page: Page;
}

/** What happens to a session: the citizen, the clock, and what devices, cases and platform answer. */
export type SessionEvent =
  | { type: 'citizen'; event: CitizenEvent }
  | { type: 'tick' }
  | { type: 'card-found' }
  | { type: 'card-read'; card: IdCard; sessionId: string }
  | { type: 'card-failed'; fault: FaultCode }
  /** The reader's own condition is over: it waits for a card again. */
  | { type: 'reader-back' }
  | { type: 'card-left'; present: boolean }
  | { type: 'cases-listed'; cases: CaseSummary[] }
  | { type: 'case-opened'; record: CaseRecord }
  | { type: 'draft-opened'; record: CaseRecord }
  | { type: 'looked-up'; values: Record<string, string>; licences: string[] }
  | { type: 'materials-changed'; materials: CaseMaterial[] }
  /** `instead`: the page whose place it took. */
  | { type: 'page-scanned'; materialId: string; page: PageRef; instead?: string }
  /** `dropped`: empty pages of the stack that were left out; `over`: written ones for which there was no room. */
  | { type: 'scan-ended'; fault: FaultCode | null; dropped?: number; over?: boolean }
  /** The pages that the citizen said yes to are one document now, kept with the case; null: they could not be made into one. */
  | { type: 'material-bound'; materialId: string; document: DocumentRef | null; fault: FaultCode | null }
  /** The picture is a page now, or could not become one, or there is no camera any more. */
  | { type: 'camera-ended'; fault: FaultCode | null }
  | { type: 'submitted'; submission: Submission; promisedBy: string | null }
  | { type: 'store-failed'; fault: FaultCode }
  | { type: 'issued'; certificate: IssuedCertificate }
  | { type: 'issue-failed'; refused: boolean }
  | { type: 'slip-changed'; caseId: string | null; paper: Paper }
  | { type: 'certificate-making' }
  | { type: 'certificate-printing'; done: number; total: number }
  | { type: 'certificate-printed'; caseId: string; stored: Stored }
  | { type: 'certificate-failed'; caseId: string; fault: FaultCode; device: DeviceClass | null; sheets: { printed: number | null; total: number } | null; doubt: { number: string; qr: string } | null; caseNumber: string | null }
  | { type: 'case-changed'; record: CaseRecord }
  /** The hall has kept the number. `sessionId` begins a session where there is none: a ticket outlives the agent as everything does. */
  | { type: 'number-taken'; ticket: TicketView; code: string; sessionId: string }
  /** `has`: with `has-number`, the ticket that this person holds and what its code says. `from`: with `too-early`. `agreed`: with `other-day` and `other-hall`. */
  | { type: 'number-refused'; refusal: NumberRefusal; has?: { ticket: TicketView; code: string; sessionId: string }; from?: string; agreed?: AgreedElsewhere }
  /** What the platform says of the code; `unchecked`: it cannot be asked. `holder`: a digest of whose it is, or of the code. */
  | { type: 'code-checked'; outcome: 'verified' | CodeProblem; holder: string; birthDate: string | null }
  | { type: 'ticket-changed'; ticket: TicketView }
  | { type: 'ticket-paper'; ticket: string; paper: Paper }
  | { type: 'number-given-back'; ticket: string; refusal: NumberRefusal | null }
  /** Free times in place of this ticket; none: there are none, or the platform does not say. */
  | { type: 'times-found'; ticket: string; times: string[] }
  /** The platform agreed on it, and said so itself. `sessionId` begins a session where there is none. */
  | { type: 'time-booked'; ticket: string; key: string; appointmentCode: string; time: string; sessionId: string }
  /** `gone`: others were quicker. Else the number stays as it is. */
  | { type: 'time-not-booked'; ticket: string; why: NotBooked | 'gone' }
  | { type: 'booked-number'; key: string; numberBack: NumberBack }
  | { type: 'appointment-paper'; key: string; paper: Paper }
  /** Somebody comes near, or nobody is left. */
  | { type: 'presence'; near: boolean }
  | { type: 'originals-listed'; originals: Fetchable[] }
  /** What a pick-up code names; `tooOften`: so many codes named nothing that the card is wanted now. */
  | { type: 'original-found'; original: Fetchable | null; sessionId: string; tooOften: boolean }
  /** How it stands with the cell; `refused`: it was not opened. */
  | { type: 'fetch-changed'; document: string; fate: Fate['at'] | 'refused' }
  /** A code was shown to the terminal; `kind` as the hall's patterns tell it. */
  | { type: 'code-shown'; text: string; kind: 'payment' | 'identity' | 'pick-up' | 'appointment' | 'unknown' };

/** What the agent must do next; the machine itself does nothing. */
export type Effect =
  | { do: 'list-cases' }
  | { do: 'open-case'; caseNumber: string }
  | { do: 'open-draft'; itemId: string }
  | { do: 'reopen-case'; caseId: string }
  | { do: 'look-up'; itemId: string }
  | { do: 'save-answers' }
  | { do: 'set-material'; materialId: string; how: 'card' | 'platform' | 'scan' }
  | { do: 'scan'; materialId: string; maxPages: number; order: ScanOrder }
  | { do: 'bind-material'; materialId: string; kind: 'several-pages' | 'id-copy'; pages: string[] }
  | { do: 'drop-material'; materialId: string }
  | { do: 'cancel-scan' }
  | { do: 'remove-page'; page: string }
  | { do: 'move-page'; page: string; by: -1 | 1 }
  | { do: 'submit'; signature: Signature | null }
  | { do: 'issue' }
  | { do: 'print-slip' }
  | { do: 'print-certificate'; caseId: string }
  | { do: 'print-doubt-slip' }
  | { do: 'print-places'; itemId: string }
  | { do: 'rate'; caseId: string; score: number }
  | { do: 'ask-card-left' }
  | { do: 'help-asked' }
  /** `holder`: whose code was shown; left out: the card's, or nobody's. */
  | { do: 'take-number'; wish: NumberWish; identified: boolean; holder?: string }
  | { do: 'check-code'; code: string }
  | { do: 'check-in'; code: string; priority: string | null }
  /** `unseen`: nobody was shown the number. */
  | { do: 'give-back'; ticket: string; unseen: boolean }
  | { do: 'print-ticket'; ticket: string }
  | { do: 'find-times'; ticket: string; classId: string }
  | { do: 'book-time'; ticket: string; classId: string; time: string }
  | { do: 'print-appointment' }
  | { do: 'list-originals' }
  | { do: 'find-original'; code: string }
  | { do: 'hand-over'; document: string }
  /** Taken up after a crash: how does it stand with the cell? */
  | { do: 'follow-original'; document: string }
  | { do: 'original-taken'; document: string }
  | { do: 'end'; reason: 'left' | 'idle' | 'home' };

/** What the machine may know of the world: fixed during one step. */
export interface SessionEnv {
  /** Monotonic milliseconds. */
  now: number;
  /** Local date, ISO; null while the clock is unknown. */
  today: string | null;
  hall: Hall;
  terminal: Terminal;
  items: readonly Item[];
  readiness(itemId: string): Readiness;
  /** Can a device of this class do its work now? */
  usable(deviceClass: DeviceClass): boolean;
  /** Languages that the terminal can say now. */
  speaks: readonly ('zh' | 'en')[];
  /** How long, in milliseconds, nobody has been near or touched anything, and after how long the home page goes quiet; null: nobody can tell, or it never does. */
  alone: { forMs: number; restAfterMs: number } | null;
  /** Can a certificate be printed here now? */
  paperReadiness(): Readiness;
  /** The locker of this terminal; null: nothing is fetched here. `watched`: its doors can be asked. */
  pickUp: { open: boolean; reasons: readonly ClosedReason[]; codeAlone: boolean; watched: boolean; where: { zh: string; en: string } } | null;
  /** The hall's queue as this terminal may use it; null: no numbers are given here. */
  numbers: {
    classes: readonly ClassView[];
    priorities: readonly QueuePriority[];
    appointments: boolean;
    /** Can the platform be asked now for a time in place of a number? */
    booking: boolean;
    /** The ticket that a code names; `over`: of this hall, but no longer; `other-hall`: some other hall's; null: it names no ticket. */
    ticketIn(code: string): { ticket: TicketView; code: string } | 'over' | 'other-hall' | null;
  } | null;
}

export interface Step {
  state: SessionState;
  effects: Effect[];
}

export const nobody = (now: number): SessionState => ({
  id: null,
  language: 'zh',
  elder: false,
  spoken: false,
  help: false,
  activeAt: now,
  askedAt: null,
  person: null,
  photo: null,
  cases: [],
  open: null,
  flow: null,
  page: { at: 'home', reader: 'waiting' },
});

/** @throws Error when configuration and session disagree: a programmer's error, since a session holds only known items */
export const itemOf = (env: SessionEnv, itemId: string): Item => {
  const item = env.items.find((candidate) => candidate.id === itemId);
  if (item === undefined) throw new Error(`no item ${itemId}`);
  return item;
};
