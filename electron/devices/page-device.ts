/**
 * A device that the citizen's page opens itself (`page:camera`, `page:keyboard`, `page:glass`): no driver, no host. What
 * is known of it is what the page last said; a page that says nothing for a while leaves it silent.
 */
import { condition, fail, ok, type Condition, type DeviceStatus, type Result } from '../../drivers/contract.ts';
import type { DeviceConfig } from '../../kiosk-config/index.ts';
import type { Clock } from '../clock/index.ts';
import { recordConditions } from './condition-record.ts';
import { UNKNOWN, unreachable, withSince } from './conditions.ts';
import type { DeviceHealth, Log, PageReport } from './types.ts';

/** The page says how its devices are at least every ten seconds; a page that reloads or is opened again needs some of this time. */
export const SILENT_MS = 35_000;

/** What a page can open. */
export type PageThing = 'camera' | 'keyboard' | 'glass';

/** `page:camera?label=HD%20Camera` → what it is, and which one where there are several. null: not a device of the page. */
export const pageAddress = (transport: string): { thing: PageThing; label: string | null } | null => {
  const parts = /^page:(camera|keyboard|glass)(?:\?(\S*))?$/.exec(transport);
  if (parts === null) return null;
  const label = new URLSearchParams(parts[2] ?? '').get('label');
  return { thing: parts[1] as PageThing, label: label === null || label === '' ? null : label };
};

export interface PageDeviceDeps {
  clock: Clock;
  log: Log;
  audit: (event: string, fields: Record<string, unknown>) => void;
  /** ISO 8601 with offset. */
  iso: () => string;
  changed(): void;
}

const conditionOf = (report: PageReport): Condition | null => {
  switch (report.state) {
    case 'present':
      return null;
    case 'disconnected':
      return condition('disconnected', 'error', 'the page finds no such device');
    case 'busy':
      return condition('busy-elsewhere', 'error', 'another program holds it');
    case 'blocked':
      // Not the device's fault, but only a technician ends it: browser policy or shell.
      return condition('device-fault', 'error', 'the browser does not let the page open it');
  }
};

export class PageDevice {
  readonly config: DeviceConfig;
  private readonly deps: PageDeviceDeps;
  private status: DeviceStatus = UNKNOWN;
  private lastSeen: string | null = null;
  private cancelTimer = (): void => undefined;

  constructor(config: DeviceConfig, deps: PageDeviceDeps) {
    this.config = config;
    this.deps = deps;
  }

  health(): DeviceHealth {
    return { id: this.config.id, deviceClass: this.config.class, status: this.status, lastSeen: this.lastSeen };
  }

  isServing(): boolean {
    return this.status.online;
  }

  /** What the page found. */
  hear(report: PageReport): void {
    const { clock, iso } = this.deps;
    this.lastSeen = iso();
    const trouble = conditionOf(report);
    this.set(trouble === null ? { online: true, component: 'ready', media: 'no-sensor', conditions: [], supplies: [], model: report.name } : unreachable(trouble, this.status));
    this.cancelTimer();
    this.cancelTimer = clock.after(SILENT_MS, () => this.set(unreachable(condition('not-responding', 'error', 'the page says nothing of it'), this.status)));
  }

  /** Only its status can be asked: everything else happens in the page. */
  command(command: string): Result<unknown> {
    if (command !== 'status') return fail('bad-input', `${this.config.id} is opened by the citizen's page; it takes no command ${command}`);
    const trouble = this.status.conditions.find(({ severity }) => severity === 'error');
    if (trouble !== undefined) return fail(trouble.code, `${this.config.id}: ${trouble.original ?? trouble.code}`, { remedy: trouble.remedy });
    return this.status.online ? ok(this.status) : fail('not-responding', `no page has said anything of ${this.config.id} yet`);
  }

  stop(): void {
    this.cancelTimer();
  }

  private set(status: DeviceStatus): void {
    const before = this.status;
    const now = { ...status, conditions: withSince(status.conditions, before.conditions, this.deps.iso()) };
    this.status = now;
    recordConditions(this.config, before.conditions, now.conditions, this.deps);
    if (JSON.stringify(before) !== JSON.stringify(now)) this.deps.changed();
  }
}
