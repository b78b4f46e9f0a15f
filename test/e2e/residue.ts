/** Looks for what a citizen left behind: every file below some folders, every encoding a program might have used. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import iconv from 'iconv-lite';

export interface Trace {
  file: string;
  what: string;
  encoding: string;
}

const ENCODINGS = ['utf8', 'utf16le', 'utf16be', 'gb18030'] as const;

/** Forms in which a word may lie on a disk: four encodings, JSON escapes, base64 at each offset, hex. */
const formsOf = (word: string): { encoding: string; bytes: Buffer }[] => {
  const plain = ENCODINGS.map((encoding) => ({ encoding, bytes: iconv.encode(word, encoding) }));
  const escaped = Buffer.from([...word].map((character) => (character.codePointAt(0)! < 0x80 ? character : [...Array(character.length).keys()].map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''))).join(''));
  const utf8 = Buffer.from(word);
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), utf8]).toString('base64').replaceAll('=', '');
    // Characters that depend on the bytes before and behind are left out.
    return { encoding: `base64+${offset}`, bytes: Buffer.from(text.slice(offset === 0 ? 0 : offset + 1, text.length - 1)) };
  });
  return [...plain, { encoding: 'json', bytes: escaped }, { encoding: 'hex', bytes: Buffer.from(utf8.toString('hex')) }, ...base64].filter(({ bytes }) => bytes.length >= 5);
};

const filesBelow = (folder: string): string[] => {
  try {
    if (statSync(folder).isFile()) return [folder];
    return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((found) => (found.isFile() ? [join(found.parentPath, found.name)] : []));
  } catch {
    return [];
  }
};

/** Files that were searched for the same words and have not changed since: most of a home is written once. */
export type Searched = Map<string, string>;

/**
 * @param folders folders, or single files
 * @param words what must not be found: name, number, address, phone
 * @param searched of a search before for the same words; kept up to date
 * @returns every place where one was found, in the clear
 */
export const findResidue = (folders: readonly string[], words: readonly string[], searched?: Searched): Trace[] => {
  const forms = words.flatMap((word) => formsOf(word).map((form) => ({ ...form, word })));
  const traces: Trace[] = [];
  for (const file of folders.flatMap(filesBelow)) {
    let content: Buffer;
    let state: string;
    try {
      const { size, mtimeMs, ctimeMs, ino } = statSync(file);
      if (size > 200_000_000) continue;
      state = `${size} ${mtimeMs} ${ctimeMs} ${ino}`;
      if (searched?.get(file) === state) continue;
      content = readFileSync(file);
    } catch {
      continue; // gone meanwhile
    }
    const found = forms.filter(({ bytes }) => content.includes(bytes));
    for (const { word, encoding } of found) traces.push({ file, what: word, encoding });
    if (found.length === 0) searched?.set(file, state);
  }
  return traces;
};
