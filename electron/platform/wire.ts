/**
 * The wire between a terminal and the central platform, once, as schemas: the platform's OpenAPI document is made from
 * these, the client parses every answer with them. Dates are ISO 8601 with offset, money integers in fen, digests SHA-256 hex.
 *
 * Requests are signed (RFC 9421, Ed25519, over @method @path @query content-digest and, where present, idempotency-key);
 * bodies carry Content-Digest (RFC 9530). Answers that must outlive the connection (receipts, changes, certificates) carry
 * the platform's own signature over the canonical JSON (RFC 8785 order: keys sorted) of everything but `signature`.
 */
import { z } from 'zod';

export const WIRE = {
  enrol: '/v1/terminals',
  /** POST one message of the outbox; Idempotency-Key = incarnation.terminal.case.sequence */
  messages: '/v1/messages',
  /** GET the receipt stored under a key, 404 when the platform never saw it. */
  message: (key: string) => `/v1/messages/${encodeURIComponent(key)}`,
  /** tus 1.0.0: creation, Upload-Metadata: material (page id), case, digest (SHA-256 hex). */
  uploads: '/v1/materials',
  /** GET {confirmed, digest} by digest; 404 when unknown. */
  material: (digest: string) => `/v1/materials/by-digest/${digest}`,
  /** GET ?after=cursor&limit=100 */
  changes: '/v1/changes',
  lookUp: '/v1/people/look-up',
  /** POST a person's own code as it was read: whose it is, or why it is nobody's. Idempotency-Key = incarnation.terminal.random.code */
  identityCode: '/v1/people/identity-codes',
  issue: '/v1/certificates',
  /** POST what happened in a hall's queue, in order; Idempotency-Key = incarnation.hall.day.last-version */
  queueNews: '/v1/queue-news',
  /** GET ?hall=&from=YYYYMMDD: agreed times of a hall from a business day on */
  appointments: '/v1/appointments',
  /** GET one agreed time by what the citizen shows, of whichever hall and day; 404 `no-such-appointment` */
  appointment: (id: string) => `/v1/appointments/${encodeURIComponent(id)}`,
  /** GET ?hall=&class=&from=YYYYMMDD: free times of a class, the earliest first */
  appointmentSlots: '/v1/appointments/slots',
  /** POST a key: whatever was agreed under it is not, and never will be */
  appointmentWithdrawals: '/v1/appointments/withdrawals',
  /** POST what became of a terminal's devices, in order; Idempotency-Key = incarnation.terminal.devices.last-sequence */
  deviceNews: '/v1/device-news',
} as const;

const personOnWire = z.strictObject({
  kind: z.enum(['resident', 'foreign-2017', 'foreign-2023', 'hmt']),
  name: z.string().max(200),
  idNumber: z.string().max(40),
  sex: z.string(),
  birthDate: z.string(),
  ethnicity: z.string().nullable(),
  address: z.string().nullable(),
  nationality: z.string().nullable(),
});

export const enrolRequest = z.strictObject({
  terminal: z.string(),
  hall: z.string(),
  enrolmentCode: z.string(),
  /** SPKI, base64 */
  publicKey: z.string(),
  incarnation: z.string(),
});
export const enrolReply = z.strictObject({ platformKey: z.string(), time: z.string() });

/** The platform's name for an original. */
const documentId = z.string().regex(/^[0-9A-Za-z-]{6,40}$/);
const originalAt = { caseNumber: z.string().min(1).max(40), document: documentId, /** As it is numbered on the door. */ cell: z.string().regex(/^\d{1,4}$/), at: z.string() };
/** `door`: seen by its door; `word`: said by whoever stood there, at a locker that cannot see; `staff`: staff looked. */
const originalProof = z.enum(['door', 'word', 'staff']);

/** What the terminal tells about a case, in order. `submitted` again after a correction carries the whole case anew. */
export const caseMessage = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('submitted'),
    caseNumber: z.string(),
    itemCode: z.string(),
    itemId: z.string(),
    hall: z.string(),
    terminal: z.string(),
    storedAt: z.string(),
    clockKnown: z.boolean(),
    /** 1 at first, +1 after each correction. */
    round: z.number().int(),
    applicant: personOnWire,
    answers: z.record(z.string(), z.strictObject({ value: z.string(), source: z.enum(['card', 'platform', 'typed', 'chosen']) })),
    materials: z.array(z.strictObject({ id: z.string(), how: z.enum(['card', 'platform', 'scan']), pages: z.array(z.strictObject({ digest: z.string(), bytes: z.number().int(), contentType: z.string() })) })),
    /** Vector strokes of the signature on the glass. */
    signature: z.strictObject({ widthMm: z.number(), heightMm: z.number(), strokes: z.array(z.array(z.tuple([z.number(), z.number(), z.number(), z.number()]))) }).nullable(),
    statement: z.string(),
  }),
  /** An on-the-spot item: the certificate that the platform issued was received here. */
  z.strictObject({ kind: z.literal('issued'), caseNumber: z.string(), itemCode: z.string(), itemId: z.string(), hall: z.string(), terminal: z.string(), storedAt: z.string(), clockKnown: z.boolean(), certificateNumber: z.string() }),
  z.strictObject({ kind: z.literal('printed'), caseNumber: z.string(), certificateNumber: z.string(), at: z.string(), proof: z.enum(['sensor', 'none']) }),
  z.strictObject({ kind: z.literal('print-in-doubt'), caseNumber: z.string(), certificateNumber: z.string(), at: z.string(), doubtNumber: z.string() }),
  z.strictObject({ kind: z.literal('rated'), caseNumber: z.string(), at: z.string(), score: z.number().int().min(1).max(5) }),
  // Of an original in the pick-up locker; each document is a lane of its own, whose `caseId` is the terminal's name for it.
  z.strictObject({ kind: z.literal('original-loaded'), ...originalAt, proof: originalProof }),
  z.strictObject({ kind: z.literal('original-collected'), ...originalAt, proof: originalProof }),
  /** Staff took it out again. */
  z.strictObject({ kind: z.literal('original-returned'), ...originalAt, proof: originalProof }),
  /** Nobody knows whether it still lies there; staff look. */
  z.strictObject({ kind: z.literal('original-in-doubt'), ...originalAt }),
]);
export type CaseMessage = z.infer<typeof caseMessage>;

