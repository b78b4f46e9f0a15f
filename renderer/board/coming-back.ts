/** How a board comes back to the hall: soon, so that a restart of the hall is hardly seen, and not all boards at the same moment. */

const FIRST_WAIT_MS = 150;
/** While it may be a restart, knocking at a closed door costs less than a hall that sees the last board late. */
const SOON = 60;
const SOON_WAIT_MS = 250;
const LONGEST_WAIT_MS = 2_000;

/** @param failures in a row. @param random 0 ≤ random < 1. @returns milliseconds until the next attempt */
export const comesBackIn = (failures: number, random: number): number => Math.min(failures < SOON ? SOON_WAIT_MS : LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures) * (0.5 + random / 2);

/** @param cursor of the last view, so that every call since is told; null: none came yet */
export const streamOf = (path: string, cursor: string | null): string => (cursor === null ? path : `${path}?after=${encodeURIComponent(cursor)}`);
