import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { condition, fail, ok, type DeviceClass, type DeviceStatus, type Driver, type Result } from '../../drivers/contract.ts';
import type { Item, Terminal } from '../../kiosk-config/index.ts';
import { EVENTS, type EventName } from '../audit/index.ts';
import { ManualClock } from '../clock/index.ts';
import type { HostExit, SpawnHost } from './host-process.ts';
import { createHostServer } from './host/server.ts';
import { createSupervisor } from './supervisor.ts';
import type { Devices } from './types.ts';

const READY: DeviceStatus = { online: true, component: 'ready', media: 'absent', conditions: [], supplies: [], model: 'scripted' };
const HANG = 'hang';
type Script = (command: string, input: unknown, context: { signal: AbortSignal }, progress: (value: unknown) => void) => Promise<Result<unknown>> | typeof HANG;

/** A device that answers what its script says; `open` is the command `open`. */
class Scripted implements Driver<DeviceClass> {
  readonly deviceClass: DeviceClass;
  private readonly script: Script;
  constructor(deviceClass: DeviceClass, script: Script) {
    this.deviceClass = deviceClass;
    this.script = script;
  }
  private say(command: string, input: unknown, context: { signal: AbortSignal }, progress: (value: unknown) => void): Promise<Result<never>> {
    const said = this.script(command, input, context, progress);
    return (said === HANG ? new Promise(() => undefined) : said) as Promise<Result<never>>;
  }
  open(context: { signal: AbortSignal }): Promise<Result<DeviceStatus>> {
    return this.say('open', undefined, context, () => undefined);
  }
  run(command: string, input: unknown, context: { signal: AbortSignal }, onProgress?: (progress: never) => void): Promise<Result<never>> {
    return this.say(command, input, context, (value) => onProgress?.(value as never));
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

interface Host {
  name: string;
  alive: boolean;
  /** Its event loop stands still. */
  deaf: boolean;
  /** It hears nothing yet. */
  loading: boolean;
  die(exit: HostExit): void;
}

const terminal = (...classes: DeviceClass[]): Terminal => ({
  id: 't1',
  number: 1,
  panel: { widthMm: 398, lowerEdgeMm: 760 },
  devices: classes.map((one) => ({ id: one, class: one, transport: `tcp:${one}:1`, where: { zh: '下', en: 'below' }, options: {} })),
});

describe('the devices of a terminal', () => {
  let clock: ManualClock;
  let runDir: string;
  let scripts: Map<string, Script>;
  let hosts: Host[];
  let audited: [string, Record<string, unknown>][];
  let logged: [Record<string, unknown>, string][];
  let devices: Devices;
  /** How long a host loads before it says that it is there. */
  let loadsMs: number;

  const spawn: SpawnHost = (name, listeners) => {
    const driverClock = { now: () => clock.monotonic(), sleep: () => Promise.resolve() };
    const server = createHostServer(
      (deviceClass) => new Scripted(deviceClass, scripts.get(deviceClass) ?? (() => Promise.resolve(ok(READY)))),
      driverClock,
      (message) => {
        const copy = structuredClone(message);
        setImmediate(() => host.alive && listeners.message(copy));
      },
      (line) => listeners.line(line),
    );
    const host: Host = {
      name,
      alive: true,
      deaf: false,
      loading: true,
      die: (exit) => {
        if (!host.alive) return;
        host.alive = false;
        setImmediate(() => listeners.exit(exit));
      },
    };
    hosts.push(host);
    const pid = 4_000 + hosts.length;
    const ready = (): void => {
      host.loading = false;
      if (host.alive) listeners.message({ type: 'ready', pid });
    };
    setImmediate(loadsMs === 0 ? ready : () => clock.after(loadsMs, ready));
    return {
      pid,
      send: (message) => {
        const copy = structuredClone(message);
        setImmediate(() => host.alive && !host.deaf && !host.loading && server.receive(copy));
      },
      kill: (signal) => host.die({ code: null, signal, ownFault: false }),
    };
  };

  /** Lets everything that is ready to happen happen. */
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 100) {
      clock.advance(Math.min(100, left));
      await settle();
    }
  };
  const begin = async (...classes: DeviceClass[]): Promise<void> => {
    devices = createSupervisor({ terminal: terminal(...classes), clock, log: { info: (fields, message) => logged.push([fields, message]), warn: (fields, message) => logged.push([fields, message]) }, audit: (event, fields) => audited.push([event, fields]), runDir, spawn, random: () => 0.5, timeZone: 'Asia/Shanghai', places: { 'receipt-printer': 'terminals/t1.yaml:14' } });
    const started = devices.start();
    await pass(200);
    await started;
  };
  const statusOf = (id: string): DeviceStatus => devices.health().find((device) => device.id === id)!.status;
  const events = (name: string): Record<string, unknown>[] => audited.filter(([event]) => event === name).map(([, fields]) => fields);
  const said = (message: string): unknown[] => logged.filter(([, text]) => text === message);
  const killHost = async (): Promise<void> => {
    hosts.at(-1)!.die({ code: null, signal: 'SIGKILL', ownFault: false });
    await settle();
  };

  beforeEach(() => {
    clock = new ManualClock();
    runDir = mkdtempSync(join(tmpdir(), 'devices-'));
    scripts = new Map();
    hosts = [];
    loadsMs = 0;
    audited = [];
    logged = [];
  });
  afterEach(async () => {
    await devices.stop();
    rmSync(runDir, { recursive: true });
  });

  it('are served once the host has opened them, and the process id is written down', async () => {
    await begin('id-card', 'receipt-printer');
    expect(devices.health().map(({ status, lastSeen }) => [status.component, lastSeen])).toEqual([
      ['ready', '2026-11-22T03:12:00+08:00'],
      ['ready', '2026-11-22T03:12:00+08:00'],
    ]);
    expect(devices.hostPid()).toBe(4_001);
    expect(readFileSync(join(runDir, 'device-host.pid'), 'utf8')).toBe('4001\n');
  });

  it('keep what the agent noted of a device beside what the device says, on record with begin and end', async () => {
    await begin('id-card');
    devices.note('id-card', 'media-left', condition('media-left', 'error'));
    await pass(5_000);
    expect(statusOf('id-card').conditions).toMatchObject([{ code: 'media-left', remedy: 'clear', since: '2026-11-22T03:12:00+08:00' }]);
    devices.note('id-card', 'media-left', null);
    await pass(5_000);
    expect(statusOf('id-card').conditions).toEqual([]);
    expect(events('device.condition-began')).toEqual([{ device: 'id-card', condition: 'media-left', severity: 'error', remedy: 'clear' }]);
    expect(events('device.condition-ended')).toEqual([{ device: 'id-card', condition: 'media-left' }]);
  });

  it('count the slips that a low roll still gives, and begin nothing with less than it needs', async () => {
    const low = { ...READY, conditions: [condition('paper-low', 'warning')], supplies: [{ name: 'paper', percent: null, left: null }] };
    scripts.set('receipt-printer', (command, _input, _context, progress) => {
      if (command !== 'print') return Promise.resolve(ok(low));
      progress({ step: 'sent' });
      return Promise.resolve(ok({ delivery: 'taken' }));
    });
    await begin('receipt-printer');
    const item = { id: 'housing', requires: { devices: ['receipt-printer'], a4Sheets: 0, platform: 'can-wait', slips: 9 } } as unknown as Item;
    expect(statusOf('receipt-printer').supplies).toEqual([{ name: 'paper', percent: null, left: 10 }]);
    for (const open of [true, false]) {
      const printed = devices.command('receipt-printer', 'print', { parts: [] }, { deadlineMs: 5_000 });
      await pass(100);
      await printed;
      expect(devices.readiness(item, true).open).toBe(open);
    }
    expect(devices.readiness(item, true).reasons).toMatchObject([{ kind: 'consumables', condition: 'paper-low' }]);
  });

  it('give `busy` to a second command while the first runs', async () => {
    scripts.set('id-card', (command) => (command === 'read' ? HANG : Promise.resolve(ok(READY))));
    await begin('id-card');
    const stop = new AbortController();
    const first = devices.command('id-card', 'read', undefined, { deadlineMs: 60_000, signal: stop.signal });
    await settle();
    expect(await devices.command('id-card', 'present', undefined, { deadlineMs: 1_000 })).toMatchObject({ ok: false, fault: { code: 'busy' } });
    stop.abort();
    await pass(3_100);
    expect(await first).toMatchObject({ ok: false, fault: { code: 'cancelled' } });
  });

  it('hand on progress and bytes unharmed, and refuse a value that is not of the command', async () => {
    scripts.set('scanner', (command, _input, _context, progress) => {
      if (command !== 'scan') return Promise.resolve(ok(READY));
      progress({ index: 0, contentType: 'image/jpeg', data: new Uint8Array([255, 216, 0]) });
      return Promise.resolve(ok({ pages: 1 }));
    });
    scripts.set('id-card', (command) => Promise.resolve(command === 'read' ? ok({ name: 5 }) : ok(READY)));
    await begin('scanner', 'id-card');
    const pages: unknown[] = [];
    expect(await devices.command('scanner', 'scan', { source: 'auto', color: 'gray', resolution: 300, maxPages: 5 }, { deadlineMs: 1_000, onProgress: (page) => pages.push(page) })).toEqual(ok({ pages: 1 }));
    expect(pages).toEqual([{ index: 0, contentType: 'image/jpeg', data: new Uint8Array([255, 216, 0]) }]);
    expect(await devices.command('id-card', 'read', undefined, { deadlineMs: 1_000 })).toMatchObject({ ok: false, fault: { code: 'device-fault' } });
    expect(await devices.command('scanner', 'scan', { source: 'auto', color: 'gray', resolution: 300, maxPages: -1 }, { deadlineMs: 1_000 })).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
  });

  it('turn a driver that throws into a fault of that device alone, without what it was parsing', async () => {
    scripts.set('id-card', (command) => (command === 'read' ? Promise.reject(new Error('张三 330100…')) : Promise.resolve(ok(READY))));
    await begin('id-card');
    const result = await devices.command('id-card', 'read', undefined, { deadlineMs: 1_000 });
    expect(result).toMatchObject({ ok: false, fault: { code: 'device-fault' } });
    expect(JSON.stringify(result)).not.toContain('张三');
    expect(hosts).toHaveLength(1);
  });

  it('end commands in flight with `host-crashed` when the host dies, and are served again at once', async () => {
    scripts.set('id-card', (command) => (command === 'read' ? HANG : Promise.resolve(ok(READY))));
    await begin('id-card', 'receipt-printer');
    const read = devices.command('id-card', 'read', undefined, { deadlineMs: 60_000 });
    await settle();
    await killHost();
    expect(await read).toMatchObject({ ok: false, fault: { code: 'host-crashed' } });
    const present = devices.command('id-card', 'present', undefined, { deadlineMs: 1_000 });
    await pass(100);
    expect(devices.health().map(({ status }) => status.component)).toEqual(['ready', 'ready']);
    expect(hosts).toHaveLength(2);
    // A command that came while the host was starting waited for it (and its answer is not one of `present`).
    expect(await present).toMatchObject({ ok: false, fault: { code: 'device-fault' } });
    expect(events('device-host.crashed')).toEqual([{ exit: null, signal: 'SIGKILL' }]);
    expect(events('device-host.started')).toEqual([{ processId: 4_001 }, { processId: 4_002 }]);
  });

  it('start a host that keeps dying again and again, a little later each time, without end', async () => {
    await begin('receipt-printer');
    for (let time = 0; time < 12; time += 1) {
      await killHost();
      await pass(5_000);
      expect(statusOf('receipt-printer').online, `after crash ${time}`).toBe(true);
    }
  });

  it('are served by a host that loads for half a minute on a busy machine: ended for its silence, it would only load again', async () => {
    await begin('id-card');
    loadsMs = 30_000;
    await killHost();
    await pass(32_000);
    expect(hosts).toHaveLength(2);
    expect(statusOf('id-card').online).toBe(true);
  });

  it('are taken from a host that never comes up', async () => {
    await begin('id-card');
    loadsMs = 600_000;
    await killHost();
    await pass(1_000);
    loadsMs = 0;
    await pass(70_000);
    expect(hosts).toHaveLength(3);
    expect(statusOf('id-card').online).toBe(true);
  });

  it('are taken from a host whose event loop stands still', async () => {
    await begin('id-card');
    hosts[0]!.deaf = true;
    await pass(15_000);
    expect(hosts[0]!.alive).toBe(false);
    expect(statusOf('id-card').online).toBe(true);
  });

  it('are known to be well again within seconds, though somebody waits for a card all the time', async () => {
    let locked = true;
    const broken = condition('unauthorised-module', 'error', '000066');
    scripts.set('id-card', (command, _input, context) => {
      if (command !== 'read') return Promise.resolve(ok({ ...READY, online: !locked, conditions: locked ? [broken] : [] }));
      if (locked) return Promise.resolve(fail('unauthorised-module', 'locked'));
      return new Promise((resolve) => {
        const nobody = (): void => resolve(fail('no-media', 'no card was laid'));
        context.signal.addEventListener('abort', nobody, { once: true });
        clock.after((context as { deadlineMs?: number }).deadlineMs ?? 60_000, nobody);
      });
    });
    await begin('id-card');
    const stop = new AbortController();
    const wait = async (): Promise<void> => {
      await devices.command('id-card', 'read', undefined, { deadlineMs: 30_000, signal: stop.signal });
      await new Promise<void>((resolve) => void clock.after(700, resolve));
      if (!stop.signal.aborted) await wait();
    };
    const done = wait();
    await pass(5_000);
    expect(statusOf('id-card').conditions).toMatchObject([{ code: 'unauthorised-module' }]);
    locked = false;
    await pass(6_000);
    expect(statusOf('id-card')).toMatchObject({ online: true, conditions: [] });
    stop.abort();
    await pass(1_000);
    await done;
  });

  it('keep since when a condition lasts, and audit its beginning and its end with what the device said', async () => {
    let conditions = [condition('paper-low', 'warning', '12')];
    scripts.set('receipt-printer', () => Promise.resolve(ok({ ...READY, conditions })));
    await begin('receipt-printer');
    const { since } = statusOf('receipt-printer').conditions[0]!;
    await pass(5_000);
    conditions = [condition('paper-low', 'warning', '13'), condition('paper-out', 'error', '72')];
    await pass(2_200);
    expect(statusOf('receipt-printer').conditions.map((one) => [one.code, one.since])).toEqual([
      ['paper-low', since],
      ['paper-out', '2026-11-22T03:12:06+08:00'],
    ]);
    conditions = [];
    await pass(2_200);
    expect(events('device.condition-began')).toEqual([
      { device: 'receipt-printer', condition: 'paper-low', severity: 'warning', remedy: 'replenish' },
      { device: 'receipt-printer', condition: 'paper-out', severity: 'error', remedy: 'replenish' },
    ]);
    expect(events('device.condition-ended').map((fields) => fields['condition'])).toEqual(['paper-low', 'paper-out']);
    expect(logged).toContainEqual([{ device: 'receipt-printer', code: 'paper-out', severity: 'error', original: '72' }, 'device condition began']);
    for (const [event, fields] of audited) expect(() => EVENTS[event as EventName].fields.parse(fields)).not.toThrow();
  });

  it('are not polled while a command runs', async () => {
    const asked: string[] = [];
    let finish = (_result: Result<unknown>): void => undefined;
    scripts.set('receipt-printer', (command) => {
      asked.push(command);
      return command === 'print' ? new Promise((resolve) => (finish = resolve)) : Promise.resolve(ok(READY));
    });
    await begin('receipt-printer');
    const print = devices.command('receipt-printer', 'print', { parts: [] }, { deadlineMs: 30_000 });
    await settle();
    asked.length = 0;
    await pass(5_000);
    expect(asked).toEqual([]);
    finish(ok({ delivery: 'taken' }));
    expect(await print).toEqual(ok({ delivery: 'taken' }));
    await pass(2_000);
    expect(asked).toContain('status');
  });

  it('say disconnected as soon as nothing is there, never restart the host for it, and come back by themselves', async () => {
    let there = true;
    scripts.set('id-card', () => Promise.resolve(there ? ok(READY) : fail('disconnected', 'gone', { original: 'ECONNREFUSED' })));
    await begin('id-card', 'receipt-printer');
    there = false;
    await pass(2_500);
    expect(statusOf('id-card')).toMatchObject({ online: false, component: 'unavailable', conditions: [{ code: 'disconnected', remedy: 'maintain', original: 'ECONNREFUSED' }] });
    expect(await devices.command('id-card', 'read', undefined, { deadlineMs: 1_000 })).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
    await pass(60_000);
    expect(hosts).toHaveLength(1);
    expect(said('device is out of service')).toHaveLength(1);
    there = true;
    await pass(6_000);
    expect(statusOf('id-card')).toMatchObject({ online: true, conditions: [] });
    expect(said('device is back in service')).toHaveLength(1);
  });

  it('that refuse their own model, options or speed are configured wrongly: out alone, told with file and line, and nothing is reset for them', async () => {
    let opened = 0;
    let knows = false;
    scripts.set('receipt-printer', (command) => {
      if (command === 'open') opened += 1;
      return Promise.resolve(knows ? ok(READY) : fail('bad-input', 'serial address: /dev/ttyUSB0 does not take 3999999 baud', { original: 'Invalid argument' }));
    });
    await begin('id-card', 'receipt-printer');
    const words = 'terminals/t1.yaml:14: serial address: /dev/ttyUSB0 does not take 3999999 baud (Invalid argument)';
    expect(statusOf('receipt-printer')).toMatchObject({ online: false, component: 'unavailable', conditions: [{ code: 'misconfigured', severity: 'error', remedy: 'maintain', original: words }] });
    const needs = { id: 'housing', requires: { devices: ['receipt-printer'], a4Sheets: 0, platform: 'can-wait' } } as unknown as Item;
    expect(devices.readiness(needs, true).reasons).toMatchObject([{ kind: 'configuration', device: 'receipt-printer', condition: 'misconfigured', remedy: 'maintain' }]);
    expect(await devices.command('receipt-printer', 'print', { parts: [] }, { deadlineMs: 1_000 })).toMatchObject({ ok: false, fault: { code: 'misconfigured', remedy: 'maintain' } });
    await pass(65_000);
    expect(opened).toBeLessThanOrEqual(2);
    expect(hosts).toHaveLength(1);
    expect(statusOf('id-card').online).toBe(true);
    expect(logged.filter(([, text]) => text === 'device is out of service').map(([fields]) => fields)).toMatchObject([{ device: 'receipt-printer', code: 'misconfigured', configured: 'terminals/t1.yaml:14' }]);
    expect(events('device.condition-began')).toEqual([{ device: 'receipt-printer', condition: 'misconfigured', severity: 'error', remedy: 'maintain' }]);
    // Another adapter was plugged in.
    knows = true;
    await pass(61_000);
    expect(statusOf('receipt-printer')).toMatchObject({ online: true, conditions: [] });
  });

  it('that refuse their configuration when they are asked again say so as well', async () => {
    let refuses = false;
    scripts.set('id-card', () => Promise.resolve(refuses ? fail('bad-input', 'hid address: two of this make are plugged in') : ok(READY)));
    await begin('id-card');
    refuses = true;
    await pass(5_000);
    expect(statusOf('id-card').conditions).toMatchObject([{ code: 'misconfigured', remedy: 'maintain' }]);
    expect(hosts).toHaveLength(1);
  });

  it('put a failed command on record with its name and fault, each poll of the like counted, and no data', async () => {
    scripts.set('receipt-printer', (command) => Promise.resolve(command === 'print' ? fail('paper-jam', '张三', { original: '张三' }) : ok(READY)));
    await begin('receipt-printer');
    for (let time = 0; time < 3; time += 1) {
      const printed = devices.command('receipt-printer', 'print', { parts: [{ type: 'text', text: '张三' }] }, { deadlineMs: 5_000 });
      await pass(200);
      await printed;
    }
    expect(events('device.command-failed')).toEqual([{ device: 'receipt-printer', command: 'print', fault: 'paper-jam', times: 1 }]);
    await devices.stop();
    expect(events('device.command-failed')).toEqual([
      { device: 'receipt-printer', command: 'print', fault: 'paper-jam', times: 1 },
      { device: 'receipt-printer', command: 'print', fault: 'paper-jam', times: 2 },
    ]);
    for (const [event, fields] of audited) expect(() => EVENTS[event as EventName].fields.parse(fields)).not.toThrow();
    expect(JSON.stringify(audited)).not.toContain('张三');
  });

  it('climb the ladder for a silent device: retry, reopen, restart the host, then trying on for ever', async () => {
    let silent = false;
    scripts.set('receipt-printer', () => Promise.resolve(silent ? fail('not-responding', 'no answer') : ok(READY)));
    await begin('receipt-printer', 'id-card');
    silent = true;
    await pass(20_000);
    expect(hosts.length).toBeGreaterThan(1);
    expect(hosts.length).toBeLessThan(4);
    expect(statusOf('receipt-printer').conditions).toMatchObject([{ code: 'not-responding', severity: 'error', remedy: 'reset' }]);
    expect(statusOf('id-card').online).toBe(true);
    silent = false;
    await pass(6_000);
    expect(statusOf('receipt-printer').online).toBe(true);
  });

  it('do not restart the host under another device that is in the middle of something; then the silent one gets its own', async () => {
    let finish = (_result: Result<unknown>): void => undefined;
    scripts.set('receipt-printer', (command) => (command === 'print' ? new Promise((resolve) => (finish = resolve)) : Promise.resolve(ok(READY))));
    let hangs = false;
    scripts.set('scanner', () => (hangs ? HANG : Promise.resolve(ok(READY))));
    await begin('receipt-printer', 'scanner');
    const print = devices.command('receipt-printer', 'print', { parts: [] }, { deadlineMs: 300_000 });
    hangs = true;
    await pass(9_000);
    hangs = false;
    expect(hosts).toHaveLength(1);
    await pass(10_000);
    expect(hosts.map(({ name, alive }) => [name, alive])).toEqual([
      ['device-host', true],
      ['device-host-scanner', true],
    ]);
    expect(statusOf('scanner').online).toBe(true);
    finish(ok({ delivery: 'presented' }));
    await settle();
    expect(await print).toEqual(ok({ delivery: 'presented' }));
  });

  it('give a device that brings the host down twice a host of its own, but blame nobody for a kill from outside', async () => {
    scripts.set('scanner', (command) => (command === 'scan' ? HANG : Promise.resolve(ok(READY))));
    await begin('receipt-printer', 'scanner');
    for (const ownFault of [false, false, true, true]) {
      const scan = devices.command('scanner', 'scan', { source: 'auto', color: 'gray', resolution: 300, maxPages: 1 }, { deadlineMs: 60_000 });
      await settle();
      expect(hosts.some(({ name }) => name === 'device-host-scanner')).toBe(false);
      hosts.at(-1)!.die({ code: null, signal: ownFault ? 'SIGSEGV' : 'SIGKILL', ownFault });
      await pass(5_000);
      expect(await scan).toMatchObject({ ok: false, fault: { code: 'host-crashed' } });
    }
    expect(hosts.filter(({ alive }) => alive).map(({ name }) => name).sort()).toEqual(['device-host', 'device-host-scanner']);
    expect(devices.health().every(({ status }) => status.online)).toBe(true);
  });

  it('leave no process id behind when they stop', async () => {
    await begin('id-card');
    await devices.stop();
    expect(hosts.every(({ alive }) => !alive)).toBe(true);
    expect(existsSync(join(runDir, 'device-host.pid'))).toBe(false);
    expect(devices.hostPid()).toBeNull();
  });

  it('answer for a class that the terminal lacks', async () => {
    await begin('id-card');
    expect(await devices.command('scanner', 'status', undefined, { deadlineMs: 100 })).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
  });
});
