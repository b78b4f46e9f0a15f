/** Programs of the host that speak, play and set the volume: started, fed, read within bounds, and killed when they are no longer wanted. */
import type { StartProgram } from '../transports/program-port.ts';

export interface ProgramEnd {
  /** null: it is not installed, or was killed. */
  code: number | null;
  missing: boolean;
  stdout: Buffer;
  /** Its last words, for logs: never what it was fed. */
  stderr: string;
}

/** Runs a program to its end. It is killed when the signal aborts or when it says more than 32 MiB. */
export type RunProgram = (command: string, args: readonly string[], options: { signal: AbortSignal; input?: Uint8Array }) => Promise<ProgramEnd>;

/** A minute of speech, many times over. */
const MOST_STDOUT = 32 * 1024 * 1024;
const MOST_STDERR = 2000;

export const programRunner =
  (start: StartProgram): RunProgram =>
  async (command, args, { signal, input = new Uint8Array(0) }) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    let stderr = '';
    const program = start(
      { command, args, input },
      {
        out: (chunk) => {
          size += chunk.length;
          if (size > MOST_STDOUT) kill();
          else chunks.push(chunk);
        },
        err: (chunk) => {
          stderr = (stderr + Buffer.from(chunk).toString()).slice(-MOST_STDERR);
        },
      },
    );
    const kill = (): void => program.kill('SIGKILL');
    if (signal.aborted) kill();
    signal.addEventListener('abort', kill, { once: true });
    const { code, error } = await program.ended;
    signal.removeEventListener('abort', kill);
    return { code, missing: error === 'ENOENT', stdout: Buffer.concat(chunks), stderr: error ?? stderr.trim().split('\n').at(-1) ?? '' };
  };
