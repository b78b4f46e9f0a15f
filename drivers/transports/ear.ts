/**
 * Devices that speak by themselves: somebody presses a key whether the program waits or not. The ear stays open between commands,
 * keeps what nobody waited for (the newest), and gives it out in order.
 */
import { after } from '../clock.ts';
import { fail, ok, type CommandContext, type DriverClock, type Fault, type Result } from '../contract.ts';
import type { ByteTransport, ReportTransport } from './port.ts';
import { createTurns, type Turn } from './turn.ts';

/** A wire that is only listened to. */
export interface EarSource {
  readonly isOpen: boolean;
  open(options: { signal: AbortSignal; deadlineMs: number }): Promise<Result<void>>;
  onChunk(listener: (chunk: Uint8Array) => void): () => void;
  onClose(listener: (reason: string) => void): () => void;
  close(): Promise<void>;
}

export const earOnBytes = (transport: ByteTransport): EarSource => ({
  get isOpen() {
    return transport.isOpen;
  },
  open: (options) => transport.open(options),
  onChunk: (listener) => transport.onData(listener),
  onClose: (listener) => transport.onClose(listener),
  close: () => transport.close(),
});

/** Each chunk is one whole report. */
export const earOnReports = (transport: ReportTransport): EarSource => ({
  get isOpen() {
    return transport.isOpen;
  },
  open: (options) => transport.open(options),
  onChunk: (listener) => transport.onReport(listener),
  onClose: (listener) => transport.onClose(listener),
  close: () => transport.close(),
});

export interface Ear<M> {
  /** Opens the wire if it is not open. Faults as of its transport, and `busy`. */
  open(context: CommandContext): Promise<Result<void>>;
  /** The oldest that was kept, else the next that comes. At the deadline `atDeadline`. */
  read(context: CommandContext, atDeadline: Fault): Promise<Result<M>>;
  /** Everything that was kept and everything that comes, until the deadline; the value tells how much it was. */
  listen(context: CommandContext, onMessage: (message: M) => void): Promise<Result<number>>;
  close(): Promise<void>;
}

export interface EarSettings<M> {
  source: EarSource;
  /** Bytes or one report to what they say. `at`: milliseconds of the driver's clock. Must not throw. */
  hear: (chunk: Uint8Array, at: number) => M[];
  /** The wire was opened anew: what was half heard belongs to the opening before. */
  reset: () => void;
  /** Messages that are kept while nobody waits; older ones are dropped. */
  keep: number;
  clock: DriverClock;
}

export const createEar = <M>({ source, hear, reset, keep, clock }: EarSettings<M>): Ear<M> => {
  const kept: M[] = [];
  const turns = createTurns(clock);
  let wake: (() => void) | null = null;
  let lost: string | null = null;

  source.onChunk((chunk) => {
    const heard = hear(chunk, clock.now());
    if (heard.length === 0) return;
    kept.push(...heard);
    kept.splice(0, Math.max(0, kept.length - keep));
    wake?.();
  });
  source.onClose((reason) => {
    lost = reason;
    wake?.();
  });

  const ready = async (turn: Turn): Promise<Result<void>> => {
    if (source.isOpen) return ok(undefined);
    reset();
    lost = null;
    return source.open({ signal: turn.signal, deadlineMs: turn.left() });
  };

  /** Waits for the next message; null at the deadline. What comes after a cancel is kept for the next who waits. */
  const next = async (turn: Turn): Promise<Result<M | null>> => {
    const { signal } = turn;
    for (;;) {
      const [oldest] = kept;
      if (oldest !== undefined) {
        kept.shift();
        return ok(oldest);
      }
      if (signal.aborted) return fail('cancelled', 'the command was cancelled');
      if (lost !== null || !source.isOpen) return fail('disconnected', 'the connection to the device was lost', lost === null ? {} : { original: lost });
      const ms = turn.left();
      if (ms <= 0) return ok(null);
      await new Promise<void>((resolve) => {
        const over = new AbortController();
        const end = (): void => {
          over.abort();
          signal.removeEventListener('abort', end);
          wake = null;
          resolve();
        };
        wake = end;
        signal.addEventListener('abort', end, { once: true });
        void after(clock, ms, over.signal, end);
      });
    }
  };

  return {
    open: (context) => turns.take(context, ready),
    read: (context, atDeadline) =>
      turns.take(context, async (turn) => {
        const opened = await ready(turn);
        if (!opened.ok) return opened;
        const heard = await next(turn);
        if (!heard.ok) return heard;
        return heard.value === null ? { ok: false, fault: atDeadline } : ok(heard.value);
      }),
    listen: (context, onMessage) =>
      turns.take(context, async (turn) => {
        const opened = await ready(turn);
        if (!opened.ok) return opened;
        for (let count = 0; ; count += 1) {
          const heard = await next(turn);
          if (!heard.ok) return heard;
          if (heard.value === null) return ok(count);
          onMessage(heard.value);
        }
      }),
    close: async () => {
      await turns.end();
      await source.close();
    },
  };
};
