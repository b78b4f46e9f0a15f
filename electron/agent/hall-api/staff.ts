/**
 * Staff of the hall: who may sign in, as what. Passwords are kept as scrypt; wrong ones lock the name for a growing while. The first manager comes
 * in by a one-time code; whoever is created or reset gets one too and chooses a password with it.
 */
import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Clock } from '../../clock/index.ts';
import type { Storage } from '../../storage/index.ts';

export type StaffRole = 'clerk' | 'manager';

export interface StaffMember {
  name: string;
  role: StaffRole;
  disabled: boolean;
  /** Waits for the first sign-in with a one-time code. */
  invited: boolean;
  /** Milliseconds since 1970; 0: not locked. */
  lockedUntil: number;
}

export type SignIn =
  | { ok: true; token: string; member: StaffMember }
  /** `choose-password`: the one-time code was right; a password of one's own is needed with it. */
  | { ok: false; reason: 'wrong' | 'locked' | 'disabled' | 'choose-password' | 'weak-password'; retryAfterSeconds: number };

const derive = promisify(scrypt) as (password: string, salt: Buffer, length: number, options: { N: number; r: number; p: number; maxmem: number }) => Promise<Buffer>;
/** OWASP's setting for scrypt: 16 MiB and about 50 ms. */
const COST = { N: 16_384, r: 8, p: 5, maxmem: 64 * 1024 * 1024 };
const FREE_FAILURES = 5;
const FIRST_LOCK_MS = 30_000;
const LONGEST_LOCK_MS = 30 * 60_000;
const SESSION_MS = 12 * 3_600_000;
/** Read aloud and typed once: no 0/O, 1/I. */
const CODE_LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const CODE_LENGTH = 10;
const LEAST_PASSWORD = 10;

const hashed = async (secret: string): Promise<string> => {
  const salt = randomBytes(16);
  return `${salt.toString('base64')}$${(await derive(secret.normalize('NFKC'), salt, 32, COST)).toString('base64')}`;
};
const fits = async (secret: string, kept: string): Promise<boolean> => {
  const [salt = '', hash = ''] = kept.split('$');
  const wanted = Buffer.from(hash, 'base64');
  const given = await derive(secret.normalize('NFKC'), Buffer.from(salt, 'base64'), 32, COST);
  return wanted.byteLength === given.byteLength && timingSafeEqual(wanted, given);
};
const oneTimeCode = (): string => Array.from({ length: CODE_LENGTH }, () => CODE_LETTERS[randomInt(CODE_LETTERS.length)]).join('');
/** Hyphens and small letters are how people type a code. */
const asCode = (typed: string): string => typed.toUpperCase().replaceAll(/[\s-]/g, '');

interface Row {
  name: string;
  role: StaffRole;
  secret: string;
  once: number;
  disabled: number;
  failures: number;
  locked_until: number;
}

export interface StaffBook {
  /** Is there nobody yet who may manage the hall? */
  isEmpty(): boolean;
  list(): StaffMember[];
  /** Makes a member, or gives a new one-time code to one who is there. @returns the code, shown once */
  invite(name: string, role: StaffRole): Promise<string>;
  setDisabled(name: string, disabled: boolean): boolean;
  /** @param newPassword needed with a one-time code */
  signIn(name: string, secret: string, newPassword: string | null): Promise<SignIn>;
  /** Who holds this session; null: nobody, or no longer. */
  holder(token: string): StaffMember | null;
  signOut(token: string): void;
}

/** Names as they are signed in with: letters of any script would not fit the record of events. */
export const STAFF_NAME = /^[a-z0-9][a-z0-9.-]{0,39}$/;

