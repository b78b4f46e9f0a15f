/**
 * Staff of the hall: who may sign in, as what. Passwords are kept as scrypt; wrong ones lock the name for a growing while. The first manager comes
 * in by a one-time code; whoever is created or reset gets one too and chooses a password with it.
 */
import { createHash, randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Clock } from '../../clock/index.ts';
import type { HallRecords } from '../../queue/index.ts';

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

/** Is what somebody typed this one-time code? Whatever was typed, in the time of any other answer. */
export const fitsCode = (typed: string, code: string): boolean => timingSafeEqual(createHash('sha256').update(asCode(typed)).digest(), createHash('sha256').update(code).digest());
/** Too short, or with the name in it. */
export const isWeak = (name: string, password: string): boolean => [...password].length < LEAST_PASSWORD || password.includes(name);

const account = z.strictObject({
  role: z.enum(['clerk', 'manager']),
  /** scrypt of the password or of the one-time code. */
  secret: z.string(),
  once: z.boolean(),
  disabled: z.boolean(),
  failures: z.number(),
  lockedUntil: z.number(),
});
type Account = z.infer<typeof account>;
/** Kept under the SHA-256 of its token: who can read the records cannot sign in with what stands there. `until`: milliseconds since 1970. */
const session = z.strictObject({ name: z.string(), until: z.number() });

export interface StaffBook {
  /** Is there nobody yet who may manage the hall? */
  isEmpty(): boolean;
  list(): StaffMember[];
  /** Makes a member, or gives a new one-time code to one who is there. @returns the code, shown once */
  invite(name: string, role: StaffRole): Promise<string>;
  setDisabled(name: string, disabled: boolean): Promise<boolean>;
  /** @param newPassword needed with a one-time code */
  signIn(name: string, secret: string, newPassword: string | null): Promise<SignIn>;
  /** Who holds this session, at whichever agent of the hall it began; null: nobody, or no longer. */
  holder(token: string): Promise<StaffMember | null>;
  signOut(token: string): Promise<void>;
}

/** Names as they are signed in with: letters of any script would not fit the record of events, nor would anything as long as the number of a person. */
export const STAFF_NAME = /^(?!.*\d{12})[a-z0-9][a-z0-9.-]{0,39}$/;

/** 32 bytes in base64url. Anything else is no token, and nobody asks the database for it. */
const TOKEN = /^[\w-]{43}$/;
const tokenId = (token: string): string => createHash('sha256').update(token).digest('base64url');

