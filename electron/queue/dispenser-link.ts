/**
 * The wire between a terminal and its hall, at one address or several: agents that share the hall's database answer alike, and the one that answered
 * last is asked first. HTTPS to the one authority whose fingerprint stands in the terminal's file, each request signed with the
 * terminal's key. Trust in the machine's own list of authorities plays no part where the hall made its own.
 */
import { createHash, X509Certificate, type KeyObject } from 'node:crypto';
import { Agent, request, type RequestOptions } from 'node:https';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { exportPublicKey, signRequest } from '../platform/index.ts';

/** `none`: nobody knows whether it was done. */
export type HallAnswer = { kind: 'answer'; status: number; json: unknown } | { kind: 'none'; reason: string };

export interface HallWire {
  /** Signed. Never rejects. */
  ask(path: string, body: unknown, deadlineMs: number): Promise<HallAnswer>;
  /** Leaves this terminal's key with the hall. */
  enrol(code: string, deadlineMs: number): Promise<HallAnswer>;
  /** The address that answered last; the first one before any did. */
  at(): string;
  /** All of them. */
  places(): readonly string[];
  close(): void;
}

export interface HallWireOptions {
  /** https://host:port of each agent of the hall, in the order in which they are asked. */
  at: readonly [string, ...string[]];
  /** SHA-256 of the hall's authority, or of its certificate where that was given; hexadecimal. */
  fingerprint: string;
  terminalId: string;
  identity: { privateKey: KeyObject; publicKey: KeyObject };
  /** Where the authority is kept once it was fetched. */
  kept: { authority(): string | null; saveAuthority(pem: string): void };
  /** Milliseconds since 1970. */
  now: () => number;
}

const LONGEST = 1_000_000;
const fingerprintOf = (raw: Uint8Array): string => createHash('sha256').update(raw).digest('hex');

interface Sent {
  kind: 'answer';
  status: number;
  text: string;
}

const send = (url: URL, options: RequestOptions, body: string | null, deadlineMs: number): Promise<Sent | { kind: 'none'; reason: string; reused: boolean }> =>
  new Promise((resolve) => {
    const outgoing = request(url, options, (incoming) => {
      const chunks: Buffer[] = [];
      let length = 0;
      incoming.on('data', (chunk: Buffer) => {
        length += chunk.byteLength;
        if (length > LONGEST) outgoing.destroy(new Error('too-long'));
        else chunks.push(chunk);
      });
      incoming.on('error', () => none('half-answer'));
      incoming.on('close', () => (incoming.complete ? resolve({ kind: 'answer', status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }) : none('half-answer')));
    });
    const none = (reason: string): void => resolve({ kind: 'none', reason, reused: outgoing.reusedSocket });
    // A whole deadline, not one of silence: a hall that sends a byte now and then must not hold a citizen.
    const timer = setTimeout(() => {
      none('time-out');
      outgoing.destroy();
    }, deadlineMs);
    outgoing.on('error', (error: NodeJS.ErrnoException) => none(error.code ?? error.message));
    outgoing.on('close', () => clearTimeout(timer));
    outgoing.end(body ?? undefined);
  });

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** Nothing is sent before the first question. */
export const createHallWire = ({ at, fingerprint, terminalId, identity, kept, now }: HallWireOptions): HallWire => {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const pinned = (pem: string): boolean => {
    try {
      return fingerprintOf(new X509Certificate(pem).raw) === fingerprint;
    } catch {
      return false;
    }
  };
  /** A certificate that somebody else's authority gave the hall: that authority vouches for it, and it must be the very one. */
  const givenOne = (host: string, certificate: PeerCertificate): Error | undefined => checkServerIdentity(host, certificate) ?? (fingerprintOf(certificate.raw) === fingerprint ? undefined : new Error('another-certificate'));
  let trust: RequestOptions | null = null;
  let last = at[0];

  const trusted = async (place: string, deadlineMs: number): Promise<RequestOptions | null> => {
    if (trust !== null) return trust;
    const before = kept.authority();
    if (before !== null && pinned(before)) {
      trust = { ca: before };
      return trust;
    }
    // Whoever answers here is not believed; what he sends is, when its fingerprint is the configured one.
    const fetched = await send(new URL('/hall/authority.pem', place), { method: 'GET', rejectUnauthorized: false, agent: false }, null, deadlineMs);
    if (fetched.kind !== 'answer') return null;
    if (fetched.status === 200 && pinned(fetched.text)) {
      kept.saveAuthority(fetched.text);
      trust = { ca: fetched.text };
    } else if (fetched.status === 404) trust = { checkServerIdentity: givenOne };
    return trust;
  };

  const exchange = async (place: string, path: string, body: unknown, deadlineMs: number, signed: boolean): Promise<HallAnswer> => {
    const began = performance.now();
    const left = (): number => Math.max(1, deadlineMs - (performance.now() - began));
    const trusting = await trusted(place, left());
    if (trusting === null) return { kind: 'none', reason: 'not-trusted' };
    const text = JSON.stringify(body);
    const signature = signed ? await signRequest({ key: identity.privateKey, keyId: terminalId, method: 'POST', url: path, body: Buffer.from(text), created: Math.floor(now() / 1000) }) : {};
    const options: RequestOptions = { ...trusting, method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), accept: 'application/json', ...signature } };
    let answer = await send(new URL(path, place), options, text, left());
    // A connection that the hall had closed meanwhile says nothing about the hall; every question may be asked twice.
    if (answer.kind === 'none' && answer.reused && answer.reason !== 'time-out') answer = await send(new URL(path, place), { ...options, agent: false }, text, left());
    if (answer.kind === 'none') return { kind: 'none', reason: answer.reason };
    const json = jsonOf(answer.text);
    // Not the hall, or the hall in trouble: nobody knows whether it was done.
    if (json === undefined || answer.status >= 500 || answer.status === 404) return { kind: 'none', reason: `status-${answer.status}` };
    return { kind: 'answer', status: answer.status, json };
  };

  /** One agent after the other until one answers. Each question is the same when it is repeated, to whichever of them. */
  const anyOf = async (path: string, body: unknown, deadlineMs: number, signed: boolean): Promise<HallAnswer> => {
    const began = performance.now();
    const order = [last, ...at.filter((place) => place !== last)];
    let answer: HallAnswer = { kind: 'none', reason: 'not-asked' };
    for (const [index, place] of order.entries()) {
      const left = deadlineMs - (performance.now() - began);
      if (left <= 0) break;
      // One that is silent leaves time for the others.
      answer = await exchange(place, path, body, Math.max(1, left / (order.length - index)), signed);
      if (answer.kind === 'none') continue;
      last = place;
      break;
    }
    return answer;
  };

  return {
    ask: (path, body, deadlineMs) => anyOf(path, body, deadlineMs, true),
    enrol: (code, deadlineMs) => anyOf('/hall/terminal/enrol', { code, id: terminalId, publicKey: exportPublicKey(identity.publicKey) }, deadlineMs, false),
    at: () => last,
    places: () => at,
    close: () => agent.destroy(),
  };
};
