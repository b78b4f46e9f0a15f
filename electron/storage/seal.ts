/**
 * Sealing of records: algorithm id (1 byte) · nonce (12) · ciphertext · tag (16). The algorithm id leaves room for SM4-GCM;
 * it is authenticated with incarnation, owner, table and sequence, so that no sealed record can stand in for another.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { SealContext } from './types.ts';

export const AES_256_GCM = 1;
export const KEY_BYTES = 32;
const NONCE = 12;
const TAG = 16;

/** Bytes were changed, cut, moved to another place, or sealed under another key. */
export class UnsealError extends Error {
  override readonly name = 'UnsealError';
}

/** Nonces are drawn many at a time: asking for twelve bytes costs as much as for four thousand. */
let nonces = Buffer.alloc(0);
const freshNonce = (): Buffer => {
  if (nonces.byteLength < NONCE) nonces = randomBytes(NONCE * 340);
  const nonce = nonces.subarray(0, NONCE);
  nonces = nonces.subarray(NONCE);
  return nonce;
};

const additionalData = (algorithm: number, context: SealContext): Buffer => Buffer.from(JSON.stringify(['hall24', algorithm, context.incarnation, context.owner, context.table, context.sequence]));

/** Seals `plain` under a 32-byte key; 29 bytes longer than the plain text. */
export const seal = (key: Uint8Array, context: SealContext, plain: Uint8Array): Buffer => {
  const nonce = freshNonce();
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(additionalData(AES_256_GCM, context));
  const sealed = Buffer.allocUnsafe(1 + NONCE + plain.byteLength + TAG);
  sealed[0] = AES_256_GCM;
  sealed.set(nonce, 1);
  sealed.set(cipher.update(plain), 1 + NONCE);
  // A stream mode: nothing is left for the end but the tag.
  cipher.final();
  sealed.set(cipher.getAuthTag(), 1 + NONCE + plain.byteLength);
  return sealed;
};

/** @throws {UnsealError} */
export const unseal = (key: Uint8Array, context: SealContext, sealed: Uint8Array): Buffer => {
  if (sealed.byteLength < 1 + NONCE + TAG) throw new UnsealError('too short to be a sealed record');
  if (sealed[0] !== AES_256_GCM) throw new UnsealError(`unknown algorithm ${String(sealed[0])}`);
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + NONCE), { authTagLength: TAG })
    .setAAD(additionalData(AES_256_GCM, context))
    .setAuthTag(sealed.subarray(sealed.byteLength - TAG));
  try {
    const plain = decipher.update(sealed.subarray(1 + NONCE, sealed.byteLength - TAG));
    decipher.final();
    return plain;
  } catch (error) {
    throw new UnsealError('the sealed record is not the one that was written', { cause: error });
  }
};

/** A key of its own for one purpose, from a 32-byte key. */
export const deriveKey = (key: Uint8Array, salt: Uint8Array | string, purpose: string): Buffer => Buffer.from(hkdfSync('sha256', key, salt, `hall24 ${purpose}`, KEY_BYTES));
