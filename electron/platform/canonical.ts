/**
 * One byte sequence per value, and signatures over it. RFC 8785 order: object keys sorted by UTF-16 code units, numbers and
 * strings as ECMAScript serialises them, no white space. A lone surrogate is written as its escape (well-formed JSON.stringify),
 * so that even a broken string has one form.
 */
import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

/** Nothing in it has keys to sort: what JSON.stringify writes is canonical already (a signature on the glass is thousands of numbers). */
const isKeyless = (value: unknown): boolean => {
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isKeyless);
  return typeof value === 'string' || typeof value === 'boolean' || value === null;
};

/**
 * Canonical JSON of plain data. Members that are `undefined` are left out, as JSON.stringify does.
 * @throws {TypeError} for what JSON cannot say: NaN, infinities, functions, bigint, a top-level `undefined`
 */
export const canonicalJson = (value: unknown): string => {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'boolean':
    case 'string':
      return JSON.stringify(value);
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError('a number that JSON cannot say');
      return JSON.stringify(value);
    case 'object': {
      if (Array.isArray(value)) return isKeyless(value) ? JSON.stringify(value) : `[${value.map((element) => (element === undefined ? 'null' : canonicalJson(element))).join(',')}]`;
      const members: string[] = [];
      for (const key of Object.keys(value).sort()) {
        const member = (value as Record<string, unknown>)[key];
        if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
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
