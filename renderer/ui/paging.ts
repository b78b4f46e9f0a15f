/** Which block of the wall stands on which page. Heights in pixels from the top of the first block. */
export type Block = { top: number; bottom: number; /** A heading, or part of a small group: never the last of a page. */ keep: boolean };

/**
 * @param alone height there is when no page buttons are shown
 * @param paged height there is beside the page buttons
 * @returns page number of each block, from 0
 */
export function pagesOf(blocks: readonly Block[], alone: number, paged: number): number[] {
  const last = blocks.at(-1);
  // Half a pixel: heights in millimetres are seldom whole pixels.
  if (last === undefined || last.bottom <= alone + 0.5) return blocks.map(() => 0);
  const pages: number[] = [];
  let page = 0;
  let start = 0;
  let first = 0;
  for (let index = 0; index < blocks.length; index += 1) {
    const block = blocks[index];
    if (block === undefined) break;
    if (block.bottom - start > paged + 0.5 && index > first) {
      // Headings above the break go along with what they head, unless the page is nothing but headings.
      let cut = index;
      while (cut - 1 > first && blocks[cut - 1]?.keep === true) cut -= 1;
      // What should stay together and is taller than a page is parted all the same.
      while (cut < index && block.bottom - (blocks[cut - 1]?.bottom ?? 0) > paged + 0.5) cut += 1;
      page += 1;
      for (let moved = cut; moved < index; moved += 1) pages[moved] = page;
      first = cut;
      start = blocks[cut - 1]?.bottom ?? 0;
    }
    pages[index] = page;
  }
  return pages;
}
