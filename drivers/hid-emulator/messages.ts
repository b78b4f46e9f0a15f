/** What a test and the process in which its driver runs tell each other. */
import type { DeviceClass, Result } from '../contract.ts';

export type ToDriver =
  | { type: 'create'; deviceClass: DeviceClass; uri: string; options: Record<string, unknown> }
  /** `command` is `open`, `close`, or a command of the class. */
  | { type: 'call'; id: number; call: 'open' | 'run' | 'close'; command: string; input: unknown; deadlineMs: number }
  | { type: 'cancel'; id: number };

export type FromDriver = { type: 'result'; id: number; result: Result<unknown> } | { type: 'progress'; id: number; progress: unknown };
