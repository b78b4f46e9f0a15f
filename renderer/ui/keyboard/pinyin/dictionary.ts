/** What the keyboard knows of words: decoded once from dictionary/words.txt (format in dictionary/format.md), then only read. */
export type Dictionary = {
  /** All syllables, sorted; a syllable's number is its place here. */
  syllables: readonly string[];
  syllableNumber: ReadonlyMap<string, number>;
  /** Per syllable its characters with their levels, most used first. */
  characters: readonly (readonly { text: string; level: number }[])[];
  /** Words in the order of their first syllable, most used first. */
  words: readonly string[];
  levels: Uint8Array;
  /** Syllable numbers of word i: `reading[start[i]]` to `reading[start[i + 1]]`, end not included. */
  start: Uint32Array;
  reading: Uint16Array;
  /** Words that begin with syllable s: from `first[s]` to `first[s + 1]`, end not included. */
  first: Uint32Array;
  /** First character → words that begin with it. */
  byCharacter: ReadonlyMap<string, readonly number[]>;
};

const HEAD = 'hall24-pinyin 1';

type Entry = { text: string; level: number; reading: number[] };

/**
 * @param text whole content of dictionary/words.txt
 * @throws Error when the text is not such a table
 */
export function decodeDictionary(text: string): Dictionary {
  const lines = text.split('\n');
  if (lines[0] !== HEAD) throw new Error('not a Pinyin table');
  const gap = lines.indexOf('', 1);
  const syllables: string[] = [];
  const characters: { text: string; level: number }[][] = [];
  const readings = new Map<string, { number: number; level: number }[]>();
  for (const line of lines.slice(1, gap)) {
    const [syllable = '', list = '', levels = ''] = line.split('\t');
    const number = syllables.push(syllable) - 1;
    characters.push(
      [...list].map((character, at) => {
        const level = levels.charCodeAt(at) - 48;
        const known = readings.get(character);
        if (known === undefined) readings.set(character, [{ number, level }]);
        else known.push({ number, level });
        return { text: character, level };
      }),
    );
  }
  // Syllables are in alphabetical order, so sorting by level alone (stable) gives the order that the digits in the table mean.
  for (const list of readings.values()) list.sort((a, b) => b.level - a.level);
  const entries = lines.slice(gap + 1).flatMap((line) => (line === '' ? [] : decodeLevel(line, readings)));
  return index(syllables, characters, entries);
}

function decodeLevel(line: string, readings: ReadonlyMap<string, readonly { number: number }[]>): Entry[] {
  const [level = '', list = ''] = line.split('\t');
  return list.split(' ').map((item) => {
    const digits = /\d+$/.exec(item)?.[0] ?? '';
    const text = item.slice(0, item.length - digits.length);
    const reading = [...text].map((character, at) => readings.get(character)?.[digits === '' ? 0 : Number(digits[at])]?.number);
    if (reading.length === 0 || reading.includes(undefined)) throw new Error('damaged Pinyin table');
    return { text, level: Number(level), reading: reading.filter((number) => number !== undefined) };
  });
}

function index(syllables: readonly string[], characters: Dictionary['characters'], entries: Entry[]): Dictionary {
  const buckets: Entry[][] = syllables.map(() => []);
  // The table is ordered by level, so each bucket is too.
  for (const entry of entries) buckets[entry.reading[0] ?? 0]?.push(entry);
  const first = new Uint32Array(syllables.length + 1);
  const words: string[] = [];
  const levels = new Uint8Array(entries.length);
  const start = new Uint32Array(entries.length + 1);
  const reading: number[] = [];
  const byCharacter = new Map<string, number[]>();
  for (const [number, bucket] of buckets.entries()) {
    for (const entry of bucket) {
      const at = words.push(entry.text) - 1;
      levels[at] = entry.level;
      reading.push(...entry.reading);
      start[at + 1] = reading.length;
      const character = String.fromCodePoint(entry.text.codePointAt(0) ?? 0);
      const list = byCharacter.get(character);
      if (list === undefined) byCharacter.set(character, [at]);
      else list.push(at);
    }
    first[number + 1] = words.length;
  }
  const syllableNumber = new Map(syllables.map((syllable, number) => [syllable, number]));
  return { syllables, syllableNumber, characters, words, levels, start, reading: Uint16Array.from(reading), first, byCharacter };
}
