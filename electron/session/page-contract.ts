/**
 * What the citizen's page shows and what it may say: the whole contract between agent and page.
 * The agent sends a complete view after every change; the page renders it and owns only unsent keystrokes.
 */
import { z } from 'zod';
import { CONDITION_CODES, DEVICE_CLASSES, FAULT_CODES, REMEDIES } from '../../drivers/contract.ts';
import { text } from '../../kiosk-config/index.ts';
import { agreedElsewhere, classView, REFUSALS, ticketView } from '../queue/index.ts';

const faultCode = z.enum(FAULT_CODES);

/** Why an item is closed here now. */
export const closedReason = z.object({
  kind: z.enum(['hours', 'hardware', 'consumables', 'platform', 'configuration', 'staff']),
  device: z.enum(DEVICE_CLASSES).nullable(),
  condition: z.enum(CONDITION_CODES).nullable(),
  remedy: z.enum(REMEDIES).nullable(),
  since: z.string().nullable(),
});
export type ClosedReason = z.infer<typeof closedReason>;

export const itemTile = z.object({
  id: z.string(),
  name: text,
  summary: text,
  icon: z.string(),
  entry: z.enum(['apply', 'print']),
  theme: z.string().nullable(),
  keywords: z.array(z.string()),
  open: z.boolean(),
  reasons: z.array(closedReason),
});

const itemName = z.object({ id: z.string(), name: text });
export const railStep = z.enum(['card', 'form', 'materials', 'check', 'sign', 'done', 'print']);
const rail = z.object({ steps: z.array(railStep), current: z.number().int() });

export const answerSource = z.enum(['card', 'platform', 'typed', 'chosen']);

const questionView = z.object({
  field: z.string(),
  title: text,
  hint: text.nullable(),
  label: text,
  input: z.enum(['text', 'choice', 'number', 'phone', 'date', 'amount', 'address', 'none']),
  choices: z.array(z.object({ value: z.string(), label: text, hint: text.nullable() })),
  quick: z.array(z.object({ value: z.string(), label: text })),
  /** `caption`: what stands on the ring of a drawn seal. */
  example: z.object({ title: text, body: text, picture: z.enum(['seal', 'paper', 'phone', 'none']), caption: text.nullable() }).nullable(),
  unit: text.nullable(),
  maxLength: z.number().int().nullable(),
});

/** What is wrong with an answer, told beside its field. The words are the page's. */
export const answerError = z.object({
  code: z.enum(['required', 'too-long', 'too-short', 'not-a-number', 'too-small', 'too-large', 'not-a-date', 'not-a-phone', 'not-a-choice', 'emoji', 'broken-character', 'not-allowed']),
  /** Digits still missing, the longest length allowed, the limit exceeded. */
  amount: z.number().nullable(),
});
export type AnswerError = z.infer<typeof answerError>;

const materialKind = z.enum(['pictures', 'several-pages', 'id-copy']);

const pageView = z.object({
  id: z.string(),
  index: z.number().int(),
  /** Address of the straightened picture on the agent; valid inside this session only. */
  url: z.string(),
  /** What looking at the page found; empty: clear. */
  findings: z.array(z.enum(['blank', 'dark', 'pale', 'blurred', 'cut-off', 'tilted', 'same-side'])),
  /** Of a card. */
  side: z.enum(['front', 'back']).nullable(),
});

export const caseState = z.enum(['draft', 'stored', 'received', 'to-correct', 'approved', 'refused', 'issued', 'quarantined']);
const caseLine = z.object({
  caseNumber: z.string(),
  item: itemName,
  state: caseState,
  at: z.string(),
  promisedBy: z.string().nullable(),
  /** A certificate waits to be printed. */
  printable: z.boolean(),
});

const paper = z.object({
  /** `doubt`: staff must look; the citizen gets a doubt number. */
  state: z.enum(['waiting', 'printing', 'take', 'confirmed', 'failed', 'doubt']),
  fault: faultCode.nullable(),
  copies: z.number().int(),
  where: text,
  /** In spoken mode, what stands on a slip that came out, without its codes. */
  lines: z.array(z.string()).optional(),
});

