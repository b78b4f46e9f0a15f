/**
 * Runs a device's pure machine over a wire of bytes: the one place that owns timers, deadlines, cancelling and clean-up,
 * so that the machines stay free of them.
 */
import {
  fail,
  ok,
  type CommandContext,
  type CommandInput,
  type CommandName,
  type CommandProgress,
  type CommandValue,
  type DeviceClass,
  type DriverClock,
  type Fault,
  type Result,
} from '../contract.ts';
import { after, OVER } from '../clock.ts';
import { transportFor } from './index.ts';
import type { ByteTransport } from './port.ts';

/** What a machine is told. `at`: milliseconds since the command began. */
export type WireInput<M> =
  | { type: 'start'; at: number }
  | { type: 'message'; message: M; at: number }
  /** The operating system took the bytes of the last `send`; after `look`: the device is still plugged in. */
  | { type: 'written'; at: number }
  | { type: 'timer'; at: number }
  | { type: 'closed'; reason: string; at: number }
  | { type: 'cancelled'; at: number }
  | { type: 'deadline'; at: number };

/** What a machine wants done. A new `timer` replaces the one before; `null` ends it. */
export type WireEffect<P, V> =
  /** `fresh` forgets what was half received: the reply to a new question begins with its own first byte. */
  | { type: 'send'; bytes: Uint8Array; fresh: boolean }
  | { type: 'timer'; ms: number | null }
  /** Forgets what was half received, without a word to the device. */
  | { type: 'forget' }
  /** Asks whether the device is still plugged in: answered with `written` or `closed`. */
  | { type: 'look' }
  | { type: 'progress'; progress: P }
  | { type: 'done'; result: Result<V> };

export interface Step<S, P, V> {
  state: S;
  effects: WireEffect<P, V>[];
}

/** A pure machine. After `done` it is not called again. `closed`, `cancelled` and `deadline` must answer `done` in every state. */
export interface Machine<S, M, P, V> {
  initial: S;
  next(state: S, input: WireInput<M>): Step<S, P, V>;
}

/** Bytes to messages, incremental. */
export interface Decoder<M> {
  push(chunk: Uint8Array): M[];
  reset(): void;
}

/** A wait that ended so much later than it was asked to: the program got no turn, and what the device said meanwhile has not been read yet. */
const LATE_MS = 50;
const MOST_WAITS = 4;

/** Waits for a device. What the program's own starving took from the device's time is given back, a few times at most. */
const waitForDevice = async (clock: DriverClock, ms: number, signal: AbortSignal): Promise<void> => {
  let wanted = ms;
  for (let wait = 0; wait < MOST_WAITS && !signal.aborted; wait += 1) {
    const began = clock.now();
    await clock.sleep(wanted, signal);
    const late = clock.now() - began - wanted;
    if (late < LATE_MS) return;
    wanted = Math.min(ms, late);
  }
};

const converse = <S, M, P, V>(
  machine: Machine<S, M, P, V>,
  decoder: Decoder<M>,
  transport: ByteTransport,
  clock: DriverClock,
  { signal, deadlineMs }: CommandContext,
  onProgress: ((progress: P) => void) | undefined,
): Promise<Result<V>> =>
  new Promise((resolve) => {
    const began = clock.now();
    const over = new AbortController();
    let state = machine.initial;
    let timer: AbortController | null = null;
    const at = (): number => clock.now() - began;

    const handle = (input: WireInput<M>): void => {
      if (over.signal.aborted) return;
      const step = machine.next(state, input);
      state = step.state;
      for (const effect of step.effects) {
        if (over.signal.aborted) return;
        act(effect);
      }
    };

    const setTimer = (ms: number | null): void => {
      timer?.abort(OVER);
      timer = null;
      if (ms === null) return;
      timer = new AbortController();
      const { signal: replaced } = timer;
      void waitForDevice(clock, ms, replaced).then(() => replaced.aborted || handle({ type: 'timer', at: at() }));
    };

    const send = async (bytes: Uint8Array): Promise<void> => {
      const written = await transport.write(bytes);
      handle(written.ok ? { type: 'written', at: at() } : { type: 'closed', reason: written.fault.original ?? written.fault.message, at: at() });
    };

    const look = async (): Promise<void> => {
      const here = (await transport.here?.()) ?? true;
      handle(here ? { type: 'written', at: at() } : { type: 'closed', reason: 'the device file went away', at: at() });
    };

    const act = (effect: WireEffect<P, V>): void => {
      switch (effect.type) {
        case 'send':
          if (effect.fresh) decoder.reset();
          void send(effect.bytes);
          break;
        case 'timer':
          setTimer(effect.ms);
          break;
        case 'forget':
          decoder.reset();
          break;
        case 'look':
          void look();
          break;
        case 'progress':
          onProgress?.(effect.progress);
          break;
        case 'done':
          over.abort(OVER);
          timer?.abort(OVER);
          stopData();
          stopClose();
          signal.removeEventListener('abort', cancel);
          resolve(effect.result);
          break;
      }
    };

    const cancel = (): void => handle({ type: 'cancelled', at: at() });
    const stopData = transport.onData((chunk) => {
      for (const message of decoder.push(chunk)) handle({ type: 'message', message, at: at() });
    });
    const stopClose = transport.onClose((reason) => handle({ type: 'closed', reason, at: at() }));
    signal.addEventListener('abort', cancel, { once: true });
    void after(clock, deadlineMs, over.signal, () => handle({ type: 'deadline', at: at() }));
    decoder.reset();
    handle(signal.aborted ? { type: 'cancelled', at: 0 } : { type: 'start', at: 0 });
  });

