/** The platform's signing key, kept beside its database. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Reads the Ed25519 key in `dir`, or makes one, mode 0600. */
export const platformKey = (dir: string): KeyObject => {
  const path = join(dir, 'platform-key.pem');
  try {
    return createPrivateKey(readFileSync(path));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
    return privateKey;
  }
};
