/** One command at a time on one device, each with one deadline and one way to end it. */
import { fail } from '../contract.ts';
import type { CommandContext, DriverClock, Result } from '../contract.ts';

export interface Turn {
  /** Aborts when the caller aborts or the driver is closed. */
  signal: AbortSignal;
  /** Milliseconds until the command's deadline, never negative. */
  left(): number;
}

export interface Turns {
  /** Runs `work` unless another command runs: then `busy`. */
  take<T>(context: CommandContext, work: (turn: Turn) => Promise<Result<T>>): Promise<Result<T>>;
  /** Ends what runs with `cancelled` and resolves when it has ended. */
  end(): Promise<void>;
}

export function createTurns(clock: DriverClock): Turns {
  let running: { abort: AbortController; done: Promise<unknown> } | null = null;
  return {
    async take(context, work) {
      if (running !== null) return fail('busy', 'another command runs on this device');
      if (context.signal.aborted) return fail('cancelled', 'cancelled before it began');
      const abort = new AbortController();
      const end = clock.now() + context.deadlineMs;
      const onAbort = (): void => abort.abort();
      context.signal.addEventListener('abort', onAbort, { once: true });
      const done = work({ signal: abort.signal, left: () => Math.max(0, end - clock.now()) });
      running = { abort, done };
      try {
        return await done;
      } finally {
        running = null;
        context.signal.removeEventListener('abort', onAbort);
      }
    },
    async end() {
      const current = running;
      if (current === null) return;
      current.abort.abort();
      await current.done.catch(() => undefined);
    },
  };
}