/** Why there is no number; `unreachable`: the hall does not answer, and this terminal has none in reserve. */
export const numberRefusal = z.enum([...REFUSALS, 'unreachable']);
export type NumberRefusal = z.infer<typeof numberRefusal>;

/** Why no time was agreed on in place of a number: `unanswered`, the platform did not say; `refused`, it said no. */
export const notBooked = z.enum(['unanswered', 'refused']);
export type NotBooked = z.infer<typeof notBooked>;
/** What became of the number in whose place a time was agreed on; `later`: it goes back as soon as the hall can be told; `not`: the hall does not take it back any more. */
export const numberBack = z.enum(['giving', 'given-back', 'later', 'not']);
export type NumberBack = z.infer<typeof numberBack>;

/** What a code is that no page here can use: `ticket-over`, of this hall but not of today; `pick-up-unknown`, of nothing in this locker; `slip`, the code of a receipt slip. */
export const codeFound = z.enum(['ticket-over', 'other-hall', 'pick-up', 'pick-up-unknown', 'payment', 'identity', 'slip', 'appointment', 'unknown']);
export type CodeFound = z.infer<typeof codeFound>;

/** Why a code of one's own does not stand for the card: `unchecked`, nobody can tell now whose it is. */
export const codeProblem = z.enum(['expired', 'used', 'unknown', 'unchecked']);
export type CodeProblem = z.infer<typeof codeProblem>;

/** The parts of a class that a citizen chooses by. */
const classTile = classView.pick({ id: true, name: true, prefix: true, open: true, opening: true, identify: true, waiting: true, openCounters: true, range: true, where: true });

const checkRow = z.object({
  field: z.string(),
  label: text,
  /** Whole value, shown while held; equal to `masked` where nothing is hidden. */
  full: text,
  masked: text,
  source: answerSource.nullable(),
  editable: z.boolean(),
  /** What the change link opens. */
  target: z.enum(['question', 'materials', 'none']),
});

