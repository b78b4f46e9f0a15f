/** The whole suite against emulated devices. */
import { startBench, type Effort } from './bench.ts';
import { CHECKS, runCheck } from './checks.ts';
import { lineOf, notTried, reportOf, type Report, type ReportLine } from './report.ts';
import type { Subject, Transport } from './subject.ts';

/** `tell` hears of each line as it comes. */
export const testEmulated = async (subject: Subject, transport: Transport, effort: Effort, tell: (line: ReportLine) => void): Promise<Report> => {
  const bench = await startBench(subject, transport, effort);
  const lines: ReportLine[] = [];
  try {
    for (const check of CHECKS) {
      const { name, without } = check;
      const why = without?.(bench) ?? null;
      const line = why === null ? await lineOf(name, () => runCheck(bench, check)) : notTried(name, why);
      lines.push(line);
      tell(line);
    }
  } finally {
    await bench.close();
  }
  return reportOf(subject.name, `emulated over ${transport}`, null, lines);
};
