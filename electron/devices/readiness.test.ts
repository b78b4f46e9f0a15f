import { describe, expect, it } from 'vitest';
import { CONDITION_CODES, condition, type DeviceClass, type DeviceStatus } from '../../drivers/contract.ts';
import type { Item } from '../../kiosk-config/index.ts';
import { readinessOf } from './readiness.ts';
import { createReservations } from './supplies.ts';
import type { DeviceHealth, Needs } from './types.ts';

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
    expect(readinessOf(item({ devices: ['id-card', 'scanner'] }), [device('id-card'), device('scanner', { component: 'busy' })], { platformReachable: 'unknown' })).toEqual({ open: true, reasons: [] });
  });

  it('is closed for every error condition of a device it needs, with remedy and since, and open for a warning', () => {
    for (const code of CONDITION_CODES) {
      const error = { ...condition(code, 'error'), since: '2026-11-22T01:00:00+08:00' };
      const closed = readinessOf(item({ devices: ['receipt-printer'] }), [device('receipt-printer', { conditions: [error] })], { platformReachable: true });
      expect(closed).toEqual({ open: false, reasons: [{ kind: error.remedy === 'replenish' ? 'consumables' : code === 'misconfigured' ? 'configuration' : 'hardware', device: 'receipt-printer', condition: code, remedy: error.remedy, since: error.since }] });
      expect(readinessOf(item({ devices: ['receipt-printer'] }), [device('receipt-printer', { conditions: [condition(code, 'warning')] })], { platformReachable: true }).open).toBe(true);
    }
  });

  it('does not mind a device that it does not need', () => {
    expect(readinessOf(item({ devices: ['id-card'] }), [device('id-card'), device('scanner', { online: false })], { platformReachable: true }).open).toBe(true);
  });

  it('is closed while a device is unknown, offline or not configured', () => {
    const needs = item({ devices: ['id-card'] });
    expect(readinessOf(needs, [device('id-card', { online: false, component: 'unknown' }, null)], { platformReachable: true }).reasons).toMatchObject([{ kind: 'hardware', condition: null, remedy: 'wait' }]);
    expect(readinessOf(needs, [device('id-card', { online: false })], { platformReachable: true }).reasons).toMatchObject([{ kind: 'hardware', condition: 'offline' }]);
    expect(readinessOf(needs, [device('id-card', { component: 'unavailable' })], { platformReachable: true }).reasons).toMatchObject([{ kind: 'hardware', condition: 'unknown-reason' }]);
    expect(readinessOf(needs, [], { platformReachable: true }).reasons).toMatchObject([{ kind: 'configuration', device: 'id-card', remedy: 'maintain' }]);
  });

  it('is closed when the printer counts fewer sheets than the item prints, and open when it cannot count', () => {
    const needs = item({ devices: ['document-printer'], a4Sheets: 2 });
    expect(readinessOf(needs, [device('document-printer', a4(2))], { platformReachable: true }).open).toBe(true);
    expect(readinessOf(needs, [device('document-printer', a4(1))], { platformReachable: true }).reasons).toMatchObject([{ kind: 'consumables', condition: 'paper-low', remedy: 'replenish' }]);
    expect(readinessOf(needs, [device('document-printer', a4(0))], { platformReachable: true }).reasons).toMatchObject([{ kind: 'consumables', condition: 'paper-out' }]);
    expect(readinessOf(needs, [device('document-printer', a4(null))], { platformReachable: true }).open).toBe(true);
  });

  it('draws on the trays of its own stock alone', () => {
    const tray = (stock: 'plain' | 'numbered', left: number | null, state: 'ready' | 'empty' = 'ready') => ({ source: stock, stock, media: null, state, left });
    const plain = item({ devices: ['document-printer'], a4Sheets: 2 });
    const numbered = { ...plain, certificate: { stock: 'numbered' } } as unknown as Item;
    const printer = (...trays: ReturnType<typeof tray>[]): DeviceHealth[] => [device('document-printer', { trays, ...a4(900) })];
    const kinds = (one: Item, health: DeviceHealth[]): unknown[] => readinessOf(one, health, { platformReachable: true }).reasons.map(({ kind, condition: code }) => [kind, code]);
    expect([kinds(plain, printer(tray('plain', 900), tray('numbered', 1))), kinds(numbered, printer(tray('plain', 900), tray('numbered', 1)))]).toEqual([[], [['consumables', 'paper-low']]]);
    expect([kinds(plain, printer(tray('plain', null, 'empty'), tray('numbered', 9))), kinds(numbered, printer(tray('plain', 0, 'empty'), tray('numbered', 9)))]).toEqual([[['consumables', 'paper-out']], []]);
    expect(kinds(numbered, printer(tray('plain', 900)))).toEqual([['configuration', null]]);
    expect(kinds(numbered, printer(tray('numbered', null), tray('plain', 0)))).toEqual([]);
  });

  it('does not begin with supplies that somebody else holds', () => {
    const needs = item({ devices: ['document-printer'], a4Sheets: 2 });
    const changes: number[] = [];
    const reservations = createReservations(() => changes.push(1));
    const open = (...holders: string[]): boolean => readinessOf(needs, [device('document-printer', a4(3))], { platformReachable: true, promised: reservations.promised(holders) }).open;
    reservations.reserve('session', { sheets: 2, stock: 'plain', slips: 0 });
    expect([open(), open('session')]).toEqual([false, true]);
    reservations.reserve('session', { sheets: 2, stock: 'plain', slips: 0 });
    reservations.reserve('session', { sheets: 2, stock: 'numbered', slips: 0 });
    expect(open()).toBe(true);
    reservations.reserve('session', null);
    reservations.reserve('session', null);
    expect([open(), changes.length]).toEqual([true, 3]);
  });

  it('does not begin with the last slip of a roll that somebody else holds', () => {
    const needs = item({ devices: ['receipt-printer'] });
    const rest = (left: number | null): DeviceHealth[] => [device('receipt-printer', { conditions: [condition('paper-low', 'warning')], supplies: [{ name: 'paper', percent: null, left }] })];
    const reasons = (left: number | null, promised: Needs[] = [], one = needs): unknown[] => readinessOf(one, rest(left), { platformReachable: true, promised }).reasons.map(({ kind, condition: code }) => [kind, code]);
    const held = { sheets: 0, stock: 'plain', slips: 1 } as const;
    expect([reasons(2, [held]), reasons(1), reasons(null, [held])]).toEqual([[], [], []]);
    expect([reasons(1, [held]), reasons(0)]).toEqual([[['consumables', 'paper-low']], [['consumables', 'paper-low']]]);
    expect([reasons(2, [], item({ devices: ['receipt-printer'], slips: 3 })), reasons(0, [], item({ devices: ['receipt-printer'], slips: 0 }))]).toEqual([[['consumables', 'paper-low']], []]);
  });

  it('is closed by staff alone or with the whole terminal, and outside its hours', () => {
    const needs = { ...item({ devices: [] }), id: 'housing', hours: [{ days: [1, 2, 3, 4, 5], from: '08:30', to: '12:00' }] } as Item;
    const closed = (what: string | null): unknown[] => readinessOf(needs, [], { platformReachable: true, closedByStaff: [{ item: what, by: 'clerk-1', reason: 'cleaning', at: '2026-11-22T01:00:00+08:00' }] }).reasons.map(({ kind, since }) => [kind, since]);
    expect([closed('housing'), closed(null), closed('other')]).toEqual([[['staff', '2026-11-22T01:00:00+08:00']], [['staff', '2026-11-22T01:00:00+08:00']], []]);
    const at = (weekday: number, time: string): unknown[] => readinessOf(needs, [], { platformReachable: true, now: { weekday, time } }).reasons.map(({ kind }) => kind);
    expect([at(1, '08:29'), at(1, '08:30'), at(1, '11:59'), at(1, '12:00'), at(6, '09:00')]).toEqual([['hours'], [], [], ['hours'], ['hours']]);
    // Nobody is turned away for a clock that is not known.
    expect(readinessOf(needs, [], { platformReachable: true, now: null }).open).toBe(true);
  });

  it('is content with one ready device of several of the class', () => {
    expect(readinessOf(item({ devices: ['scanner'] }), [device('scanner', { online: false }), device('scanner')], { platformReachable: true }).open).toBe(true);
  });

  it('that needs a scanner is open with a document camera as well, and closed with the scanner\'s reason when neither works', () => {
    const needs = item({ devices: ['scanner'] });
    const unplugged = device('scanner', { conditions: [condition('disconnected', 'error')] });
    expect(readinessOf(needs, [device('document-camera')], { platformReachable: true }).open).toBe(true);
    expect(readinessOf(needs, [unplugged, device('document-camera')], { platformReachable: true }).open).toBe(true);
    expect(readinessOf(needs, [device('document-camera', { online: false }), unplugged], { platformReachable: true }).reasons).toMatchObject([{ device: 'scanner', condition: 'disconnected' }]);
    expect(readinessOf(item({ devices: ['document-camera'] }), [device('scanner')], { platformReachable: true }).open).toBe(true);
  });

  it('needs the platform only when the item needs it now, and only a known absence counts', () => {
    expect(readinessOf(item({ platform: 'now' }), [], { platformReachable: false }).reasons).toEqual([{ kind: 'platform', device: null, condition: null, remedy: 'wait', since: null }]);
    expect(readinessOf(item({ platform: 'now' }), [], { platformReachable: 'unknown' }).open).toBe(true);
    expect(readinessOf(item({ platform: 'can-wait' }), [], { platformReachable: false }).open).toBe(true);
  });
});
