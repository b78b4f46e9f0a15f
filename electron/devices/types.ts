/** The face of the devices folder: the terminal's devices as the agent sees them, in another process. */
import type { Condition, CommandInput, CommandName, CommandProgress, CommandValue, ConditionCode, DeviceClass, DeviceStatus, Remedy, Result } from '../../drivers/contract.ts';
import type { Item } from '../../kiosk-config/index.ts';

/** What the folder needs of pino. Fields never hold personal data. */
export interface Log {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
}

export interface DeviceHealth {
  id: string;
  deviceClass: DeviceClass;
  status: DeviceStatus;
  /** ISO time of the last answer, null before the first. */
  lastSeen: string | null;
}

/** Why an item is closed: closed list of the field's out-of-service reasons. */
export interface ClosedReason {
  kind: 'hours' | 'hardware' | 'consumables' | 'platform' | 'configuration' | 'staff';
  device: DeviceClass | null;
  condition: ConditionCode | null;
  remedy: Remedy | null;
  since: string | null;
}

/** What the citizen's page says of a device that it opens itself. `blocked`: the browser does not let it. */
export interface PageReport {
  state: 'present' | 'disconnected' | 'busy' | 'blocked';
  /** What the device calls itself, where the browser tells. */
  name: string | null;
}

/** What one run of an item uses up. */
export interface Needs {
  /** Sheets of A4. */
  sheets: number;
  stock: 'plain' | 'numbered';
  /** Slips of the receipt printer. */
  slips: number;
}

export interface ClosedByStaff {
  /** null: the whole terminal. */
  item: string | null;
  by: string;
  /** A short code: cleaning, stock-take. */
  reason: string;
  /** ISO 8601 with offset. */
  at: string;
}

export interface Readiness {
  open: boolean;
  reasons: ClosedReason[];
}

export interface Devices {
  /** Starts the device host and opens every device; resolves when each was tried once. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Runs a command on the terminal's device of that class, or on the one that `device` names where there are several. `host-crashed` when the device host died under it. */
  command<C extends DeviceClass, K extends CommandName<C>>(
    deviceClass: C,
    command: K,
    input: CommandInput<C, K>,
    options: { deadlineMs: number; signal?: AbortSignal; device?: string; onProgress?: (progress: CommandProgress<C, K>) => void },
  ): Promise<Result<CommandValue<C, K>>>;
  health(): DeviceHealth[];
  /** What the agent knows of a device and the device itself does not: a card that nobody took. null: that is over. */
  note(deviceClass: DeviceClass, code: ConditionCode, condition: Condition | null): void;
  /** Keeps supplies for somebody, so that nobody else begins with them; `needs` null gives them back. */
  reserve(holder: string, needs: Needs | null): void;
  /** Can this item be finished here now? @param holders whose reservations are the asker's own */
  readiness(item: Item, platformReachable: boolean | 'unknown', holders?: readonly string[]): Readiness;
  /** The page's word on a device of its own (`page:…`). False: the terminal has none of that class. */
  heardFromPage(deviceClass: DeviceClass, report: PageReport): boolean;
  onChange(listener: () => void): () => void;
  /** Process id of the device host, null while it is down. */
  hostPid(): number | null;
}
