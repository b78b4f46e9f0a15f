/** The commands of a code scanner: payment, identity, pick-up and appointment codes. */
import { z } from 'zod';
import { nothing, status, type CommandSchema } from '../command-schema.ts';

/** `symbology`: as the engine says (`qr-code`, `code-128`, …), `unknown` where it does not say. */
const code = z.object({ text: z.string().min(1).max(4_096), symbology: z.string().max(40) });

export const codeScannerCommands = {
  status,
  /** Lights the engine, waits for one code. */
  read: { input: nothing, value: code, progress: z.never() },
} satisfies Record<string, CommandSchema>;
