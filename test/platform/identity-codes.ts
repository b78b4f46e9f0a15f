/** Codes that people's telephones show (电子身份码): made for one of them, good once and for a short time, kept as digests alone. */
import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../electron/clock/index.ts';

export interface IdentityCode {
  person: { idNumber: string; birthDate: string };
  /** Milliseconds of the platform's clock. */
  until: number;
  /** The Idempotency-Key of whoever used it. */
  usedBy: string | null;
}

export interface IdentityCodes {
  clock: Clock;
  /** Codes that telephones show now, by digest: they live for a minute or two. */
  identityCodes: Map<string, IdentityCode>;
}

/** Codes that nobody showed in this time are forgotten, expired ones with them. */
const KEPT_MS = 3_600_000;

const digestOf = (code: string): string => createHash('sha256').update(code).digest('hex');

/** @returns a new code, in the form of the demonstration's city */
export const giveIdentityCode = ({ clock, identityCodes }: IdentityCodes, person: IdentityCode['person'], lifeMs: number): string => {
  const now = clock.wall();
  for (const [digest, { until }] of identityCodes) if (until + KEPT_MS < now) identityCodes.delete(digest);
  const code = `CITYID-${randomBytes(12).toString('hex').toUpperCase()}`;
  identityCodes.set(digestOf(code), { person, until: now + lifeMs, usedBy: null });
  return code;
};

/** Whose code this is, once; whoever asks again with the same key is answered the same. */
export const useIdentityCode = ({ clock, identityCodes }: IdentityCodes, code: string, key: string) => {
  const codeDigest = digestOf(code);
  const found = identityCodes.get(codeDigest);
  const refused = (outcome: 'unknown' | 'used' | 'expired') => ({ codeDigest, outcome, person: null });
  if (found === undefined) return refused('unknown');
  if (found.usedBy !== null && found.usedBy !== key) return refused('used');
  if (found.usedBy === null && clock.wall() >= found.until) return refused('expired');
  found.usedBy = key;
  return { codeDigest, outcome: 'verified' as const, person: found.person };
};
