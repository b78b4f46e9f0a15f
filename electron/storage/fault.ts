import { statfsSync } from 'node:fs';
import type { StorageFaultCode } from './types.ts';

/** What storage cannot do, with a code that has a screen. */
export class StorageFault extends Error {
  readonly code: StorageFaultCode;
  constructor(code: StorageFaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StorageFault';
    this.code = code;
  }
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '');

const nothingFree = (home: string): boolean => {
  try {
    const { bavail, bsize } = statfsSync(home);
    return bavail * bsize < 1 << 20;
  } catch {
    return false;
  }
};

/** Turns what SQLite or the file system throws into a {@link StorageFault} where it has a code; anything else is handed back as it is. */
export const asStorageFault = (error: unknown, home: string): unknown => {
  if (error instanceof StorageFault) return error;
  const code = codeOf(error);
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') return new StorageFault('disk-full', 'no room left on the disk', { cause: error });
  if (code.startsWith('SQLITE_IOERR')) return nothingFree(home) ? new StorageFault('disk-full', 'no room left on the disk', { cause: error }) : new StorageFault('database-damaged', 'the disk does not answer', { cause: error });
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return new StorageFault('database-damaged', 'the database does not hold what was written', { cause: error });
  return error;
};
