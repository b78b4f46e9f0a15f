/** The printer's answers as the driver needs them: requests built, answers checked by schema once, statuses as faults. */
import { z } from 'zod';
import { condition, fail, ok } from '../contract.ts';
import type { Condition, DeviceStatus, FaultCode, JobState, PrintJob, Result, Supply, Tray } from '../contract.ts';
import { attribute, decodeIpp, encodeIpp, GROUP, STATUS, TAG } from './codec.ts';
import type { IppAttribute, IppMessage } from './codec.ts';
import { one, optional, plainObject } from './printer-attributes.ts';
import type { PrinterAttributes } from './printer-attributes.ts';
import { conditionsOfReasons } from './reasons.ts';
import type { Severities } from './reasons.ts';
import { fieldsOf, levelOf, suppliesOf } from './supplies.ts';
import { traysOf } from './trays.ts';
import type { TraySetting } from './trays.ts';

/** Nothing that a printer says about itself is longer. */
export const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

export interface Ask {
  operation: number;
  requestId: number;
  printerUri: string;
  user: string;
  /** Operation attributes behind charset, language, printer-uri. */
  operationAttributes?: IppAttribute[];
  jobAttributes?: IppAttribute[];
  document?: Uint8Array;
}

export function buildRequest(ask: Ask): Uint8Array[] {
  // RFC 8011 §4.1.4: charset, language, then the target, then job-id; some printers insist on the order.
  const [jobId, ...others] = (ask.operationAttributes ?? []).toSorted((a, b) => Number(b.name === 'job-id') - Number(a.name === 'job-id'));
  const user = attribute('requesting-user-name', TAG.name, ask.user);
  const rest = jobId === undefined ? [user] : jobId.name === 'job-id' ? [jobId, user, ...others] : [user, jobId, ...others];
  const operation = [
    attribute('attributes-charset', TAG.charset, 'utf-8'),
    attribute('attributes-natural-language', TAG.language, 'en'),
    attribute('printer-uri', TAG.uri, ask.printerUri),
    ...rest,
  ];
  return encodeIpp({
    version: { major: 2, minor: 0 },
    code: ask.operation,
    requestId: ask.requestId,
    groups: [
      { tag: GROUP.operation, attributes: operation },
      ...(ask.jobAttributes === undefined || ask.jobAttributes.length === 0 ? [] : [{ tag: GROUP.job, attributes: ask.jobAttributes }]),
    ],
    data: ask.document ?? new Uint8Array(),
  });
}

/** IPP status → fault. What a status means for this product, RFC 8011 §4.1.6 and appendix B. */
const FAULT_OF_STATUS: ReadonlyMap<number, FaultCode> = new Map<number, FaultCode>([
  [STATUS.timeout, 'timed-out'],
  [STATUS.notFound, 'job-lost'],
  [STATUS.gone, 'job-lost'],
  [STATUS.tooLarge, 'media-too-large'],
  [STATUS.documentFormatError, 'media-unreadable'],
  [STATUS.internalError, 'device-fault'],
  [STATUS.serviceUnavailable, 'offline'],
  [STATUS.deviceError, 'device-fault'],
  [STATUS.temporaryError, 'busy-elsewhere'],
  [STATUS.notAccepting, 'paused'],
  [STATUS.busy, 'busy-elsewhere'],
  [STATUS.jobCanceled, 'cancelled'],
]);

const statusName = (code: number): string => Object.entries(STATUS).find(([, value]) => value === code)?.[0] ?? 'unknown status';

/** An HTTP answer's body as an IPP message with a good status; the printer's status message stays out of it (it may quote the job's name). */
export function readAnswer(body: Uint8Array, requestId: number): Result<IppMessage> {
  const message = decodeIpp(body);
  if (!message.ok) return message;
  const { code } = message.value;
  if (message.value.requestId !== requestId) return fail('bad-frame', `answer to request ${message.value.requestId} where ${requestId} was asked`);
  if (code < 0x0100) return message;
  return fail(FAULT_OF_STATUS.get(code) ?? 'refused', `the printer answered ${statusName(code)}`, { original: `status=0x${code.toString(16).padStart(4, '0')}` });
}

// ---------------------------------------------------------------------------------------------------- job

