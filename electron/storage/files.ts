/** Small files that must survive a power cut. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes a rename or a new file durable: its folder is synced. Windows has no such call and needs none. */
export const syncFolder = (folder: string): void => {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

/** Replaces `path` in one step: after a power cut it holds either all of the old or all of the new bytes. */
export const writeDurably = (path: string, data: string | Uint8Array, mode = 0o600): void => {
  const temporary = `${path}.new`;
  const handle = openSync(temporary, 'w', mode);
  try {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    let done = 0;
    while (done < bytes.byteLength) done += writeSync(handle, bytes, done);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, path);
  syncFolder(dirname(path));
};

/** File's bytes, null when there is none. */
export const readIfThere = (path: string): Buffer | null => {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
};

/** A small JSON file that survives power cuts. `read` answers null where there is none or none that can be read. */
export const keptFile = (path: string): { read(): unknown; write(value: unknown): void } => ({
  read: () => {
    const bytes = readIfThere(path);
    if (bytes === null) return null;
    try {
      return JSON.parse(bytes.toString('utf8')) as unknown;
    } catch {
      return null;
    }
  },
  write: (value) => writeDurably(path, JSON.stringify(value)),
});
