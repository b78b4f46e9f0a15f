/** Which sheets of a job exist, from what a printer counts. Pure. */
import type { PrintJob } from '../../drivers/contract.ts';
import type { PaperRow } from './types.ts';

export interface JobShape {
  /** Pages of the document, one copy. */
  pages: number;
  sides: 'one-sided' | 'two-sided-long-edge' | 'two-sided-short-edge';
  copies: number;
}

export const sheetsOf = ({ pages, sides, copies }: JobShape): number => (sides === 'one-sided' ? pages : Math.ceil(pages / 2)) * copies;

/**
 * Sheets that are certainly out; null where the printer counts nothing. Impressions are sides: of two on one sheet the
 * first alone is no sheet yet, for it may lie in the printer with its back still white.
 */
export function sheetsOut(job: PrintJob, shape: JobShape): number | null {
  const all = sheetsOf(shape);
  if (job.sheetsCompleted !== null) return Math.min(job.sheetsCompleted, all);
  if (job.impressionsCompleted === null) return null;
  if (shape.sides === 'one-sided') return Math.min(job.impressionsCompleted, all);
  const whole = Math.floor(job.impressionsCompleted / shape.pages);
  return Math.min(whole * Math.ceil(shape.pages / 2) + Math.floor((job.impressionsCompleted % shape.pages) / 2), all);
}

export type SheetState = 'printed' | 'in-doubt' | 'not-printed';

/**
 * Each sheet of a ledger row, first to last. In doubt is every sheet behind the last one that was counted: a printer's path
 * holds more than one, and what sticks in it may be printed or not.
 */
export function sheetStates(row: Pick<PaperRow, 'state' | 'sheets' | 'sheetsDone'>): SheetState[] {
  const done = row.state === 'confirmed' || row.state === 'taken' ? row.sheets : (row.sheetsDone ?? 0);
  const rest: SheetState = row.state === 'sent' || row.state === 'doubt' || row.state === 'settled' ? 'in-doubt' : 'not-printed';
  return Array.from({ length: row.sheets }, (_, index) => (index < done ? 'printed' : rest));
}
