/** What was said, when, and by whom: for tests and the health page. Nothing personal stays in it. */
import type { FaultCode } from '../contract.ts';

export type Speaker = 'clip' | 'host-voice' | 'espeak-ng';

export interface LogEntry {
  /** ISO 8601, when it ended. */
  at: string;
  /** null: it was said to be private. Long numbers are masked. */
  text: string | null;
  language: string;
  /** null: nobody could. */
  by: Speaker | null;
  ms: number;
  outcome: 'said' | FaultCode;
}

const MOST_ENTRIES = 200;

/** Tickets and counters are short; six digits and more in a row may be an identity or telephone number. */
export const masked = (text: string): string => text.replaceAll(/[\d零〇一二三四五六七八九幺]{6,}X?/g, (digits) => '*'.repeat(digits.length));

export const createSoundLog = () => {
  const entries: LogEntry[] = [];
  return {
    add: (entry: LogEntry): void => {
      entries.push({ ...entry, text: entry.text === null ? null : masked(entry.text) });
      entries.splice(0, Math.max(0, entries.length - MOST_ENTRIES));
    },
    entries: (): LogEntry[] => [...entries],
  };
};
