/**
 * The command table of an ESC/POS printer, read from the printer's side: bytes in, commands out. Written from the table of
 * commands alone and not from the encoder, so that each checks the other.
 */

export type Token =
  /** One character: one byte, or two or four while Chinese mode is on. */
  | { type: 'character'; bytes: Uint8Array }
  | { type: 'line-feed' }
  | { type: 'initialise' }
  | { type: 'align'; to: 0 | 1 | 2 }
  | { type: 'size'; width: number; height: number; chineseOnly: boolean }
  | { type: 'bold'; on: boolean }
  | { type: 'reverse'; on: boolean }
  | { type: 'chinese'; on: boolean }
  | { type: 'line-spacing'; dots: number | null }
  /** ESC $ from the left edge, ESC \\ from here. */
  | { type: 'move'; dots: number; from: 'edge' | 'here' }
  | { type: 'feed-dots'; dots: number }
  | { type: 'feed-lines'; lines: number }
  | { type: 'cut'; mode: 'full' | 'partial'; feed: number | null }
  | { type: 'raster'; bytesPerRow: number; rows: number; mode: number; data: Uint8Array }
  | { type: 'qr-size'; module: number }
  | { type: 'qr-level'; level: 'L' | 'M' | 'Q' | 'H' }
  | { type: 'qr-store'; data: Uint8Array }
  | { type: 'qr-print' }
  | { type: 'barcode-height'; dots: number }
  | { type: 'barcode-module'; dots: number }
  /** 0 none, 1 above, 2 below, 3 both. */
  | { type: 'barcode-caption'; where: number }
  /** `system` as in GS k, form B: 65 UPC-A to 73 Code 128. */
  | { type: 'barcode'; system: number; data: Uint8Array }
  | { type: 'ordered-status' }
  /** GS a: which changes the printer tells by itself. */
  | { type: 'auto-status'; mask: number }
  /** GS e: 2 retract, 3 present, 5 eject, 6 tell, 18 and 20 continuous mode, 32 present with a time. */
  | { type: 'ejector'; action: number; steps: number; seconds: number }
  /** FS P: 52 retract or 45 eject after the time. */
  | { type: 'present'; steps: number; afterwards: number; seconds: number }
  /** GS R 0. */
  | { type: 'draw-back' }
  | { type: 'real-time' }
  /** Known and without effect on the paper. */
  | { type: 'ignored' }
  | { type: 'unknown'; bytes: Uint8Array };

/** A token and the number of bytes it took. Null: its last byte has not come yet. */
type Found = { token: Token; length: number } | null;

const take = (token: Token, length: number): Found => ({ token, length });

/** Commands of fixed length after ESC. */
const ESCAPE: Readonly<Record<number, [length: number, read: (n: number) => Token]>> = {
  0x40: [2, () => ({ type: 'initialise' })],
  0x32: [2, () => ({ type: 'line-spacing', dots: null })],
  0x33: [3, (n) => ({ type: 'line-spacing', dots: n })],
  0x61: [3, (n) => ({ type: 'align', to: n % 0x30 === 1 ? 1 : n % 0x30 === 2 ? 2 : 0 })],
  0x45: [3, (n) => ({ type: 'bold', on: (n & 1) === 1 })],
  0x4a: [3, (n) => ({ type: 'feed-dots', dots: n })],
  0x64: [3, (n) => ({ type: 'feed-lines', lines: n })],
  0x69: [2, () => ({ type: 'cut', mode: 'full', feed: null })],
  0x6d: [2, () => ({ type: 'cut', mode: 'partial', feed: null })],
  0x74: [3, () => ({ type: 'ignored' })],
  0x20: [3, () => ({ type: 'ignored' })],
  0x3d: [3, () => ({ type: 'ignored' })],
  0x4d: [3, () => ({ type: 'ignored' })],
  0x7b: [3, () => ({ type: 'ignored' })],
  0x52: [3, () => ({ type: 'ignored' })],
  0x2d: [3, () => ({ type: 'ignored' })],
  0x70: [5, () => ({ type: 'ignored' })],
  0x76: [2, () => ({ type: 'ordered-status' })],
};

const CHINESE: Readonly<Record<number, [length: number, read: (n: number) => Token]>> = {
  0x26: [2, () => ({ type: 'chinese', on: true })],
  0x2e: [2, () => ({ type: 'chinese', on: false })],
  0x21: [3, (n) => ({ type: 'size', width: (n & 4) === 0 ? 1 : 2, height: (n & 8) === 0 ? 1 : 2, chineseOnly: true })],
  0x57: [3, (n) => ({ type: 'size', width: (n & 1) + 1, height: (n & 1) + 1, chineseOnly: true })],
  0x2d: [3, () => ({ type: 'ignored' })],
  0x43: [3, () => ({ type: 'ignored' })],
  0x53: [4, () => ({ type: 'ignored' })],
};

