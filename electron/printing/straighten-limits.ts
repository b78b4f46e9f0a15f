/** Bytes of one page as the scanner gives it; more is told to the citizen as too large. */
export const MAX_PAGE_BYTES = 40 * 1024 * 1024;
