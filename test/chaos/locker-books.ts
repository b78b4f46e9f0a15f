/** Where each original really is: in a cell, with staff, or with its owner. Pure; kept by the people of a run, nothing of the product's. */

export interface Original {
  caseNumber: string;
  /** Specimen of the card of whose it is. */
  owner: string;
  /** Its pick-up code. */
  code: string;
}
type Place = { at: 'staff'; wasInside: boolean } | { at: 'cell'; cell: string } | { at: 'owner' };

export interface SaidCell {
  cell: string;
  state: string;
  caseNumber: string | null;
}

export interface LockerBooks {
  ready(original: Original): void;
  /** Staff lay it into an open cell. */
  laid(caseNumber: string, cell: string): void;
  /** Somebody reaches into an open cell. @returns what lay there */
  taken(cell: string, by: 'owner' | 'staff'): Original | null;
  in(cell: string): Original | null;
  of(caseNumber: string): Original | null;
  withStaff(caseNumber: string): boolean;
  withOwner(caseNumber: string): boolean;
  /** Those of somebody that lie in cells. */
  inside(owner: string): Original[];
  /** Cells in which something lies. */
  cells(): string[];
  /** @param cells what the terminal says of them, nothing being under way @returns where it is wrong */
  judgeCells(cells: readonly SaidCell[]): string[];
  /** @param rows what the platform has heard in the end @returns where it is wrong */
  judgePlatform(rows: readonly { caseNumber: string; state: string }[]): string[];
  /** The terminal's database was put back from before: it may know nothing of these, or too much. Nothing may lie in a cell. */
  forget(): void;
}

export const lockerBooks = (): LockerBooks => {
  const originals = new Map<string, Original>();
  const places = new Map<string, Place>();
  const contentOf = (cell: string): Original | null => {
    for (const [caseNumber, place] of places) if (place.at === 'cell' && place.cell === cell) return originals.get(caseNumber) ?? null;
    return null;
  };
  const books: LockerBooks = {
    ready: (original) => {
      originals.set(original.caseNumber, original);
      places.set(original.caseNumber, { at: 'staff', wasInside: false });
    },
    laid: (caseNumber, cell) => void places.set(caseNumber, { at: 'cell', cell }),
    taken: (cell, by) => {
      const found = contentOf(cell);
      if (found !== null) places.set(found.caseNumber, by === 'owner' ? { at: 'owner' } : { at: 'staff', wasInside: true });
      return found;
    },
    in: contentOf,
    of: (caseNumber) => originals.get(caseNumber) ?? null,
    withStaff: (caseNumber) => places.get(caseNumber)?.at === 'staff',
    withOwner: (caseNumber) => places.get(caseNumber)?.at === 'owner',
    inside: (owner) => [...originals.values()].filter((one) => one.owner === owner && places.get(one.caseNumber)?.at === 'cell'),
    cells: () => [...places.values()].flatMap((place) => (place.at === 'cell' ? [place.cell] : [])),
    judgeCells: (cells) =>
      cells.flatMap(({ cell, state, caseNumber }): string[] => {
        const inside = contentOf(cell)?.caseNumber ?? null;
        if (state === 'loaded') return inside === caseNumber ? [] : [`cell ${cell} is said to hold the original of ${caseNumber ?? 'nobody'}, and holds ${inside === null ? 'nothing' : `that of ${inside}`}`];
        return state === 'free' && inside !== null ? [`cell ${cell} is said to be free, and holds the original of ${inside}`] : [];
      }),
    judgePlatform: (rows) => {
      const heard = new Map(rows.map(({ caseNumber, state }) => [caseNumber, state]));
      return [...places].flatMap(([caseNumber, place]): string[] => {
        const state = heard.get(caseNumber);
        const right = place.at === 'cell' ? ['loaded'] : place.at === 'owner' ? ['collected'] : place.wasInside ? ['told', 'returned'] : ['told'];
        return state !== undefined && right.includes(state) ? [] : [`the original of ${caseNumber} is ${place.at === 'cell' ? `in cell ${place.cell}` : `with ${place.at === 'owner' ? 'its owner' : 'staff'}`}, and the platform has heard "${state ?? 'nothing'}"`];
      });
    },
    forget: () => {
      originals.clear();
      places.clear();
    },
  };
  return books;
};