/** What a driver does for each command of its class. */
export type CommandHandlers<C extends DeviceClass> = {
  [K in CommandName<C>]: (input: CommandInput<C, K>, context: CommandContext, onProgress?: (progress: CommandProgress<C, K>) => void) => Promise<Result<CommandValue<C, K>>>;
};

/** One device's wire: opened when first needed and again after a failure; one command at a time. */
export interface Wire {
  /**
   * Runs one machine. Faults beside the machine's own: `bad-input` (address), `busy`, `disconnected`, `busy-elsewhere`,
   * `timed-out` (opening), `cancelled`.
   */
  run<S, M, P, V>(machine: Machine<S, M, P, V>, decoder: Decoder<M>, context: CommandContext, onProgress?: (progress: P) => void): Promise<Result<V>>;
  close(): Promise<void>;
}

/** After these the port is closed, so that the next command begins with a newly opened one. */
const REOPEN_AFTER: readonly Fault['code'][] = ['not-responding', 'timed-out', 'disconnected'];

/**
 * @param found a transport of the driver's own, where the address alone does not make it
 * @param alsoAfter faults of this class after which nothing on the line is to be trusted: the port is closed after these too
 */
export const createWire = (uri: string, clock: DriverClock, found: Result<ByteTransport> = transportFor(uri, clock), alsoAfter: readonly Fault['code'][] = []): Wire => {
  if (!found.ok) {
    return { run: () => Promise.resolve(found), close: () => Promise.resolve() };
  }
  const transport = found.value;
  let running: { stop: AbortController; ended: Promise<unknown> } | null = null;

  return {
    async run(machine, decoder, context, onProgress) {
      if (running !== null) return fail('busy', `${transport.description}: another command is running`);
      const stop = new AbortController();
      const { signal } = stop;
      // Not AbortSignal.any: of each signal that it makes it leaves some bytes with the caller's for ever, and that one may live for days.
      const cancel = (): void => stop.abort();
      if (context.signal.aborted) cancel();
      context.signal.addEventListener('abort', cancel, { once: true });
      const began = clock.now();
      const work = async () => {
        const opened = transport.isOpen ? ok(undefined) : await transport.open({ signal, deadlineMs: context.deadlineMs });
        if (!opened.ok) return opened;
        await transport.flush();
        const left = Math.max(0, context.deadlineMs - (clock.now() - began));
        const result = await converse(machine, decoder, transport, clock, { signal, deadlineMs: left }, onProgress);
        if (!result.ok && (REOPEN_AFTER.includes(result.fault.code) || alsoAfter.includes(result.fault.code))) await transport.close();
        return result;
      };
      const ended = work();
      running = { stop, ended };
      try {
        return await ended;
      } finally {
        context.signal.removeEventListener('abort', cancel);
        running = null;
      }
    },
    async close() {
      running?.stop.abort();
      await running?.ended;
      await transport.close();
    },
  };
};
