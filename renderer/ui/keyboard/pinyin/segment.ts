/** One piece of typed Pinyin: a whole syllable (`chang`), an initial (`ch`), or a syllable begun at the end (`cha`). */
export type Slot = {
  text: string;
  /** Place in the buffer of its first letter, and after its last letter and any separator. */
  from: number;
  to: number;
  kind: 'whole' | 'initial' | 'begun';
};

export type Segmentation = { slots: readonly Slot[]; cost: number };

/** Keeps both readings of fangan and xian, and bounds the work on any input. */
const KEPT = 12;
/** Longer input is refused by the keyboard. */
export const MAX_BUFFER = 40;
const INITIALS = new Set(['b', 'p', 'm', 'f', 'd', 't', 'n', 'l', 'g', 'k', 'h', 'j', 'q', 'x', 'zh', 'ch', 'sh', 'r', 'z', 'c', 's', 'y', 'w']);
const COST = { whole: 1, begun: 1.7, initial: 2.2 } as const;
/** lue and nue are how lüe and nüe are written on most keyboards. */
const SPELLINGS: Readonly<Record<string, string>> = { lue: 'lve', nue: 'nve' };
const LONGEST = 6;

export const spelling = (typed: string): string => SPELLINGS[typed] ?? typed;

/**
 * The likely ways to cut a buffer into syllables, best first; each covers the buffer up to the last place that any way reaches.
 * @param buffer letters a–z and the separator '
 * @param isSyllable whether a syllable exists (ü as v)
 * @param begins whether some syllable begins with these letters
 */
export function segment(buffer: string, isSyllable: (text: string) => boolean, begins: (text: string) => boolean): Segmentation[] {
  const ways: Segmentation[][] = [[{ slots: [], cost: 0 }]];
  let furthest = 0;
  for (let from = 0; from < buffer.length; from++) {
    const here = ways[from];
    if (here === undefined) continue;
    if (buffer[from] === "'") {
      // Only a separator at the very beginning is met here; others belong to the slot before them.
      merge(ways, from + 1, here);
      furthest = Math.max(furthest, from + 1);
      continue;
    }
    for (let length = 1; length <= LONGEST && from + length <= buffer.length; length++) {
      const text = buffer.slice(from, from + length);
      if (text.endsWith("'")) break;
      const kind = kindOf(text, from + length === buffer.length || buffer[from + length] === "'", isSyllable, begins);
      if (kind === null) continue;
      let to = from + length;
      while (buffer[to] === "'") to++;
      merge(ways, to, here.map((way) => ({ slots: [...way.slots, { text, from, to, kind }], cost: way.cost + COST[kind] })));
      furthest = Math.max(furthest, to);
    }
  }
  return ways[furthest] ?? [];
}

function kindOf(text: string, last: boolean, isSyllable: (text: string) => boolean, begins: (text: string) => boolean): Slot['kind'] | null {
  if (isSyllable(spelling(text))) return 'whole';
  if (INITIALS.has(text)) return 'initial';
  return last && begins(text) ? 'begun' : null;
}

function merge(ways: Segmentation[][], at: number, more: readonly Segmentation[]): void {
  ways[at] = [...(ways[at] ?? []), ...more].sort((a, b) => a.cost - b.cost || a.slots.length - b.slots.length).slice(0, KEPT);
}
