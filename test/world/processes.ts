/** The terminal's processes as their pid files name them, and how to kill one the hard way. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ProcessLine {
  name: string;
  pid: number;
  alive: boolean;
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const read = (file: string): number | null => {
  try {
    const pid = Number(readFileSync(file, 'utf8').trim());
    return Number.isSafeInteger(pid) && pid > 1 ? pid : null;
  } catch {
    return null;
  }
};

/** What `run/*.pid` names, by file name. */
export const processes = (runDir: string): ProcessLine[] => {
  let files: string[];
  try {
    files = readdirSync(runDir);
  } catch {
    files = [];
  }
  return files
    .filter((file) => /^[a-z0-9-]+\.pid$/.test(file))
    .sort()
    .flatMap((file) => {
      const pid = read(join(runDir, file));
      return pid === null ? [] : [{ name: file.slice(0, -'.pid'.length), pid, alive: alive(pid) }];
    });
};

/** SIGKILL. @returns the process id, null when no living process has that name */
export const kill = (runDir: string, name: string): number | null => {
  const found = processes(runDir).find((one) => one.name === name && one.alive);
  if (found === undefined) return null;
  process.kill(found.pid, 'SIGKILL');
  return found.pid;
};
