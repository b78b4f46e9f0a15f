/** What staff closed by hand: an item, or the whole terminal. It stays closed until staff open it again. */
import type { Audit } from '../audit/index.ts';
import { isoWithOffset, type Clock } from '../clock/index.ts';
import type { Storage } from '../storage/index.ts';
import type { ClosedByStaff } from './types.ts';

export interface StaffClosures {
  list(): ClosedByStaff[];
  /** @param item null: the whole terminal. @param reason a short code: cleaning, stock-take */
  close(what: { item: string | null; by: string; reason: string }): void;
  /** False: it was not closed. */
  open(what: { item: string | null; by: string }): boolean;
  onChange(listener: () => void): void;
}

interface Row {
  what: string;
  by: string;
  reason: string;
  at: string;
}

export const createStaffClosures = ({ storage, audit, clock, timeZone }: { storage: Storage; audit: Audit; clock: Clock; timeZone: string }): StaffClosures => {
  const listeners: (() => void)[] = [];
  const read = (): ClosedByStaff[] => (storage.prepare('SELECT what, by, reason, at FROM closed_by_staff ORDER BY what').all() as Row[]).map(({ what, ...rest }) => ({ item: what === '' ? null : what, ...rest }));
  // Asked whenever a screen is made; nobody else writes.
  let known = read();
  const changed = (): void => {
    known = read();
    for (const listener of listeners) listener();
  };
  return {
    list: () => known,
    close: ({ item, by, reason }) => {
      storage.transaction(() => {
        storage.prepare('INSERT INTO closed_by_staff (what, by, reason, at) VALUES (?, ?, ?, ?) ON CONFLICT (what) DO UPDATE SET by = excluded.by, reason = excluded.reason').run(item ?? '', by, reason, isoWithOffset(clock.wall(), timeZone));
        audit.write('service.closed', { item, by, reason });
      });
      changed();
    },
    open: ({ item, by }) => {
      const was = storage.transaction(() => {
        const { changes } = storage.prepare('DELETE FROM closed_by_staff WHERE what = ?').run(item ?? '');
        if (changes > 0) audit.write('service.opened', { item, by });
        return changes > 0;
      });
      if (was) changed();
      return was;
    },
    onChange: (listener) => void listeners.push(listener),
  };
};