export const screen = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('home'), items: z.array(itemTile), openCount: z.number(), closedCount: z.number(), reader: z.enum(['waiting', 'reading', 'failed', 'closed']), readerWhere: text, /** Numbers are given here. */ numbers: z.boolean(), /** Where a code is shown to the terminal; null: nowhere. */ codeWhere: text.nullable(), /** The locker of this terminal; null: it has none. */ pickUp: z.enum(['open', 'closed']).nullable() }),
  z.object({ kind: z.literal('items'), entry: z.enum(['apply', 'print', 'all', 'closed', 'guides']), items: z.array(itemTile) }),
  z.object({
    kind: z.literal('guide'),
    item: itemName,
    rows: z.array(z.object({ label: text, value: text })),
    open: z.boolean(),
  }),
  z.object({
    kind: z.literal('closed'),
    item: itemName,
    reasons: z.array(closedReason),
    places: z.array(z.object({ name: text, how: text, hours: text })),
    canPrintPlaces: z.boolean(),
    /** The class whose counters do it, when this terminal gives its numbers. */
    numbers: text.nullable(),
  }),
  z.object({
    kind: z.literal('card'),
    item: itemName.nullable(),
    rail: rail.nullable(),
    state: z.enum(['waiting', 'reading', 'failed', 'not-accepted', 'expired']),
    fault: faultCode.nullable(),
    where: text,
    /** The class that a number is taken for: its counters want to see who comes. */
    forNumber: text.nullable(),
    /** The card is for what lies in the locker. */
    forPickUp: z.boolean(),
    /** A code of one's own will do as well: where it is shown. */
    codeWhere: text.nullable(),
    /** Why the code that was shown does not do. */
    codeProblem: codeProblem.nullable(),
  }),
  z.object({ kind: z.literal('mine'), name: z.string(), cases: z.array(caseLine), items: z.array(itemTile), numbers: z.boolean(), /** Originals of this person in the locker; null: there is no locker. */ pickUp: z.number().int().nullable() }),
  z.object({ kind: z.literal('notice'), item: itemName, rail, title: text, paragraphs: z.array(text), agree: text, resume: z.object({ savedAt: z.string() }).nullable() }),
  z.object({
    kind: z.literal('question'),
    item: itemName,
    rail,
    index: z.number().int(),
    total: z.number().int(),
    question: questionView,
    value: z.string(),
    source: answerSource.nullable(),
    error: answerError.nullable(),
    /** Opened from the check page: the green button leads back there. */
    fromCheck: z.boolean(),
    /** What the reviewer wrote about this answer, when the case came back. */
    correction: text.nullable(),
  }),
  z.object({
    kind: z.literal('materials'),
    item: itemName,
    rail,
    strip: z.array(z.object({ id: z.string(), name: text, state: z.enum(['have', 'now', 'next']), how: z.enum(['card', 'platform', 'scan']), kind: materialKind, pages: z.number().int() })),
    material: z.object({ id: z.string(), name: text, hint: text, kind: materialKind, minPages: z.number().int(), maxPages: z.number().int() }),
    /** `binding`: what the citizen said yes to is made into the document that is sent. */
    phase: z.enum(['insert', 'scanning', 'camera', 'review', 'binding']),
    /** The side of a card that is wanted or scanned now. */
    side: z.enum(['front', 'back']).nullable(),
    /** How paper becomes pages here, the one to offer first at the head. */
    ways: z.array(z.object({ way: z.enum(['scanner', 'camera']), ready: z.boolean(), where: text })),
    /** The way that was taken last for this material: what a fault is told of. */
    way: z.enum(['scanner', 'camera']).nullable(),
    pages: z.array(pageView),
    /** Empty pages of the last stack that were left out. */
    dropped: z.number().int().nonnegative(),
    /** The last stack had more written pages than there is room for. */
    over: z.boolean(),
    /** The fault is that of making the document, not of a page. */
    unbound: z.boolean(),
    fault: faultCode.nullable(),
    where: text,
    fromCheck: z.boolean(),
    correction: text.nullable(),
  }),
  z.object({ kind: z.literal('check'), item: itemName, rail, groups: z.array(z.object({ id: z.string(), title: text, rows: z.array(checkRow) })) }),
  z.object({
    kind: z.literal('sign'),
    item: itemName,
    rail,
    name: z.string(),
    /** A pad to sign on beside the glass; null: there is none that works. `strokes`: what is on it, in mm, for the eye; `written`: it may be signed with. */
    pad: z.object({ where: text, written: z.boolean(), strokes: z.array(z.array(z.tuple([z.number(), z.number()]))) }).nullable(),
  }),
  z.object({ kind: z.literal('confirm'), item: itemName, rail, facts: z.array(z.object({ label: text, masked: z.string(), full: z.string() })), sheets: z.number().int() }),
  z.object({
    kind: z.literal('working'),
    item: itemName.nullable(),
    rail: rail.nullable(),
    what: z.enum(['looking-up', 'saving', 'issuing', 'making', 'printing', 'finishing', 'taking-number', 'checking-in', 'checking-code', 'booking', 'finding-original']),
    progress: z.object({ done: z.number(), total: z.number() }).nullable(),
  }),
  z.object({
    kind: z.literal('done'),
    item: itemName,
    caseNumber: z.string(),
    storedAt: z.string(),
    clockKnown: z.boolean(),
    /** The platform has confirmed it; otherwise it goes out later by itself. */
    atPlatform: z.boolean(),
    slip: paper.nullable(),
    certificate: paper.nullable(),
    materials: z.object({ count: z.number().int(), pages: z.number().int() }),
    next: z.array(z.object({ title: text, body: text })),
    rating: z.number().int().nullable(),
  }),
  z.object({
    kind: z.literal('result'),
    item: itemName,
    caseNumber: z.string(),
    state: caseState,
    decidedAt: z.string().nullable(),
    note: text.nullable(),
    sheets: z.number().int(),
    printable: z.boolean(),
    closed: z.array(closedReason),
  }),
  z.object({ kind: z.literal('correction'), item: itemName, caseNumber: z.string(), points: z.array(z.object({ label: text, note: text })) }),
  z.object({
    kind: z.literal('fault'),
    item: itemName.nullable(),
    caseNumber: z.string().nullable(),
    fault: faultCode,
    device: z.enum(DEVICE_CLASSES).nullable(),
    /** Sheets known to exist and sheets wanted. */
    sheets: z.object({ printed: z.number().int().nullable(), total: z.number().int() }).nullable(),
    /** What is safe: stored already, or nothing begun. */
    safe: z.enum(['stored', 'draft-kept', 'nothing-begun']),
    doubtNumber: z.string().nullable(),
    doubtQr: z.string().nullable(),
    canRetry: z.boolean(),
    places: z.array(z.object({ name: text, how: text, hours: text })),
    slip: paper.nullable(),
  }),
  z.object({
    kind: z.literal('number'),
    /** What the number is wanted for, when that is known: only its classes are offered. */
    item: itemName.nullable(),
    classes: z.array(classTile),
    /** Who may come earlier. `byCard`: the birth date on the card says so. */
    priorities: z.array(z.object({ id: z.string(), name: text, chosen: z.boolean(), byCard: z.boolean() })),
    appointments: z.boolean(),
  }),
  z.object({
    kind: z.literal('check-in'),
    refusal: numberRefusal.nullable(),
    /** With `too-early`: from when on one may come, ISO 8601. */
    from: z.string().nullable(),
    /** With `other-day` and `other-hall`: what the appointment is for. */
    agreed: agreedElsewhere.nullable(),
    /** Where a code is shown to the terminal; null: it can only be typed. */
    codeWhere: text.nullable(),
  }),
  z.object({
    kind: z.literal('ticket'),
    ticket: ticketView,
    /** What the code on the ticket says: an address, or the ticket's id. */
    code: z.string(),
    /** null: this terminal has nothing to print it with. */
    paper: paper.nullable(),
    device: z.enum(['ticket-dispenser', 'receipt-printer']).nullable(),
    /** Certainly nothing came out: it may be printed again. */
    canPrint: z.boolean(),
    /** This person took it before. */
    had: z.boolean(),
    /** It is being given back. */
    giving: z.boolean(),
    /** Why it was not taken back. */
    refusal: numberRefusal.nullable(),
    /** There is something that this terminal does without waiting. */
    otherItems: z.boolean(),
    /** The earliest time that can be agreed on in its place, ISO 8601; null: there is none, or nobody can say. */
    earliest: z.string().nullable(),
    notBooked: notBooked.nullable(),
  }),
  z.object({
    kind: z.literal('times'),
    number: z.string(),
    className: text,
    /** A handful, ISO 8601; empty: none is free any more. */
    times: z.array(z.string()),
    /** There are later ones. */
    later: z.boolean(),
    /** This one was wanted, and others were quicker. */
    gone: z.string().nullable(),
  }),
  z.object({ kind: z.literal('book'), number: z.string(), className: text, time: z.string(), where: text }),
  z.object({
    kind: z.literal('appointment'),
    /** What is shown at the check-in; nobody is named. */
    appointmentCode: z.string(),
    time: z.string(),
    className: text,
    where: text,
    way: text,
    number: z.string(),
    numberBack,
    paper: paper.nullable(),
    device: z.enum(['ticket-dispenser', 'receipt-printer']).nullable(),
    /** It may be printed again: a second slip is as good as the first. */
    canPrint: z.boolean(),
  }),
  z.object({
    kind: z.literal('pick-ups'),
    /** `ready` false: staff must look first. */
    originals: z.array(z.object({ document: z.string(), itemName: text, caseNumber: z.string(), cell: z.string(), ready: z.boolean() })),
    /** Why no cell can be opened now; none: it can. */
    closed: z.array(closedReason),
    where: text,
    /** Opened by a code: nobody is known. */
    byCode: z.boolean(),
  }),
  z.object({
    kind: z.literal('fetch'),
    itemName: text,
    caseNumber: z.string(),
    /** As it is numbered on the door. */
    cell: z.string(),
    where: text,
    /** `not-opened`: certainly not, it may be tried again; `stuck`, `left-open`: staff look; `inside`: the door is closed and it was not taken. */
    step: z.enum(['opening', 'open', 'collected', 'not-opened', 'inside', 'stuck', 'left-open']),
    /** The locker sees its doors. */
    watched: z.boolean(),
    /** Others that can be fetched now. */
    others: z.number().int(),
  }),
  z.object({ kind: z.literal('no-number'), refusal: numberRefusal, className: text.nullable() }),
  z.object({ kind: z.literal('number-back'), number: z.string() }),
  z.object({ kind: z.literal('code'), found: codeFound, numbers: z.boolean(), /** Where a card is laid; null: the reader cannot be used now. */ cardWhere: text.nullable() }),
  z.object({ kind: z.literal('take-card') }),
  /** Nobody is near. */
  z.object({ kind: z.literal('rest') }),
  z.object({ kind: z.literal('maintenance'), reason: z.enum(['configuration', 'database-damaged', 'key-lost', 'disk-full', 'starting']), detail: z.string() }),
]);
export type Screen = z.infer<typeof screen>;

