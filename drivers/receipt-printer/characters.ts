/** Which characters a printer's own font can show, how wide they are, and their bytes. */
import iconv from 'iconv-lite';
import { DEFAULT_PROFILE, type PrinterProfile } from './profiles.ts';

/** The yen sign of Latin-1 has no two-byte code; the same sign in the Chinese font has. */
const SAME_SIGN: Readonly<Record<string, string>> = { '\u00a5': '\uffe5' };

/**
 * Two-byte code of one UTF-16 unit, 0 for what may not be in a printer's font.
 *
 * A two-byte character counts as shown only when GB 18030 and code page 936 agree on its code: that leaves out the private
 * area, the euro sign and the vertical forms, which moved between editions. U+00B7, the separator in names, is A1A4 in both
 * and in GB 2312: a centred dot on every Chinese printer.
 */
const lookUp = (unit: number): number => {
  // User-defined zones decode to private characters, whatever a firmware draws there.
  if (unit < 0x80 || (unit >= 0xd800 && unit <= 0xf8ff)) return 0;
  const character = String.fromCharCode(unit);
  const bytes = iconv.encode(SAME_SIGN[character] ?? character, 'gb18030');
  if (bytes.length !== 2 || !bytes.equals(iconv.encode(SAME_SIGN[character] ?? character, 'gbk'))) return 0;
  return bytes.readUInt16BE(0);
};

/** Looked up once each: a codec asked twice for every character of every slip is slower than the printer's wire. */
const UNKNOWN = 0xffff;
const codes = new Uint16Array(0x10000).fill(UNKNOWN);
const codeOf = (unit: number): number => {
  const known = codes[unit] ?? UNKNOWN;
  if (known !== UNKNOWN) return known;
  const found = lookUp(unit);
  codes[unit] = found;
  return found;
};

const inGb2312 = (code: number): boolean => {
  const lead = code >> 8;
  return (code & 0xff) >= 0xa1 && ((lead >= 0xa1 && lead <= 0xa9) || (lead >= 0xb0 && lead <= 0xf7));
};

const twoBytes = (unit: number, { charset }: PrinterProfile): number => {
  if (charset === 'none') return 0;
  const code = codeOf(unit);
  return charset === 'gb2312' && !inGb2312(code) ? 0 : code;
};

/** Four bytes of GB 18030, for the profiles that show them; null for what has none, or is no character to be seen. */
const fourBytes = (character: string, profile: PrinterProfile): Uint8Array | null => {
  if (!profile.fourByte || profile.charset === 'none' || !character.isWellFormed() || /[\p{C}\p{M}\p{Z}]/u.test(character)) return null;
  const bytes = iconv.encode(character, 'gb18030');
  return bytes.length === 4 ? bytes : null;
};

const LF = 0x0a;

/** The first character that the printer's font may lack; null where there is none. */
const firstForeign = (text: string, profile: PrinterProfile): string | null => {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === LF || (unit >= 0x20 && unit < 0x7f) || (unit >= 0x80 && twoBytes(unit, profile) !== 0)) continue;
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (fourBytes(character, profile) === null) return character;
    at += character.length - 1;
  }
  return null;
};

/**
 * Must this text be sent as a picture? True when any character but a line break is outside the printer's own font:
 * rare characters, emoji, combining marks, control characters.
 */
export const needsRaster = (text: string, profile: PrinterProfile = DEFAULT_PROFILE): boolean => firstForeign(text, profile) !== null;

/** Columns of a text: 1 for each ASCII character, 2 for what comes from the Chinese font. */
export const measure = (text: string): number => {
  let sum = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    // The second half of a pair belongs to the character before it.
    sum += unit < 0x80 ? 1 : unit >= 0xdc00 && unit <= 0xdfff ? 0 : 2;
  }
  return sum;
};

/** Writes a text that {@link needsRaster} has let pass. @throws RangeError on any other */
export const writeCharacters = (text: string, profile: PrinterProfile, write: (byte: number) => void): void => {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    const code = unit < 0x80 ? 0 : twoBytes(unit, profile);
    if (unit >= 0x20 && unit < 0x7f) write(unit);
    else if (code !== 0) {
      write(code >> 8);
      write(code & 0xff);
    } else {
      const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
      const four = fourBytes(character, profile);
      if (four === null) throw new RangeError('a character outside the font of the printer');
      four.forEach(write);
      at += character.length - 1;
    }
  }
};

/** Bytes of a text that {@link needsRaster} has let pass. @throws RangeError on any other */
export const encodeCharacters = (text: string, profile: PrinterProfile): Uint8Array => {
  const bytes: number[] = [];
  writeCharacters(text, profile, (byte) => bytes.push(byte));
  return Uint8Array.from(bytes);
};

/** These may not begin a line; the character before them goes along. */
const NEVER_FIRST = new Set(',。、;:?!)》」』】〕”’…·,.;:?!)]}%');

/** Splits into what must stay together: runs of ASCII without spaces, single Chinese characters, spaces. */
const pieces = (text: string): string[] => text.match(/[\x21-\x7e]+| |[^\x20-\x7e]/gu) ?? [];

/** Breaks a text into lines of at most `columns`; a line break in the text stays one. */
export const wrap = (text: string, columns: number): string[] => text.split('\n').flatMap((line) => wrapLine(line, columns));

const wrapLine = (text: string, columns: number): string[] => {
  if (measure(text) <= columns) return [text];
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