/** FS P steps led action time. */
const presentTimed = (bytes: Uint8Array): Found => (bytes.length < 6 ? null : take({ type: 'present', steps: bytes[2] ?? 0, afterwards: bytes[4] ?? 0, seconds: bytes[5] ?? 0 }, 6));


const fixed = (table: typeof ESCAPE, bytes: Uint8Array): Found => {
  const entry = table[bytes[1] ?? 0];
  if (bytes.length < 2) return null;
  if (entry === undefined) return take({ type: 'unknown', bytes: bytes.slice(0, 2) }, 2);
  const [length, read] = entry;
  return bytes.length < length ? null : take(read(bytes[2] ?? 0), length);
};

const LEVELS = ['L', 'M', 'Q', 'H'] as const;

const qr = (bytes: Uint8Array): Found => {
  if (bytes.length < 5) return null;
  const length = 5 + ((bytes[3] ?? 0) | ((bytes[4] ?? 0) << 8));
  if (bytes.length < length) return null;
  const body = bytes.slice(5, length);
  if (bytes[2] !== 0x6b || body[0] !== 0x31) return take({ type: 'unknown', bytes: bytes.slice(0, length) }, length);
  switch (body[1]) {
    case 0x41:
      return take({ type: 'ignored' }, length);
    case 0x43:
      return take({ type: 'qr-size', module: body[2] ?? 3 }, length);
    case 0x45:
      return take({ type: 'qr-level', level: LEVELS[(body[2] ?? 0x30) - 0x30] ?? 'L' }, length);
    case 0x50:
      return take({ type: 'qr-store', data: body.slice(3) }, length);
    case 0x51:
      return take({ type: 'qr-print' }, length);
    default:
      return take({ type: 'unknown', bytes: bytes.slice(0, length) }, length);
  }
};

const group = (bytes: Uint8Array): Found => {
  const n = bytes[2];
  switch (bytes[1]) {
    case undefined:
      return null;
    case 0x21:
      return n === undefined ? null : take({ type: 'size', width: ((n >> 4) & 7) + 1, height: (n & 7) + 1, chineseOnly: false }, 3);
    case 0x42:
      return n === undefined ? null : take({ type: 'reverse', on: (n & 1) === 1 }, 3);
    case 0x56: {
      if (n === undefined) return null;
      if (n === 0 || n === 1 || n === 0x30 || n === 0x31) return take({ type: 'cut', mode: n % 2 === 0 ? 'full' : 'partial', feed: null }, 3);
      if (n !== 0x41 && n !== 0x42) return take({ type: 'unknown', bytes: bytes.slice(0, 3) }, 3);
      return bytes.length < 4 ? null : take({ type: 'cut', mode: n === 0x41 ? 'full' : 'partial', feed: bytes[3] ?? 0 }, 4);
    }
    case 0x61:
      return n === undefined ? null : take({ type: 'auto-status', mask: n }, 3);
    case 0x68:
      return n === undefined ? null : take({ type: 'barcode-height', dots: n }, 3);
    case 0x77:
      return n === undefined ? null : take({ type: 'barcode-module', dots: n }, 3);
    case 0x48:
      return n === undefined ? null : take({ type: 'barcode-caption', where: n % 0x30 }, 3);
    case 0x6b:
      return barcode(bytes);
    case 0x65:
      return ejector(bytes);
    case 0x52:
      if (n === undefined) return null;
      if (n === 0x30) return take({ type: 'draw-back' }, 3);
      return bytes.length < 4 ? null : take({ type: 'ignored' }, 4);
    case 0x49:
    case 0x66:
      return n === undefined ? null : take({ type: 'ignored' }, 3);
    case 0x4c:
    case 0x57:
      // Left margin and width of the printing area: whole here.
      return bytes.length < 4 ? null : take({ type: 'ignored' }, 4);
    case 0x72:
      return n === undefined ? null : take({ type: 'ordered-status' }, 3);
    case 0x76: {
      if (bytes.length < 8) return null;
      const bytesPerRow = (bytes[4] ?? 0) | ((bytes[5] ?? 0) << 8);
      const rows = (bytes[6] ?? 0) | ((bytes[7] ?? 0) << 8);
      const length = 8 + bytesPerRow * rows;
      return bytes.length < length ? null : take({ type: 'raster', bytesPerRow, rows, mode: (bytes[3] ?? 0) & 3, data: bytes.slice(8, length) }, length);
    }
    case 0x28:
      return qr(bytes);
    default:
      return take({ type: 'unknown', bytes: bytes.slice(0, 2) }, 2);
  }
};

