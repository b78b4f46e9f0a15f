/** The commands of a pick-up locker: boards of numbered cells. Cell 0 means "all" on some boards and is refused everywhere. */
import { z } from 'zod';
import { status, type CommandSchema } from '../command-schema.ts';

const board = z.number().int().min(0).max(255);
const cell = z.number().int().min(1).max(255);
/** `occupied`: null where no sensor is wired. */
const cellState = z.object({ cell, door: z.enum(['open', 'closed', 'unknown']), occupied: z.boolean().nullable() });
const cells = z.object({ cells: z.array(cellState).max(255) });

export const lockerCommands = {
  status,
  /** The doors of one board, or of one cell of it. */
  cells: { input: z.object({ board, cell: cell.optional() }), value: cells, progress: z.never() },
  /** Pulses the lock once, then asks the door until it is open; never pulses again by itself. Faults: `cell-stuck`. */
  open: { input: z.object({ board, cell }), value: cells, progress: z.object({ step: z.literal('pulsed') }) },
  /** Learns polarity, status byte order and local echo with exactly one door open, `openCell`, and all others closed. */
  learn: {
    input: z.object({ board, openCell: cell, /** How many there are; the profile's number where nobody says. */ cells: z.number().int().min(2).max(127).optional() }),
    value: z.object({ polarity: z.enum(['closed-shorts', 'open-shorts']), order: z.enum(['low-first', 'high-first']), echo: z.boolean() }),
    progress: z.never(),
  },
} satisfies Record<string, CommandSchema>;
