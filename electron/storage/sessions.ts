import { randomBytes } from 'node:crypto';
import { KEY_BYTES, seal, unseal } from './seal.ts';
import type { Prepared, SessionStore } from './types.ts';

interface Row {
  incarnation: string;
  wrapped: Buffer;
  sequence: number;
  sealed: Buffer;
}

const wrapContext = (incarnation: string) => ({ incarnation, owner: 'session', table: 'session-key', sequence: 0 });
const context = (incarnation: string, sequence: number) => ({ incarnation, owner: 'session', table: 'session', sequence });

/** One running session; every save replaces the last, under the key that {@link SessionStore.clear} drops. */
export const sessionStore = (prepare: (sql: string) => Prepared, wrappingKey: Buffer, incarnation: () => string, dropped: () => void): SessionStore => {
  const row = (): Row | null => (prepare('SELECT incarnation, wrapped, sequence, sealed FROM session WHERE id = 1').get() as Row | undefined) ?? null;
  return {
    save: (bytes) => {
      const old = row();
      const born = old?.incarnation ?? incarnation();
      const key = old === null ? randomBytes(KEY_BYTES) : unseal(wrappingKey, wrapContext(born), old.wrapped);
      const sequence = (old?.sequence ?? 0) + 1;
      const wrapped = old?.wrapped ?? seal(wrappingKey, wrapContext(born), key);
      prepare('INSERT INTO session (id, incarnation, wrapped, sequence, sealed) VALUES (1, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, sealed = excluded.sealed').run(
        born,
        wrapped,
        sequence,
        seal(key, context(born, sequence), bytes),
      );
      key.fill(0);
    },
    load: () => {
      const old = row();
      if (old === null) return null;
      return unseal(unseal(wrappingKey, wrapContext(old.incarnation), old.wrapped), context(old.incarnation, old.sequence), old.sealed);
    },
    clear: () => {
      if (prepare('DELETE FROM session').run().changes > 0) dropped();
    },
  };
};
