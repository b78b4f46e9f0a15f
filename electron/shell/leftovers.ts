/**
 * What an earlier launcher left that was killed: its programs end by themselves when their standard input ends, which
 * takes a moment. A new start waits for that, so that it meets neither a locked home nor a port in use.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROGRAMS = ['agent', 'world', 'platform'];
const PATIENCE_MS = 6_000;
const LOOK_MS = 50;

/** Does this process exist and work on this home? A process id alone may belong to anybody after a restart. */
const worksOn = (pid: number, home: string): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(home);
  } catch {
    return false;
  }
};

const remembered = (run: string, name: string): number | null => {
  try {
    const pid = Number(readFileSync(join(run, `${name}.pid`), 'utf8'));
    return Number.isInteger(pid) && pid > 1 ? pid : null;
  } catch {
    return null;
  }
};

/**
 * Waits until nothing of an earlier run works on the home; what does not end within 6 s is killed.
 * Only Linux tells what a process works on; elsewhere there is nothing to wait for.
 */
export const endLeftovers = async (home: string, patienceMs = PATIENCE_MS): Promise<void> => {
  const pids = PROGRAMS.flatMap((name) => remembered(join(home, 'run'), name) ?? []);
  const living = (): number[] => pids.filter((pid) => worksOn(pid, home));
  const end = performance.now() + patienceMs;
  while (living().length > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  for (const pid of living()) process.kill(pid, 'SIGKILL');
};
