/** One subject on one transport with a breakable wire between, and the steps that every check is made of. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FAULT_CODES, type CommandContext, type DriverClock, type Fault, type Result } from '../../drivers/contract.ts';
import type { Listen } from '../../drivers/emulator.ts';
import { startHidBus } from '../../drivers/hid-emulator/device.ts';
import { systemDriverClock } from '../../drivers/index.ts';
import { deviceStatus } from '../../drivers/schemas.ts';
import type { FaultyWire } from './breaker.ts';
import { startFaultyWire } from './faulty-wire.ts';
import { startHidWire } from './hid-wire.ts';
import { startProgramWire } from './program-wire.ts';
import type { Peer, Session, Subject, Transport } from './subject.ts';

/** What a driver or an emulator does that the contract does not allow. */
export class NotConforming extends Error {}

/** How thorough a run is. */
export interface Effort {
  /** Messages of a work at which each kind of break is tried; all of them where it has fewer. */
  points: number;
  /** Commands of the long run. */
  commands: number;
  /** Of the noise; a run with the same one makes the same bytes. */
  seed?: number;
}

export interface Bench {
  subject: Subject;
  transport: Transport;
  peer: Peer;
  wire: FaultyWire;
  session: Session;
  effort: Effort;
  /** Messages of one undisturbed work, both ways. Null before `work` has passed. */
  messages: number;
  /** Milliseconds of one undisturbed work. */
  took: number;
  /** Leaves out the pauses that a line needs between two messages, or keeps them again. Waits for an answer stay what they are. */
  hurry(on: boolean): void;
  /** Pseudo-random bytes, the same in every run. */
  noise(length: number): Uint8Array;
  close(): Promise<void>;
}

/** The contract's promise: known again after the device is back. */
const RECOVERY_MS = 10_000;
const PERSON_MS = 40;
export const USUAL_SEED = 0x2545_f491;

export const within = (deadlineMs: number, signal = new AbortController().signal): CommandContext => ({ signal, deadlineMs });

const byteSource = (seed: number): ((length: number) => Uint8Array) => {
  // Zero is the one state that this generator never leaves.
  let state = seed === 0 ? 1 : seed;
  return (length) =>
    Uint8Array.from({ length }, () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state & 0xff;
    });
};

/** Longest pause that is there for the line alone: a bus of many boards turns round. */
const PAUSE_MS = 50;

const pacedClock = (): { clock: DriverClock; hurry: (on: boolean) => void } => {
  let hurried = false;
  return {
    clock: { now: () => systemDriverClock.now(), sleep: (ms, signal) => systemDriverClock.sleep(hurried && ms <= PAUSE_MS ? 0 : ms, signal) },
    hurry: (on) => {
      hurried = on;
    },
  };
};

export const startBench = async (subject: Subject, transport: Transport, effort: Effort): Promise<Bench> => {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'));
  const closing: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).reverse()) await step();
  };
  try {
    const bus = transport === 'hid' ? await startHidBus() : null;
    if (bus !== null) closing.push(() => bus.close());
    const listen: Listen =
      bus !== null ? { kind: 'hid', bus } : transport === 'serial' || transport === 'file' ? { kind: 'pty', link: join(folder, 'device') } : { kind: 'tcp', host: '127.0.0.1', port: 0 };
    const peer = await subject.start(listen);
    closing.push(() => peer.emulator.close());
    const programs = peer.behind === undefined ? null : startProgramWire(peer.emulator.uri, peer.behind);
    const wire = programs?.wire ?? (bus === null ? await startFaultyWire(peer.emulator.uri, join(folder, 'driver')) : startHidWire(bus, peer.emulator.uri, subject.noiseIsForeign));
    closing.push(() => wire.close());
    const { clock, hurry } = pacedClock();
    const session = subject.session(transport === 'file' ? wire.uri.replace(/^serial:([^?]+).*$/, 'file:$1') : wire.uri, bus?.env ?? null, programs?.clock ?? clock);
    closing.push(() => session.end());
    // A process of the driver's own must be there: its loading is not the driver's time.
    await session.held(new AbortController().signal);
    return { subject, transport, peer, wire, session, effort, messages: 0, took: 0, noise: byteSource(effort.seed ?? USUAL_SEED), hurry, close };
  } catch (error) {
    await close();
    throw error;
  }
};

export const fail = (problem: string): never => {
  throw new NotConforming(problem);
};

