/**
 * A recording in the device's place: it answers a driver as the device did, at the same pace, and says where the driver asked
 * something else. `replay:FILE` is an address like any other to `createDriver`.
 */
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { fail, ok, type DeviceClass, type Driver, type DriverClock, type Fault, type Result } from '../contract.ts';
import { OPENING, parseRecording, valueIn, valueOut, type RecordedEvent, type Recording } from './format.ts';
import { MASKS } from './classes.ts';
import { Player } from './player.ts';

/** Beyond this nothing is a recording of ours. */
const MOST_CHARACTERS = 80 * 1024 * 1024;

/** Reads the file of a recording. Faults: `bad-input` (not there, not one, cut short). */
export const readRecording = (path: string): Result<Recording> => {
  try {
    const text = readFileSync(path, 'utf8');
    return text.length > MOST_CHARACTERS ? fail('bad-input', `${path}: too long for a recording`) : parseRecording(text);
  } catch (error) {
    return fail('bad-input', `${path} cannot be read`, { original: error instanceof Error && 'code' in error ? String(error.code) : String(error) });
  }
};

/** Makes a driver; the factory over all classes, injected so that it may itself know of recordings. */
export type MakeDriver = <C extends DeviceClass>(deviceClass: C, uri: string, options: Record<string, unknown>, clock: DriverClock) => Driver<C>;

/** A driver in front of a recording; each command meets what was recorded of the next command of its name. */
export const replayDriver = <C extends DeviceClass>(path: string, deviceClass: C, clock: DriverClock, make: MakeDriver): Driver<C> => {
  const read = readRecording(path);
  const found: Result<Recording> = read.ok && read.value.header.class !== deviceClass ? fail('bad-input', `${path} is a recording of a ${read.value.header.class}`) : read;
  if (!found.ok) {
    const refused = () => Promise.resolve(found);
    return { deviceClass, open: refused, run: refused, close: () => Promise.resolve() };
  }
  const player = new Player(found.value, clock);
  const { uri, options } = found.value.header;
  const driver = make(deviceClass, uri, options, player.clock);
  const missing = (command: string) => Promise.resolve(fail('bad-input', `${path} holds no further ${command}`));
  return {
    deviceClass,
    open: (context) => (player.begin(OPENING) === null ? missing('opening') : driver.open(context)),
    run: (command, input, context, onProgress) => (player.begin(command) === null ? missing(command) : driver.run(command, input, context, onProgress)),
    close: async () => {
      player.end();
      await driver.close();
    },
  };
};

/** One command as it ended then, and as it ended now. */
export interface Replayed {
  command: string;
  agrees: boolean;
  before: unknown;
  after: unknown;
}

export interface ReplayReport {
  commands: Replayed[];
  /** Where the driver first asked the device something else than then; null when it never did. */
  diverged: string | null;
}

type Outcome = { value: unknown } | { code: Fault['code']; remedy: Fault['remedy'] };

/** Times differ from run to run, and what the system says of a closed port from system to system. */
const comparable = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((one) => comparable(one));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, one]) => name !== 'since' && one !== undefined)
      .map(([name, one]) => [name, comparable(one)]),
  );
};

const outcomeThen = (events: readonly RecordedEvent[], id: number): Outcome | null => {
  const result = events.find((one) => one.type === 'result' && one.id === id);
  if (result?.type !== 'result') return null;
  return result.fault === undefined ? { value: comparable(result.value ?? null) } : { code: result.fault.code, remedy: result.fault.remedy };
};

/** Bytes of which a length was kept are that many zeros between their marks. */
const refill = (value: unknown): unknown => {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map((one) => refill(one));
  const { length, head, tail } = value as { length?: unknown; head?: unknown; tail?: unknown };
  const hollow = typeof length === 'number' && Object.keys(value).every((name) => ['length', 'head', 'tail'].includes(name));
  if (!hollow) return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, refill(one)]));
  const bytes = new Uint8Array(length);
  if (head instanceof Uint8Array) bytes.set(head);
  if (tail instanceof Uint8Array) bytes.set(tail, length - tail.length);
  return bytes;
};

/**
 * Plays a whole recording to the driver of today: the same commands, cancelled where they were, compared with what came of them then.
 * @returns `bad-input` when the file is no whole recording
 */
export const replay = async (path: string, clock: DriverClock, make: MakeDriver): Promise<Result<ReplayReport>> => {
  const read = readRecording(path);
  if (!read.ok) return read;
  const { header, events } = read.value;
  const mask = MASKS[header.class];
  const player = new Player(read.value, clock);
  const driver = make(header.class, header.uri, header.options, player.clock);
  const commands: Replayed[] = [];
  for (const event of events) {
    if (event.type !== 'command') continue;
    const before = outcomeThen(events, event.id);
    // It never ended: the recording did before it.
    if (before === null) continue;
    await player.settled();
    player.begin(event.command);
    const stop = new AbortController();
    const cancel = events.find((one) => one.type === 'cancel' && one.id === event.id);
    const over = new AbortController();
    if (cancel !== undefined) void clock.sleep(cancel.at - event.at, over.signal).then(() => stop.abort());
    const context = { signal: stop.signal, deadlineMs: event.deadlineMs };
    const input = refill(valueIn(event.input));
    // Name and input were the class's own when they were recorded, and the driver parses neither.
    const result: Result<unknown> = event.command === OPENING ? await driver.open(context) : await (driver.run as (command: string, input: unknown, how: typeof context) => Promise<Result<unknown>>)(event.command, input, context);
    over.abort();
    const after: Outcome = result.ok ? { value: comparable(JSON.parse(JSON.stringify(valueOut(mask.value(result.value)) ?? null))) } : { code: result.fault.code, remedy: result.fault.remedy };
    commands.push({ command: event.command, agrees: isDeepStrictEqual(before, after), before, after });
  }
  player.end();
  await driver.close();
  return ok({ commands, diverged: player.diverged });
};