const JOB_STATES: ReadonlyMap<number, JobState> = new Map<number, JobState>([
  [3, 'pending'],
  [4, 'held'],
  [5, 'processing'],
  [6, 'stopped'],
  [7, 'canceled'],
  [8, 'aborted'],
  [9, 'completed'],
]);

const count = optional(z.number().int().min(0));

const jobSchema = z.object({
  'job-id': one(z.number().int().positive()),
  'job-state': one(z.number().int().refine((state) => JOB_STATES.has(state))),
  'job-state-reasons': z.array(z.string().max(255)).catch([]),
  'job-impressions-completed': count,
  'job-media-sheets-completed': count,
});

export const JOB_ATTRIBUTES = ['job-id', 'job-state', 'job-state-reasons', 'job-impressions-completed', 'job-media-sheets-completed'];

export function jobOf(message: IppMessage): Result<PrintJob> {
  const parsed = jobSchema.safeParse(plainObject(message, GROUP.job));
  if (!parsed.success) return fail('bad-frame', `job attributes not as RFC 8011 has them: ${parsed.error.issues[0]?.path.join('.') ?? ''}`);
  const job = parsed.data;
  return ok({
    jobId: job['job-id'],
    state: JOB_STATES.get(job['job-state']) ?? 'pending',
    stateReasons: job['job-state-reasons'].filter((reason) => reason !== 'none'),
    impressionsCompleted: job['job-impressions-completed'],
    sheetsCompleted: job['job-media-sheets-completed'],
  });
}

/** Create-Job answers with the id alone; the state in it is not needed. */
export function jobIdOf(message: IppMessage): Result<number> {
  const parsed = one(z.number().int().positive()).safeParse(plainObject(message, GROUP.job)['job-id']);
  return parsed.success ? ok(parsed.data) : fail('bad-frame', 'the printer took a job and did not say its number');
}

// ------------------------------------------------------------------------------------------------ printer

/** Conditions of the printer now: its reasons, and what its state alone says. */
export function conditionsOf(printer: Pick<PrinterAttributes, 'printer-state' | 'printer-state-reasons' | 'printer-is-accepting-jobs'>, severities: Severities): Condition[] {
  const stopped = printer['printer-state'] === 5;
  const conditions = conditionsOfReasons(printer['printer-state-reasons'], severities, stopped);
  const hasError = conditions.some((found) => found.severity === 'error');
  if (stopped && !hasError) conditions.push(condition('device-fault', 'error', 'printer-state=stopped'));
  if (printer['printer-is-accepting-jobs'] === false && !conditions.some((found) => found.code === 'paused')) conditions.push(condition('paused', 'error', 'printer-is-accepting-jobs=false'));
  return conditions;
}

/** What the terminal file says of this printer. */
export interface PrinterSettings {
  severities: Severities;
  trays: readonly TraySetting[];
  /** Pages from a full cartridge; null: not entered. */
  tonerPages: number | null;
}

/** Paper as supplies: numbered stock under a name of its own, so that nobody counts on it for ordinary sheets. */
const paperOf = (printer: PrinterAttributes, trays: readonly Tray[]): Supply[] => {
  const inputs = printer['printer-input-tray'].map(fieldsOf).filter((fields) => !/manual/i.test(fields.get('type') ?? ''));
  const percents = new Map(inputs.map((fields, index) => [(fields.get('name') ?? `tray-${index + 1}`).toLowerCase(), levelOf(fields).percent]));
  return trays.map(({ source, stock, left }) => ({ name: stock === 'numbered' ? 'numbered-stock' : 'paper', left, percent: percents.get(source.toLowerCase()) ?? null }));
};

export function statusOf(printer: PrinterAttributes, settings: PrinterSettings): DeviceStatus {
  const markers = suppliesOf(printer, settings.tonerPages);
  const trays = traysOf(printer, settings.trays);
  const conditions = conditionsOf(printer, settings.severities);
  for (const extra of markers.conditions) if (!conditions.some((known) => known.code === extra.code)) conditions.push(extra);
  return {
    online: !conditions.some((found) => found.code === 'offline' && found.severity === 'error'),
    component: printer['printer-state'] === 5 ? 'unavailable' : printer['printer-state'] === 4 ? 'busy' : 'ready',
    media: 'no-sensor',
    conditions,
    supplies: [...paperOf(printer, trays), ...markers.supplies],
    ...(trays.length === 0 ? {} : { trays }),
    model: printer['printer-make-and-model'],
  };
}
