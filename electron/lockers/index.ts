/** The pick-up locker (取件柜): cells, the originals in them, and what others must hear of both. */
export { createLockers, type LockersOptions } from './desk.ts';
export { FINDINGS, type Finding } from './machine.ts';
export { cellView, LOCKER_REFUSALS, lockersView, originalView, type CellView, type Fate, type Fetchable, type LockerOutcome, type LockerRefusal, type Lockers, type LockersView, type OriginalView } from './types.ts';