const move = (bytes: Uint8Array): Found => {
  if (bytes.length < 4) return null;
  const dots = (bytes[2] ?? 0) | ((bytes[3] ?? 0) << 8);
  // Relative moves may go back: a signed number.
  return take(bytes[1] === 0x24 ? { type: 'move', dots, from: 'edge' } : { type: 'move', dots: dots > 0x7fff ? dots - 0x10000 : dots, from: 'here' }, 4);
};

/** GS e n, with as many arguments as each n has. */
const ejector = (bytes: Uint8Array): Found => {
  const action = bytes[2];
  if (action === undefined) return null;
  const length = action === 3 ? 4 : action === 0x20 ? 5 : 3;
  return bytes.length < length ? null : take({ type: 'ejector', action, steps: bytes[3] ?? 0, seconds: bytes[4] ?? 0 }, length);
};

/** GS k: form A ends with a zero, form B begins with its length. */
const barcode = (bytes: Uint8Array): Found => {
  const system = bytes[2];
  if (system === undefined) return null;
  if (system <= 6) {
    const end = bytes.indexOf(0, 3);
    return end === -1 ? null : take({ type: 'barcode', system: system + 65, data: bytes.slice(3, end) }, end + 1);
  }
  if (system < 65 || system > 78) return take({ type: 'unknown', bytes: bytes.slice(0, 3) }, 3);
  const length = 4 + (bytes[3] ?? 0);
  return bytes.length < 4 || bytes.length < length ? null : take({ type: 'barcode', system, data: bytes.slice(4, length) }, length);
};

const REAL_TIME_LENGTH: Readonly<Record<number, number>> = { 0x04: 3, 0x05: 3, 0x14: 5 };

const next = (bytes: Uint8Array, chinese: boolean): Found => {
  const [first = 0, second] = bytes;
  switch (first) {
    case 0x0a:
      return take({ type: 'line-feed' }, 1);
    case 0x10: {
      if (second === undefined) return null;
      const length = REAL_TIME_LENGTH[second];
      if (length === undefined) return take({ type: 'unknown', bytes: bytes.slice(0, 2) }, 2);
      return bytes.length < length ? null : take({ type: 'real-time' }, length);
    }
    case 0x1b:
      return second === 0x24 || second === 0x5c ? move(bytes) : fixed(ESCAPE, bytes);
    case 0x1c:
      return second === 0x50 ? presentTimed(bytes) : fixed(CHINESE, bytes);
    case 0x1d:
      return group(bytes);
    default: {
      if (first < 0x20) return take({ type: first === 0x0d ? 'ignored' : 'unknown', bytes: bytes.slice(0, 1) }, 1);
      if (first < 0x80 || !chinese) return take({ type: 'character', bytes: bytes.slice(0, 1) }, 1);
      if (second === undefined) return null;
      // GB 18030: a digit in second place makes four bytes of it.
      const length = second >= 0x30 && second <= 0x39 ? 4 : 2;
      return bytes.length < length ? null : take({ type: 'character', bytes: bytes.slice(0, length) }, length);
    }
  }
};

/** Commands out of bytes that come in pieces. */
export class TokenStream {
  private held: Uint8Array = new Uint8Array(0);
  /** Chinese firmware begins in Chinese mode, and returns to it on ESC @. */
  private chinese = true;

  /** Each whole command with the bytes that it was made of. */
  push(chunk: Uint8Array): { token: Token; bytes: Uint8Array }[] {
    const bytes = Buffer.concat([this.held, chunk]);
    const tokens: { token: Token; bytes: Uint8Array }[] = [];
    let at = 0;
    while (at < bytes.length) {
      const found = next(bytes.subarray(at), this.chinese);
      if (found === null) break;
      const { token, length } = found;
      if (token.type === 'chinese') this.chinese = token.on;
      if (token.type === 'initialise') this.chinese = true;
      tokens.push({ token, bytes: bytes.subarray(at, at + length) });
      at += length;
    }
    this.held = bytes.subarray(at);
    return tokens;
  }

  /** Bytes of a command that is not complete. */
  get pending(): number {
    return this.held.length;
  }
}