export const message = z.strictObject({
  incarnation: z.string(),
  terminal: z.string(),
  caseId: z.string(),
  sequence: z.number().int().min(1),
  body: caseMessage,
});
export type WireMessage = z.infer<typeof message>;

/** 201 for the first time, 200 with the same receipt for a repetition. 422 `key-reused`: same key, other body. 409: still being stored. */
export const receipt = z.strictObject({
  key: z.string(),
  /** SHA-256 hex of the request body as received. */
  digest: z.string(),
  receivedAt: z.string(),
  /** Ed25519, base64url */
  signature: z.string(),
});
export type Receipt = z.infer<typeof receipt>;

export const issuedCertificate = z.strictObject({
  number: z.string(),
  issuedAt: z.string(),
  values: z.record(z.string(), z.unknown()),
  verificationCode: z.string(),
});

export const change = z.strictObject({
  cursor: z.number().int().positive(),
  at: z.string(),
  body: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('case-approved'), caseNumber: z.string(), note: z.string().nullable(), certificate: issuedCertificate.nullable() }),
    z.strictObject({ kind: z.literal('case-refused'), caseNumber: z.string(), note: z.string() }),
    /** Everything to correct, told at once. */
    z.strictObject({
      kind: z.literal('case-returned'),
      caseNumber: z.string(),
      points: z.array(z.strictObject({ target: z.strictObject({ kind: z.enum(['field', 'material']), id: z.string() }).nullable(), note: z.string().min(1) })).min(1),
    }),
    /** An original is ready to be put into this terminal's locker. `code`: what its owner was sent to fetch it with; null: with the card alone. */
    z.strictObject({
      kind: z.literal('original-ready'),
      document: documentId,
      caseNumber: z.string().min(1).max(40),
      itemName: z.strictObject({ zh: z.string().min(1).max(80), en: z.string().min(1).max(80) }),
      person: z.strictObject({ name: z.string().min(1).max(200), idNumber: z.string().min(1).max(40) }),
      code: z.string().min(6).max(40).nullable(),
    }),
  ]),
});
export type Change = z.infer<typeof change>;
export type ChangeKind = Change['body']['kind'];
export const CHANGE_KINDS: readonly ChangeKind[] = change.shape.body.options.map(({ shape }) => shape.kind.value);
/** What a platform that is newer than this program tells: where it stands and what it is called, and nothing else is read. */
export const foreignChange = z.looseObject({ cursor: change.shape.cursor, body: z.looseObject({ kind: z.string().regex(/^[a-z][a-z-]{0,39}$/) }) });
export const changes = z.strictObject({ terminal: z.string(), changes: z.array(change), next: z.number().int().nonnegative(), time: z.string(), signature: z.string() });
/** The same as a terminal reads it: changes are looked at one by one, each by its kind. */
export const toldChanges = changes.extend({ changes: z.array(foreignChange) });

export const lookUpRequest = z.strictObject({ itemCode: z.string(), person: personOnWire });
export const lookUpReply = z.strictObject({ values: z.record(z.string(), z.string()), licences: z.array(z.string()) });

/** `purpose`: what it is wanted for, so that a person's own list of uses can say so. */
export const identityCodeRequest = z.strictObject({ code: z.string().min(1).max(500), purpose: z.literal('queue-number') });
/**
 * A code is good once and for a short time; the same Idempotency-Key gets the same answer. No more of the person than a queue needs. `codeDigest`
 * (SHA-256 hex) says which code was asked about.
 */
export const identityCodeReply = z.strictObject({
  codeDigest: z.string().regex(/^[0-9a-f]{64}$/),
  outcome: z.enum(['verified', 'expired', 'used', 'unknown']),
  person: z.strictObject({ idNumber: z.string().max(40), birthDate: z.iso.date() }).nullable(),
  signature: z.string(),
});

