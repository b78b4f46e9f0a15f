/**
 * What agent and device host say to each other: typed, and parsed with a schema on both sides, because the two may come
 * from different builds after a failed update, and because a driver's value must not reach a session unseen.
 * The channel is Node's own (advanced serialization), so bytes travel as Uint8Array and are not encoded.
 */
import { z } from 'zod';
import { CONDITION_CODES, DEVICE_CLASSES, FAULT_CODES, REMEDIES, type DeviceClass, type Result } from '../../drivers/contract.ts';

/** Larger than any page at 300 dpi that a scanner may give, smaller than what would hurt the agent. */
const MAX_BYTES = 64 * 1024 * 1024;
const bytes = z.instanceof(Uint8Array).refine((data) => data.byteLength <= MAX_BYTES, 'more than 64 MiB');
const word = z.string().max(2_000);

const fault = z.object({ code: z.enum(FAULT_CODES), remedy: z.enum(REMEDIES), message: word, original: word.optional() });

export const deviceStatus = z.object({
  online: z.boolean(),
  component: z.enum(['ready', 'busy', 'unavailable', 'unknown']),
  media: z.enum(['absent', 'present', 'unknown', 'no-sensor']),
  conditions: z
    .array(
      z.object({
        code: z.enum(CONDITION_CODES),
        severity: z.enum(['info', 'warning', 'error']),
        remedy: z.enum(REMEDIES),
        since: z.string().optional(),
        original: word.optional(),
      }),
    )
    .max(100),
  supplies: z.array(z.object({ name: z.string().max(100), percent: z.number().nullable(), left: z.number().nullable() })).max(100),
  model: z.string().max(500).nullable(),
});

const nothing = z.undefined();
const line = z.string().max(1_000);
const idCard = z.object({
  kind: z.enum(['resident', 'foreign-2017', 'foreign-2023', 'hmt']),
  name: line,
  nameLatin: line.nullable(),
  sex: z.enum(['male', 'female', 'unknown', 'unspecified']),
  ethnicity: line.nullable(),
  birthDate: line,
  address: line.nullable(),
  idNumber: line,
  issuer: line.nullable(),
  validFrom: line,
  validTo: line.nullable(),
  nationality: line.nullable(),
  passNumber: line.nullable(),
  issueCount: line.nullable(),
  photo: bytes.nullable(),
});

const align = z.enum(['left', 'center', 'right']).optional();
const slipText = z.string().max(10_000);
const oneToFour = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]).optional();
const oneOrTwo = z.union([z.literal(1), z.literal(2)]).optional();
const bitmap = z.object({ width: z.number().int().positive().max(4_000), height: z.number().int().positive().max(20_000), data: bytes });
const slip = z.object({
  parts: z
    .array(
      z.discriminatedUnion('type', [
        z.object({ type: z.literal('text'), text: slipText, align, width: oneToFour, height: oneToFour, bold: z.boolean().optional(), reverse: z.boolean().optional() }),
        z.object({ type: z.literal('row'), left: slipText, right: slipText, bold: z.boolean().optional(), width: oneOrTwo, height: oneOrTwo }),
        z.object({ type: z.literal('rule'), style: z.enum(['solid', 'dashed']) }),
        z.object({ type: z.literal('image'), bitmap, align }),
        z.object({ type: z.literal('qr'), text: slipText, module: z.number().int().min(1).max(16).optional(), level: z.enum(['L', 'M', 'Q', 'H']).optional(), align }),
        z.object({ type: z.literal('feed'), mm: z.number().nonnegative().max(1_000) }),
        z.object({ type: z.literal('cut'), mode: z.enum(['full', 'partial']) }),
      ]),
    )
    .max(2_000),
});