export const createStaffBook = ({ storage, clock }: { storage: Storage; clock: Clock }): StaffBook => {
  const find = (name: string): Row | undefined => storage.prepare('SELECT * FROM staff WHERE name = ?').get(name) as Row | undefined;
  const member = (row: Row): StaffMember => ({ name: row.name, role: row.role, disabled: row.disabled === 1, invited: row.once === 1, lockedUntil: row.locked_until });
  /** Sessions die with the agent: whoever sits at a counter signs in again. */
  const sessions = new Map<string, { name: string; until: number }>();
  const endSessions = (name: string): void => {
    for (const [token, session] of sessions) if (session.name === name) sessions.delete(token);
  };
  const refuse = (reason: Extract<SignIn, { ok: false }>['reason'], retryAfterMs = 0): SignIn => ({ ok: false, reason, retryAfterSeconds: Math.ceil(retryAfterMs / 1_000) });
  const setFailures = (name: string, failures: number, lockedUntil: number): void => {
    storage.transaction(() => storage.prepare('UPDATE staff SET failures = ?, locked_until = ? WHERE name = ?').run(failures, lockedUntil, name));
  };

  return {
    isEmpty: () => storage.prepare("SELECT 1 FROM staff WHERE role = 'manager' AND once = 0").get() === undefined,
    list: () => (storage.prepare('SELECT * FROM staff ORDER BY name').all() as Row[]).map(member),
    invite: async (name, role) => {
      if (!STAFF_NAME.test(name)) throw new RangeError('a name is small letters, digits, points and hyphens, at most 40');
      const code = oneTimeCode();
      const secret = await hashed(code);
      storage.transaction(() =>
        storage
          .prepare('INSERT INTO staff (name, role, secret, once) VALUES (?, ?, ?, 1) ON CONFLICT (name) DO UPDATE SET role = excluded.role, secret = excluded.secret, once = 1, failures = 0, locked_until = 0')
          .run(name, role, secret),
      );
      endSessions(name);
      return code;
    },
    setDisabled: (name, disabled) => {
      const { changes } = storage.transaction(() => storage.prepare('UPDATE staff SET disabled = ? WHERE name = ?').run(disabled ? 1 : 0, name));
      if (disabled) endSessions(name);
      return changes > 0;
    },
    signIn: async (name, secret, newPassword) => {
      const row = find(name);
      const now = clock.wall();
      if (row === undefined) {
        // As long as for a name that exists: which names exist is nobody's business.
        await hashed(secret);
        return refuse('wrong');
      }
      if (row.locked_until > now) return refuse('locked', row.locked_until - now);
      if (!(await fits(row.once === 1 ? asCode(secret) : secret, row.secret))) {
        const failures = (find(name)?.failures ?? 0) + 1;
        const lockMs = failures < FREE_FAILURES ? 0 : Math.min(LONGEST_LOCK_MS, FIRST_LOCK_MS * 2 ** (failures - FREE_FAILURES));
        setFailures(name, failures, lockMs === 0 ? 0 : clock.wall() + lockMs);
        return lockMs === 0 ? refuse('wrong') : refuse('locked', lockMs);
      }
      if (row.disabled === 1) return refuse('disabled');
      if (row.once === 1) {
        if (newPassword === null) return refuse('choose-password');
        if ([...newPassword].length < LEAST_PASSWORD || newPassword.includes(name)) return refuse('weak-password');
        const chosen = await hashed(newPassword);
        storage.transaction(() => storage.prepare('UPDATE staff SET secret = ?, once = 0 WHERE name = ? AND secret = ?').run(chosen, name, row.secret));
      }
      setFailures(name, 0, 0);
      const token = randomBytes(32).toString('base64url');
      sessions.set(token, { name, until: clock.monotonic() + SESSION_MS });
      return { ok: true, token, member: { ...member(row), invited: false, lockedUntil: 0 } };
    },
    holder: (token) => {
      const session = sessions.get(token);
      if (session === undefined) return null;
      const row = session.until > clock.monotonic() ? find(session.name) : undefined;
      if (row === undefined || row.disabled === 1) {
        sessions.delete(token);
        return null;
      }
      return member(row);
    },
    signOut: (token) => void sessions.delete(token),
  };
};
