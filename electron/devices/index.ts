/** The devices of a terminal, as the agent sees them. */
import type { Terminal } from '../../kiosk-config/index.ts';
import type { Clock } from '../clock/index.ts';
import { forkHost, type SpawnHost } from './host-process.ts';
import { createSupervisor } from './supervisor.ts';
import type { ClosedByStaff, Devices, Log } from './types.ts';

export type { ClosedByStaff, ClosedReason, DeviceHealth, Devices, Log, Needs, PageReport, Readiness } from './types.ts';
export { pageAddress, type PageThing } from './page-device.ts';
export { createDeviceNews, type DeviceNews } from './news.ts';
export { createStaffClosures, type StaffClosures } from './closed-by-staff.ts';
export { createInTurn } from './in-turn.ts';
export { isUsable, readinessOf } from './readiness.ts';
export { needsOf } from './supplies.ts';
export { startHostEarly, type EarlyHost } from './host-process.ts';

export interface DevicesOptions {
  terminal: Terminal;
  clock: Clock;
  /** pino, or anything with its `info` and `warn`. */
  log: Log;
  /** Puts one event of the audit catalogue on record; README.md lists those of this folder. */
  audit: (event: string, fields: Record<string, unknown>) => void;
  /** Where the process ids are written; the folder exists. */
  runDir: string;
  /** Of the times that conditions carry. */
  timeZone?: string;
  /** File and line of each device in the terminal file, by id: told when one is out of service. */
  places?: Readonly<Record<string, string>>;
  /** What staff closed by hand, now; left out: nothing. */
  closedByStaff?: () => readonly ClosedByStaff[];
  /** Starts device hosts; left out: each when it is needed. */
  spawn?: SpawnHost;
}

/** The devices of one terminal in a device host of their own. Nothing runs before `start()`. */
export const createDevices = (options: DevicesOptions): Devices =>
  createSupervisor({ ...options, spawn: options.spawn ?? forkHost, random: Math.random, timeZone: options.timeZone ?? 'Asia/Shanghai' });
