/** Cells of the bar besides the one that turns pages. */
export const CELLS = 6;
/** Most graphemes of a choice that fill one cell, two cells; longer ones wrap in their own row. */
const SPANS: readonly [number, number][] = [
  [3, 1],
  [6, 2],
  [10, 3],
];

/** How many cells a choice takes. */
export const cellsOf = (text: string): number => SPANS.find(([most]) => [...text].length <= most)?.[1] ?? CELLS;

/**
 * Choices page by page; each page fills at most CELLS cells, in order, none left out.
 * @param choices anything with a text
 */
export function pagesOf<T extends { text: string }>(choices: readonly T[]): T[][] {
  const pages: T[][] = [];
  let free = 0;
  for (const choice of choices) {
    const cells = cellsOf(choice.text);
    if (cells > free) {
      pages.push([]);
      free = CELLS;
    }
    pages.at(-1)?.push(choice);
    free -= cells;
  }
  return pages;
}
