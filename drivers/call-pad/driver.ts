/** Call pads at the counters: serial pads (RS-485, one line for many), or a HID keypad. */
import { z } from 'zod';
import { condition, fail, ok, type DeviceStatus, type DriverFactory, type Fault, type Result } from '../contract.ts';
import type { CommandHandlers } from '../transports/conversation.ts';
import { createEar, earOnBytes, earOnReports, type EarSource } from '../transports/ear.ts';
import { KEYBOARD_PART, KeyboardReports } from '../transports/hid-keyboard.ts';
import { reportTransportFor, transportFor } from '../transports/index.ts';
import { PadDecoder, type PadFrame } from './codec.ts';
import { PAD_START, padNext, type PadInput, type PadSettings, type Press } from './machine.ts';
import { HID_KEYS, PAD_KEYS, SERIAL_KEYS } from './profiles.ts';

const counterName = z.string().regex(/^[0-9A-Z]{1,8}$/);
const pairs = z
  .string()
  .regex(/^\d{1,3}:[0-9A-Z]{1,8}(,\d{1,3}:[0-9A-Z]{1,8})*$/)
  .transform((text) => Object.fromEntries(text.split(',').map((pair): [string, string] => [pair.split(':')[0] ?? '', pair.split(':')[1] ?? ''])));

const options = z.strictObject({
  /** Bytes or usages in hexadecimal, to keys. */
  keys: z.record(z.string().regex(/^([0-9a-fA-F]{2}){1,8}$/), z.enum(PAD_KEYS)).optional(),
  /** Pad address to counter: `{1: '3'}`, or `1:3,2:4` in an address's query. */
  counters: z.union([z.record(z.string().regex(/^\d{1,3}$/), counterName), pairs]).optional(),
  /** The counter of a HID keypad. */
  counter: z.union([counterName, z.number().int().nonnegative().transform(String)]).optional(),
  debounceMs: z.number().int().min(0).max(5000).default(300),
  /** A keypad that calls itself usage 7 instead of a keyboard's 6. */
  usage: z.union([z.literal(6), z.literal(7)]).default(6),
});

/** Presses that are kept while nobody waits. */
const KEPT = 16;
const NOBODY: Fault = fail('no-media', 'no key was pressed').fault;
/** Foreign reports after which a device counts as no keyboard. */
const FOREIGN = 3;
/** Longer than a frame takes at 1200 baud. */
const PAUSE_MS = 1000;

export const createCallPadDriver: DriverFactory<'call-pad'> = (uri, given, clock) => {
  const parsed = options.safeParse(given);
  const isHid = uri.startsWith('hid:');
  const unusable = (result: Extract<Result<never>, { ok: false }>) => {
    const answer = () => Promise.resolve(result);
    return { deviceClass: 'call-pad', open: answer, run: answer, close: () => Promise.resolve() } as const;
  };
  if (!parsed.success) {
    return unusable(fail('bad-input', `options of the call pad: cannot use ${parsed.error.issues.map((issue) => (issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue.path.join('.'))).join(', ')}`));
  }
  const settings: PadSettings = {
    keys: parsed.data.keys ?? (isHid ? HID_KEYS : SERIAL_KEYS),
    counters: parsed.data.counters ?? null,
    counter: parsed.data.counter ?? null,
    debounceMs: parsed.data.debounceMs,
  };
  const transport = isHid ? reportTransportFor(uri, clock, { ...KEYBOARD_PART, usage: parsed.data.usage }) : transportFor(withBaud(uri), clock);
  if (!transport.ok) return unusable(transport);
  const source: EarSource = 'onReport' in transport.value ? earOnReports(transport.value) : earOnBytes(transport.value);

  const frames = new PadDecoder();
  let heardAt = Number.NEGATIVE_INFINITY;
  let heardFrame = false;
  /** Since the last whole frame. */
  let strangeBytes = 0;
  /** A frame comes in one go: what broke off before a pause has nothing to do with what follows. */
  const framesIn = (chunk: Uint8Array, at: number): PadFrame[] => {
    if (at - heardAt > PAUSE_MS) frames.reset();
    heardAt = at;
    const found = frames.push(chunk);
    strangeBytes = found.length > 0 ? 0 : strangeBytes + chunk.length;
    heardFrame ||= found.length > 0;
    return found;
  };
  const keyboard = new KeyboardReports();
  let state = PAD_START;
  const step = (input: PadInput): Press[] => {
    const { state: after, presses } = padNext(state, input, settings);
    state = after;
    return presses;
  };
  const ear = createEar<Press>({
    source,
    keep: KEPT,
    clock,
    hear: (chunk, at) => (isHid ? step({ type: 'keys', usages: keyboard.push(chunk), at }) : framesIn(chunk, at).flatMap((frame) => step({ type: 'frame', frame, at }))),
    reset: () => {
      frames.reset();
      heardFrame = false;
      keyboard.reset();
      step({ type: 'opened' });
    },
  });

  const statusValue = (): DeviceStatus => ({
    online: true,
    // A serial pad says nothing until a key is pressed: that the line is open proves no pad.
    component: isHid || heardFrame ? 'ready' : 'unknown',
    media: 'no-sensor',
    conditions: [
      ...(keyboard.foreignReports >= FOREIGN ? [condition('wrong-device', 'error', 'sends reports that are no keyboard reports')] : []),
      ...(state.unmapped === null ? [] : [condition('unknown-reason', 'info', `a key that is mapped to nothing: ${state.unmapped}`)]),
    ],
    supplies: [],
    model: null,
  });

  const handlers: CommandHandlers<'call-pad'> = {
    status: async (_input, context) => {
      const opened = await ear.open(context);
      return opened.ok ? ok(statusValue()) : opened;
    },
    read: async (_input, context) => {
      const before = state.unmapped;
      strangeBytes = 0;
      const read = await ear.read(context, NOBODY);
      if (read.ok || read.fault !== NOBODY) return read;
      // Whoever sets up a pad of another make presses its keys and looks here for what they send.
      if (state.unmapped !== null && state.unmapped !== before) return fail('no-media', 'a key was pressed that is mapped to nothing', { original: state.unmapped });
      if (strangeBytes > 0) return fail('no-media', 'what came is no frame of a pad: wrong baud, wiring or make', { original: `${strangeBytes} bytes` });
      return read;
    },
    listen: async (_input, context, onProgress) => {
      const heard = await ear.listen(context, (press) => onProgress?.(press));
      return heard.ok ? ok({ presses: heard.value }) : heard;
    },
  };

  return {
    deviceClass: 'call-pad',
    open: (context) => handlers.status(undefined, context),
    run: (command, input, context, onProgress) => handlers[command](input, context, onProgress),
    close: () => ear.close(),
  };
};

/** Pads speak at 9600 baud where the address names nothing else. */
const withBaud = (uri: string): string => (uri.startsWith('serial:') && !/[?&]baud=/.test(uri) ? `${uri}${uri.includes('?') ? '&' : '?'}baud=9600` : uri);
