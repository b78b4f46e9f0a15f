/** Where Electron's binary is. The npm package comes without it; it is fetched once, if that takes no longer than a person waits. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FETCH_MS = 20_000;

const installed = (folder: string): string | null => {
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const file = join(folder, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(file) ? file : null;
};

/**
 * @param folder the installed npm package `electron`
 * @returns the binary, or null where it is not there and cannot be fetched within 20 s
 */
export const electronBinary = async (folder: string, say: (line: string) => void): Promise<string | null> => {
  const found = installed(folder);
  if (found !== null) return found;
  const fetcher = join(folder, 'install.js');
  if (!existsSync(fetcher)) return null;
  say('Looking for Electron (20 s at most) …');
  await new Promise<void>((resolve) => {
    const child = spawn(process.execPath, [fetcher], { stdio: 'ignore', timeout: FETCH_MS, killSignal: 'SIGKILL' });
    child.on('error', () => resolve());
    child.on('exit', () => resolve());
  });
  return installed(folder);
};
