/** The printer's answers as the driver needs them: requests built, answers checked by schema once, statuses as faults. */
import { z } from 'zod';
import { condition, fail, ok } from '../contract.ts';
import type { Condition, DeviceStatus, FaultCode, JobState, PrintJob, Result, Supply } from '../contract.ts';
import { attribute, decodeIpp, encodeIpp, GROUP, plainGroup, STATUS, TAG } from './codec.ts';
import type { IppAttribute, IppMessage } from './codec.ts';
import { conditionsOfReasons } from './reasons.ts';
import type { Severities } from './reasons.ts';

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

const one = <T extends z.ZodType>(type: T) =>
  z
    .array(z.unknown())
    .transform((values) => values[0])
    .pipe(type);
const optional = <T extends z.ZodType>(type: T) => one(type).nullable().catch(null);
const count = optional(z.number().int().min(0));

const jobSchema = z.object({
  'job-id': one(z.number().int().positive()),
  'job-state': one(z.number().int().refine((state) => JOB_STATES.has(state))),
  'job-state-reasons': z.array(z.string().max(255)).catch([]),
  'job-impressions-completed': count,
  'job-media-sheets-completed': count,
});

export const JOB_ATTRIBUTES = ['job-id', 'job-state', 'job-state-reasons', 'job-impressions-completed', 'job-media-sheets-completed'];

const plainObject = (message: IppMessage, tag: number): Record<string, unknown[]> => Object.fromEntries(plainGroup(message.groups.find((group) => group.tag === tag)));

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

const strings = z.array(z.string().max(1023)).catch([]);
const numbers = z.array(z.number().int()).catch([]);

const printerSchema = z.object({
  'printer-state': one(z.number().int().min(3).max(5)),
  'printer-state-reasons': z.array(z.string().max(255)).catch([]),
  'printer-is-accepting-jobs': optional(z.boolean()),
  'printer-make-and-model': optional(z.string().max(127)),
  'document-format-supported': strings,
  'media-supported': strings,
  'sides-supported': strings,
  'copies-supported': optional(z.object({ low: z.number(), high: z.number() })),
  'marker-names': strings,
  'marker-types': strings,
  'marker-levels': numbers,
  'marker-low-levels': numbers,
  'printer-input-tray': z.array(z.instanceof(Uint8Array)).catch([]),
  'printer-supply': z.array(z.instanceof(Uint8Array)).catch([]),
});
export type PrinterAttributes = z.infer<typeof printerSchema>;

export const PRINTER_ATTRIBUTES: readonly string[] = Object.keys(printerSchema.shape);

export function printerOf(message: IppMessage): Result<PrinterAttributes> {
  const parsed = printerSchema.safeParse(plainObject(message, GROUP.printer));
  return parsed.success ? ok(parsed.data) : fail('bad-frame', `printer attributes not as RFC 8011 has them: ${parsed.error.issues[0]?.path.join('.') ?? ''}`);
}

/** Conditions of the printer now: its reasons, and what its state alone says. */
export function conditionsOf(printer: Pick<PrinterAttributes, 'printer-state' | 'printer-state-reasons' | 'printer-is-accepting-jobs'>, severities: Severities): Condition[] {
  const stopped = printer['printer-state'] === 5;
  const conditions = conditionsOfReasons(printer['printer-state-reasons'], severities, stopped);
  const hasError = conditions.some((found) => found.severity === 'error');
  if (stopped && !hasError) conditions.push(condition('device-fault', 'error', 'printer-state=stopped'));
  if (printer['printer-is-accepting-jobs'] === false && !conditions.some((found) => found.code === 'paused')) conditions.push(condition('paused', 'error', 'printer-is-accepting-jobs=false'));
  return conditions;
}

/** PWG 5100.13: one tray or supply as `key=value;key=value;`. */
const fieldsOf = (bytes: Uint8Array): ReadonlyMap<string, string> =>
  new Map(
    Buffer.from(bytes)
      .toString('utf8')
      .split(';')
      .map((part) => [part.split('=', 1)[0]?.trim().toLowerCase() ?? '', part.slice(part.indexOf('=') + 1)] as const),
  );

/** What is left and in percent; −1 other, −2 unknown, −3 some (RFC 3805) are null. */
function levelOf(fields: ReadonlyMap<string, string>): Pick<Supply, 'left' | 'percent'> {
  const level = Number(fields.get('level') ?? Number.NaN);
  const most = Number(fields.get('maxcapacity') ?? Number.NaN);
  const left = Number.isInteger(level) && level >= 0 ? level : null;
  return { left, percent: left !== null && most > 0 ? Math.min(100, Math.round((left / most) * 100)) : null };
}

/** Trays; manual feed is no supply, and `auto` is not a tray but the choice among them. */
const paperOf = (trays: readonly Uint8Array[]): Supply[] =>
  trays
    .map(fieldsOf)
    .filter((fields) => !/manual/i.test(fields.get('type') ?? '') && fields.get('name') !== 'auto')
    .map((fields) => ({ name: 'paper', ...levelOf(fields) }));

const markerName = (type: string): string => (/^waste/i.test(type) ? 'waste' : /^(toner|ink)/i.test(type) ? 'toner' : type);

/** Toner and waste: `marker-*` of CUPS and AirPrint printers, else `printer-supply` of PWG 5100.13. */
function markersOf(printer: PrinterAttributes): { supplies: Supply[]; conditions: Condition[] } {
  if (printer['marker-types'].length === 0) {
    const supplies = printer['printer-supply'].map(fieldsOf).map((fields) => ({ name: markerName(fields.get('type') ?? 'unknown'), left: null, percent: levelOf(fields).percent }));
    return { supplies, conditions: [] };
  }
  const supplies: Supply[] = [];
  const conditions: Condition[] = [];
  printer['marker-types'].forEach((type, index) => {
    const level = printer['marker-levels'][index] ?? -2;
    const percent = level >= 0 && level <= 100 ? level : null;
    const name = markerName(type);
    supplies.push({ name, percent, left: null });
    const low = printer['marker-low-levels'][index] ?? -1;
    if (name !== 'toner' || percent === null) return;
    if (percent === 0) conditions.push(condition('toner-out', 'warning', 'marker-levels=0'));
    else if (low > 0 && percent <= low) conditions.push(condition('toner-low', 'warning', `marker-levels=${percent}`));
  });
  return { supplies, conditions };
}

export function statusOf(printer: PrinterAttributes, severities: Severities): DeviceStatus {
  const markers = markersOf(printer);
  const conditions = conditionsOf(printer, severities);
  for (const extra of markers.conditions) if (!conditions.some((known) => known.code === extra.code)) conditions.push(extra);
  return {
    online: !conditions.some((found) => found.code === 'offline' && found.severity === 'error'),
    component: printer['printer-state'] === 5 ? 'unavailable' : printer['printer-state'] === 4 ? 'busy' : 'ready',
    media: 'no-sensor',
    conditions,
    supplies: [...paperOf(printer['printer-input-tray']), ...markers.supplies],
    model: printer['printer-make-and-model'],
  };
}
