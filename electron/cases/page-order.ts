/** Where a new page of a material goes. Pure: the session foretells with it what the record will hold. */
import type { PageRef } from './types.ts';

/** The page whose place the new one takes, if any. */
export const replacedBy = (pages: readonly PageRef[], page: { side?: PageRef['side'] | undefined; instead?: string | undefined }): PageRef | undefined =>
  pages.find(({ id, side }) => id === page.instead || (page.side !== undefined && side === page.side));

/** A page in its place: of what it replaces, the front before the back, else at the end. */
export const placed = (pages: readonly PageRef[], page: PageRef, instead: string | undefined): PageRef[] => {
  const old = replacedBy(pages, { side: page.side, instead });
  const row = old === undefined ? (page.side === 'front' ? [page, ...pages] : [...pages, page]) : pages.map((one) => (one.id === old.id ? page : one));
  return row.map((one, index) => ({ ...one, index }));
};
