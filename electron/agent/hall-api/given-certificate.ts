/** A certificate that the hall was given by its house, in place of one of its own. */
import { readFileSync } from 'node:fs';

const KEY_VARIABLE = 'HALL24_TLS_KEY';
const CERTIFICATE_VARIABLE = 'HALL24_TLS_CERTIFICATE';

/**
 * Key and certificate (PEM) from the files that HALL24_TLS_KEY and HALL24_TLS_CERTIFICATE name; null: neither is set.
 * @throws when only one is set, or a file cannot be read: a hall that was given a certificate must not quietly go on with one of its own
 */
export const givenCertificate = (environment: NodeJS.ProcessEnv): { key: string; certificate: string } | null => {
  const [key, certificate] = [environment[KEY_VARIABLE], environment[CERTIFICATE_VARIABLE]];
  if (key === undefined && certificate === undefined) return null;
  if (key === undefined || certificate === undefined) throw new Error(`${KEY_VARIABLE} and ${CERTIFICATE_VARIABLE} belong together: ${key === undefined ? KEY_VARIABLE : CERTIFICATE_VARIABLE} is not set`);
  const read = (variable: string, file: string): string => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      throw new Error(`${variable} names a file that cannot be read: ${file}`);
    }
  };
  return { key: read(KEY_VARIABLE, key), certificate: read(CERTIFICATE_VARIABLE, certificate) };
};
