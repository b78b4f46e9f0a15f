/** The port through which drivers reach programs of the host; `program.ts` stands behind it. */

export interface ProgramStart {
  command: string;
  args: readonly string[];
  /** What it reads; left out, it reads nothing. */
  input?: Uint8Array;
  /** Variables beside those of this program. */
  env?: Readonly<Record<string, string>>;
  /** In a process group of its own, so that what it starts goes with it. */
  group?: boolean;
  /** Where it writes files: it prints the path of each one that is finished, one a line. The path is another each time. */
  folder?: string;
}

export interface ProgramOutput {
  out: (chunk: Uint8Array) => void;
  err: (chunk: Uint8Array) => void;
}

export interface RunningProgram {
  /** After all output. `code` null: it was killed, or never began; then `error` says why (`ENOENT`: it is not installed). */
  readonly ended: Promise<{ code: number | null; error: string | null }>;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

export type StartProgram = (what: ProgramStart, on: ProgramOutput) => RunningProgram;
