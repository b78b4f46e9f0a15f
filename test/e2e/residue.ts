/** Looks for what a citizen left behind: every file below some folders, every encoding a program might have used. */
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import iconv from 'iconv-lite';

export interface Trace {
  file: string;
  what: string;
  encoding: string;
}

interface Form {
  what: string;
  encoding: string;
  bytes: Buffer;
}

const ENCODINGS = ['utf8', 'utf16le', 'utf16be', 'gb18030'] as const;

/** Bytes as they are, as hex, and as base64 at each offset. */
const wrapped = (bytes: Buffer): Omit<Form, 'what'>[] => [
  { encoding: 'hex', bytes: Buffer.from(bytes.toString('hex')) },
  ...[0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64').replaceAll('=', '');
    // Characters that depend on the bytes before and behind are left out.
    return { encoding: `base64+${offset}`, bytes: Buffer.from(text.slice(offset === 0 ? 0 : offset + 1, text.length - 1)) };
  }),
];

/** Forms in which a word may lie on a disk: four encodings, JSON escapes, base64 at each offset, hex; bytes: themselves, hex, base64. */
const formsOf = (word: string | Uint8Array): Form[] => {
  if (typeof word !== 'string') return [{ encoding: 'bytes', bytes: Buffer.from(word) }, ...wrapped(Buffer.from(word))].map((form) => ({ ...form, what: `${word.length} bytes` }));
  const plain = ENCODINGS.map((encoding) => ({ encoding, bytes: iconv.encode(word, encoding) }));
  const escaped = Buffer.from([...word].map((character) => (character.codePointAt(0)! < 0x80 ? character : [...Array(character.length).keys()].map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''))).join(''));
  return [...plain, { encoding: 'json', bytes: escaped }, ...wrapped(Buffer.from(word))].filter(({ bytes }) => bytes.length >= 5).map((form) => ({ ...form, what: word }));
};

/** A page of paper is compressed: its words are not found in it, so the file itself counts as one. */
const PAGES: readonly Form[] = [
  { what: 'a printed page', encoding: 'PDF', bytes: Buffer.from('%PDF-1.') },
  { what: 'a scanned page', encoding: 'JPEG', bytes: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, 0x4a, 0x46, 0x49, 0x46, 0x00]) },
];

/** @returns every plain file at or below a path; none where nothing can be read */
export const filesBelow = (path: string): string[] => {
  try {
    if (statSync(path).isFile()) return [path];
    return readdirSync(path, { recursive: true, withFileTypes: true }).flatMap((found) => (found.isFile() ? [join(found.parentPath, found.name)] : []));
  } catch {
    return [];
  }
};

/** Files that were searched for the same words and have not changed since: most of a home is written once. */
export type Searched = Map<string, string>;

const PIECE_BYTES = 16 * 1024 * 1024;

/** Forms that a file holds, however large it is: read in pieces that overlap by the longest form. @returns null: gone, or not ours to read */
const formsIn = (file: string, forms: readonly Form[]): Form[] | null => {
  const overlap = Math.max(...forms.map(({ bytes }) => bytes.length)) - 1;
  const found = new Set<Form>();
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return null;
  }
  try {
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, statSync(file).size + 1) + overlap);
    let kept = 0;
    for (;;) {
      const read = readSync(descriptor, piece, kept, piece.length - kept, null);
      if (read === 0) return [...found];
      const part = piece.subarray(0, kept + read);
      for (const form of forms) if (part.includes(form.bytes)) found.add(form);
      kept = Math.min(overlap, part.length);
      part.copy(piece, 0, part.length - kept);
    }
  } catch {
    return null;
  } finally {
    closeSync(descriptor);
  }
};

/**
 * @param paths folders, or single files
 * @param words what must not be found: name, number, address, phone, bytes of a photo
 * @param searched of a search before for the same words; kept up to date
 * @param pages pages of paper count as well, whatever stands on them
 * @returns every place where one was found, in the clear
 */
export const findResidue = (paths: readonly string[], words: readonly (string | Uint8Array)[], searched?: Searched, pages = false): Trace[] => {
  const forms = [...words.flatMap(formsOf), ...(pages ? PAGES : [])];
  const traces: Trace[] = [];
  for (const file of paths.flatMap(filesBelow)) {
    let state: string;
    try {
      const { size, mtimeMs, ctimeMs, ino } = statSync(file);
      state = `${size} ${mtimeMs} ${ctimeMs} ${ino}`;
    } catch {
      continue; // gone meanwhile
    }
    if (searched?.get(file) === state) continue;
    const found = formsIn(file, forms);
    if (found === null) continue;
    for (const { what, encoding } of found) traces.push({ file, what, encoding });
    if (found.length === 0) searched?.set(file, state);
  }
  return traces;
};
