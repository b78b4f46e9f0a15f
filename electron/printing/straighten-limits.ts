/** Bytes of one page as the scanner gives it; more is told to the citizen as too large. */
export const MAX_PAGE_BYTES = 40 * 1024 * 1024;
/** A4 at 600 dpi is 35 million pixels; more is no page. */
export const MAX_PIXELS = 60_000_000;
