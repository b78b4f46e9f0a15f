/** The commands of a receipt printer, and of a ticket dispenser, as schemas; their types are in contract.ts. */
import { z } from 'zod';
import { bytes, nothing, status, type CommandSchema } from '../command-schema.ts';

const align = z.enum(['left', 'center', 'right']).optional();
const slipText = z.string().max(10_000);
const oneToFour = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]).optional();
const oneOrTwo = z.union([z.literal(1), z.literal(2)]).optional();
const bitmap = z.object({ width: z.number().int().positive().max(4_000), height: z.number().int().positive().max(20_000), data: bytes });
const slip = z.object({
  parts: z
    .array(
      z.discriminatedUnion('type', [
        z.object({ type: z.literal('text'), text: slipText, align, width: oneToFour, height: oneToFour, bold: z.boolean().optional(), reverse: z.boolean().optional() }),
        z.object({ type: z.literal('row'), left: slipText, right: slipText, bold: z.boolean().optional(), width: oneOrTwo, height: oneOrTwo }),
        z.object({ type: z.literal('rule'), style: z.enum(['solid', 'dashed']) }),
        z.object({ type: z.literal('image'), bitmap, align, scale: z.union([z.literal(1), z.literal(2)]).optional() }),
        z.object({ type: z.literal('grey'), picture: bitmap, align }),
        z.object({ type: z.literal('barcode'), text: z.string().max(200), heightMm: z.number().min(3).max(30).optional(), module: z.number().int().min(2).max(6).optional(), caption: z.boolean().optional(), align }),
        z.object({ type: z.literal('qr'), text: slipText, module: z.number().int().min(1).max(16).optional(), level: z.enum(['L', 'M', 'Q', 'H']).optional(), align }),
        z.object({ type: z.literal('feed'), mm: z.number().nonnegative().max(1_000) }),
        z.object({ type: z.literal('cut'), mode: z.enum(['full', 'partial']) }),
      ]),
    )
    .max(2_000),
  /** Of an earlier slip paper may hang uncut, though this driver saw none: it is cut off first. */
  cutFirst: z.boolean().optional(),
});
const outcome = z.object({ delivery: z.enum(['taken', 'presented', 'retracted', 'confirmed-no-sensor']) });

export const receiptPrinterCommands = {
  status,
  print: { input: slip, value: outcome, progress: z.object({ step: z.enum(['sent', 'uncut']) }) },
  present: { input: nothing, value: outcome, progress: z.never() },
  retract: { input: nothing, value: z.object({ retracted: z.boolean() }), progress: z.never() },
} satisfies Record<string, CommandSchema>;
