/**
 * Terminals that take numbers from this hall: each is known by its own Ed25519 key. The manager makes a one-time code for a terminal's name; whoever
 * brings it within half an hour leaves his key under that name, in place of the one before. A revoked terminal is nobody.
 */
import { createHash, randomInt, timingSafeEqual, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../clock/index.ts';
import { importPublicKey } from '../../platform/index.ts';
import type { HallRecords } from '../../queue/index.ts';

/** 50 bits, read aloud and typed once: no 0/O, 1/I. In half an hour nobody guesses it over a network. */
const CODE_LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const CODE_LENGTH = 10;
export const PAIRING_MINUTES = 30;

export interface TerminalRow {
  id: string;
  /** Milliseconds since 1970; null: has a code and has not come yet. */
  enrolledAt: number | null;
  revoked: boolean;
  /** A code is out that still works. */
  invited: boolean;
  /** When it last asked this agent something, milliseconds since 1970; null: not since the agent was started. */
  seenAt: number | null;
}

export interface TerminalBook {
  list(): TerminalRow[];
  /** A new one-time code; one made before for the same name is void. */
  pair(id: string): Promise<string>;
  enrol(code: string, id: string, publicKey: string): Promise<'enrolled' | 'wrong-code' | 'not-a-key'>;
  /** False: no such terminal. */
  revoke(id: string): Promise<boolean>;
  /** It has just asked something, with its own signature. */
  seen(id: string): void;
  /** null: nobody of that name, or revoked. */
  keyOf(id: string): Promise<KeyObject | null>;
}

const digest = (code: string): Buffer => createHash('sha256').update(code.toUpperCase().replaceAll(/[\s-]/g, '')).digest();

/** Times in milliseconds since 1970; `publicKey` null: has not come yet; `code`: SHA-256 in base64. */
const kept = z.strictObject({
  publicKey: z.string().nullable(),
  enrolledAt: z.number().nullable(),
  revoked: z.boolean(),
  pairing: z.strictObject({ code: z.string(), until: z.number() }).nullable(),
});
type Kept = z.infer<typeof kept>;
const NOBODY: Kept = { publicKey: null, enrolledAt: null, revoked: false, pairing: null };

/** @param records shared by all agents of the hall: who is known to one is known to all */
export const createTerminalBook = ({ records, clock }: { records: HallRecords; clock: Clock }): TerminalBook => {
  const read = (value: unknown): Kept | null => {
    const parsed = kept.safeParse(value);
    return parsed.success ? parsed.data : null;
  };
  /** Of this agent alone, and not on the disk: a terminal looks every few seconds. */
  const seenAt = new Map<string, number>();
  /** Each question is signed: to take in a key costs more than to check a signature by it. */
  const keys = new Map<string, { publicKey: string; key: KeyObject }>();
  const keyIn = (id: string, publicKey: string): KeyObject => {
    const known = keys.get(id);
    if (known?.publicKey === publicKey) return known.key;
    const key = importPublicKey(publicKey);
    keys.set(id, { publicKey, key });
    return key;
  };
  const invited = ({ pairing }: Kept): boolean => pairing !== null && pairing.until > clock.wall();
  return {
    list: () =>
      records
        .all('terminal')
        .flatMap(([id, value]) => {
          const one = read(value);
          return one === null || (one.publicKey === null && !invited(one)) ? [] : [{ id, enrolledAt: one.enrolledAt, revoked: one.revoked, invited: invited(one), seenAt: seenAt.get(id) ?? null }];
        })
        .sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true })),
    pair: async (id) => {
      const code = Array.from({ length: CODE_LENGTH }, () => CODE_LETTERS[randomInt(CODE_LETTERS.length)]).join('');
      await records.change('terminal', id, (before) => ({ answer: null, keep: { ...(read(before) ?? NOBODY), pairing: { code: digest(code).toString('base64'), until: clock.wall() + PAIRING_MINUTES * 60_000 } } satisfies Kept }));
      return code;
    },
    enrol: (code, id, publicKey) =>
      records.change('terminal', id, (value) => {
        const before = read(value);
        if (before === null || before.pairing === null || !invited(before) || !timingSafeEqual(Buffer.from(before.pairing.code, 'base64'), digest(code))) return { answer: 'wrong-code' as const };
        try {
          importPublicKey(publicKey);
        } catch {
          return { answer: 'not-a-key' as const };
        }
        return { answer: 'enrolled' as const, keep: { publicKey, enrolledAt: clock.wall(), revoked: false, pairing: null } satisfies Kept };
      }),
    revoke: (id) =>
      records.change('terminal', id, (value) => {
        const before = read(value);
        if (before === null) return { answer: false };
        // One that never came only loses its code.
        return before.publicKey === null ? { answer: true, keep: null } : { answer: true, keep: { ...before, revoked: true, pairing: null } satisfies Kept };
      }),
    seen: (id) => void seenAt.set(id, clock.wall()),
    keyOf: async (id) => {
      // It may have become known to another agent a moment ago, and one that was revoked may be paired anew.
      const usable = (): Kept | null => {
        const one = read(records.get('terminal', id));
        return one === null || one.revoked || one.publicKey === null ? null : one;
      };
      if (usable() === null) await records.refresh();
      const publicKey = usable()?.publicKey ?? null;
      return publicKey === null ? null : keyIn(id, publicKey);
    },
  };
};
