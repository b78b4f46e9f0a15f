/** Makes the hall's authority and its server's certificate: a large library for once a year, loaded by whoever has one to make. */
import 'reflect-metadata';
import { createPrivateKey, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

const DAY_MS = 86_400_000;
/** What browsers accept from an authority that was trusted by hand. */
const SERVER_DAYS = 397;
const AUTHORITY_DAYS = 3_650;

/** Both PEM. */
export interface Pair {
  key: string;
  certificate: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

const pem = async (keys: webcrypto.CryptoKeyPair): Promise<string> => createPrivateKey({ key: Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)), format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'pkcs8' }) as string;

const signingKey = (key: string): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey('pkcs8', createPrivateKey(key).export({ format: 'der', type: 'pkcs8' }), ALGORITHM, false, ['sign']);

/** @param now milliseconds since 1970 */
export const makeAuthority = async (hallName: string, now: number): Promise<Pair> => {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [`hall24 ${hallName}`] }],
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + AUTHORITY_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true), new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true)],
  });
  return { key: await pem(keys), certificate: certificate.toString('pem') };
};

/**
 * @param names hosts and addresses that it is valid for; the first is its subject
 * @param now milliseconds since 1970
 */
export const makeServer = async (authority: Pair, names: readonly string[], now: number): Promise<Pair> => {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const issuer = new x509.X509Certificate(authority.certificate);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [{ CN: [names[0] ?? 'hall24'] }],
    issuer: issuer.subject,
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + SERVER_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: await signingKey(authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value }))),
    ],
  });
  return { key: await pem(keys), certificate: certificate.toString('pem') };
};
