/**
 * The programs between a driver and its device (SANE's scanimage, players, voices) as a wire that breaks where it is told: what a program
 * is told is a message to the device, what it prints and that it ended are messages from it. The programs themselves are the host's own.
 */
import type { RunningProgram, StartProgram } from '../../drivers/transports/program-port.ts';
import { TappedClock } from '../../drivers/transports/tap.ts';
import { systemDriverClock } from '../../drivers/index.ts';
import { createBreaker, type Ends, type FaultyWire } from './breaker.ts';
import type { Behind } from './subject.ts';

type End = Awaited<RunningProgram['ended']>;

/** @returns the wire, and the clock whose tap it is */
export const startProgramWire = (uri: string, behind: Behind): { wire: FaultyWire; clock: TappedClock } => {
  const running = new Set<() => void>();
  const breaker = createBreaker({
    unplug: async () => {
      // A program knows by itself what to do without its device: nothing is swallowed.
      breaker.release();
      await behind.unplug();
      for (const lose of running) lose();
    },
    replug: () => behind.replug(),
    close: () => behind.replug(),
  });

  const programs =
    (start: StartProgram): StartProgram =>
    (what, on) => {
      const lost = behind.endsWith(what.command);
      let inner: RunningProgram | null = null;
      let innerOver = false;
      let killed = false;
      let finish: (end: End) => void = () => undefined;
      const ended = new Promise<End>((resolve) => {
        finish = resolve;
      });
      const end = (how: End): void => {
        running.delete(lose);
        finish(how);
      };
      const lose = (): void => {
        if (lost === null) return;
        inner?.kill('SIGKILL');
        end({ code: lost, error: null });
      };
      running.add(lose);
      /** One message whose getting through is `real`; any other bytes are noise, or half of it. */
      const pass = (message: Uint8Array, toDriver: boolean, real: () => void, half: Uint8Array | null, isEnd = false): void => {
        const ends: Ends = {
          toDriver: (bytes) => {
            const noise = bytes !== message || !toDriver;
            if (noise) on.out(bytes);
            // That a program has ended cannot be drowned in noise.
            if (!noise || isEnd) real();
          },
          toDevice: (bytes) => {
            if (bytes === message && !toDriver) real();
          },
          // What needs no device goes on without it.
          half: () => (lost === null ? message : half),
        };
        breaker.pass(message, toDriver, ends);
      };
      const begin = (): void => {
        const program = start({ ...what, args: behind.asks?.(what.args) ?? what.args, env: { ...what.env, ...behind.env } }, { out: (chunk) => pass(chunk, true, () => on.out(chunk), chunk.subarray(0, chunk.length >> 1)), err: on.err });
        inner = program;
        void over(program);
      };
      const over = async (program: RunningProgram): Promise<void> => {
        const how = await program.ended;
        innerOver = true;
        // A process that was killed is gone, whatever became of its messages.
        if (killed) end(how);
        else pass(Uint8Array.of(how.code ?? 0), true, () => end(how), null, true);
      };
      pass(Buffer.from([what.command, ...what.args].join(' ')), false, begin, null);
      return {
        ended,
        kill: (signal) => {
          killed = true;
          if (inner === null || innerOver) end({ code: null, error: null });
          else inner.kill(signal);
        },
      };
    };
  const clock = new TappedClock(systemDriverClock, { bytes: (wire) => wire, reports: (wire) => wire, http: (client) => client, programs });
  return { wire: { ...breaker, uri }, clock };
};
