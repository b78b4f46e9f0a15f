/** Which characters a printer's own font can show, how wide they are, and their bytes. */
import iconv from 'iconv-lite';
import { DEFAULT_PROFILE, type PrinterProfile } from './profiles.ts';

/** The yen sign of Latin-1 has no two-byte code; the same sign in the Chinese font has. */
const SAME_SIGN: Readonly<Record<string, string>> = { '\u00a5': '\uffe5' };

/**
 * Bytes of one character, or null when the printer's font may not hold it.
 *
 * A two-byte character counts as shown only when GB 18030 and code page 936 agree on its code: that leaves out the private
 * area, the euro sign and the vertical forms, which moved between editions. U+00B7, the separator in names, is A1A4 in both
 * and in GB 2312: a centred dot on every Chinese printer. Four-byte characters are in no printer's font that is known to us.
 */
const bytesOf = (character: string, profile: PrinterProfile): Uint8Array | null => {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x7f) return Uint8Array.of(code);
  const shown = SAME_SIGN[character] ?? character;
  if (code < 0x80 || shown.length !== 1 || !shown.isWellFormed()) return null;
  const bytes = iconv.encode(shown, 'gb18030');
  if (bytes.length !== 2 || !bytes.equals(iconv.encode(shown, 'gbk'))) return null;
  const [lead = 0, trail = 0] = bytes;
  if (profile.charset === 'gb2312' && (trail < 0xa1 || lead < 0xa1 || (lead > 0xa9 && lead < 0xb0) || lead > 0xf7)) return null;
  // User-defined zones decode to private characters, whatever a firmware draws there.
  if (code >= 0xe000 && code <= 0xf8ff) return null;
  return bytes;
};

/**
 * Must this text be sent as a picture? True when any character but a line break is outside the printer's own font:
 * rare characters, emoji, combining marks, control characters.
 */
export const needsRaster = (text: string, profile: PrinterProfile = DEFAULT_PROFILE): boolean => [...text].some((character) => character !== '\n' && bytesOf(character, profile) === null);

/** Columns of one character: 1 for ASCII, 2 for what comes from the Chinese font. */
export const columnsOf = (character: string): number => ((character.codePointAt(0) ?? 0) < 0x80 ? 1 : 2);

export const measure = (text: string): number => [...text].reduce((sum, character) => sum + columnsOf(character), 0);

/** Bytes of a text that {@link needsRaster} has let pass. @throws RangeError on any other */
export const encodeCharacters = (text: string, profile: PrinterProfile): Uint8Array =>
  Buffer.concat(
    [...text].map((character) => {
      const bytes = bytesOf(character, profile);
      if (bytes === null) throw new RangeError('a character outside the font of the printer');
      return bytes;
    }),
  );

/** These may not begin a line; the character before them goes along. */
const NEVER_FIRST = new Set(',。、;:?!)》」』】〕”’…·,.;:?!)]}%');

/** Splits into what must stay together: runs of ASCII without spaces, single Chinese characters, spaces. */
const pieces = (text: string): string[] => text.match(/[\x21-\x7e]+| |[^\x20-\x7e]/gu) ?? [];

/** Breaks a text into lines of at most `columns`; a line break in the text stays one. */
export const wrap = (text: string, columns: number): string[] => text.split('\n').flatMap((line) => wrapLine(line, columns));

const wrapLine = (text: string, columns: number): string[] => {
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces(text)) {
    if (measure(line + piece) <= columns) {
      line += piece;
    } else if (piece === ' ') {
      lines.push(line);
      line = '';
    } else if (measure(piece) > columns) {
      // Longer than any line: cut where it must be.
      for (const character of piece) {
        if (measure(line + character) > columns) {
          lines.push(line);
          line = '';
        }
        line += character;
      }
    } else {
      const last = NEVER_FIRST.has(piece) ? ([...line].at(-1) ?? '') : '';
      const moves = last !== '' && last !== line && last !== ' ';
      lines.push((moves ? line.slice(0, -last.length) : line).trimEnd());
      line = moves ? last + piece : piece;
    }
  }
  return [...lines, line];
};
