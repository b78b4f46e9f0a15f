/** The two command lines as child processes, for tests. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

export type Program = ChildProcessByStdio<null, Readable, Readable>;

export const startProgram = (name: 'device' | 'emulate', args: readonly string[], env: NodeJS.ProcessEnv = process.env): Program =>
  spawn(process.execPath, [join(import.meta.dirname, '../../dist', `${name}.js`), ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });

/** Everything that it said, when it has ended. */
export const finished = (child: Program): Promise<Outcome> =>
  new Promise((resolve) => {
    const outcome = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (outcome.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (outcome.stderr += chunk.toString()));
    child.once('close', (code) => resolve({ code, ...outcome }));
  });