/** @param records shared by all agents of the hall: a session holds at each of them, and outlives the one where it began */
export const createStaffBook = ({ records, clock }: { records: HallRecords; clock: Clock }): StaffBook => {
  const read = (kept: unknown): Account | null => {
    const parsed = account.safeParse(kept);
    return parsed.success ? parsed.data : null;
  };
  const find = (name: string): Account | null => read(records.get('staff', name));
  const member = (name: string, { role, disabled, once, lockedUntil }: Account): StaffMember => ({ name, role, disabled, invited: once, lockedUntil });
  const everybody = (): StaffMember[] =>
    records.all('staff').flatMap(([name, kept]) => {
      const found = read(kept);
      return found === null ? [] : [member(name, found)];
    });
  const endSessions = async (which: (one: z.infer<typeof session>) => boolean): Promise<void> => {
    for (const [id, kept] of records.all('session')) {
      const parsed = session.safeParse(kept);
      if (!parsed.success || which(parsed.data)) await records.change('session', id, () => ({ answer: null, keep: null }));
    }
  };
  /** False: nobody of that name. */
  const alter = (name: string, how: (before: Account) => Account): Promise<boolean> =>
    records.change('staff', name, (kept) => {
      const before = read(kept);
      return before === null ? { answer: false } : { answer: true, keep: how(before) };
    });
  const refuse = (reason: Extract<SignIn, { ok: false }>['reason'], retryAfterMs = 0): SignIn => ({ ok: false, reason, retryAfterSeconds: Math.ceil(retryAfterMs / 1_000) });
  /** Counted by all agents together: five wrong passwords are five, at whichever of them. */
  const countFailure = async (name: string): Promise<SignIn> => {
    let lockMs = 0;
    await alter(name, (before) => {
      const failures = before.failures + 1;
      lockMs = failures < FREE_FAILURES ? 0 : Math.min(LONGEST_LOCK_MS, FIRST_LOCK_MS * 2 ** (failures - FREE_FAILURES));
      return { ...before, failures, lockedUntil: lockMs === 0 ? 0 : clock.wall() + lockMs };
    });
    return lockMs === 0 ? refuse('wrong') : refuse('locked', lockMs);
  };

  return {
    isEmpty: () => !everybody().some(({ role, invited }) => role === 'manager' && !invited),
    list: everybody,
    invite: async (name, role) => {
      if (!STAFF_NAME.test(name)) throw new RangeError('a name is small letters, digits, points and hyphens, at most 40');
      const code = oneTimeCode();
      const secret = await hashed(code);
      await records.change('staff', name, (before) => ({ answer: null, keep: { role, secret, once: true, disabled: read(before)?.disabled ?? false, failures: 0, lockedUntil: 0 } satisfies Account }));
      await records.refresh();
      await endSessions((one) => one.name === name);
      return code;
    },
    setDisabled: async (name, disabled) => {
      const there = await alter(name, (before) => ({ ...before, disabled }));
      if (there && disabled) {
        await records.refresh();
        await endSessions((one) => one.name === name);
      }
      return there;
    },
    signIn: async (name, secret, newPassword) => {
      await records.refresh();
      const found = find(name);
      const now = clock.wall();
      if (found === null) {
        // As long as for a name that exists: which names exist is nobody's business.
        await hashed(secret);
        return refuse('wrong');
      }
      // A lock longer than any is one of a clock that was set back since.
      if (found.lockedUntil > now && found.lockedUntil <= now + LONGEST_LOCK_MS) return refuse('locked', found.lockedUntil - now);
      if (!(await fits(found.once ? asCode(secret) : secret, found.secret))) return countFailure(name);
      if (found.disabled) return refuse('disabled');
      let chosen = found.secret;
      if (found.once) {
        if (newPassword === null) return refuse('choose-password');
        if (isWeak(name, newPassword)) return refuse('weak-password');
        chosen = await hashed(newPassword);
      }
      // A code that somebody else used meanwhile, or a member who was reset meanwhile, is not signed in by what held before.
      const still = await records.change('staff', name, (kept) => {
        const before = read(kept);
        return before === null || before.secret !== found.secret || before.disabled ? { answer: false } : { answer: true, keep: { ...before, secret: chosen, once: false, failures: 0, lockedUntil: 0 } };
      });
      if (!still) return refuse('wrong');
      const token = randomBytes(32).toString('base64url');
      await records.change('session', tokenId(token), () => ({ answer: null, keep: { name, until: clock.wall() + SESSION_MS } }));
      await endSessions(({ until }) => until <= clock.wall());
      return { ok: true, token, member: { ...member(name, found), invited: false, lockedUntil: 0 } };
    },
    holder: async (token) => {
      if (!TOKEN.test(token)) return null;
      const id = tokenId(token);
      // It may have begun at another agent a moment ago.
      if (records.get('session', id) === undefined) await records.refresh();
      const parsed = session.safeParse(records.get('session', id));
      if (!parsed.success || parsed.data.until <= clock.wall()) return null;
      const found = find(parsed.data.name);
      return found === null || found.disabled ? null : member(parsed.data.name, found);
    },
    signOut: async (token) => {
      if (TOKEN.test(token)) await records.change('session', tokenId(token), () => ({ answer: null, keep: null }));
    },
  };
};
