/**
 * Codes of a scanner that types, taken out of the stream of keys. A scanner presses its keys faster than any hand: keys less
 * than 50 ms apart that end with Enter are a code. Some type letters that the layout lacks as Alt and decimal digits of the
 * keypad; those are bytes, in the scanner's own encoding.
 */

/** Longest pause between two keys of a scanner, in milliseconds. */
export const GAP_MS = 50;
/** Fewer characters are no code: two keys may fall together under a hand. */
const LEAST = 4;
const MOST_BYTES = 4_096;

export interface Press {
  /** As the browser tells it: the character, or the key's name. */
  key: string;
  code: string;
  up: boolean;
  alt: boolean;
  /** Ctrl or the system's key. */
  control: boolean;
  /** Milliseconds, the event's own time. */
  at: number;
}

export interface Wedge {
  bytes: readonly number[];
  /** Time of the last key. */
  at: number;
  /** Decimal digits typed while Alt is held; null: it is not held. */
  keypad: string | null;
  /** Something was among the keys that no code may hold, or too many. */
  refused: boolean;
}

export const NO_KEYS: Wedge = { bytes: [], at: -Infinity, keypad: null, refused: false };

export interface Pressed {
  wedge: Wedge;
  /** The key belongs to a scanner, or may: nobody else gets it. */
  take: boolean;
  /** A whole code; null: none yet, or one that is refused. */
  code: string | null;
}

const REFUSED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const decoded = (bytes: Uint8Array): string | null => {
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      // The other one, or none.
    }
  }
  return null;
};

const codeOf = ({ bytes, refused }: Wedge): string | null => {
  if (refused || bytes.length < LEAST) return null;
  const text = decoded(Uint8Array.from(bytes));
  return text === null || REFUSED.test(text) ? null : text;
};

const added = (wedge: Wedge, more: Iterable<number>): Wedge => {
  const bytes = [...wedge.bytes, ...more];
  return bytes.length > MOST_BYTES ? { ...wedge, bytes: [], refused: true } : { ...wedge, bytes };
};

/** The character that Alt and these digits stand for, as bytes: one, or two of GBK. */
const keypadBytes = (digits: string): number[] | null => {
  const value = Number(digits);
  if (digits === '' || value > 0xffff) return null;
  return value > 0xff ? [value >> 8, value & 0xff] : [value];
};

const withAlt = (wedge: Wedge, press: Press): Pressed => {
  const keypad = wedge.keypad ?? '';
  if (press.key === 'Alt' && press.up) {
    const bytes = keypadBytes(keypad);
    // Alt alone is a hand's.
    if (bytes === null) return { wedge: { ...wedge, keypad: null, refused: wedge.refused || keypad !== '' }, take: true, code: null };
    return { wedge: added({ ...wedge, keypad: null }, bytes), take: true, code: null };
  }
  const digit = /^Numpad(\d)$/.exec(press.code)?.[1];
  if (press.up || press.key === 'Alt') return { wedge: { ...wedge, keypad }, take: true, code: null };
  if (digit === undefined || keypad.length >= 6) return { wedge: { ...wedge, keypad, refused: true }, take: true, code: null };
  return { wedge: { ...wedge, keypad: keypad + digit }, take: true, code: null };
};

/** One key, down or up. */
export const pressed = (before: Wedge, press: Press): Pressed => {
  const fast = press.at - before.at <= GAP_MS;
  // Alt stays held over the pause that a hand makes.
  const wedge: Wedge = { ...(fast ? before : { ...NO_KEYS, keypad: before.keypad }), at: press.at };
  if (press.key === 'Alt' || (press.alt && wedge.keypad !== null)) return withAlt(wedge, press);
  const character = [...press.key].length === 1;
  if (press.up) return { wedge, take: character, code: null };
  if (press.control) return { wedge: character ? { ...wedge, refused: true } : wedge, take: character, code: null };
  if (character) return { wedge: added(wedge, new TextEncoder().encode(press.key)), take: true, code: null };
  const ends = press.key === 'Enter' || press.key === 'Tab';
  const begun = wedge.bytes.length > 0 || wedge.refused;
  // Enter alone is no scanner's.
  if (ends) return begun ? { wedge: NO_KEYS, take: true, code: codeOf(wedge) } : { wedge, take: false, code: null };
  return { wedge, take: false, code: null };
};
