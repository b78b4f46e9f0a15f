/**
 * Which life of the database this is. The id stands in the database and in a file beside it, with a token that changes at
 * every opening and closing and each minute between. A database that was restored or copied has another token than the file: a new life begins, and
 * with it new idempotency keys.
 */
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { readIfThere, writeDurably } from './files.ts';
import type { BootFindings } from './types.ts';

const outside = z.object({ incarnation: z.string(), token: z.string(), machine: z.string() });
type Outside = z.infer<typeof outside>;

/** A disk put into another machine is a copy until somebody proves otherwise. */
const machine = (): string => {
  const id = process.platform === 'linux' ? readIfThere('/etc/machine-id') : null;
  return id === null ? '' : createHash('sha256').update('hall24 machine').update(id).digest('hex').slice(0, 16);
};

const readOutside = (path: string): Outside | null => {
  const bytes = readIfThere(path);
  if (bytes === null) return null;
  try {
    return outside.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return null;
  }
};

export interface MetaStore {
  get(name: string): string | null;
  /** All in one transaction. */
  set(values: Record<string, string>): void;
}

const newToken = (): string => randomBytes(12).toString('hex');

/**
 * Settles at boot which incarnation runs, and moves the token on. `behind`: the database knows less than a file beside it does
 * (leased numbers), which is another sign of a restored one.
 */
export const settleIncarnation = (home: string, meta: MetaStore, behind: boolean): { incarnation: string; findings: BootFindings; rotate: () => void } => {
  const path = join(home, 'incarnation');
  const known = meta.get('incarnation');
  const file = readOutside(path);
  // The database moves first: a crash between the two writes leaves the file with the token before.
  const tokens = [meta.get('token'), meta.get('token-before')];
  const same = known !== null && known !== '' && !behind && file !== null && file.incarnation === known && tokens.includes(file.token) && file.machine === machine();
  const incarnation = same ? known : randomBytes(6).toString('hex');
  const write = (before: string): string => {
    const token = newToken();
    meta.set({ incarnation, token, 'token-before': before });
    writeDurably(path, JSON.stringify({ incarnation, token, machine: machine() } satisfies Outside));
    return token;
  };
  let token = write(same ? file.token : '');
  const first = (known === null || known === '') && file === null;
  return {
    incarnation,
    findings: { newIncarnation: same ? null : first ? 'first' : 'restored', previousIncarnation: same ? null : ([known, file?.incarnation].find((id) => id !== undefined && id !== null && id !== '') ?? null) },
    rotate: () => {
      token = write(token);
    },
  };
};
