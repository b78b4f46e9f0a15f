/** What began and what ended with a device, for the record and the log. */
import type { Condition } from '../../drivers/contract.ts';
import type { DeviceConfig } from '../../kiosk-config/index.ts';
import { difference } from './conditions.ts';
import type { Log } from './types.ts';

/** The record takes codes only; what the device itself said goes into the log. */
export const recordConditions = (config: Pick<DeviceConfig, 'id' | 'class'>, before: readonly Condition[], now: readonly Condition[], to: { audit: (event: string, fields: Record<string, unknown>) => void; log: Log }): void => {
  const { began, ended } = difference(before, now);
  const device = config.id;
  for (const { code, severity, remedy, original } of began) {
    if (severity !== 'info') to.audit('device.condition-began', { device: config.class, condition: code, severity, remedy });
    to.log.warn({ device, code, severity, original: original ?? null }, 'device condition began');
  }
  for (const { code, severity, since } of ended) {
    if (severity !== 'info') to.audit('device.condition-ended', { device: config.class, condition: code });
    to.log.info({ device, code, since: since ?? null }, 'device condition ended');
  }
};
