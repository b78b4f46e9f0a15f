/** Who asks: every request of a terminal is signed with the key it enrolled with. */
import type { FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { importPublicKey } from '../../../electron/platform/canonical.ts';
import { claimedKeyId, verifyRequest } from '../../../electron/platform/http-signature.ts';
import { Problem, type App, type Platform } from '../context.ts';

const bodies = new WeakMap<FastifyRequest, Buffer>();

/** JSON bodies are kept as received: the digest and the signature are over these bytes. */
export const keepRawBodies = (app: App): void => {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const raw = Buffer.from(body);
    bodies.set(request, raw);
    try {
      // Strict UTF-8: what was signed is what is read.
      done(null, JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw)) as unknown);
    } catch {
      done(new Problem(400, 'not-json', 'the body is not JSON in UTF-8'));
    }
  });
};

export const rawBody = (request: FastifyRequest): Buffer => bodies.get(request) ?? Buffer.alloc(0);

/** SHA-256 hex of the body as received. */
export const bodyDigest = (request: FastifyRequest): string => createHash('sha256').update(rawBody(request)).digest('hex');

/**
 * Checks the signature by a public key.
 * Its time is not judged: a terminal with a dead clock battery signs too, and a repetition changes nothing.
 * @throws {Problem} 401
 */
export const checkSignature = async (request: FastifyRequest, publicKey: string, body: 'streamed' | 'kept'): Promise<void> => {
  const verdict = await verifyRequest({
    publicKey: importPublicKey(publicKey),
    method: request.method,
    path: request.raw.url ?? request.url,
    headers: request.headers,
    body: body === 'streamed' ? 'streamed' : rawBody(request),
    maxSkewSeconds: null,
  });
  if (!verdict.ok) throw new Problem(401, verdict.reason, 'the signature of the request does not hold');
};

export interface Caller {
  terminal: string;
  hall: string;
}

/**
 * The enrolled terminal that signed the request.
 * @throws {Problem} 401 when nobody known did
 */
export const caller = async (platform: Platform, request: FastifyRequest, body: 'streamed' | 'kept' = 'kept'): Promise<Caller> => {
  const keyId = claimedKeyId(request.headers);
  if (keyId === null) throw new Problem(401, 'no-signature', 'the request is not signed');
  const row = platform.db.prepare('SELECT id, hall, public_key FROM terminals WHERE id = ?').get(keyId) as { id: string; hall: string; public_key: string } | undefined;
  if (row === undefined) throw new Problem(401, 'not-enrolled', 'this terminal is not enrolled here');
  await checkSignature(request, row.public_key, body);
  return { terminal: row.id, hall: row.hall };
};
