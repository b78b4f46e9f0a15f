/** Pages to the platform by tus 1.0.0, from sealed chunks, going on where a cut left off. */
import { DetailedError, Upload, type HttpRequest, type HttpResponse, type HttpStack } from 'tus-js-client';
import { z } from 'zod';
import { exchange } from './exchange.ts';
import type { PlatformLink } from './link.ts';
import { WIRE } from './wire.ts';

export interface UploadSource {
  materialId: string;
  caseId: string;
  digest: string;
  bytes: number;
  contentType: string;
  /** Address of an upload begun before; null: none. */
  url: string | null;
  read(start: number, end: number): Uint8Array;
  /** Keeps the address, so that a cut or a restart can go on. */
  begun(url: string): void;
  /** The platform threw the upload away (its bytes did not fit the digest): the next attempt begins anew. */
  discarded(): void;
}

export type UploadOutcome = { kind: 'confirmed' } | { kind: 'refused'; status: number; reason: string } | { kind: 'unreachable'; reason: string };

/** Sent at a time; each piece carries a Content-Digest of its own. */
const PIECE = 256 * 1024;
const known = z.object({ confirmed: z.boolean(), digest: z.string() });

/** tus over our own signed exchanges: every request, pieces included, bears signature and digest. */
const signedStack = (link: PlatformLink, signal: AbortSignal): HttpStack => ({
  getName: () => 'signed',
  createRequest: (method, url) => {
    const headers: Record<string, string> = {};
    const abort = new AbortController();
    const request: HttpRequest = {
      getMethod: () => method,
      getURL: () => url,
      setHeader: (name, value) => {
        headers[name.toLowerCase()] = value;
      },
      getHeader: (name) => headers[name.toLowerCase()],
      setProgressHandler: () => undefined,
      getUnderlyingObject: () => null,
      abort: () => {
        abort.abort();
        return Promise.resolve();
      },
      send: async (body: unknown): Promise<HttpResponse> => {
        const bytes = body instanceof Uint8Array ? body : null;
        const signature = await link.sign({ method, url, body: bytes });
        const answer = await exchange({ method, url, headers: { ...headers, ...signature }, body: bytes, timeoutMs: link.timeoutMs, signal: AbortSignal.any([signal, abort.signal]) });
        if (!signal.aborted) link.heard(answer.kind === 'answer' && answer.status < 500);
        if (answer.kind === 'failed') throw new Error(answer.reason);
        return { getStatus: () => answer.status, getHeader: (name) => answer.headers.get(name) ?? undefined, getBody: () => answer.text, getUnderlyingObject: () => null };
      },
    };
    return request;
  },
});

const confirmedThere = async (link: PlatformLink, digest: string, signal: AbortSignal): Promise<UploadOutcome | 'missing'> => {
  const answer = await link.request({ method: 'GET', path: WIRE.material(digest), signal });
  if (answer.kind === 'unreachable') return answer;
  if (answer.kind === 'refused') return answer.status === 404 ? 'missing' : answer;
  const reply = known.safeParse(answer.json);
  if (!reply.success || reply.data.digest !== digest) return { kind: 'unreachable', reason: 'not-understood' };
  return reply.data.confirmed ? { kind: 'confirmed' } : 'missing';
};

/**
 * Brings one page to the platform; asks first whether it is there already, and at the end whether it arrived whole.
 * Never rejects.
 */
export const uploadMaterial = async (link: PlatformLink, source: UploadSource, signal: AbortSignal): Promise<UploadOutcome> => {
  const before = await confirmedThere(link, source.digest, signal);
  if (before !== 'missing') return before;
  let stopListening = (): void => undefined;
  const sent = await new Promise<UploadOutcome>((resolve) => {
    const upload = new Upload(Buffer.alloc(0), {
      endpoint: link.address(WIRE.uploads),
      uploadUrl: source.url,
      uploadSize: source.bytes,
      chunkSize: PIECE,
      metadata: { material: source.materialId, case: source.caseId, digest: source.digest, contentType: source.contentType },
      retryDelays: null,
      storeFingerprintForResuming: false,
      httpStack: signedStack(link, signal),
      fileReader: {
        openFile: () =>
          Promise.resolve({
            size: source.bytes,
            slice: (start: number, end: number) => {
              const piece = source.read(start, Math.min(end, source.bytes));
              // The library asks a piece for its `size`, which only Blobs have.
              return Promise.resolve({ value: Object.assign(piece, { size: piece.byteLength }), done: end >= source.bytes });
            },
            close: () => undefined,
          }),
      },
      onUploadUrlAvailable: () => {
        if (upload.url !== null && upload.url !== source.url) source.begun(upload.url);
      },
      onSuccess: () => resolve({ kind: 'confirmed' }),
      onError: (error) => {
        const status = error instanceof DetailedError ? (error.originalResponse?.getStatus() ?? 0) : 0;
        if (status === 401) link.forgetEnrolment();
        // Offsets that do not fit, a busy or vanished upload: asked anew next time.
        if (status === 422) source.discarded();
        const final = status === 413 || status === 415;
        resolve(final ? { kind: 'refused', status, reason: 'material-refused' } : { kind: 'unreachable', reason: status === 0 ? 'network' : `status-${status}` });
      },
    });
    const onAbort = (): void => void upload.abort().then(() => resolve({ kind: 'unreachable', reason: 'stopped' }));
    signal.addEventListener('abort', onAbort, { once: true });
    stopListening = () => signal.removeEventListener('abort', onAbort);
    upload.start();
  });
  stopListening();
  if (sent.kind !== 'confirmed') return sent;
  const after = await confirmedThere(link, source.digest, signal);
  return after === 'missing' ? { kind: 'unreachable', reason: 'not-confirmed' } : after;
};
