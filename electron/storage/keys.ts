/** Where the terminal's own keys lie. */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StorageFault } from './fault.ts';
import { readIfThere, writeDurably } from './files.ts';
import { KEY_BYTES } from './seal.ts';
import type { KeyProvider } from './types.ts';

const CREDENTIAL = 'hall24.terminal.key';

/** The embedded default: `home/keys/terminal.key`, mode 0600. Whoever takes the disk can read what waits. */
export const fileKeyProvider = (home: string): KeyProvider => {
  const path = join(home, 'keys', 'terminal.key');
  return {
    protection: 'file',
    load: () => {
      const key = readIfThere(path);
      if (key !== null && key.byteLength !== KEY_BYTES) throw new StorageFault('key-lost', `${path} is not a key of ${KEY_BYTES} bytes`);
      return key;
    },
    create: () => {
      const key = randomBytes(KEY_BYTES);
      mkdirSync(join(home, 'keys'), { recursive: true, mode: 0o700 });
      writeDurably(path, key);
      return key;
    },
  };
};

/**
 * systemd's `LoadCredentialEncrypted=hall24.terminal.key` (bound to the TPM where there is one): 32 bytes that systemd shows
 * to the service alone, in memory. https://systemd.io/CREDENTIALS/
 */
export const credentialKeyProvider = (folder: string): KeyProvider => ({
  protection: 'systemd-credential',
  load: () => {
    const key = readFileSync(join(folder, CREDENTIAL));
    if (key.byteLength !== KEY_BYTES) throw new StorageFault('key-lost', `the credential ${CREDENTIAL} is not ${KEY_BYTES} bytes long`);
    return key;
  },
  create: () => {
    throw new StorageFault('key-lost', `the credential ${CREDENTIAL} can only be made by systemd-creds`);
  },
});

/** The credential where systemd passes one, else the file. */
export const defaultKeyProvider = (home: string): KeyProvider => {
  const folder = process.env['CREDENTIALS_DIRECTORY'];
  return folder !== undefined && readIfThere(join(folder, CREDENTIAL)) !== null ? credentialKeyProvider(folder) : fileKeyProvider(home);
};

export interface KeyPair {
  privateKey: KeyObject;
  publicKey: KeyObject;
}

const identityPath = (home: string): string => join(home, 'keys', 'identity.pem');

/** The terminal's Ed25519 pair from `home/keys/identity.pem` (PKCS #8), null when there is none. */
export const loadIdentity = (home: string): KeyPair | null => {
  const pem = readIfThere(identityPath(home));
  if (pem === null) return null;
  try {
    const privateKey = createPrivateKey(pem);
    return { privateKey, publicKey: createPublicKey(privateKey) };
  } catch (error) {
    throw new StorageFault('key-lost', `${identityPath(home)} is not a private key`, { cause: error });
  }
};

/** Makes and keeps a new pair. */
export const createIdentity = (home: string): KeyPair => {
  const pair = generateKeyPairSync('ed25519');
  mkdirSync(join(home, 'keys'), { recursive: true, mode: 0o700 });
  writeDurably(identityPath(home), pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return pair;
};

/** Short name of a public key: first 8 bytes of SHA-256 over its SPKI, base64url, 11 characters. */
export const keyIdOf = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 8)
    .toString('base64url');
