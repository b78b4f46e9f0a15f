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
  /** The highest that was asked for since the start. */
  const used = new Map<string, number>();
  const raiseAll = (wanted: Iterable<readonly [string, number]>): void => {
    let needed = false;
    for (const [name, to] of wanted) {
      if (to > (used.get(name) ?? 0)) used.set(name, to);
      needed ||= to > (marks[name] ?? 0);
    }
    if (!needed) return;
    // Whoever is near his mark is raised with the others: classes that grow together wait for the disk once.
    const near = [...used].filter(([name, to]) => to + BLOCK / 2 > (marks[name] ?? 0)).map(([name, to]) => [name, to + BLOCK] as const);
    const all: Record<string, number> = { ...marks, ...Object.fromEntries(near) };
    const days = [...new Set(Object.keys(all).map((one) => one.slice(0, 8)))].sort().slice(-DAYS_KEPT);
    const raised = Object.fromEntries(Object.entries(all).filter(([one]) => days.includes(one.slice(0, 8))));
    // Believed only when it is on the disk.
    kept.write(raised);
    marks = raised;
    for (const name of used.keys()) if (!days.includes(name.slice(0, 8))) used.delete(name);
  };
  return {
    get restored() {
      return typeof restored === 'boolean' ? Number(restored) : restored();
    },
    atLeast: (name) => marks[name] ?? 0,
    raise: (name, to) => raiseAll([[name, to]]),
    raiseAll,
  };
};
