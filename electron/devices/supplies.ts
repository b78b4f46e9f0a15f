/** What an item uses up, what is left of it, and what is already promised to somebody. */
import type { Item } from '../../kiosk-config/index.ts';
import type { DeviceHealth, Needs } from './types.ts';

/** What one run of an item takes from start to end. */
export const needsOf = ({ requires, certificate }: Pick<Item, 'requires' | 'certificate'>): Needs => ({
  sheets: requires.devices.includes('document-printer') ? requires.a4Sheets : 0,
  stock: certificate?.stock ?? 'plain',
  slips: requires.devices.includes('receipt-printer') ? (requires.slips ?? 1) : 0,
});

/** How many of what the device gives out; `none-such`: no tray here holds that stock; null: it cannot count, and says that something is there. */
const leftIn = ({ status }: DeviceHealth, stock: Needs['stock']): number | 'none-such' | null => {
  const trays = status.trays ?? [];
  if (trays.length === 0) {
    const counts = status.supplies.filter(({ name }) => name === 'paper').flatMap(({ left }) => (left === null ? [] : [left]));
    return counts.length === 0 ? null : counts.reduce((sum, left) => sum + left, 0);
  }
  const held = trays.filter((tray) => tray.stock === stock);
  if (held.length === 0) return 'none-such';
  const counts = held.map(({ state, left }) => (state === 'empty' || state === 'missing' ? 0 : left));
  // One tray that cannot count may hold enough.
  return counts.some((left) => left === null) ? null : counts.reduce<number>((sum, left) => sum + (left ?? 0), 0);
};

/** Slips that are left of a roll that is nearly used up (rolls.ts); before that nobody counts, and there are enough. */
const enoughOnRoll = ({ status }: DeviceHealth, needs: Needs, promised: readonly Needs[]): 'enough' | 'low' => {
  const left = status.supplies.find(({ name }) => name === 'paper')?.left ?? null;
  return left === null || needs.slips === 0 || left - promised.reduce((sum, { slips }) => sum + slips, 0) >= needs.slips ? 'enough' : 'low';
};

/** @returns `enough`, also where the device cannot count; else what is the matter */
export const enoughIn = (device: DeviceHealth, needs: Needs, promised: readonly Needs[]): 'enough' | 'none-such' | 'out' | 'low' => {
  if (device.deviceClass === 'receipt-printer') return enoughOnRoll(device, needs, promised);
  if (device.deviceClass !== 'document-printer' || needs.sheets === 0) return 'enough';
  const left = leftIn(device, needs.stock);
  if (left === null) return 'enough';
  if (left === 'none-such') return left;
  const free = left - promised.reduce((sum, of) => sum + (of.stock === needs.stock ? of.sheets : 0), 0);
  return free >= needs.sheets ? 'enough' : left === 0 ? 'out' : 'low';
};

export interface Reservations {
  /** `needs` null: given back. A second reservation of the same holder takes the place of its first. */
  reserve(holder: string, needs: Needs | null): void;
  /** Everything promised, but for what these hold. */
  promised(except: readonly string[]): Needs[];
}

/** @param changed what is free became another */
export const createReservations = (changed: () => void): Reservations => {
  const held = new Map<string, Needs>();
  return {
    reserve: (holder, needs) => {
      const before = held.get(holder);
      if (needs === null ? before === undefined : before !== undefined && before.sheets === needs.sheets && before.stock === needs.stock && before.slips === needs.slips) return;
      if (needs === null) held.delete(holder);
      else held.set(holder, needs);
      changed();
    },
    promised: (except) => [...held].flatMap(([holder, needs]) => (except.includes(holder) ? [] : [needs])),
  };
};
