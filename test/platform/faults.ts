/** The platform in trouble, on command: what a terminal must live through. */
import { z } from 'zod';

export const MODES = ['normal', 'slow', '5xx', 'reject', 'html', 'half-body', 'wrong-digest'] as const;
export type Mode = (typeof MODES)[number];

export const modeRequest = z.strictObject({
  mode: z.enum(MODES),
  /** How long `slow` takes; default 8 seconds. */
  delayMs: z.number().int().min(0).max(120_000).optional(),
});

export interface Faults {
  mode: Mode;
  delayMs: number;
}

export const noFaults = (): Faults => ({ mode: 'normal', delayMs: 8_000 });
