/** Can an item be finished here now? Law 6: what cannot be finished here is not started here, and the reason is said. */
import type { ConditionCode, DeviceClass, Remedy } from '../../drivers/contract.ts';
import { classesThatServe, type Item } from '../../kiosk-config/index.ts';
import type { ClosedReason, DeviceHealth, Readiness } from './types.ts';

const reason = (kind: ClosedReason['kind'], device: DeviceClass | null, condition: ConditionCode | null, remedy: Remedy | null, since: string | null = null): ClosedReason => ({ kind, device, condition, remedy, since });

/** Sheets of A4 that the printer counts in its trays; null where it cannot count. */
const sheetsLeft = (device: DeviceHealth): number | null => {
  const counts = device.status.supplies.filter(({ name }) => name === 'paper').flatMap(({ left }) => (left === null ? [] : [left]));
  return counts.length === 0 ? null : counts.reduce((sum, left) => sum + left, 0);
};

const reasonsOf = (device: DeviceHealth, a4Sheets: number): ClosedReason[] => {
  const { deviceClass, status } = device;
  const errors = status.conditions.filter(({ severity }) => severity === 'error');
  const reasons = errors.map(({ code, remedy, since }) => reason(remedy === 'replenish' ? 'consumables' : 'hardware', deviceClass, code, remedy, since ?? null));
  if (reasons.length > 0) return reasons;
  // Not asked yet: unknown is not ready, but it passes by itself.
  if (device.lastSeen === null || status.component === 'unknown') return [reason('hardware', deviceClass, null, 'wait')];
  if (!status.online) return [reason('hardware', deviceClass, 'offline', 'reset')];
  if (status.component === 'unavailable') return [reason('hardware', deviceClass, 'unknown-reason', 'maintain')];
  const left = deviceClass === 'document-printer' ? sheetsLeft(device) : null;
  if (left !== null && left < a4Sheets) return [reason('consumables', deviceClass, left === 0 ? 'paper-out' : 'paper-low', 'replenish')];
  return [];
};

/** Can this device do its work now? */
export const isUsable = (device: DeviceHealth): boolean => reasonsOf(device, 0).length === 0;

/**
 * @param health every device of the terminal, ready or not; of several of one class one that is ready is enough
 * @param platformReachable `unknown` until somebody asked: then nothing speaks against trying
 */
export const readinessOf = (item: Item, health: readonly DeviceHealth[], platformReachable: boolean | 'unknown'): Readiness => {
  const reasons = item.requires.devices.flatMap((deviceClass): ClosedReason[] => {
    const candidates = classesThatServe(deviceClass).flatMap((each) => health.filter((device) => device.deviceClass === each)).map((device) => reasonsOf(device, item.requires.a4Sheets));
    const [first] = candidates;
    if (first === undefined) return [reason('configuration', deviceClass, null, 'maintain')];
    return candidates.some((found) => found.length === 0) ? [] : first;
  });
  if (item.requires.platform === 'now' && platformReachable === false) reasons.push(reason('platform', null, null, 'wait'));
  return { open: reasons.length === 0, reasons };
};
