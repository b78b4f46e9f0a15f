/** Programs of the host that speak, play and set the volume: started, fed, read within bounds, and killed when they are no longer wanted. */
import { spawn } from 'node:child_process';

export interface ProgramEnd {
  /** null: it is not installed, or was killed. */
  code: number | null;
  missing: boolean;
  stdout: Buffer;
  /** Its last words, for logs: never what it was fed. */
  stderr: string;
}

/** A minute of speech, many times over. */
const MOST_STDOUT = 32 * 1024 * 1024;
const MOST_STDERR = 2000;

/** Runs a program to its end. It is killed when the signal aborts or when it says more than 32 MiB. */
export const runProgram = (command: string, args: readonly string[], { signal, input }: { signal: AbortSignal; input?: Uint8Array }): Promise<ProgramEnd> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let stderr = '';
    let missing = false;
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const kill = (): void => {
      child.kill('SIGKILL');
    };
    child.on('error', (error) => {
      missing = 'code' in error && error.code === 'ENOENT';
      stderr = error.message;
    });
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MOST_STDOUT) kill();
      else chunks.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(-MOST_STDERR);
    });
    // A program that ends before it read everything is judged by its end.
    child.stdin.on('error', () => {});
    child.once('close', (code) => {
      signal.removeEventListener('abort', kill);
      resolve({ code, missing, stdout: Buffer.concat(chunks), stderr: stderr.trim().split('\n').at(-1) ?? '' });
    });
    if (signal.aborted) kill();
    signal.addEventListener('abort', kill, { once: true });
    child.stdin.end(input);
  });