export const sessionView = z.object({
  /** Grows with every change; an event names the revision it answers, and one that answers an older page is dropped. */
  revision: z.number().int(),
  hall: z.object({ name: text, area: text, phone: z.string(), hotline: z.string(), timeZone: z.string() }),
  terminal: z.object({
    number: z.number().int(),
    demo: z.boolean(),
    widthMm: z.number(),
    lowerEdgeMm: z.number(),
    /** Devices that the page itself opens, and says the state of. `heard`: the agent has its word. */
    pageDevices: z.array(z.object({ device: z.enum(DEVICE_CLASSES), thing: z.enum(['camera', 'keyboard', 'glass']), label: z.string().nullable(), heard: z.boolean() })),
  }),
  now: z.string(),
  clockKnown: z.boolean(),
  language: z.enum(['zh', 'en']),
  modes: z.object({
    elder: z.boolean(),
    /** 朗读; null: this terminal has nothing that says the language now shown. `languages`: those that can be said; `pad`: a navigation pad moves the focus. */
    spoken: z.object({ on: z.boolean(), languages: z.array(z.enum(['zh', 'en'])), pad: z.boolean() }).nullable(),
  }),
  /** A citizen's session runs: the mode bar shows 结束离开. */
  inSession: z.boolean(),
  /** Asked "are you still there?": the page counts down, the agent decides. */
  idle: z.object({ secondsLeft: z.number().int(), totalSeconds: z.number().int(), draftKept: z.boolean() }).nullable(),
  /** The help panel is open. */
  help: z.object({ dutyPhone: z.string(), dutyExtension: z.string().nullable(), note: text, counterHours: text }).nullable(),
  screen,
});
export type SessionView = z.infer<typeof sessionView>;

