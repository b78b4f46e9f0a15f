/** What a test and the process in which its driver runs tell each other. */
import type { DeviceClass, Result } from '../contract.ts';
import type { Held } from './held.ts';

export type ToDriver =
  | { type: 'create'; deviceClass: DeviceClass; uri: string; options: Record<string, unknown> }
  /** `command` is `open`, `close`, or a command of the class. */
  | { type: 'call'; id: number; call: 'open' | 'run' | 'close'; command: string; input: unknown; deadlineMs: number; /** Before it began. */ cancelled: boolean }
  | { type: 'cancel'; id: number }
  | { type: 'measure'; id: number };

export type FromDriver = { type: 'result'; id: number; result: Result<unknown> } | { type: 'progress'; id: number; progress: unknown } | { type: 'held'; id: number; held: Held };