const jobId = z.number().int();
const aboutJob = z.object({ jobId });
const job = z.object({
  jobId,
  state: z.enum(['pending', 'held', 'processing', 'stopped', 'canceled', 'aborted', 'completed']),
  stateReasons: z.array(word).max(100),
  impressionsCompleted: z.number().nullable(),
  sheetsCompleted: z.number().nullable(),
});
const page = z.object({ index: z.number().int().nonnegative(), contentType: z.enum(['image/jpeg', 'image/png']), data: bytes });

interface CommandSchema {
  input: z.ZodType;
  value: z.ZodType;
  progress: z.ZodType;
}
const status: CommandSchema = { input: nothing, value: deviceStatus, progress: z.never() };

/** Every command of every class as schemas; what is not listed here does not cross the channel. */
export const COMMANDS: Readonly<Record<DeviceClass, Readonly<Record<string, CommandSchema>>>> = {
  'id-card': {
    status,
    read: { input: nothing, value: idCard, progress: z.object({ step: z.literal('found') }) },
    present: { input: nothing, value: z.object({ present: z.boolean() }), progress: z.never() },
  },
  'receipt-printer': {
    status,
    print: {
      input: slip,
      value: z.object({ delivery: z.enum(['taken', 'presented', 'confirmed-no-sensor']) }),
      progress: z.object({ step: z.literal('sent') }),
    },
  },
  'document-printer': {
    status,
    createJob: {
      input: z.object({ jobName: line, copies: z.number().int().min(1).max(100), media: line, sides: z.enum(['one-sided', 'two-sided-long-edge']) }),
      value: aboutJob,
      progress: z.never(),
    },
    sendDocument: { input: z.object({ jobId, pdf: bytes }), value: z.object({}), progress: z.never() },
    followJob: { input: aboutJob, value: job, progress: job },
    jobState: { input: aboutJob, value: job, progress: z.never() },
    cancelJob: { input: aboutJob, value: job, progress: z.never() },
  },
  scanner: {
    status,
    scan: {
      input: z.object({
        source: z.enum(['platen', 'feeder', 'auto']),
        color: z.enum(['color', 'gray']),
        resolution: z.union([z.literal(200), z.literal(300)]),
        maxPages: z.number().int().min(1).max(1_000),
      }),
      value: z.object({ pages: z.number().int().nonnegative() }),
      progress: page,
    },
  },
};

/** Schemas of one command, null for a name that the class does not have. */
export const commandSchema = (deviceClass: DeviceClass, command: string): CommandSchema | null => {
  const commands = COMMANDS[deviceClass];
  return Object.hasOwn(commands, command) ? (commands[command] ?? null) : null;
};

const id = z.number().int().nonnegative();
const deadlineMs = z.number().positive().max(24 * 3_600_000);

/** Agent → host. `open` also reopens: the driver that was there is closed first. */
export const toHost = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('open'),
    id,
    device: z.string(),
    deviceClass: z.enum(DEVICE_CLASSES),
    uri: z.string(),
    options: z.record(z.string(), z.unknown()),
    deadlineMs,
  }),
  z.strictObject({ type: z.literal('run'), id, device: z.string(), command: z.string(), input: z.unknown().optional(), deadlineMs }),
  z.strictObject({ type: z.literal('cancel'), id }),
  z.strictObject({ type: z.literal('close'), id, device: z.string() }),
  z.strictObject({ type: z.literal('ping'), id }),
]);
export type ToHost = z.infer<typeof toHost>;

/** Host → agent. `value` and `progress` are parsed by the schema of their command, which only the asker knows. */
export const fromHost = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready'), pid: z.number().int() }),
  z.strictObject({ type: z.literal('pong'), id }),
  z.strictObject({ type: z.literal('progress'), id, progress: z.unknown() }),
  z.strictObject({
    type: z.literal('result'),
    id,
    result: z.discriminatedUnion('ok', [z.strictObject({ ok: z.literal(true), value: z.unknown() }), z.strictObject({ ok: z.literal(false), fault })]),
  }),
]);
export type FromHost = z.infer<typeof fromHost>;
export type HostResult = Result<unknown>;
