/**
 * Which font shows which character: one chain for slip, page and screen.
 *
 * Noto Sans SC → HK → JP (npm) → Hanazono Mincho B → A (Debian's fonts-hanazono, where it is installed). A character that no
 * font of the chain draws is told to the caller before anything is printed; it never becomes the missing-glyph box.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, type Font, type Glyph } from 'fontkit';
import { HANAZONO_FOLDER, npmFont } from './font-files.ts';

/** `title`: Noto Serif SC 700, for the title of a certificate; what it lacks comes from the bold chain. */
export type Weight = 'regular' | 'bold' | 'title';

export interface Face {
  /** Name inside a document, e.g. `sc-700`. */
  id: string;
  file: string;
  font: Font;
  /** The file's bytes, for embedding. */
  data: Uint8Array;
}

export interface FaceReport {
  id: string;
  file: string;
  present: boolean;
}

interface Source {
  id: string;
  file: string;
  /** Only Hanzi are taken from it. */
  hanOnly?: boolean;
}

/** Files of the chain in order of preference. Hanazono has one weight; B comes before A, whose U+20000 is only a mark of the file. */
const chainFiles = (weight: Weight, fontsDir: string): Source[] => {
  const [number, folder] = weight === 'regular' ? (['400', '400Regular'] as const) : (['700', '700Bold'] as const);
  return [
    ...(weight === 'title' ? [{ id: 'serif-700', file: npmFont('noto-serif-sc', 'NotoSerifSC', '700Bold') }] : []),
    { id: `sc-${number}`, file: npmFont('noto-sans-sc', 'NotoSansSC', folder) },
    { id: `hk-${number}`, file: npmFont('noto-sans-hk', 'NotoSansHK', folder) },
    { id: `jp-${number}`, file: npmFont('noto-sans-jp', 'NotoSansJP', folder) },
    { id: 'hanazono-b', file: join(fontsDir, 'HanaMinB.ttf'), hanOnly: true },
    { id: 'hanazono-a', file: join(fontsDir, 'HanaMinA.ttf'), hanOnly: true },
  ];
};

/** Line breaks and spaces are not drawn; everything else must have ink. */
export const isSpace = (codePoint: number): boolean => codePoint === 0x20 || codePoint === 0xa0 || codePoint === 0x3000 || codePoint === 0x0a;

/** Controls, invisible marks, private use, unassigned, lone surrogates: nothing that a reader could see. */
const UNSEEN = /\p{C}/u;

export interface Fonts {
  /** First face of the chain that draws the character with ink, null when none does. */
  faceFor(codePoint: number, weight: Weight): Face | null;
  /** Characters of the text that no face can draw, each once, in order. */
  missing(text: string, weight?: Weight): string[];
  /** The text cut where the face changes. Throws a RangeError for a character without a face: ask `missing` first. */
  runs(text: string, weight: Weight): { face: Face; text: string }[];
  report(): FaceReport[];
  /** False where fonts-hanazono is not installed: names with characters of the rarer planes are refused then. */
  complete(): boolean;
}

/**
 * Opens fonts when they are first needed and keeps them.
 * @param fontsDir folder of HanaMinA.ttf and HanaMinB.ttf
 */
export const createFonts = (fontsDir: string = HANAZONO_FOLDER): Fonts => {
  const opened = new Map<string, Face | null>();
  const chosen = new Map<string, Face | null>();
  const chains: Record<Weight, Source[]> = {
    regular: chainFiles('regular', fontsDir),
    bold: chainFiles('bold', fontsDir),
    title: chainFiles('title', fontsDir),
  };

  const open = (source: Source): Face | null => {
    const known = opened.get(source.file);
    if (known !== undefined) return known;
    const face = existsSync(source.file) ? load(source) : null;
    opened.set(source.file, face);
    return face;
  };

  const faceFor = (codePoint: number, weight: Weight): Face | null => {
    const key = `${weight}${codePoint}`;
    const known = chosen.get(key);
    if (known !== undefined) return known;
    const face = UNSEEN.test(String.fromCodePoint(codePoint)) ? null : firstThatDraws(chains[weight], open, codePoint);
    chosen.set(key, face);
    return face;
  };

  return {
    faceFor,
    missing: (text, weight = 'regular') => [
      ...new Set([...text].filter((char) => !isSpace(codePointOf(char)) && faceFor(codePointOf(char), weight) === null)),
    ],
    runs: (text, weight) => {
      const runs: { face: Face; text: string }[] = [];
      for (const char of text) {
        const face = faceFor(codePointOf(char) === 0x0a ? 0x20 : codePointOf(char), weight);
        if (face === null) throw new RangeError(`no font draws ${describe(char)}`);
        const last = runs.at(-1);
        if (last?.face === face) last.text += char;
        else runs.push({ face, text: char });
      }
      return runs;
    },
    report: () =>
      [...chains.regular, ...chains.title]
        .filter((source, index, all) => all.findIndex((other) => other.file === source.file) === index)
        .map(({ id, file }) => ({ id, file, present: existsSync(file) })),
    complete: () => chains.regular.every((source) => existsSync(source.file)),
  };
};

const load = (source: Source): Face => {
  const data = readFileSync(source.file);
  return { id: source.id, file: source.file, data, font: create(data) };
};

const firstThatDraws = (chain: Source[], open: (source: Source) => Face | null, codePoint: number): Face | null => {
  for (const source of chain) {
    // Hanazono also has a handful of emoji and Yi: a name with one of them is a mistake to be told, not to be printed.
    if (source.hanOnly === true && !/\p{Script=Han}/u.test(String.fromCodePoint(codePoint))) continue;
    const face = open(source);
    if (face === null || !face.font.hasGlyphForCodePoint(codePoint)) continue;
    // A font may claim a character and draw nothing: that is no glyph to us.
    if (isSpace(codePoint) || hasOutline(face.font, face.font.glyphForCodePoint(codePoint))) return face;
  }
  return null;
};

/** Neither nothing nor a copy of the missing-glyph box. */
const hasOutline = (font: Font, glyph: Glyph): boolean =>
  glyph.id !== 0 && glyph.path.commands.length > 2 && JSON.stringify(glyph.path.commands) !== JSON.stringify(font.getGlyph(0).path.commands);

/** Code point of a one-character string; a lone surrogate answers itself. */
export const codePointOf = (char: string): number => char.codePointAt(0) ?? 0;

/** How a character is named in messages: U+20BB7 𠮷; what cannot be seen is named by number alone. */
export const describe = (char: string): string => {
  const number = `U+${codePointOf(char).toString(16).toUpperCase().padStart(4, '0')}`;
  return UNSEEN.test(char) ? number : `${number} ${char}`;
};
