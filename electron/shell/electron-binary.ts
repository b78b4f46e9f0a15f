/** Where Electron's binary is. The npm package comes without it; it is fetched once, if that takes no longer than a person waits. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { guarded } from './guard.ts';

const FETCH_MS = 20_000;

const installed = (folder: string): string | null => {
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const file = join(folder, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(file) ? file : null;
};

/**
 * @param folder the installed npm package `electron`
 * @param limitMs how long fetching may take; what fetches ends with this process in any case
 * @returns the binary, or null where it is not there and cannot be fetched in time
 */
export const electronBinary = async (folder: string, say: (line: string) => void, limitMs = FETCH_MS): Promise<string | null> => {
  const found = installed(folder);
  if (found !== null) return found;
  const fetcher = join(folder, 'install.js');
  if (!existsSync(fetcher)) return null;
  say(`正在获取 Electron，最多 ${limitMs / 1000} 秒 Fetching Electron (${limitMs / 1000} s at most) …`);
  const { file, args } = guarded(process.execPath, [fetcher]);
  await new Promise<void>((resolve) => {
    // The end of standard input ends the guard with all it started.
    const child = spawn(file, args, { stdio: ['pipe', 'ignore', 'ignore'], detached: process.platform !== 'win32' });
    const limit = setTimeout(() => (process.platform === 'win32' ? child.kill() : child.stdin.end()), limitMs);
    const over = (): void => {
      clearTimeout(limit);
      resolve();
    };
    child.on('error', over);
    child.on('exit', over);
  });
  return installed(folder);
};
