import { describe, expect, it } from 'vitest';
import type { DeviceConfig } from '../../kiosk-config/index.ts';
import type { Clock } from '../clock/index.ts';
import { PageDevice, pageAddress, SILENT_MS } from './page-device.ts';
import { isUsable } from './readiness.ts';

const config: DeviceConfig = { id: 'camera', class: 'document-camera', transport: 'page:camera', where: { zh: '右边', en: 'right' }, options: {} };

/** A clock moved by hand, and all that the device told. */
const device = () => {
  let now = 0;
  let timers: { at: number; act: () => void }[] = [];
  const told = { changes: 0, audited: [] as [string, unknown][], logged: [] as unknown[] };
  const clock: Pick<Clock, 'after'> = {
    after: (ms, act) => {
      const timer = { at: now + ms, act };
      timers.push(timer);
      return () => void (timers = timers.filter((one) => one !== timer));
    },
  };
  const made = new PageDevice(config, {
    clock: clock as Clock,
    log: { info: (fields) => told.logged.push(fields), warn: (fields) => told.logged.push(fields) },
    audit: (event, fields) => told.audited.push([event, fields]),
    iso: () => '2026-11-22T03:24:07+08:00',
    changed: () => void (told.changes += 1),
  });
  const pass = (ms: number): void => {
    now += ms;
    const due = timers.filter(({ at }) => at <= now);
    timers = timers.filter(({ at }) => at > now);
    for (const { act } of due) act();
  };
  const codes = (): string[] => made.health().status.conditions.map(({ code }) => code);
  return { made, told, pass, codes };
};

describe('a device that the page opens', () => {
  it('has an address that names what it is, and which of several', () => {
    expect(pageAddress('page:camera')).toEqual({ thing: 'camera', label: null });
    expect(pageAddress('page:camera?label=HD%20Camera')).toEqual({ thing: 'camera', label: 'HD Camera' });
    expect(pageAddress('page:keyboard')).toEqual({ thing: 'keyboard', label: null });
    for (const other of ['page:window', 'tcp:127.0.0.1:9100', 'serial:/dev/ttyUSB0', 'page:', 'xpage:camera']) expect(pageAddress(other)).toBeNull();
  });

  it('is neither there nor gone before the page has said anything', () => {
    const { made, codes } = device();
    expect([codes(), made.isServing(), isUsable(made.health()), made.health().lastSeen]).toEqual([[], false, false, null]);
    expect(made.command('status')).toMatchObject({ ok: false, fault: { code: 'not-responding' } });
  });

  it('is ready as long as the page says so, and tells its name', () => {
    const { made, pass } = device();
    for (let count = 0; count < 5; count += 1) {
      made.hear({ state: 'present', name: 'HD Camera' });
      pass(SILENT_MS - 1);
    }
    expect(isUsable(made.health())).toBe(true);
    expect(made.command('status')).toMatchObject({ ok: true, value: { online: true, component: 'ready', model: 'HD Camera' } });
    expect(made.command('open')).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
  });

  it.each([
    ['disconnected', 'disconnected', 'maintain'],
    ['busy', 'busy-elsewhere', 'wait'],
    ['blocked', 'device-fault', 'maintain'],
  ] as const)('that the page finds %s is in the condition %s until it finds it again', (state, code, remedy) => {
    const { made, told, codes } = device();
    made.hear({ state: 'present', name: null });
    made.hear({ state, name: null });
    expect(made.health().status).toMatchObject({ online: false, component: 'unavailable', conditions: [{ code, remedy, severity: 'error', since: '2026-11-22T03:24:07+08:00' }] });
    expect(made.command('status')).toMatchObject({ ok: false, fault: { code } });
    made.hear({ state, name: null });
    made.hear({ state: 'present', name: null });
    expect([codes(), isUsable(made.health())]).toEqual([[], true]);
    expect(told.audited).toEqual([
      ['device.condition-began', { device: 'document-camera', condition: code, severity: 'error', remedy }],
      ['device.condition-ended', { device: 'document-camera', condition: code }],
    ]);
    expect(told.changes).toBe(3);
  });

  it('of a page that fell silent is silent too, and back with the page', () => {
    const { made, pass, codes } = device();
    made.hear({ state: 'present', name: null });
    pass(SILENT_MS);
    expect(codes()).toEqual(['not-responding']);
    made.hear({ state: 'present', name: null });
    expect(codes()).toEqual([]);
  });

  it('leaves no timer behind when the agent stops', () => {
    const { made, pass, codes } = device();
    made.hear({ state: 'present', name: null });
    made.stop();
    pass(SILENT_MS * 2);
    expect(codes()).toEqual([]);
  });
});
