/**
 * Terminals that take numbers from this hall: each is known by its own Ed25519 key. The manager makes a one-time code for a terminal's name; whoever
 * brings it within half an hour leaves his key under that name, in place of the one before. A revoked terminal is nobody.
 */
import { createHash, randomInt, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { Clock } from '../../clock/index.ts';
import { importPublicKey } from '../../platform/index.ts';
import type { Storage } from '../../storage/index.ts';

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
}

export interface TerminalBook {
  list(): TerminalRow[];
  /** A new one-time code; one made before for the same name is void. */
  pair(id: string): string;
  enrol(code: string, id: string, publicKey: string): 'enrolled' | 'wrong-code' | 'not-a-key';
  /** False: no such terminal. */
  revoke(id: string): boolean;
  /** null: nobody of that name, or revoked. */
  keyOf(id: string): KeyObject | null;
}

const digest = (code: string): Buffer => createHash('sha256').update(code.toUpperCase().replaceAll(/[\s-]/g, '')).digest();

export const createTerminalBook = ({ storage, clock }: { storage: Storage; clock: Clock }): TerminalBook => {
  const invitation = (id: string): Buffer | null => {
    const row = storage.prepare('SELECT code, until FROM hall_pairings WHERE id = ?').get(id) as { code: Buffer; until: number } | undefined;
    return row === undefined || row.until <= clock.wall() ? null : row.code;
  };
  return {
    list: () => {
      const known = storage.prepare('SELECT id, enrolled_at, revoked FROM hall_terminals').all() as { id: string; enrolled_at: number; revoked: number }[];
      const invited = storage.prepare('SELECT id FROM hall_pairings WHERE until > ?').all(clock.wall()) as { id: string }[];
      const rows = new Map<string, TerminalRow>(known.map(({ id, enrolled_at, revoked }) => [id, { id, enrolledAt: enrolled_at, revoked: revoked === 1, invited: false }]));
      for (const { id } of invited) rows.set(id, { ...(rows.get(id) ?? { id, enrolledAt: null, revoked: false }), invited: true });
      return [...rows.values()].sort((a, b) => a.id.localeCompare(b.id));
    },
    pair: (id) => {
      const code = Array.from({ length: CODE_LENGTH }, () => CODE_LETTERS[randomInt(CODE_LETTERS.length)]).join('');
      storage.transaction(() =>
        storage.prepare('INSERT INTO hall_pairings (id, code, until) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET code = excluded.code, until = excluded.until').run(id, digest(code), clock.wall() + PAIRING_MINUTES * 60_000),
      );
      return code;
    },
    enrol: (code, id, publicKey) => {
      const wanted = invitation(id);
      if (wanted === null || !timingSafeEqual(wanted, digest(code))) return 'wrong-code';
      try {
        importPublicKey(publicKey);
      } catch {
        return 'not-a-key';
      }
      storage.transaction(() => {
        storage.prepare('DELETE FROM hall_pairings WHERE id = ?').run(id);
        storage.prepare('INSERT INTO hall_terminals (id, public_key, enrolled_at) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET public_key = excluded.public_key, enrolled_at = excluded.enrolled_at, revoked = 0').run(id, publicKey, clock.wall());
      });
      return 'enrolled';
    },
    revoke: (id) => storage.transaction(() => {
      storage.prepare('DELETE FROM hall_pairings WHERE id = ?').run(id);
      return storage.prepare('UPDATE hall_terminals SET revoked = 1 WHERE id = ?').run(id).changes > 0;
    }),
    keyOf: (id) => {
      const row = storage.prepare('SELECT public_key FROM hall_terminals WHERE id = ? AND revoked = 0').get(id) as { public_key: string } | undefined;
      return row === undefined ? null : importPublicKey(row.public_key);
    },
  };
};
