/**
 * Signed requests: RFC 9421 (Ed25519) over @method, @path, @query, content-digest where there is a body and
 * idempotency-key where there is one; RFC 9530 Content-Digest with SHA-256. Both sides of the wire use this file.
 */
import { createHash, sign, timingSafeEqual, verify, type KeyObject } from 'node:crypto';
import { httpbis } from 'http-message-signatures';

export interface RequestToSign {
  /** Ed25519 private key of the terminal. */
  key: KeyObject;
  /** Name under which the other side knows the key: the terminal's id. */
  keyId: string;
  method: string;
  /** Absolute, or a path with query; only path and query are signed. */
  url: string;
  body: Uint8Array | null;
  idempotencyKey?: string;
  /** Seconds since 1970; default: the machine's clock. */
  created?: number;
}

const absolute = (url: string): string => (url.startsWith('/') ? `http://terminal${url}` : url);

/** `sha-256=:BASE64:` as RFC 9530 writes it. */
export const contentDigest = (body: Uint8Array): string => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;

/** Headers to add to the request: signature, signature-input and, where they apply, content-digest and idempotency-key. Names in lower case. */
export const signRequest = async (request: RequestToSign): Promise<Record<string, string>> => {
  const headers: Record<string, string> = {};
  const fields = ['@method', '@path', '@query'];
  if (request.body !== null && request.body.byteLength > 0) {
    headers['content-digest'] = contentDigest(request.body);
    fields.push('content-digest');
  }
  if (request.idempotencyKey !== undefined) {
    headers['idempotency-key'] = request.idempotencyKey;
    fields.push('idempotency-key');
  }
  const signed = await httpbis.signMessage(
    {
      key: { id: request.keyId, alg: 'ed25519', sign: (data) => Promise.resolve(sign(null, data, request.key)) },
      fields,
      params: ['created', 'keyid', 'alg'],
      paramValues: { created: new Date((request.created ?? Math.floor(Date.now() / 1000)) * 1000) },
    },
    { method: request.method, url: absolute(request.url), headers },
  );
  return Object.fromEntries(Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]));
};

export type IncomingHeaders = Record<string, string | string[] | undefined>;

const headerOf = (headers: IncomingHeaders, name: string): string | null => {
  for (const [key, value] of Object.entries(headers)) if (key.toLowerCase() === name && value !== undefined) return Array.isArray(value) ? value.join(', ') : value;
  return null;
};

/** The key id that a request claims, so that its public key can be looked up before {@link verifyRequest}; null when it claims none. */
export const claimedKeyId = (headers: IncomingHeaders): string | null => /;keyid="([^"\\]{1,200})"/.exec(headerOf(headers, 'signature-input') ?? '')?.[1] ?? null;

export interface RequestToVerify {
  publicKey: KeyObject;
  method: string;
  /** Path with query, as received. */
  path: string;
  headers: IncomingHeaders;
  /** The bytes received; `streamed`: the caller compares `bodyDigest` itself when the last byte is in. */
  body: Uint8Array | null | 'streamed';
  /** How far `created` may be from `now`; null: not looked at (a terminal whose clock battery is dead still signs). */
  maxSkewSeconds: number | null;
  /** Seconds since 1970; default: the machine's clock. */
  now?: number;
}

export type SignatureVerdict =
  | { ok: true; keyId: string; /** SHA-256 hex that the signer claims for the body; null: no body. */ bodyDigest: string | null }
  | { ok: false; reason: 'no-signature' | 'malformed' | 'not-covered' | 'wrong-digest' | 'wrong-signature' | 'too-old' };

/** `sha-256=:…:` → hex, null when it says something else. */
const claimedDigest = (header: string): string | null => {
  const base64 = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec(header)?.[1];
  return base64 === undefined ? null : Buffer.from(base64, 'base64').toString('hex');
};

/** Checks a request that {@link signRequest} signed: everything that matters is covered, the body is the one signed, the key fits, the time is near. */
export const verifyRequest = async (request: RequestToVerify): Promise<SignatureVerdict> => {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  if (headers['signature'] === undefined || headers['signature-input'] === undefined) return { ok: false, reason: 'no-signature' };

  const required = ['@method', '@path', '@query'];
  const digestHeader = headers['content-digest'];
  const bodyDigest = digestHeader === undefined ? null : claimedDigest(digestHeader);
  if (digestHeader !== undefined) {
    if (bodyDigest === null) return { ok: false, reason: 'wrong-digest' };
    required.push('content-digest');
  }
  if (request.body !== 'streamed') {
    const body = request.body ?? new Uint8Array();
    if (bodyDigest === null && body.byteLength > 0) return { ok: false, reason: 'not-covered' };
    if (bodyDigest !== null && !timingSafeEqual(createHash('sha256').update(body).digest(), Buffer.from(bodyDigest, 'hex'))) return { ok: false, reason: 'wrong-digest' };
  }
  if (headers['idempotency-key'] !== undefined) required.push('idempotency-key');

  let keyId: string | null = null;
  let created: number | null = null;
  let good: boolean | null;
  try {
    good = await httpbis.verifyMessage(
      {
        keyLookup: (parameters) => {
          keyId = parameters.keyid ?? null;
          created = parameters.created instanceof Date ? parameters.created.getTime() / 1000 : null;
          return Promise.resolve({ algs: ['ed25519'], verify: (data, signature) => Promise.resolve(signature.length === 64 && verify(null, data, request.publicKey, signature)) });
        },
        all: true,
        // Time is judged below: the library knows only the machine's clock.
        notAfter: Number.MAX_SAFE_INTEGER,
        requiredParams: ['created', 'keyid', 'alg'],
        requiredFields: required,
      },
      { method: request.method, url: absolute(request.path), headers },
    );
  } catch (error) {
    const name = error instanceof Error ? error.constructor.name : '';
    return { ok: false, reason: name === 'UnacceptableSignatureError' ? 'not-covered' : 'malformed' };
  }
  if (good !== true || keyId === null) return { ok: false, reason: 'wrong-signature' };
  if (request.maxSkewSeconds !== null) {
    const now = request.now ?? Date.now() / 1000;
    if (created === null || Math.abs(now - created) > request.maxSkewSeconds) return { ok: false, reason: 'too-old' };
  }
  return { ok: true, keyId, bodyDigest };
};
