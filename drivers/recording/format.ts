/**
 * A recording: one line of JSON for what it is of, one for everything that happened, one that says that it is whole. Bytes are
 * hexadecimal, times milliseconds since its beginning.
 */
import { z } from 'zod';
import { DEVICE_CLASSES, fail, FAULT_CODES, ok, REMEDIES, type Result } from '../contract.ts';
import type { Piece } from './mask.ts';

const hex = z
  .string()
  .regex(/^([0-9a-f]{2})*$/)
  .transform((text) => Uint8Array.from(Buffer.from(text, 'hex')));
const MOST_HOLLOW = 64 * 1024 * 1024;
const piece = z.union([hex, z.strictObject({ length: z.number().int().min(0).max(MOST_HOLLOW), head: hex.optional(), tail: hex.optional() })]).transform((one): Piece =>
  one instanceof Uint8Array ? one : { length: one.length, ...(one.head === undefined ? {} : { head: one.head }), ...(one.tail === undefined ? {} : { tail: one.tail }) },
);
const fault = z.object({ code: z.enum(FAULT_CODES), remedy: z.enum(REMEDIES), message: z.string(), original: z.string().optional() });
const at = z.number().min(0);
const wire = z.number().int().min(0).max(7);
const number = z.number().int().min(0);

const header = z.strictObject({
  recording: z.literal(1),
  class: z.enum(DEVICE_CLASSES),
  uri: z.string(),
  options: z.record(z.string(), z.unknown()),
});

const event = z.discriminatedUnion('type', [
  z.strictObject({ at, type: z.literal('command'), id: number, command: z.string(), input: z.unknown().optional(), deadlineMs: z.number() }),
  z.strictObject({ at, type: z.literal('cancel'), id: number }),
  /** `value` null where the class keeps nothing of it. */
  z.strictObject({ at, type: z.literal('result'), id: number, value: z.unknown().optional(), fault: fault.optional() }),
  z.strictObject({ at, type: z.literal('open'), wire, fault: fault.optional() }),
  z.strictObject({ at, type: z.literal('closed'), wire, reason: z.string() }),
  z.strictObject({ at, type: z.literal('out'), wire, data: piece, fault: fault.optional() }),
  /** `unheard`: the driver was not listening. */
  z.strictObject({ at, type: z.literal('in'), wire, data: piece, unheard: z.literal(true).optional() }),
  z.strictObject({ at, type: z.literal('set'), wire, data: piece, fault: fault.optional() }),
  z.strictObject({ at, type: z.literal('get'), wire, data: piece, fault: fault.optional() }),
  /** The device's own report descriptor was asked for. */
  z.strictObject({ at, type: z.literal('descriptor'), wire, data: piece, fault: fault.optional() }),
  /** A program of the host began; `data`: what it was fed. Its folder stands as `{folder}`. */
  z.strictObject({ at, type: z.literal('start'), run: number, command: z.string(), args: z.array(z.string()), data: piece }),
  /** It printed; `file`: the line names a file that it has finished in its folder. */
  z.strictObject({ at, type: z.literal('said'), run: number, stream: z.enum(['out', 'err']), data: piece, file: z.strictObject({ name: z.string().regex(/^[\w.-]{1,80}$/), data: piece }).optional() }),
  /** The driver wanted its end. */
  z.strictObject({ at, type: z.literal('kill'), run: number }),
  z.strictObject({ at, type: z.literal('ended'), run: number, code: z.number().int().nullable(), error: z.string().nullable() }),
  z.strictObject({ at, type: z.literal('ask'), ask: number, method: z.string(), path: z.string(), data: piece }),
  z.strictObject({ at, type: z.literal('answer'), ask: number, status: z.number().int(), headers: z.record(z.string(), z.string()), data: piece, fault: fault.optional() }),
  z.strictObject({ at, type: z.literal('end'), events: number }),
]);

export type RecordingHeader = z.infer<typeof header>;
export type RecordedEvent = z.infer<typeof event>;

type Loose<T> = T extends { data: Piece } ? Omit<T, 'data' | 'at'> & { data: Piece } : Omit<T, 'at'>;
/** An event as the recorder gives it: without its time. */
export type Happened = Loose<Exclude<RecordedEvent, { type: 'end' }>>;

export interface Recording {
  header: RecordingHeader;
  events: RecordedEvent[];
}

/** What `Driver.open` is called in a recording: lockers have a command `open` of their own. */
export const OPENING = '@open';

/** Bytes as JSON can hold them. */
export const pieceOut = (one: Piece): unknown => {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  if (one instanceof Uint8Array) return text(one);
  return { length: one.length, ...(one.head === undefined ? {} : { head: text(one.head) }), ...(one.tail === undefined ? {} : { tail: text(one.tail) }) };
};

/** A value of a command as JSON can hold it; bytes under `$bytes`. */
export const valueOut = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('hex') };
  if (Array.isArray(value)) return value.map((one) => valueOut(one));
  if (value === null || typeof value !== 'object') return value;
  // A hollow one has bytes of its own only in its marks.
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, valueOut(one)]));
};

export const valueIn = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((one) => valueIn(one));
  if (value === null || typeof value !== 'object') return value;
  if ('$bytes' in value && typeof value.$bytes === 'string') return Uint8Array.from(Buffer.from(value.$bytes, 'hex'));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, valueIn(one)]));
};

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
};

/** Reads a recording; `bad-input` says the line that is wrong, or that the end is missing. */
export const parseRecording = (text: string): Result<Recording> => {
  const lines = text.split('\n');
  const whole = lines.pop() === '';
  const [first = '', ...rest] = lines;
  const head = header.safeParse(parsed(first));
  if (!head.success) return fail('bad-input', 'line 1: not the beginning of a recording');
  const events: RecordedEvent[] = [];
  for (const [index, line] of rest.entries()) {
    const one = event.safeParse(parsed(line));
    if (!one.success) return fail('bad-input', `line ${index + 2}: not an event of a recording`, { original: one.error.issues[0]?.path.join('.') ?? '' });
    events.push(one.data);
  }
  const last = events.at(-1);
  if (!whole || last?.type !== 'end') return fail('bad-input', `the recording is cut short after line ${lines.length}`);
  if (last.events !== events.length - 1) return fail('bad-input', `the recording lacks lines: it says ${last.events} events and holds ${events.length - 1}`);
  return ok({ header: head.data, events });
};
