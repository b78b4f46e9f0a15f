/** The commands of a document printer as schemas; their types are in contract.ts. */
import { z } from 'zod';
import { bytes, line, status, word, type CommandSchema } from '../command-schema.ts';

const jobId = z.number().int();
const aboutJob = z.object({ jobId });
const job = z.object({
  jobId,
  state: z.enum(['pending', 'held', 'processing', 'stopped', 'canceled', 'aborted', 'completed']),
  stateReasons: z.array(word).max(100),
  impressionsCompleted: z.number().nullable(),
  sheetsCompleted: z.number().nullable(),
});

export const documentPrinterCommands = {
  status,
  createJob: {
    input: z.object({
      jobName: line,
      copies: z.number().int().min(1).max(100),
      media: line,
      sides: z.enum(['one-sided', 'two-sided-long-edge', 'two-sided-short-edge']),
      tray: z.string().min(1).max(255).optional(),
      stock: z.enum(['plain', 'numbered']).optional(),
      sheets: z.number().int().min(1).max(10_000).optional(),
      hold: z.boolean().optional(),
    }),
    value: aboutJob.extend({ tray: z.string().max(255).nullable(), trayLeft: z.number().int().nonnegative().nullable() }),
    progress: z.never(),
  },
  sendDocument: { input: z.object({ jobId, pdf: bytes }), value: z.object({}), progress: z.never() },
  followJob: { input: aboutJob.extend({ mostStillMs: z.number().int().positive().optional() }), value: job, progress: job },
  jobState: { input: aboutJob, value: job, progress: z.never() },
  cancelJob: { input: aboutJob, value: job, progress: z.never() },
  holdJob: { input: aboutJob, value: job, progress: z.never() },
  releaseJob: { input: aboutJob, value: job, progress: z.never() },
} satisfies Record<string, CommandSchema>;