/** Idempotency-Key = incarnation.terminal.case.issue: the same key always gets the same certificate. */
export const issueRequest = z.strictObject({ caseId: z.string(), itemCode: z.string(), person: personOnWire });
export const issueReply = issuedCertificate.extend({ signature: z.string() });

/**
 * One event of a hall's queue. Nothing in it names a person; free texts (notes, reasons) and the ticket's random id stay in the hall.
 * This schema is the list of fields that the platform may get.
 */
export const queueNewsEvent = z.strictObject({
  version: z.number().int().min(1),
  type: z.string().regex(/^[a-z-]{1,40}$/),
  at: z.string(),
  number: z.string().optional(),
  class: z.string().optional(),
  item: z.string().nullable().optional(),
  priority: z.string().nullable().optional(),
  counter: z.string().optional(),
  clerk: z.string().nullable().optional(),
  score: z.number().int().min(1).max(5).optional(),
  takenAt: z.string().optional(),
  slot: z.string().optional(),
  outOfTurn: z.boolean().optional(),
});
export type QueueNewsEvent = z.infer<typeof queueNewsEvent>;
/** Versions follow each other without a gap; a day's first is 1. */
export const queueNews = z.strictObject({ incarnation: z.string(), terminal: z.string(), hall: z.string(), day: z.string().regex(/^\d{8}$/), events: z.array(queueNewsEvent).min(1).max(500) });
/** Everything of the day up to `version` is kept. Signed like receipts. */
export const queueReceipt = z.strictObject({ hall: z.string(), day: z.string(), version: z.number().int(), digest: z.string(), receivedAt: z.string(), signature: z.string() });

const word = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);
/** One thing that became of a device: codes alone. This schema is the list of fields that the platform may get. */
export const deviceNewsEvent = z.strictObject({
  /** Follow each other without a gap within one incarnation; its first is 1. */
  sequence: z.number().int().min(1),
  at: z.string(),
  /** `started`: the terminal's agent began; no condition told before it lasts unless it is told again. */
  type: z.enum(['started', 'condition-began', 'condition-ended']),
  device: word.optional(),
  condition: word.optional(),
  severity: z.enum(['warning', 'error']).optional(),
  remedy: word.optional(),
});
export type DeviceNewsEvent = z.infer<typeof deviceNewsEvent>;
export const deviceNews = z.strictObject({ terminal: z.string(), incarnation: z.string(), events: z.array(deviceNewsEvent).min(1).max(500) });
/** Everything of that incarnation up to `sequence` is kept. Signed like receipts. */
export const deviceReceipt = z.strictObject({ terminal: z.string(), incarnation: z.string(), sequence: z.number().int(), digest: z.string(), receivedAt: z.string(), signature: z.string() });

const agreedTime = z.strictObject({ id: z.string().regex(/^[0-9A-Za-z-]{6,40}$/), day: z.string().regex(/^\d{8}$/), class: z.string().max(40), item: z.string().max(80).nullable(), at: z.iso.datetime({ offset: true }) });
/** Agreed times of a hall. `id` is what the citizen shows (in the code that the platform sent him); who he is stays with the platform. */
export const appointmentsReply = z.strictObject({
  hall: z.string(),
  appointments: z.array(agreedTime).max(20_000),
  time: z.string(),
  signature: z.string(),
});

/** One agreed time, of whichever hall and day: whoever shows the id at the wrong one is told where and when. `hallName` null: the platform has no name for that hall. */
export const appointmentReply = z.strictObject({
  hall: z.string().max(40),
  hallName: z.strictObject({ zh: z.string().min(1).max(80), en: z.string().min(1).max(80) }).nullable(),
  appointment: agreedTime,
  time: z.string(),
  signature: z.string(),
});

/** Free times of a class, the earliest first; none where the class takes no appointments. */
export const slotsReply = z.strictObject({
  hall: z.string().max(40),
  class: z.string().max(40),
  slots: z.array(z.strictObject({ at: z.iso.datetime({ offset: true }), free: z.number().int().min(1) })).max(200),
  time: z.string(),
  signature: z.string(),
});

/**
 * Idempotency-Key = incarnation.terminal.random.appointment: the same key always gets the same appointment. Nobody is named: whoever has the
 * id has the appointment. 409 `slot-full`, `no-such-slot`, `withdrawn`: certainly nothing was agreed.
 */
export const bookRequest = z.strictObject({ hall: z.string().max(40), class: z.string().max(40), item: z.string().max(80).nullable(), at: z.iso.datetime({ offset: true }) });
/** `key`: the question's, so that no answer stands for another question. */
export const bookReply = z.strictObject({ key: z.string().max(300), hall: z.string().max(40), appointment: agreedTime, time: z.string(), signature: z.string() });

/** The key of a question whose answer never came. Whether it was agreed on or has not even arrived yet: from now on nobody has anything under it. */
export const withdrawRequest = z.strictObject({ key: z.string().min(1).max(300) });
export const withdrawReply = z.strictObject({ key: z.string().max(300), time: z.string(), signature: z.string() });

/** RFC 9457. `retry` false: this message will never be accepted as it is. */
export const problem = z.looseObject({ type: z.string().optional(), title: z.string(), status: z.number().int(), detail: z.string().optional() });
