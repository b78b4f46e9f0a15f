/** One HTTP exchange with a bounded answer and no exceptions: what happened, as a value. */

export type Exchanged = { kind: 'answer'; status: number; contentType: string; text: string; headers: Headers } | { kind: 'failed'; reason: 'network' | 'time-out' | 'too-long' | 'half-answer' };

export interface ExchangeOptions {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: Uint8Array | string | null;
  timeoutMs: number;
  signal: AbortSignal;
  /** Longest answer read, bytes. */
  longest?: number;
}

const LONGEST = 4 * 1024 * 1024;

/** Never rejects. An answer cut off in the middle is `half-answer`, whatever its status line said. */
export const exchange = async (options: ExchangeOptions): Promise<Exchanged> => {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = AbortSignal.any([options.signal, timeout]);
  let response: Response;
  try {
    response = await fetch(options.url, { method: options.method, headers: options.headers, body: options.body as BodyInit | null, signal, redirect: 'manual' });
  } catch {
    return { kind: 'failed', reason: timeout.aborted ? 'time-out' : 'network' };
  }
  const longest = options.longest ?? LONGEST;
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      length += piece.byteLength;
      if (length > longest) return { kind: 'failed', reason: 'too-long' };
      pieces.push(piece);
    }
  } catch {
    return { kind: 'failed', reason: timeout.aborted ? 'time-out' : 'half-answer' };
  }
  return { kind: 'answer', status: response.status, contentType: response.headers.get('content-type') ?? '', text: Buffer.concat(pieces).toString('utf8'), headers: response.headers };
};
