/** The screen's share of the chain: characters that its own web fonts lack, as one small web font. */
import subsetFont from 'subset-font';
import { codePointOf, type Face, type Fonts, isSpace } from './fonts.ts';

/** Longest text that one font is made for; a screen asks for a name or an address, not for a book. */
const MAX_CHARACTERS = 400;

/**
 * WOFF2 with the characters of `text` from the font of the chain that draws most of them; null when no font draws any.
 * A text whose characters come from several fonts is asked for character by character.
 */
export const screenFont = async (fonts: Fonts, text: string): Promise<Uint8Array | null> => {
  const byFace = new Map<Face, string>();
  for (const char of [...new Set(text)].slice(0, MAX_CHARACTERS)) {
    const face = isSpace(codePointOf(char)) ? null : fonts.faceFor(codePointOf(char), 'regular');
    if (face !== null) byFace.set(face, (byFace.get(face) ?? '') + char);
  }
  const [best] = [...byFace].sort(([, a], [, b]) => b.length - a.length);
  if (best === undefined) return null;
  return subsetFont(best[0].data, best[1], { targetFormat: 'woff2', noHinting: true, keepFeatures: [] });
};
