/** Can an item be finished here now? Law 6: what cannot be finished here is not started here, and the reason is said. */
import type { Condition, ConditionCode, DeviceClass, Remedy } from '../../drivers/contract.ts';
import { classesThatServe, type Item } from '../../kiosk-config/index.ts';
import { enoughIn, needsOf } from './supplies.ts';
import type { ClosedByStaff, ClosedReason, DeviceHealth, Needs, Readiness } from './types.ts';

const reason = (kind: ClosedReason['kind'], device: DeviceClass | null, condition: ConditionCode | null, remedy: Remedy | null, since: string | null = null): ClosedReason => ({ kind, device, condition, remedy, since });

const NOTHING: Needs = { sheets: 0, stock: 'plain', slips: 0 };

const kindOf = ({ code, remedy }: Condition): ClosedReason['kind'] => (code === 'misconfigured' ? 'configuration' : remedy === 'replenish' ? 'consumables' : 'hardware');

const reasonsOf = (device: DeviceHealth, needs: Needs, promised: readonly Needs[]): ClosedReason[] => {
  const { deviceClass, status } = device;
  const errors = status.conditions.filter(({ severity }) => severity === 'error');
  const reasons = errors.map((error) => reason(kindOf(error), deviceClass, error.code, error.remedy, error.since ?? null));
  if (reasons.length > 0) return reasons;
  // Not asked yet: unknown is not ready, but it passes by itself.
  if (device.lastSeen === null || status.component === 'unknown') return [reason('hardware', deviceClass, null, 'wait')];
  if (!status.online) return [reason('hardware', deviceClass, 'offline', 'reset')];
  if (status.component === 'unavailable') return [reason('hardware', deviceClass, 'unknown-reason', 'maintain')];
  const found = enoughIn(device, needs, promised);
  if (found === 'none-such') return [reason('configuration', deviceClass, null, 'maintain')];
  if (found !== 'enough') return [reason('consumables', deviceClass, found === 'out' ? 'paper-out' : 'paper-low', 'replenish')];
  return [];
};

/** Can this device do its work now? */
export const isUsable = (device: DeviceHealth): boolean => reasonsOf(device, NOTHING, []).length === 0;

/** Everything beside the devices that an item's readiness hangs on. */
export interface Around {
  /** `unknown` until somebody asked: then nothing speaks against trying. */
  platformReachable: boolean | 'unknown';
  /** Supplies that others hold. */
  promised?: readonly Needs[];
  closedByStaff?: readonly ClosedByStaff[];
  /** The hall's day of the week, 1 Monday to 7 Sunday, and its time as 08:30; null: the clock is not known, and nobody is turned away for it. */
  now?: { weekday: number; time: string } | null;
}

const inHours = (hours: Item['hours'], now: NonNullable<Around['now']>): boolean => hours === undefined || hours.some(({ days, from, to }) => days.includes(now.weekday) && now.time >= from && now.time < to);

/**
 * @param item with `id` '' for what is no item but needs devices all the same
 * @param health every device of the terminal, ready or not; of several of one class one that is ready is enough
 */
export const readinessOf = (item: Item, health: readonly DeviceHealth[], { platformReachable, promised = [], closedByStaff = [], now = null }: Around): Readiness => {
  const needs = needsOf(item);
  const reasons = closedByStaff.filter((closed) => closed.item === null || closed.item === item.id).slice(0, 1).map(({ at }) => reason('staff', null, null, 'wait', at));
  if (now !== null && !inHours(item.hours, now)) reasons.push(reason('hours', null, null, 'wait'));
  for (const deviceClass of item.requires.devices) {
    const candidates = classesThatServe(deviceClass).flatMap((each) => health.filter((device) => device.deviceClass === each)).map((device) => reasonsOf(device, needs, promised));
    const [first] = candidates;
    if (first === undefined) reasons.push(reason('configuration', deviceClass, null, 'maintain'));
    else if (!candidates.some((found) => found.length === 0)) reasons.push(...first);
  }
  if (item.requires.platform === 'now' && platformReachable === false) reasons.push(reason('platform', null, null, 'wait'));
  return { open: reasons.length === 0, reasons };
};
