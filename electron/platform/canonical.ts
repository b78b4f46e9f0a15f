/**
 * One byte sequence per value, and signatures over it. RFC 8785 order: object keys sorted by UTF-16 code units, numbers and
 * strings as ECMAScript serialises them, no white space. A lone surrogate is written as its escape (well-formed JSON.stringify),
 * so that even a broken string has one form.
 */
import { createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';

const [QUOTE, BACKSLASH, COMMA, COLON, POINT, ZERO, OPEN, CLOSE, OPEN_LIST, CLOSE_LIST] = [0x22, 0x5c, 0x2c, 0x3a, 0x2e, 0x30, 0x7b, 0x7d, 0x5b, 0x5d] as const;

/**
 * Where JSON is written byte by byte. A signature on the glass is hundreds of coordinates in tenths and hundredths: finding
 * the shortest decimal of each, and joining and converting their text, takes longer than sealing all of it.
 */
let bytes = Buffer.allocUnsafe(32_768);
let end = 0;

const room = (more: number): void => {
  if (end + more <= bytes.byteLength) return;
  const larger = Buffer.allocUnsafe(2 * (end + more));
  larger.set(bytes.subarray(0, end));
  bytes.fill(0);
  bytes = larger;
};
const putText = (text: string): void => {
  room(text.length * 3);
  end += bytes.write(text, end);
};
const putByte = (byte: number): void => {
  room(1);
  bytes[end++] = byte;
};

/** Longer ones are left to JSON.stringify. */
const SHORT = 64;
const putString = (value: string): void => {
  const { length } = value;
  room(length + 2);
  let at = end;
  bytes[at++] = QUOTE;
  for (let index = 0; index < length; index += 1) {
    const code = value.charCodeAt(index);
    if (length > SHORT || code < 0x20 || code > 0x7e || code === QUOTE || code === BACKSLASH) return putText(JSON.stringify(value));
    bytes[at++] = code;
  }
  bytes[at++] = QUOTE;
  end = at;
};

/** Longest of what {@link putDecimals} writes for one number: eight digits, point, two digits, comma. */
const DECIMAL = 12;
/**
 * Writes numbers of up to two decimals, each with a comma behind, into `into` from `from` on. A decimal of at most ten digits
 * that reads back as the number is its shortest. One loop over local variables: this is what is run through hundreds of times.
 * @returns where it ended; -1 when there is anything else among them
 */
const putDecimals = (numbers: readonly unknown[], into: Uint8Array, from: number): number => {
  let at = from;
  for (let index = 0; index < numbers.length; index += 1) {
    const value = numbers[index];
    if (typeof value !== 'number') return -1;
    const hundredths = Math.round(value * 100);
    if (!(hundredths >= 0 && hundredths < 2 ** 31 && hundredths / 100 === value)) return -1;
    let whole = (hundredths / 100) | 0;
    const part = hundredths - whole * 100;
    let digits = 1;
    for (let bound = 10; whole >= bound; bound *= 10) digits += 1;
    for (let place = at + digits - 1; place >= at; place -= 1) {
      const tens = (whole / 10) | 0;
      into[place] = ZERO + whole - tens * 10;
      whole = tens;
    }
    at += digits;
    if (part > 0) {
      const tenths = (part / 10) | 0;
      into[at++] = POINT;
      into[at++] = ZERO + tenths;
      if (part > tenths * 10) into[at++] = ZERO + part - tenths * 10;
    }
    into[at++] = COMMA;
  }
  return at;
};

const putList = (list: readonly unknown[]): void => {
  putByte(OPEN_LIST);
  if (typeof list[0] === 'number') {
    room(list.length * DECIMAL);
    const after = putDecimals(list, bytes, end);
    if (after >= 0) {
      end = after;
      bytes[end - 1] = CLOSE_LIST;
      return;
    }
  }
  for (let index = 0; index < list.length; index += 1) {
    if (index > 0) putByte(COMMA);
    put(list[index] === undefined ? null : list[index]);
  }
  putByte(CLOSE_LIST);
};

/** A value whose canonical bytes were made before: written as they are wherever it stands. */
export class CanonicalPart {
  readonly bytes: Buffer;
  constructor(value: unknown) {
    this.bytes = canonicalBytes(value);
  }
}

const putBytes = (part: Buffer): void => {
  room(part.byteLength);
  bytes.set(part, end);
  end += part.byteLength;
};

const put = (value: unknown): void => {
  if (typeof value === 'string') putString(value);
  else if (value instanceof CanonicalPart) putBytes(value.bytes);
  else if (value === null) putText('null');
  else if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('a number that JSON cannot say');
    putText(JSON.stringify(value));
  } else if (typeof value === 'boolean') putText(value ? 'true' : 'false');
  else if (Array.isArray(value)) putList(value);
  else if (typeof value === 'object') {
    putByte(OPEN);
    let first = true;
    for (const key of Object.keys(value).sort()) {
      const member = (value as Record<string, unknown>)[key];
      if (member === undefined) continue;
      if (!first) putByte(COMMA);
      first = false;
      putString(key);
      putByte(COLON);
      put(member);
    }
    putByte(CLOSE);
  } else throw new TypeError(`a value that JSON cannot say: ${typeof value}`);
};

/**
 * Canonical JSON of plain data, UTF-8. Members that are `undefined` are left out, as JSON.stringify does.
 * @throws {TypeError} for what JSON cannot say: NaN, infinities, functions, bigint, a top-level `undefined`
 */
export const canonicalBytes = (value: unknown): Buffer => {
  end = 0;
  try {
    put(value);
    return Buffer.from(bytes.subarray(0, end));
  } finally {
    bytes.fill(0, 0, end);
  }
};

/** {@link canonicalBytes} as text. */
export const canonicalJson = (value: unknown): string => canonicalBytes(value).toString('utf8');

/** SHA-256, hex. */
export const sha256Hex = (data: string | Uint8Array): string => hash('sha256', data, 'hex');

const signedBytes = (value: object): Buffer => {
  const copy: Record<string, unknown> = { ...value };
  delete copy['signature'];
  return canonicalBytes(copy);
};

/** Ed25519 signature, base64url, over the canonical JSON of `value` without its member `signature`. */
export const signJson = (key: KeyObject, value: object): string => sign(null, signedBytes(value), key).toString('base64url');

/** Does `value.signature` (see {@link signJson}) fit the rest? False for a missing, malformed or foreign one. */
export const verifyJson = (publicKey: KeyObject, value: object): boolean => {
  const signature = (value as Record<string, unknown>)['signature'];
  if (typeof signature !== 'string' || !/^[A-Za-z0-9_-]{86}$/.test(signature)) return false;
  return verify(null, signedBytes(value), publicKey, Buffer.from(signature, 'base64url'));
};

/** Public key as SPKI DER in base64: how keys travel on the wire. */
export const exportPublicKey = (key: KeyObject): string => (key.type === 'public' ? key : createPublicKey(key)).export({ type: 'spki', format: 'der' }).toString('base64');

/**
 * Reads a public key as {@link exportPublicKey} wrote it.
 * @throws when it is not an Ed25519 key
 */
export const importPublicKey = (spki: string): KeyObject => {
  const key = createPublicKey({ key: Buffer.from(spki, 'base64'), type: 'spki', format: 'der' });
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('not an Ed25519 key');
  return key;
};
