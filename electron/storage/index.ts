/**
 * The terminal's memory: one database with one writer, sealed records and materials, keys, numbers that never repeat.
 * Open with {@link openStorage}; everything else hangs on what it answers.
 */
export { openStorage } from './open.ts';
export { StorageFault } from './fault.ts';
export { keptFile } from './files.ts';
export { checkDigit } from './check-digit.ts';
export { deriveKey, seal, unseal, UnsealError } from './seal.ts';
export { credentialKeyProvider, fileKeyProvider, keyIdOf, loadIdentity } from './keys.ts';
export type * from './types.ts';
