/**
 * A folder in memory for pages on their way from SANE's program to this one: scans are personal and must never reach a disk.
 * Mode 0700, gone with the scan; what a crash left behind is cleared at the next opening.
 */
import { access, constants, mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, ok, type Result } from '../contract.ts';

const PREFIX = 'hall24-scan-';
/** statfs(2) magic numbers of tmpfs and ramfs. */
const IN_MEMORY: ReadonlySet<number> = new Set([0x0102_1994, 0x8584_58f6]);

/** Folders in memory that this user may write to, the private one first. */
async function bases(): Promise<string[]> {
  const found: string[] = [];
  for (const path of [process.env['XDG_RUNTIME_DIR'], '/dev/shm', '/run/shm']) {
    if (path === undefined || path === '') continue;
    try {
      const { type } = await statfs(path);
      await access(path, constants.W_OK);
      if (IN_MEMORY.has(type)) found.push(path);
    } catch {
      // Not there, or not ours: the next one.
    }
  }
  return found;
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** Makes the folder. Fault `device-fault` where the system has no file system in memory. */
export async function makeScratch(): Promise<Result<string>> {
  const [base] = await bases();
  if (base === undefined) return fail('device-fault', 'there is no folder in memory for scans: /dev/shm must be a tmpfs');
  return ok(await mkdtemp(join(base, `${PREFIX}${process.pid}-`)));
}

export const removeScratch = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

/** Removes folders of programs that are no more. */
export async function sweepScratch(): Promise<void> {
  for (const base of await bases()) {
    for (const name of await readdir(base)) {
      const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
      if (pid !== undefined && !isAlive(Number(pid))) await removeScratch(join(base, name));
    }
  }
}
