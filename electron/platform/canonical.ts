/**
 * One byte sequence per value, and signatures over it. RFC 8785 order: object keys sorted by UTF-16 code units, numbers and
 * strings as ECMAScript serialises them, no white space. A lone surrogate is written as its escape (well-formed JSON.stringify),
 * so that even a broken string has one form.
 */
import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

/** Only a key that cannot be an index stands where it was put, and only plain data is what it looks like. */
const PLAIN_KEY = /^[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*$/;
const UNUSUAL = Symbol('unusual');

/**
 * `value` with its keys in order, so that one JSON.stringify writes all of it (a signature on the glass is thousands of
 * numbers, and a call for each costs more than the submission's commit); {@link UNUSUAL} where that could differ.
 */
const ordered = (value: unknown): unknown => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : UNUSUAL;
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'object') return UNUSUAL;
  if (Array.isArray(value)) {
    let copy: unknown[] | null = null;
    for (let index = 0; index < value.length; index += 1) {
      const element: unknown = value[index];
      const put = typeof element === 'number' && Number.isFinite(element) ? element : ordered(element);
      if (put === UNUSUAL) return UNUSUAL;
      if (put !== element) copy ??= value.slice();
      if (copy !== null) copy[index] = put;
    }
    return copy ?? value;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return UNUSUAL;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) {
    if (key === 'toJSON' || !PLAIN_KEY.test(key)) return UNUSUAL;
    const member = (value as Record<string, unknown>)[key];
    if (member === undefined) continue;
    const put = ordered(member);
    if (put === UNUSUAL) return UNUSUAL;
    copy[key] = put;
  }
  return copy;
};

/**
 * Canonical JSON of plain data. Members that are `undefined` are left out, as JSON.stringify does.
 * @throws {TypeError} for what JSON cannot say: NaN, infinities, functions, bigint, a top-level `undefined`
 */
export const canonicalJson = (value: unknown): string => {
  const plain = ordered(value);
  return plain === UNUSUAL ? keyByKey(value) : JSON.stringify(plain);
};

const keyByKey = (value: unknown): string => {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'boolean':
    case 'string':
      return JSON.stringify(value);
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError('a number that JSON cannot say');
      return JSON.stringify(value);
    case 'object': {
      if (Array.isArray(value)) return `[${value.map((element) => (element === undefined ? 'null' : keyByKey(element))).join(',')}]`;
      const members: string[] = [];
      for (const key of Object.keys(value).sort()) {
        const member = (value as Record<string, unknown>)[key];
        if (member !== undefined) members.push(`${JSON.stringify(key)}:${keyByKey(member)}`);
      }
      return `{${members.join(',')}}`;
    }
    default:
      throw new TypeError(`a value that JSON cannot say: ${typeof value}`);
  }
};

/** SHA-256, hex. */
export const sha256Hex = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

const signedBytes = (value: object): Buffer => {
  const copy: Record<string, unknown> = { ...value };
  delete copy['signature'];
  return Buffer.from(canonicalJson(copy));
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