const point = z.tuple([z.number(), z.number(), z.number(), z.number()]).describe('x mm, y mm, milliseconds since the first touch, pressure 0–1');

/** Everything the citizen's page may say. Bounds here keep a broken page from filling the disk. */
export const citizenEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('touch') }),
  z.strictObject({ type: z.literal('set-language'), language: z.enum(['zh', 'en']) }),
  z.strictObject({ type: z.literal('set-elder'), on: z.boolean() }),
  z.strictObject({ type: z.literal('set-spoken'), on: z.boolean() }),
  z.strictObject({ type: z.literal('help'), open: z.boolean() }),
  z.strictObject({ type: z.literal('stay') }),
  z.strictObject({ type: z.literal('leave') }),
  z.strictObject({ type: z.literal('home') }),
  z.strictObject({ type: z.literal('back') }),
  z.strictObject({ type: z.literal('open-items'), entry: z.enum(['apply', 'print', 'all', 'closed', 'guides']) }),
  z.strictObject({ type: z.literal('open-item'), item: z.string().max(100) }),
  z.strictObject({ type: z.literal('open-guide'), item: z.string().max(100) }),
  z.strictObject({ type: z.literal('open-mine') }),
  z.strictObject({ type: z.literal('open-case'), caseNumber: z.string().max(40) }),
  z.strictObject({ type: z.literal('agree') }),
  /** `value` may be anything a keyboard can produce; what is wrong with it is told beside the field. */
  z.strictObject({ type: z.literal('answer'), field: z.string().max(100), value: z.string().max(5_000) }),
  z.strictObject({ type: z.literal('change'), field: z.string().max(100) }),
  z.strictObject({ type: z.literal('change-materials') }),
  /** `way` left out: the one offered first. `instead`: a page that is made anew. */
  z.strictObject({ type: z.literal('scan'), way: z.enum(['scanner', 'camera']).optional(), instead: z.string().max(100).optional() }),
  z.strictObject({ type: z.literal('remove-page'), page: z.string().max(100) }),
  z.strictObject({ type: z.literal('move-page'), page: z.string().max(100), by: z.union([z.literal(-1), z.literal(1)]) }),
  z.strictObject({ type: z.literal('material-done') }),
  z.strictObject({ type: z.literal('all-correct') }),
  z.strictObject({ type: z.literal('sign'), strokes: z.array(z.array(point).min(1).max(5_000)).min(1).max(200), widthMm: z.number().positive(), heightMm: z.number().positive() }),
  /** What was written on the pad is the signature. */
  z.strictObject({ type: z.literal('sign-on-pad') }),
  z.strictObject({ type: z.literal('clear-pad') }),
  z.strictObject({ type: z.literal('confirm') }),
  z.strictObject({ type: z.literal('correct') }),
  z.strictObject({ type: z.literal('print') }),
  z.strictObject({ type: z.literal('print-slip') }),
  z.strictObject({ type: z.literal('print-places') }),
  z.strictObject({ type: z.literal('retry') }),
  z.strictObject({ type: z.literal('rate'), score: z.number().int().min(1).max(5) }),
  z.strictObject({ type: z.literal('another') }),
  /** Opens the classes; with an item, those whose counters do it. */
  z.strictObject({ type: z.literal('open-numbers'), item: z.string().max(100).optional() }),
  z.strictObject({ type: z.literal('choose-priority'), priority: z.string().max(40).nullable() }),
  z.strictObject({ type: z.literal('take-number'), class: z.string().max(40) }),
  z.strictObject({ type: z.literal('open-check-in') }),
  z.strictObject({ type: z.literal('check-in'), code: z.string().max(200) }),
  z.strictObject({ type: z.literal('print-ticket') }),
  z.strictObject({ type: z.literal('give-back') }),
  /** Free times in place of the number. */
  z.strictObject({ type: z.literal('open-times') }),
  z.strictObject({ type: z.literal('later-times') }),
  z.strictObject({ type: z.literal('choose-time'), time: z.string().max(40) }),
  z.strictObject({ type: z.literal('book') }),
  z.strictObject({ type: z.literal('print-appointment') }),
  z.strictObject({ type: z.literal('open-pick-up') }),
  /** Opens the cell of this original. */
  z.strictObject({ type: z.literal('fetch'), document: z.string().max(40) }),
  /** It is taken and the door is closed, where nothing can see that. */
  z.strictObject({ type: z.literal('fetched') }),
]);
export type CitizenEvent = z.infer<typeof citizenEvent>;

/** Body of POST /api/citizen/events. */
export const citizenPost = z.strictObject({ revision: z.number().int(), event: citizenEvent });
/** What it answers: `dropped` when the page was behind; the newest view comes by the stream either way. */
export const citizenPostReply = z.object({ accepted: z.boolean(), reason: z.enum(['dropped', 'not-now', 'refused']).nullable() });

/** What a key of the navigation pad means to the page in spoken mode: an event `key` of the stream. */
export const spokenKey = z.enum(['previous', 'next', 'back', 'repeat', 'confirm']);
export type SpokenKey = z.infer<typeof spokenKey>;

/** Body of POST /api/citizen/speech: what has the focus, in the language now shown. It replaces what is being said. */
export const speechPost = z.strictObject({
  text: z
    .string()
    .min(1)
    .max(2_000)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u),
});

/** Body of POST /api/citizen/devices: how a device is that the page itself opens. */
export const pageDeviceReport = z.strictObject({
  device: z.enum(DEVICE_CLASSES),
  state: z.enum(['present', 'disconnected', 'busy', 'blocked']),
  /** What the device calls itself, where the browser tells. */
  name: z.string().max(200).nullable(),
});
export type PageDeviceReport = z.infer<typeof pageDeviceReport>;
