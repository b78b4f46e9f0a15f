/**
 * A PDF that the platform issued is printed as it is, unless it leans on fonts that it does not carry: a printer would put
 * something else in their place (law 7). Reads the file's objects, plain and in object streams, and looks at every font.
 */
import { inflateSync } from 'node:zlib';

export type ForeignPdf = { ok: true; fonts: number } | { ok: false; reason: 'not-a-pdf' | 'encrypted' | 'unreadable' | 'unembedded-fonts'; fonts: string[] };

/** Larger files are not certificates. */
const MAX_BYTES = 40 * 1024 * 1024;
/** An object stream that grows beyond this is an attack, not a document. */
const MAX_INFLATED = 16 * 1024 * 1024;

/** Never throws for what a file holds. */
export const checkForeignPdf = (pdf: Uint8Array): ForeignPdf => {
  const no = (reason: 'not-a-pdf' | 'encrypted' | 'unreadable'): ForeignPdf => ({ ok: false, reason, fonts: [] });
  if (pdf.byteLength > MAX_BYTES) return no('unreadable');
  const file = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength).toString('latin1');
  if (!file.slice(0, 1024).includes('%PDF-')) return no('not-a-pdf');
  let objects: Map<number, string>;
  try {
    objects = readObjects(file);
  } catch {
    return no('unreadable');
  }
  if (objects.size === 0) return no('unreadable');
  if (/\/Encrypt\s+\d+\s+\d+\s+R|\/Encrypt\s*<</.test(withoutStreams(file))) return no('encrypted');
  return judgeFonts(objects);
};

const withoutStreams = (file: string): string => file.replaceAll(/stream\r?\n[^]*?endstream/g, '');

/** Object number → its dictionary. Later versions of an object replace earlier ones, as in an updated file. */
const readObjects = (file: string): Map<number, string> => {
  const objects = new Map<number, string>();
  const packed: { dictionary: string; body: string }[] = [];
  for (const match of file.matchAll(/(?:^|[\r\n\s])(\d+)\s+\d+\s+obj\b([^]*?)\bendobj\b/g)) {
    const whole = match[2] ?? '';
    const at = whole.search(/\bstream\r?\n/);
    const dictionary = at < 0 ? whole : whole.slice(0, at);
    objects.set(Number(match[1]), dictionary);
    if (at >= 0 && /\/Type\s*\/ObjStm\b/.test(dictionary)) packed.push({ dictionary, body: whole.slice(whole.indexOf('\n', at) + 1, whole.lastIndexOf('endstream')) });
  }
  for (const { dictionary, body } of packed) unpack(objects, dictionary, body);
  return objects;
};

const unpack = (objects: Map<number, string>, dictionary: string, body: string): void => {
  const count = Number(/\/N\s+(\d+)/.exec(dictionary)?.[1]);
  const first = Number(/\/First\s+(\d+)/.exec(dictionary)?.[1]);
  const bytes = Buffer.from(body, 'latin1');
  const text = (/\/FlateDecode\b/.test(dictionary) ? inflateSync(bytes, { maxOutputLength: MAX_INFLATED }) : bytes).toString('latin1');
  const numbers = text.slice(0, first).trim().split(/\s+/).map(Number);
  for (let index = 0; index < count; index += 1) {
    const from = first + (numbers[2 * index + 1] ?? 0);
    const to = index + 1 < count ? first + (numbers[2 * index + 3] ?? 0) : text.length;
    objects.set(numbers[2 * index] ?? 0, text.slice(from, to));
  }
};

const judgeFonts = (objects: Map<number, string>): ForeignPdf => {
  const unembedded: string[] = [];
  let fonts = 0;
  for (const dictionary of objects.values()) {
    // Font dictionaries may also lie inside a page's resources.
    for (const [, inner = ''] of dictionary.matchAll(/<<((?:[^<>]|<[^<>]*>|<<(?:[^<>]|<[^<>]*>)*>>)*)>>/g)) {
      const subtype = /\/Type\s*\/Font\b(?!Descriptor)/.test(inner) ? /\/Subtype\s*\/(\w+)/.exec(inner)?.[1] : undefined;
      if (subtype === undefined) continue;
      fonts += 1;
      // Type 3 glyphs are drawings of the document; Type 0 stands for its descendant, which is looked at by itself.
      if (subtype === 'Type3' || subtype === 'Type0') continue;
      const descriptor = descriptorOf(inner, objects);
      if (descriptor === null || !/\/FontFile[23]?\b/.test(descriptor)) unembedded.push(/\/BaseFont\s*\/([^\s/<>[\]()]+)/.exec(inner)?.[1] ?? 'unnamed');
    }
  }
  return unembedded.length > 0 ? { ok: false, reason: 'unembedded-fonts', fonts: [...new Set(unembedded)] } : { ok: true, fonts };
};

const descriptorOf = (font: string, objects: Map<number, string>): string | null => {
  const reference = /\/FontDescriptor\s+(\d+)\s+\d+\s+R/.exec(font);
  if (reference !== null) return objects.get(Number(reference[1])) ?? null;
  return /\/FontDescriptor\s*<<([^]*)>>/.exec(font)?.[1] ?? null;
};
