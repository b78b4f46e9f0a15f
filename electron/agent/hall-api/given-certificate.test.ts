import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { givenCertificate } from './given-certificate.ts';

test('a given certificate is read from its two files, and half of it is told instead of quietly left out', () => {
  const dir = mkdtempSync(join(tmpdir(), 'hall24-given-'));
  const [key, certificate] = [join(dir, 'key.pem'), join(dir, 'certificate.pem')];
  writeFileSync(key, 'the key');
  writeFileSync(certificate, 'the certificate');
  try {
    expect(givenCertificate({})).toBeNull();
    expect(givenCertificate({ HALL24_TLS_KEY: key, HALL24_TLS_CERTIFICATE: certificate })).toEqual({ key: 'the key', certificate: 'the certificate' });
    expect(() => givenCertificate({ HALL24_TLS_KEY: key })).toThrow('HALL24_TLS_CERTIFICATE is not set');
    expect(() => givenCertificate({ HALL24_TLS_CERTIFICATE: certificate })).toThrow('HALL24_TLS_KEY is not set');
    expect(() => givenCertificate({ HALL24_TLS_KEY: join(dir, 'none'), HALL24_TLS_CERTIFICATE: certificate })).toThrow('HALL24_TLS_KEY names a file that cannot be read');
  } finally {
    rmSync(dir, { recursive: true });
  }
});
