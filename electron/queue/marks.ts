/** Number marks in a file of the home: synced before a number above the last mark is used, in blocks, so that most numbers cost nothing. */
import { z } from 'zod';
import { keptFile } from '../storage/index.ts';
import type { NumberMarks } from './store.ts';

/** Numbers per sync of the file. After a restore as many may be lost to gaps. */
const BLOCK = 50;
/** Days whose marks are kept; older days are over. */
const DAYS_KEPT = 4;
const marksSchema = z.record(z.string(), z.number().int().nonnegative());

/**
 * @param file in a folder that no backup of the database holds
 * @param restored the database was found to be an older copy of itself at boot; or asks how often it was so far
 */
export const fileMarks = (file: string, restored: boolean | (() => number)): NumberMarks => {
  const kept = keptFile(file);
  const parsed = marksSchema.safeParse(kept.read());
  let marks: Record<string, number> = parsed.success ? parsed.data : {};
  return {
    get restored() {
      return typeof restored === 'boolean' ? Number(restored) : restored();
    },
    atLeast: (name) => marks[name] ?? 0,
    raise: (name, to) => {
      if (to <= (marks[name] ?? 0)) return;
      const days = [...new Set([...Object.keys(marks), name].map((one) => one.slice(0, 8)))].sort().slice(-DAYS_KEPT);
      const raised = Object.fromEntries(Object.entries({ ...marks, [name]: to + BLOCK }).filter(([one]) => days.includes(one.slice(0, 8))));
      // Believed only when it is on the disk.
      kept.write(raised);
      marks = raised;
    },
  };
};
