/**
 * Every event that goes on record, once: types and EVENTS.md are made from this list. To add one, add a line.
 * Fields are codes, counts and numbers of things; there is no field type that could hold a name, an ID number or free text.
 */
import { z } from 'zod';
import { CONDITION_CODES, DEVICE_CLASSES, FAULT_CODES, REMEDIES } from '../../drivers/contract.ts';

/**
 * The cheap check of a field's schema, for what stands between a citizen and the answer: at most as much as the schema fits
 * it (a test holds the two together). What it does not let through, and a field without one, is judged by the schema.
 */
const cheap = new WeakMap<z.ZodType, (value: unknown) => boolean>();
const text = (pattern: RegExp, means: string) => {
  const schema = z.string().regex(pattern).describe(means);
  cheap.set(schema, (value) => typeof value === 'string' && pattern.test(value));
  return schema;
};
const oneOf = <const T extends readonly string[]>(words: T) => {
  const schema = z.enum(words);
  const known = new Set<unknown>(words);
  cheap.set(schema, (value) => known.has(value));
  return schema;
};

const CODE = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const PERSON_NUMBER = /\d{12}/;
/** A word of a closed vocabulary kept elsewhere (an item's id, a reason): no run of digits as long as an ID number's. */
const code = z
  .string()
  .regex(CODE)
  .refine((value) => !PERSON_NUMBER.test(value), 'looks like a number of a person')
  .describe('code');
cheap.set(code, (value) => typeof value === 'string' && CODE.test(value) && !PERSON_NUMBER.test(value));
const caseId = text(/^c[0-9a-f]{24}$/, 'case');
const caseNumber = text(/^\d{16}$/, 'case number');
const paperId = text(/^p[0-9a-f]{16}$/, 'paper');
const doubtNumber = text(/^\d{4}-\d$/, 'doubt number');
const counterId = text(/^[0-9A-Z]{1,8}$/, 'counter');
const staffName = text(/^(?!.*\d{12})[a-z0-9-][a-z0-9.-]{0,39}$/, 'staff name');
const time = z.iso.datetime({ offset: true }).describe('time');
const count = z.number().int().nonnegative().describe('count');
cheap.set(count, (value) => Number.isSafeInteger(value) && (value as number) >= 0);
const yes = z.boolean().describe('yes or no');
cheap.set(yes, (value) => typeof value === 'boolean');
const incarnation = text(/^[0-9a-f]{12}$/, 'incarnation');
const device = z.enum(DEVICE_CLASSES).describe('device class');
const deviceCommand = text(/^[a-z][A-Za-z]{0,31}$/, 'command of a device');
const PAPER_KINDS = ['receipt-slip', 'certificate', 'doubt-slip', 'places-slip', 'ticket', 'appointment-slip'] as const;
const paperKind = oneOf(PAPER_KINDS);

const cellTask = z.enum(['load', 'hand-over', 'take-back', 'look']);
const cellProof = z.enum(['door', 'word', 'staff']).describe('how it is known');

const event = <S extends z.ZodRawShape>(means: string, fields: S) => ({ means, fields: z.strictObject(fields) });

