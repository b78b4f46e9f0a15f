import { describe, expect, it } from 'vitest';
import { CONDITION_CODES, condition, type DeviceClass, type DeviceStatus } from '../../drivers/contract.ts';
import type { Item } from '../../kiosk-config/index.ts';
import { readinessOf } from './readiness.ts';
import type { DeviceHealth } from './types.ts';

const item = (requires: Partial<Item['requires']>): Item => ({ requires: { devices: [], a4Sheets: 0, platform: 'can-wait', ...requires } }) as unknown as Item;
const device = (deviceClass: DeviceClass, status: Partial<DeviceStatus> = {}, lastSeen: string | null = '2026-11-22T03:12:00+08:00'): DeviceHealth => ({
  id: deviceClass,
  deviceClass,
  status: { online: true, component: 'ready', media: 'absent', conditions: [], supplies: [], model: null, ...status },
  lastSeen,
});
const a4 = (left: number | null): Partial<DeviceStatus> => ({ supplies: [{ name: 'paper', percent: null, left }, { name: 'toner', percent: 40, left: null }] });

describe('readiness of an item', () => {
  it('is open when every device it needs is ready', () => {
    expect(readinessOf(item({ devices: ['id-card', 'scanner'] }), [device('id-card'), device('scanner', { component: 'busy' })], 'unknown')).toEqual({ open: true, reasons: [] });
  });

  it('is closed for every error condition of a device it needs, with remedy and since, and open for a warning', () => {
    for (const code of CONDITION_CODES) {
      const error = { ...condition(code, 'error'), since: '2026-11-22T01:00:00+08:00' };
      const closed = readinessOf(item({ devices: ['receipt-printer'] }), [device('receipt-printer', { conditions: [error] })], true);
      expect(closed).toEqual({ open: false, reasons: [{ kind: error.remedy === 'replenish' ? 'consumables' : 'hardware', device: 'receipt-printer', condition: code, remedy: error.remedy, since: error.since }] });
      expect(readinessOf(item({ devices: ['receipt-printer'] }), [device('receipt-printer', { conditions: [condition(code, 'warning')] })], true).open).toBe(true);
    }
  });

  it('does not mind a device that it does not need', () => {
    expect(readinessOf(item({ devices: ['id-card'] }), [device('id-card'), device('scanner', { online: false })], true).open).toBe(true);
  });

  it('is closed while a device is unknown, offline or not configured', () => {
    const needs = item({ devices: ['id-card'] });
    expect(readinessOf(needs, [device('id-card', { online: false, component: 'unknown' }, null)], true).reasons).toMatchObject([{ kind: 'hardware', condition: null, remedy: 'wait' }]);
    expect(readinessOf(needs, [device('id-card', { online: false })], true).reasons).toMatchObject([{ kind: 'hardware', condition: 'offline' }]);
    expect(readinessOf(needs, [device('id-card', { component: 'unavailable' })], true).reasons).toMatchObject([{ kind: 'hardware', condition: 'unknown-reason' }]);
    expect(readinessOf(needs, [], true).reasons).toMatchObject([{ kind: 'configuration', device: 'id-card', remedy: 'maintain' }]);
  });

  it('is closed when the printer counts fewer sheets than the item prints, and open when it cannot count', () => {
    const needs = item({ devices: ['document-printer'], a4Sheets: 2 });
    expect(readinessOf(needs, [device('document-printer', a4(2))], true).open).toBe(true);
    expect(readinessOf(needs, [device('document-printer', a4(1))], true).reasons).toMatchObject([{ kind: 'consumables', condition: 'paper-low', remedy: 'replenish' }]);
    expect(readinessOf(needs, [device('document-printer', a4(0))], true).reasons).toMatchObject([{ kind: 'consumables', condition: 'paper-out' }]);
    expect(readinessOf(needs, [device('document-printer', a4(null))], true).open).toBe(true);
  });

  it('is content with one ready device of several of the class', () => {
    expect(readinessOf(item({ devices: ['scanner'] }), [device('scanner', { online: false }), device('scanner')], true).open).toBe(true);
  });

  it('that needs a scanner is open with a document camera as well, and closed with the scanner\'s reason when neither works', () => {
    const needs = item({ devices: ['scanner'] });
    const unplugged = device('scanner', { conditions: [condition('disconnected', 'error')] });
    expect(readinessOf(needs, [device('document-camera')], true).open).toBe(true);
    expect(readinessOf(needs, [unplugged, device('document-camera')], true).open).toBe(true);
    expect(readinessOf(needs, [device('document-camera', { online: false }), unplugged], true).reasons).toMatchObject([{ device: 'scanner', condition: 'disconnected' }]);
    expect(readinessOf(item({ devices: ['document-camera'] }), [device('scanner')], true).open).toBe(true);
  });

  it('needs the platform only when the item needs it now, and only a known absence counts', () => {
    expect(readinessOf(item({ platform: 'now' }), [], false).reasons).toEqual([{ kind: 'platform', device: null, condition: null, remedy: 'wait', since: null }]);
    expect(readinessOf(item({ platform: 'now' }), [], 'unknown').open).toBe(true);
    expect(readinessOf(item({ platform: 'can-wait' }), [], false).open).toBe(true);
  });
});
