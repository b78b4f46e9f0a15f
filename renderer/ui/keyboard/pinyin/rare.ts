/** Characters by reading and by number of strokes, from dictionary/rare.txt (format in dictionary/format.md). */
export type RareTable = ReadonlyMap<string, readonly { strokes: number; characters: readonly string[] }[]>;

const HEAD = 'hall24-rare 1';
const SURROGATE = { first: 0xd8_00, last: 0xdf_ff };
const GB_CODE = /^(?:[0-9A-F]{4}|[0-9A-F]{8})$/;
const HAN = /^\p{Script=Han}$/u;

/**
 * @param text whole content of dictionary/rare.txt
 * @throws Error when the text is not such a table
 */
export function decodeRare(text: string): RareTable {
  const lines = text.split('\n');
  if (lines[0] !== HEAD) throw new Error('not a table of rare characters');
  return new Map(
    lines.slice(1).flatMap((line) => {
      const [syllable = '', ...groups] = line.split('\t');
      if (syllable === '') return [];
      return [[syllable, groups.map((group) => ({ strokes: Number.parseInt(group, 10), characters: Array.from(group.slice(group.indexOf(':') + 1)) }))] as const];
    }),
  );
}

/**
 * @param syllable one whole syllable, ü as v
 * @param strokes null for any number
 * @returns characters, fewest strokes first
 */
export function rareCharacters(table: RareTable, syllable: string, strokes: number | null): string[] {
  return (table.get(syllable) ?? []).flatMap((group) => (strokes === null || group.strokes === strokes ? group.characters : []));
}

/** Numbers of strokes that the characters of a syllable have, in order, without "unknown". */
export function strokeCounts(table: RareTable, syllable: string): number[] {
  return (table.get(syllable) ?? []).flatMap((group) => (group.strokes > 0 ? [group.strokes] : []));
}

/**
 * Characters that a code may mean, as written on a police station's slip: Unicode (20BB7) or GB 18030 (4 or 8 digits, 9535A138... pairs of bytes).
 * @param code hexadecimal digits
 * @returns none, one, or one of each kind
 */
export function charactersOfCode(code: string): string[] {
  const digits = code.toUpperCase();
  const result = new Set<string>();
  const point = Number.parseInt(digits, 16);
  if (/^[0-9A-F]{4,6}$/.test(digits) && point <= 0x10_ff_ff && (point < SURROGATE.first || point > SURROGATE.last)) result.add(String.fromCodePoint(point));
  if (GB_CODE.test(digits)) {
    const bytes = Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    result.add(new TextDecoder('gb18030').decode(bytes));
  }
  return [...result].filter((character) => HAN.test(character));
}
