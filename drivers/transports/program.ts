/** Programs of the host as a wire: what only a program can reach (SANE's scanners, loudspeakers) is reached through this port alone. */
import { spawn } from 'node:child_process';
import type { DriverClock } from '../contract.ts';
import type { StartProgram } from './program-port.ts';
import { tapOf } from './tap.ts';

export const startProgram: StartProgram = ({ command, args, input, env, group = false }, { out, err }) => {
  const child = spawn(command, args, { stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'], env: { ...process.env, ...env }, detached: group });
  const kill = (signal: 'SIGTERM' | 'SIGKILL'): void => {
    try {
      if (child.pid !== undefined) process.kill(group ? -child.pid : child.pid, signal);
    } catch {
      // It is gone already.
    }
  };
  child.stdout?.on('data', out);
  child.stderr?.on('data', err);
  const ended = new Promise<{ code: number | null; error: string | null }>((resolve) => {
    let error: string | null = null;
    child.once('error', (problem) => {
      error = 'code' in problem ? String(problem.code) : problem.name;
      if (child.pid === undefined) resolve({ code: null, error });
    });
    // What the program left running in its group would hold the pipes open.
    if (group) child.once('exit', () => kill('SIGKILL'));
    child.once('close', (code) => resolve({ code, error }));
  });
  // A program that ends before it read everything is judged by its end.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  return { ended, kill };
};

/** The programs of the driver that this clock was given to. */
export const programsOf = (clock: DriverClock): StartProgram => tapOf(clock)?.programs(startProgram) ?? startProgram;
