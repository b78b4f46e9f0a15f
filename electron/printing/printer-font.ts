/** What a receipt printer's own font surely shows, and how wide: Hanzi of two-byte GB 18030 two columns of twelve dots, ASCII one. */
import iconv from 'iconv-lite';

/** Columns of 80 mm paper: 576 dots, twelve to a half-width character. */
export const COLUMNS = 48;

/**
 * True when every character is printable ASCII or a two-byte GB 18030 character outside the private areas. Four-byte characters
 * are confirmed on no printer, and € differs between GB 18030 and the older tables that printers carry.
 */
export const printerShows = (text: string): boolean =>
  [...text].every((char) => /^[ -~]$/.test(char) || (!/[\p{C}€]/u.test(char) && iconv.encode(char, 'gb18030').length === 2));

/** Width in columns. */
export const columnsOf = (text: string): number => [...text].reduce((sum, char) => sum + (char.charCodeAt(0) < 0x80 ? 1 : 2), 0);
