/** The face of the devices folder: the terminal's devices as the agent sees them, in another process. */
import type { CommandInput, CommandName, CommandProgress, CommandValue, ConditionCode, DeviceClass, DeviceStatus, Remedy, Result } from '../../drivers/contract.ts';
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

export interface Readiness {
  open: boolean;
  reasons: ClosedReason[];
}

export interface Devices {
  /** Starts the device host and opens every device; resolves when each was tried once. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Runs a command on the terminal's device of that class. `host-crashed` when the device host died under it. */
  command<C extends DeviceClass, K extends CommandName<C>>(
    deviceClass: C,
    command: K,
    input: CommandInput<C, K>,
    options: { deadlineMs: number; signal?: AbortSignal; onProgress?: (progress: CommandProgress<C, K>) => void },
  ): Promise<Result<CommandValue<C, K>>>;
  health(): DeviceHealth[];
  /** Can this item be finished here now? */
  readiness(item: Item, platformReachable: boolean | 'unknown'): Readiness;
  onChange(listener: () => void): () => void;
  /** Process id of the device host, null while it is down. */
  hostPid(): number | null;
}
