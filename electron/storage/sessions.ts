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
export const sessionStore = (prepare: (sql: string) => Prepared, wrappingKey: Buffer, incarnation: () => string, { dropped, onRollback }: { dropped: () => void; onRollback: (callback: () => void) => void }): SessionStore => {
  const select = prepare('SELECT incarnation, wrapped, sequence, sealed FROM session WHERE id = 1');
  const insert = prepare('INSERT INTO session (id, incarnation, wrapped, sequence, sealed) VALUES (1, ?, ?, ?, ?)');
  const update = prepare('UPDATE session SET sequence = ?, sealed = ? WHERE id = 1');
  /** The running session's key, opened once; it goes with the row. */
  let running: { key: Buffer; born: string; sequence: number } | null = null;
  const forget = (): void => {
    running?.key.fill(0);
    running = null;
  };
  onRollback(forget);

  const row = (): Row | null => (select.get() as Row | undefined) ?? null;
  return {
    save: (bytes) => {
      const old = running === null ? row() : null;
      if (old !== null) running = { key: unseal(wrappingKey, wrapContext(old.incarnation), old.wrapped), born: old.incarnation, sequence: old.sequence };
      if (running !== null) {
        const sequence = running.sequence + 1;
        update.run(sequence, seal(running.key, context(running.born, sequence), bytes));
        running.sequence = sequence;
        return;
      }
      const begun = { key: randomBytes(KEY_BYTES), born: incarnation(), sequence: 1 };
      insert.run(begun.born, seal(wrappingKey, wrapContext(begun.born), begun.key), begun.sequence, seal(begun.key, context(begun.born, begun.sequence), bytes));
      running = begun;
    },
    load: () => {
      const old = row();
      if (old === null) return null;
      return unseal(unseal(wrappingKey, wrapContext(old.incarnation), old.wrapped), context(old.incarnation, old.sequence), old.sealed);
    },
    clear: () => {
      forget();
      if (prepare('DELETE FROM session').run().changes > 0) dropped();
    },
  };
};
