/**
 * What agent and device host say to each other: typed, and parsed with a schema on both sides, because the two may come
 * from different builds after a failed update, and because a driver's value must not reach a session unseen.
 * The channel is Node's own (advanced serialization), so bytes travel as Uint8Array and are not encoded.
 */
import { z } from 'zod';
import { DEVICE_CLASSES, FAULT_CODES, REMEDIES } from '../../drivers/contract.ts';

const word = z.string().max(2_000);
const fault = z.object({ code: z.enum(FAULT_CODES), remedy: z.enum(REMEDIES), message: word, original: word.optional() });

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
