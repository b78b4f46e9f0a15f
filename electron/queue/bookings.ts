/** Agreed times that a terminal asked for in place of a number, until both sides have their word: what a crash must not forget. */
import { z } from 'zod';
import type { Storage } from '../storage/index.ts';

const booking = z.strictObject({
  /** Under which the platform was asked. */
  key: z.string(),
  /** The ticket in whose place it is. */
  ticket: z.string(),
  class: z.string(),
  /**
   * `asked`: kept before the question leaves. `owed`: agreed on and shown; the number is to be given back. `withdraw`: nobody was shown
   * what may have been agreed on, and the platform is to be told so.
   */
  state: z.enum(['asked', 'owed', 'withdraw']),
});
export type Booking = z.infer<typeof booking>;

export interface Bookings {
  /** On the disk when it returns. @throws when it cannot be kept; nothing may be asked then */
  save(booking: Booking): void;
  /** Both sides have had their word. */
  remove(key: string): void;
  list(): Booking[];
}

export const createBookings = (storage: Pick<Storage, 'prepare' | 'transaction'>): Bookings => ({
  save: ({ key, ticket, class: classId, state }) =>
    storage.transaction(() => void storage.prepare('INSERT INTO bookings (key, ticket, class, state) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET state = excluded.state').run(key, ticket, classId, state)),
  remove: (key) => storage.transaction(() => void storage.prepare('DELETE FROM bookings WHERE key = ?').run(key)),
  list: () => z.array(booking).parse(storage.prepare('SELECT key, ticket, class, state FROM bookings ORDER BY key').all()),
});
