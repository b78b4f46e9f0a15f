/** The face of the lockers folder. */
import { z } from 'zod';
import { CELL_REFUSALS, DOUBTS, TASKS, type Finding } from './machine.ts';

export const LOCKER_REFUSALS = [...CELL_REFUSALS, 'no-locker', 'unknown-cell', 'unknown-document', 'not-waiting', 'nothing-inside', 'locker-away'] as const;
export type LockerRefusal = (typeof LOCKER_REFUSALS)[number];
export type LockerOutcome = { ok: true; cell: string } | { ok: false; refusal: LockerRefusal };

/** An original as staff see it. */
export const originalView = z.strictObject({
  document: z.string(),
  caseNumber: z.string(),
  itemName: z.strictObject({ zh: z.string(), en: z.string() }),
  /** 李** */
  name: z.string(),
  /** Since when it is known here. */
  since: z.string(),
});
export type OriginalView = z.infer<typeof originalView>;

export const cellView = z.strictObject({
  /** As it is numbered on the door. */
  cell: z.string(),
  state: z.enum(['free', 'busy', 'loaded', 'doubtful', 'out-of-use']),
  task: z.enum(TASKS).nullable(),
  step: z.enum(['opening', 'open', 'closed']).nullable(),
  original: originalView.nullable(),
  /** Of a doubtful one: why, and whether its document was only just being put in. */
  why: z.enum(DOUBTS).nullable(),
  loading: z.boolean(),
  since: z.string().nullable(),
  /** Nobody has fetched it for longer than the hall keeps it. */
  overdue: z.boolean(),
  /** As last heard. */
  door: z.enum(['open', 'closed', 'unknown']),
});
export type CellView = z.infer<typeof cellView>;

export const lockersView = z.strictObject({
  /** null: no locker is set up at the hall's own terminal. */
  locker: z
    .strictObject({
      where: z.strictObject({ zh: z.string(), en: z.string() }),
      /** Does it answer now? */
      works: z.boolean(),
      /** Can its doors be asked? */
      watched: z.boolean(),
      overdueDays: z.number(),
      /** Oldest first. */
      waiting: z.array(originalView),
      cells: z.array(cellView),
    })
    .nullable(),
});
export type LockersView = z.infer<typeof lockersView>;

/** An original of the citizen who stands there. */
export interface Fetchable {
  document: string;
  caseNumber: string;
  itemName: { zh: string; en: string };
  cell: string;
  where: { zh: string; en: string };
  /** false: staff must look first. */
  ready: boolean;
}

/** How it stands with an original that somebody fetches. */
export type Fate = { at: 'opening' | 'open' | 'loaded' | 'doubtful'; cell: string } | { at: 'collected' } | { at: 'gone' };

export interface Lockers {
  start(): void;
  stop(): Promise<void>;
  /** null: none is set up here. */
  view(): LockersView['locker'];
  /** Does the locker answer now? */
  works(): boolean;
  /** Opens a free cell for a waiting document; `cell` null: the first free one. */
  load(what: { document: string; cell: string | null; by: string }): LockerOutcome;
  put(cell: string, by: string): LockerOutcome;
  notPut(cell: string, by: string): LockerOutcome;
  /** Opens a loaded cell for staff. */
  takeBack(cell: string, by: string): LockerOutcome;
  /** Staff have it in hand, where no door can be asked. */
  tookBack(cell: string, by: string): LockerOutcome;
  /** Opens a doubtful cell for staff. */
  look(cell: string, by: string): LockerOutcome;
  settle(what: { cell: string; found: Finding; by: string }): LockerOutcome;
  closeCell(cell: string, by: string): LockerOutcome;
  useCell(cell: string, by: string): LockerOutcome;
  /** Originals of somebody, by the number on the card. */
  ofPerson(idNumber: string): Fetchable[];
  /** The one that a pick-up code names; null: none here, or not exactly one. */
  ofCode(code: string): Fetchable | null;
  /** Opens the cell for its owner. */
  handOver(document: string): LockerOutcome;
  /** The citizen's word, where no door can be asked. */
  taken(document: string): LockerOutcome;
  fate(document: string): Fate;
  /** Deletes what is over, after its time. @returns how many */
  tidy(keptDays: number): number;
  /** A cell or a document changed. */
  onChange(listener: () => void): () => void;
  /** Resolves when no cell is being opened and no door asked. */
  idle(): Promise<void>;
}
