/** What a run of the suite saw, as JSON and for people. */
import { z } from 'zod';

const line = z.object({
  check: z.string(),
  outcome: z.enum(['passed', 'failed', 'not tried']),
  /** What was seen, or why it was not tried. */
  seen: z.string(),
  ms: z.number(),
});
export type ReportLine = z.infer<typeof line>;

export const reportSchema = z.object({
  class: z.string(),
  /** The device's address, or `emulated over serial`. */
  device: z.string(),
  /** What the device says it is. */
  model: z.string().nullable(),
  at: z.iso.datetime({ offset: true }),
  passed: z.boolean(),
  lines: z.array(line),
});
export type Report = z.infer<typeof reportSchema>;

const MARKS = { passed: '  ok   ', failed: 'FAILED ', 'not tried': '   –   ' } as const;

/** One device: a heading, a line for each check, the sum. */
export const asText = (report: Report): string => {
  const count = (outcome: ReportLine['outcome']): number => report.lines.filter((one) => one.outcome === outcome).length;
  return [
    `${report.class}: ${report.device}${report.model === null ? '' : ` (${report.model})`}, ${report.at}`,
    ...report.lines.map(({ check, outcome, seen, ms }) => `${MARKS[outcome]}${check}${outcome === 'not tried' ? '' : ` [${Math.round(ms)} ms]`}: ${seen}`),
    `${count('passed')} passed, ${count('failed')} failed, ${count('not tried')} not tried`,
    '',
  ].join('\n');
};

export const reportOf = (deviceClass: string, device: string, model: string | null, lines: ReportLine[]): Report => ({
  class: deviceClass,
  device,
  model,
  at: new Date().toISOString(),
  passed: lines.every(({ outcome }) => outcome !== 'failed'),
  lines,
});

/** Runs one check; whatever it throws is its failure. */
export const lineOf = async (check: string, run: () => Promise<string>): Promise<ReportLine> => {
  const began = performance.now();
  try {
    const seen = await run();
    return { check, outcome: 'passed', seen, ms: performance.now() - began };
  } catch (error) {
    return { check, outcome: 'failed', seen: error instanceof Error ? error.message : String(error), ms: performance.now() - began };
  }
};

export const notTried = (check: string, why: string): ReportLine => ({ check, outcome: 'not tried', seen: why, ms: 0 });
