/** Telling one plugging-in of a device from the next by its file. */
import { stat } from 'node:fs/promises';

/** Changes when a device goes and another comes under the same name; `gone` without a file, null on systems without device files. */
export const identityOf = async (path: string): Promise<string | null> => {
  if (!path.startsWith('/')) return null;
  const found = await stat(path).catch(() => null);
  return found === null ? 'gone' : `${found.dev}:${found.ino}:${found.rdev}`;
};