/** A fault as the contract has them, told in one word. */
export const codeOf = (fault: Fault): string => {
  if (!FAULT_CODES.includes(fault.code)) fail(`"${fault.code}" is no fault of the contract`);
  if (fault.message === '' || fault.message.length > 1_000) fail(`the message of ${fault.code} is empty or endless`);
  return fault.code;
};

/** How a command ended, in one word. */
export const endOf = (result: Result<unknown>): string => (result.ok ? 'ok' : codeOf(result.fault));

/** Waits for a command, which must not take longer than its deadline and the grace of its class, and must not throw. */
export const inTime = async <T>(bench: Bench, what: string, deadlineMs: number, command: Promise<Result<T>>): Promise<Result<T>> => {
  const allowed = deadlineMs + bench.subject.graceMs;
  const late = new AbortController();
  const began = performance.now();
  const result = await Promise.race([
    command.catch((error: unknown) => fail(`${what} threw ${error instanceof Error ? error.message : String(error)}`)),
    // Twice the time before it counts as hanging: a busy machine is no fault of the driver.
    systemDriverClock.sleep(allowed * 2, late.signal).then(() => fail(`${what} hangs: no end ${Math.round(performance.now() - began)} ms after its beginning, its deadline was ${deadlineMs} ms`)),
  ]);
  late.abort();
  return result;
};

/** The work, with a person who does their part again and again. */
export const work = async (bench: Bench, context = within(bench.subject.workMs)): Promise<Result<unknown>> => {
  const { peer, session, subject } = bench;
  const person = peer.person === undefined ? null : setInterval(() => peer.person?.(), PERSON_MS);
  try {
    return await inTime(bench, subject.workName, context.deadlineMs, session.work(context));
  } finally {
    if (person !== null) clearInterval(person);
  }
};

/** The work after `prepare`: it must be done, with the value that it should have, and once. */
export const workWell = async (bench: Bench, when: string): Promise<void> => {
  const { peer, subject } = bench;
  await peer.prepare();
  let result = await work(bench);
  // A device that answers nothing is told again, here as by the host: what a line that has just come back lost, nobody else notices.
  if (subject.neverAnswers && result.ok && !(await peer.accepts(result.value))) result = await work(bench);
  if (!result.ok) fail(`${subject.workName} ${when}: ${endOf(result)} (${result.fault.message}${result.fault.original === undefined ? '' : `, ${result.fault.original}`})`);
  else if (!(await peer.accepts(result.value))) fail(`${subject.workName} ${when} gave another value: ${JSON.stringify(result.value).slice(0, 200)}`);
  const effects = peer.effects?.() ?? 1;
  if (effects !== 1) fail(`${subject.workName} ${when} was done ${effects} times`);
};

/** After a disturbed work: a success has the right value, and nothing was done twice. */
export const judge = async (bench: Bench, result: Result<unknown>, when: string): Promise<string> => {
  const { peer, subject } = bench;
  // What became of bytes that were handed to a device that answers nothing, nobody can say.
  if (result.ok && !subject.neverAnswers && !(await peer.accepts(result.value))) fail(`${subject.workName} ${when} succeeded with a wrong value: ${JSON.stringify(result.value).slice(0, 200)}`);
  const effects = peer.effects?.() ?? 0;
  if (effects > 1) fail(`${subject.workName} ${when} was done ${effects} times`);
  return endOf(result);
};

/** Opens again and again until the device is known; returns the milliseconds. */
export const recover = async (bench: Bench, when: string): Promise<number> => {
  const began = performance.now();
  for (;;) {
    const opened = await inTime(bench, `open ${when}`, 3_000, bench.session.open(within(3_000)));
    const took = performance.now() - began;
    if (opened.ok) {
      if (!deviceStatus.safeParse(opened.value).success) fail(`status ${when} is not as the contract has it`);
      return took;
    }
    if (took > RECOVERY_MS) fail(`${when} the device is not known again within ${RECOVERY_MS} ms: ${endOf(opened)} (${opened.fault.message})`);
    await systemDriverClock.sleep(50);
  }
};

/** Message numbers at which breaks are tried: all, or so many evenly spread with the first and the last among them. */
export const pointsOf = (messages: number, most: number): number[] => {
  if (messages <= most) return Array.from({ length: messages }, (_, at) => at + 1);
  return [...new Set(Array.from({ length: most }, (_, at) => 1 + Math.round((at * (messages - 1)) / Math.max(1, most - 1))))];
};

/** `disconnected ×5, ok ×1`. */
export const tally = (words: readonly string[]): string => [...new Set(words)].map((word) => `${word} ×${words.filter((other) => other === word).length}`).join(', ');