export const EVENTS = {
  'agent.started': event('The agent began to serve', { version: code, processId: count }),
  'agent.stopped': event('The agent ended by request', {}),
  'agent.second-refused': event('A second agent tried to open this home and was refused', { triedAt: time }),
  'citizen-page.opened': event('A page traded its ticket for a session', {}),
  'citizen-page.refused': event('A second citizen page, or one without a ticket, was refused', { reason: code }),
  'ticket.used-twice': event('A one-time ticket came a second time; both were voided', {}),
  'session.started': event('A citizen began', { item: code.nullable() }),
  'session.ended': event('A citizen left, and nothing was left behind', { reason: code }),
  'card.read': event('A card was read', { kind: z.enum(['resident', 'foreign-2017', 'foreign-2023', 'hmt']), ok: yes }),
  'code.checked': event("The platform was asked whose code was shown for a number", { outcome: z.enum(['verified', 'expired', 'used', 'unknown', 'unchecked']) }),
  'code.shown': event('A code was shown, to a scanner of its own or one that types', { kind: z.enum(['payment', 'identity', 'pick-up', 'appointment', 'unknown']) }),
  'code.refused': event('Codes that were shown lead nowhere here: a ticket that is over, of another hall or forged, or something else', { found: z.enum(['ticket-over', 'other-hall', 'pick-up', 'pick-up-unknown', 'payment', 'identity', 'slip', 'appointment', 'unknown']), times: count }),
  'appointment.asked': event("The platform was asked to agree on a time in a number's place; the number stays until it has", { class: code }),
  'appointment.agreed': event('The platform agreed on a time; the number goes back', { class: code, day: code }),
  'appointment.refused': event('The platform did not agree on the time; the number stays', { class: code, reason: code }),
  'appointment.unanswered': event('Whether a time was agreed on nobody knows: the number stays, and the platform is told that nobody wants the time', { class: code }),
  'appointment.withdrawn': event('The platform was told that nobody wants the time', { class: code, outcome: z.enum(['withdrawn', 'refused']) }),
  'appointment.number-settled': event('The number in whose place a time was agreed on is given back, or cannot be any more', { class: code, outcome: code }),
  'card.refused': event('A card was not accepted', { reason: code }),
  'case.stored': event('A case was committed to disk and may be confirmed', { caseId, caseNumber, round: count, item: code, chainNumber: count, clockKnown: yes }),
  'case.delivered': event('A recipient confirmed a message of a case', { caseId, recipient: code, sequence: count }),
  'case.quarantined': event('A recipient will never accept a message as it is; staff must look', { caseId, recipient: code, sequence: count, status: count, reason: code }),
  'case.released': event('Staff sent a quarantined case on', { caseId, recipient: code, by: code }),
  'case.decided': event('A decision came from the platform', { caseNumber, decision: z.enum(['case-approved', 'case-refused', 'case-returned']), known: yes }),
  'case.reopened': event('A returned case was opened for correction', { caseId, round: count }),
  'case.forgotten': event('The key of a case was dropped', { caseId }),
  'case.deleted': event('A decided case was deleted after its time: key, record, pages and what was sent; the signed receipts stay', { caseId, caseNumber, pages: count, collected: yes }),
  'receipt.refused': event('An answer claimed delivery but did not prove it; it is tried again', { caseId, recipient: code, sequence: count, reason: z.enum(['wrong-key', 'wrong-digest', 'wrong-signature', 'not-a-receipt']) }),
  'outbound.field-dropped': event('A field that a recipient is not meant to get was left out', { recipient: code, message: code, field: z.string().regex(/^[A-Za-z0-9.*[\]-]{1,80}$/).describe('path of a field') }),
  'platform.enrolled': event('The terminal made itself known to the platform', { incarnation }),
  'platform.enrolment-refused': event('The platform refused the terminal, or answered with another key than the one known', { reason: code }),
  'platform.feed-refused': event('A page of the change feed was not signed by the platform', { reason: code }),
  'platform.change-unknown': event('The platform told of something that this program does not know; it is read again once a newer program runs here', { kind: code, cursor: count }),
  'certificate.issued': event('The platform issued a certificate at this terminal', { caseId, caseNumber }),
  'paper.intended': event('A sheet is meant to be printed', { paper: paperId, kind: paperKind, numbered: yes, copy: count, sheets: count }),
  'paper.sent': event('The first byte is about to leave for the printer', { paper: paperId, jobId: count.nullable() }),
  'paper.confirmed': event('The printer confirmed the sheet', { paper: paperId, proof: z.enum(['sensor', 'none']), taken: yes, sheetsDone: count }),
  'paper.failed': event('Certain that nothing came out', { paper: paperId, fault: code }),
  'paper.doubt': event('Something may have come out; staff must look', { paper: paperId, fault: code, doubtNumber, sheetsDone: count.nullable() }),
  'paper.stock': event('Numbered stock was drawn from a tray, as the printer counts it', { paper: paperId, tray: code, before: count, after: count, sheetsDone: count.nullable() }),
  'paper.stock-differs': event('A tray of numbered stock does not hold what the ledger says; staff must count', { paper: paperId, tray: code, expected: count, counted: count, when: z.enum(['between-jobs', 'in-the-job']) }),
  'paper.void': event('A doubtful ticket counts for nothing; its number is not printed again', { paper: paperId, fault: code }),
  'paper.retracted': event('Nobody took a sheet, and the printer drew it back', { paper: paperId }),
  'paper.settled': event('Staff settled a doubt', { paper: paperId, doubtNumber: doubtNumber.nullable(), by: code, outcome: z.enum(['printed', 'not-printed']) }),
  'paper.decided': event('A manager settled a doubt at another terminal, which is told when it next looks', { terminal: code, doubtNumber, by: staffName, outcome: z.enum(['printed', 'not-printed']) }),
  'paper.decision-reached': event("The other terminal has heard it; what its ledger says of that paper now", { terminal: code, doubtNumber, became: z.enum(['printed', 'not-printed', 'void', 'retracted', 'unknown']) }),
  'device.condition-began': event('A device cannot do all it should', { device, condition: z.enum(CONDITION_CODES), severity: z.enum(['warning', 'error']), remedy: z.enum(REMEDIES) }),
  'device.condition-ended': event('A device recovered', { device, condition: z.enum(CONDITION_CODES) }),
  'device.news-refused': event('The platform refuses what it is told of the devices; it is told again', { reason: code }),
  'device.command-failed': event('A command to a device ended in a fault; repeated ones are counted and told now and then', { device, command: deviceCommand, fault: z.enum(FAULT_CODES), times: count }),
  'device-host.started': event('The process that runs the drivers began', { processId: count }),
  'device-host.crashed': event('The process that runs the drivers died', { exit: count.nullable(), signal: z.string().regex(/^SIG[A-Z0-9]{2,8}$/).nullable() }),
  'locker.document-known': event('The platform told of an original that is to be put into the locker', { document: caseId }),
  'locker.opening': event('A cell is about to be opened, once', { cell: counterId, task: cellTask, document: caseId.nullable(), by: code }),
  'locker.opened': event('What became of it; `opened`: its door was seen open', { cell: counterId, task: cellTask, outcome: z.enum(['opened', 'stuck', 'unknown', 'unopened']), fault: z.enum(FAULT_CODES).nullable() }),
  'locker.loaded': event('An original lies in a cell', { cell: counterId, document: caseId, proof: cellProof }),
  'locker.put-back': event('An original was not put in; it waits again', { cell: counterId, document: caseId }),
  'locker.collected': event('Its owner has an original', { cell: counterId, document: caseId, proof: cellProof }),
  'locker.returned': event('Staff took an original out again', { cell: counterId, document: caseId, proof: cellProof }),
  'locker.doubtful': event('Nobody knows how it stands in a cell; staff must look', { cell: counterId, document: caseId.nullable(), why: code }),
  'locker.settled': event('Staff looked into a cell and said what they found', { cell: counterId, document: caseId.nullable(), found: code, by: staffName }),
  'locker.closed': event('Staff put a cell out of use', { cell: counterId, by: staffName }),
  'locker.reopened': event('Staff put a cell into use again', { cell: counterId, by: staffName }),
  'locker.document-deleted': event('What was known of an original was deleted after its time', { document: caseId }),
  'incarnation.new': event('The database is new, restored or copied: a new life with new keys began', { incarnation, before: incarnation.nullable(), why: z.enum(['first', 'restored']) }),
  'configuration.fell-back': event('A file of the configuration was wrong; the last good one is used', { file: code, mistakes: count }),
  'storage.fault': event('The terminal could not keep something', { fault: z.enum(['home-in-use', 'database-damaged', 'key-lost', 'disk-full', 'sqlite-too-old']) }),
  'service.closed': event('Staff closed an item by hand, or the whole terminal (no item)', { item: code.nullable(), by: code, reason: code }),
  'service.opened': event('Staff opened again what they had closed', { item: code.nullable(), by: code }),
  'spoken-mode.on': event('A citizen turned the spoken mode on', { by: z.enum(['page', 'nav-pad']) }),
  'help.asked': event('A citizen asked for help', { item: code.nullable() }),
  'staff.signed-in': event('Somebody of the hall signed in', { name: staffName, role: code }),
  'staff.sign-in-refused': event('Sign-ins were refused', { name: staffName, reason: code, times: count }),
  'staff.invited': event('A member of staff was created or reset', { name: staffName, role: code }),
  'staff.disabled': event('A member of staff may not sign in any more', { name: staffName }),
  'staff.enabled': event('A member of staff may sign in again', { name: staffName }),
  'staff.refused': event('Requests to the hall were refused', { name: staffName, reason: code, times: count }),
  'queue.opened': event("The hall's queue began to serve", { day: code, version: count }),
  'queue.refused-by-platform': event('The platform refuses what it is told of the queue; it is told again', { reason: code }),
  'queue.rules-changed': event("A manager changed the rules of the queue", { by: staffName, version: count }),
  'queue.rules-refused': event('Rules of a manager were refused; those before go on', { by: staffName, mistakes: count }),
  'queue.refused': event('Something was asked of the queue and refused: by a member of staff, a terminal, or `public` (who holds a code), `at` a counter', { by: code, at: counterId.nullable(), command: code, refusal: code, times: count }),
  'queue.hall-lost': event("The hall does not answer this terminal; numbers come from its reserve", {}),
  'queue.hall-back': event('The hall has everything that happened at this terminal meanwhile', { joined: count }),
  'queue.join-refused': event('The hall does not take in a number that this terminal gave; staff must look', { day: code, class: code, ordinal: count, refusal: code }),
  'queue.join-settled': event('A manager has seen to a number that the hall did not take in', { day: code, class: code, ordinal: count, by: staffName }),
  'queue.pad-pressed': event("A clerk's press on the pad of a counter did what it says", { counter: counterId, key: code, clerk: staffName }),
  'queue.pad-refused': event('Presses on the pad of a counter were refused', { counter: counterId, refusal: code, times: count }),
  'queue.reserve-burned': event("The terminal's memory was put back from before: numbers it held in reserve are given by nobody", { leases: count }),
  'queue.paired': event('This terminal is known to its hall', {}),
  'terminal.pairing': event('A one-time code for a terminal was made', { terminal: code, by: staffName }),
  'terminal.enrolled': event('A terminal left its key with the hall', { terminal: code }),
  'terminal.revoked': event('A terminal gives no numbers of this hall any more', { terminal: code, by: staffName }),
  'terminal.refused': event('Requests in the name of a terminal were refused', { terminal: code, reason: code, times: count }),
  'queue.fault': event('The queue could not keep something; it did not happen', {}),
  'rating.given': event('A citizen rated the service', { caseId, score: z.number().int().min(1).max(5).describe('1 to 5') }),
} as const;

/** Do all fields pass their cheap checks? False says nothing yet: the event's schema judges then. */
export const fitting = (name: EventName, given: Record<string, unknown>): boolean => {
  const shape: Record<string, z.ZodType> = EVENTS[name].fields.shape;
  const fields = Object.keys(given);
  return fields.length === Object.keys(shape).length && fields.every((field) => Object.hasOwn(shape, field) && cheap.get(shape[field] as z.ZodType)?.(given[field]) === true);
};

export type EventName = keyof typeof EVENTS;
export type EventFields<E extends EventName> = z.infer<(typeof EVENTS)[E]['fields']>;
