/**
 * Bounded HTTP client for devices (IPP, eSCL): one host, kept-alive connections, every request with a deadline, every
 * answer with a greatest size. What a device does wrong on the wire is a coded fault, never an exception.
 */
import { Agent, request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { fail, ok } from '../contract.ts';
import { OVER } from '../clock.ts';
import type { DriverClock, Result } from '../contract.ts';
import type { HttpAnswer, HttpAsk, HttpClient } from './http-port.ts';
import { tapOf } from './tap.ts';

export type { HttpAnswer, HttpAsk, HttpClient } from './http-port.ts';

const chunksOf = (body: HttpAsk['body']): readonly Uint8Array[] => (body === undefined ? [] : body instanceof Uint8Array ? [body] : body);

/**
 * @param origin `http://host:port`, no path
 * @param clock owns the deadlines
 */
export function createHttpClient(origin: string, clock: DriverClock): HttpClient {
  const client = untapped(origin, clock);
  return tapOf(clock)?.http(client) ?? client;
}

function untapped(origin: string, clock: DriverClock): HttpClient {
  const { hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  const agent = new Agent({ keepAlive: true, keepAliveMsecs: 1000, maxSockets: 2, maxFreeSockets: 1, timeout: 30_000 });

  function once(ask: HttpAsk, left: number): Promise<{ result: Result<HttpAnswer>; stale: boolean }> {
    if (ask.signal.aborted) return Promise.resolve({ result: fail('cancelled', 'cancelled before the request was sent'), stale: false });
    const { promise, resolve } = withResolvers<{ result: Result<HttpAnswer>; stale: boolean }>();
    const over = new AbortController();
    let settled = false;
    let request: ClientRequest | null = null;

    const settle = (result: Result<HttpAnswer>, stale = false): void => {
      if (settled) return;
      settled = true;
      over.abort(OVER);
      ask.signal.removeEventListener('abort', onAbort);
      if (!result.ok) request?.destroy();
      resolve({ result, stale });
    };
    const onAbort = (): void => settle(fail('cancelled', `${ask.method} ${ask.path} was cancelled`));
    ask.signal.addEventListener('abort', onAbort, { once: true });
    void clock.sleep(Math.max(0, left), over.signal).then(() => settle(fail('timed-out', `no full answer to ${ask.method} ${ask.path} within ${Math.round(left)} ms`)));

    const chunks = chunksOf(ask.body);
    const length = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
    try {
      request = httpRequest({
        host,
        port: port === '' ? 80 : Number(port),
        method: ask.method,
        path: ask.path,
        headers: { ...ask.headers, ...(ask.body === undefined ? {} : { 'content-length': String(length) }) },
        agent: ask.repeatable ? agent : false,
      });
    } catch (error) {
      settle(fail('bad-input', `${ask.method} ${ask.path} is not a request`, { original: codeOf(error) }));
      return promise;
    }
    const sent = request;
    sent.on('response', (response) => collect(response, ask, settle));
    sent.on('error', (error) => {
      const code = codeOf(error);
      if (code.startsWith('HPE_')) settle(fail('bad-frame', `${origin} does not speak HTTP`, { original: code }));
      else settle(fail('disconnected', `${origin}: ${code}`, { original: code }), sent.reusedSocket);
    });
    for (const chunk of chunks) sent.write(chunk);
    sent.end();
    return promise;
  }

  return {
    origin,
    async ask(ask) {
      const end = clock.now() + ask.deadlineMs;
      const first = await once(ask, ask.deadlineMs);
      if (!first.stale || !ask.repeatable) return first.result;
      return (await once({ ...ask, repeatable: false }, end - clock.now())).result;
    },
    close: () => agent.destroy(),
  };
}

function collect(response: IncomingMessage, ask: HttpAsk, settle: (result: Result<HttpAnswer>) => void): void {
  const what = `answer to ${ask.method} ${ask.path}`;
  const tooLarge = (): void => settle(fail(ask.tooLarge ?? 'bad-frame', `${what} is longer than ${ask.maxBytes} bytes`));
  const announced = Number(response.headers['content-length'] ?? Number.NaN);
  if (announced > ask.maxBytes) {
    tooLarge();
    return;
  }
  const parts: Buffer[] = [];
  let size = 0;
  response.on('data', (part: Buffer) => {
    size += part.byteLength;
    if (size > ask.maxBytes) {
      parts.length = 0;
      response.destroy();
      tooLarge();
      return;
    }
    parts.push(part);
  });
  response.on('end', () => settle(ok({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts, size) })));
  response.on('error', (error) => settle(fail('bad-frame', `${what} ends too early, after ${size} bytes`, { original: codeOf(error) })));
  response.on('close', () => settle(fail('bad-frame', `${what} ends too early, after ${size} bytes`)));
}

/** `ECONNREFUSED` and the like; an error's name where it carries no code. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'error';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}

/** Promise.withResolvers, which Node 20 lacks. */
function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
