/** The terminal's signed connection to the central platform: enrolment, classification of answers, reachability. */
import type { KeyObject } from 'node:crypto';
import type { z } from 'zod';
import type { Hall } from '../../kiosk-config/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock/index.ts';
import type { Storage } from '../storage/index.ts';
import { exportPublicKey, importPublicKey } from './canonical.ts';
import { exchange, type Exchanged } from './exchange.ts';
import { signRequest } from './http-signature.ts';
import { enrolReply, problem, WIRE, type enrolRequest } from './wire.ts';

/**
 * `refused`: the platform itself said no, in its own words (a problem, RFC 9457); `unreachable`: everything that may be
 * different later, also a proxy's HTML under any status.
 */
export type LinkAnswer = { kind: 'answer'; status: number; json: unknown } | { kind: 'refused'; status: number; reason: string } | { kind: 'unreachable'; reason: string };

export interface LinkRequest {
  method: 'GET' | 'POST';
  /** Beneath the platform's address, with query. */
  path: string;
  body?: string;
  idempotencyKey?: string;
  signal?: AbortSignal;
}

export interface PlatformLinkOptions {
  storage: Storage;
  audit: Audit;
  clock: Clock;
  hall: Pick<Hall, 'id' | 'demo' | 'platform'>;
  terminalId: string;
  /** One exchange, headers and body. */
  timeoutMs?: number;
}

export interface PlatformLink {
  request(request: LinkRequest): Promise<LinkAnswer>;
  /** Absolute address of a path of the wire. */
  address(path: string): string;
  /** Headers that sign a request made elsewhere (uploads). */
  sign(request: { method: string; url: string; body: Uint8Array | null; idempotencyKey?: string }): Promise<Record<string, string>>;
  /** Makes the terminal known where it is not yet; true when it is. */
  enrolled(signal?: AbortSignal): Promise<boolean>;
  /** The platform answered 401: it does not know this terminal any more. */
  forgetEnrolment(): void;
  /** The platform's key for receipts, changes, certificates; null before enrolment. */
  platformKey(): KeyObject | null;
  reachable(): boolean | 'unknown';
  onReachable(listener: (reachable: boolean) => void): () => void;
  /** An exchange made elsewhere succeeded or failed. */
  heard(reachable: boolean): void;
  readonly timeoutMs: number;
  readonly terminalId: string;
}

const REASON = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** Last word of the problem's type if it is a code, else `problem`. */
const reasonOf = (type: string | undefined): string => {
  const word = (type ?? '').split(/[/:#]/).pop() ?? '';
  return REASON.test(word) && word !== 'blank' ? word : 'problem';
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What an exchange means; pure. */
export const classify = (exchanged: Exchanged): LinkAnswer => {
  if (exchanged.kind === 'failed') return { kind: 'unreachable', reason: exchanged.reason };
  const { status } = exchanged;
  const json = parseJson(exchanged.text);
  if (status >= 200 && status < 300) return json === undefined || json === null || typeof json !== 'object' ? { kind: 'unreachable', reason: 'not-json' } : { kind: 'answer', status, json };
  if (status >= 500 || status === 429 || status === 408) return { kind: 'unreachable', reason: `status-${status}` };
  const said = problem.safeParse(json);
  if (status >= 400 && said.success) return { kind: 'refused', status, reason: reasonOf(said.data.type) };
  return { kind: 'unreachable', reason: `foreign-${status}` };
};

/** Connects to `hall.platform.url`; nothing is sent before the first request. */
export const createPlatformLink = (options: PlatformLinkOptions): PlatformLink => {
  const { storage, audit, clock, hall, terminalId } = options;
  const timeoutMs = options.timeoutMs ?? 15_000;
  const base = hall.platform.url.replace(/\/+$/, '');
  const listeners = new Set<(reachable: boolean) => void>();
  let reachable: boolean | 'unknown' = 'unknown';
  let key: KeyObject | null = null;
  let enrolling: Promise<boolean> | null = null;

  const meta = (name: string): string | null => (storage.prepare('SELECT value FROM meta WHERE name = ?').get(name) as { value: string } | undefined)?.value ?? null;
  const setMeta = (name: string, value: string): void => {
    storage.prepare('INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value').run(name, value);
  };
  const pinned = hall.platform.publicKey ?? null;
  const known = pinned ?? meta('platform-key');
  if (known !== null) key = importPublicKey(known);
  let enrolledAs = meta('platform-enrolled');

  const heard = (now: boolean): void => {
    const changed = reachable !== now;
    reachable = now;
    if (changed) for (const listener of listeners) listener(now);
  };
  const address = (path: string): string => `${base}${path}`;
  const sign = (request: { method: string; url: string; body: Uint8Array | null; idempotencyKey?: string }) =>
    signRequest({ ...request, key: storage.identity.privateKey, keyId: terminalId, created: Math.floor(clock.wall() / 1000) });

  const once = async (request: LinkRequest): Promise<LinkAnswer> => {
    const body = request.body === undefined ? null : Buffer.from(request.body);
    const url = address(request.path);
    const signature = await sign({ method: request.method, url, body, ...(request.idempotencyKey === undefined ? {} : { idempotencyKey: request.idempotencyKey }) });
    const answer = classify(
      await exchange({
        method: request.method,
        url,
        headers: { accept: 'application/json', ...(body === null ? {} : { 'content-type': 'application/json' }), ...signature },
        body,
        timeoutMs,
        signal: request.signal ?? new AbortController().signal,
      }),
    );
    // A citizen who walks away from a look-up says nothing about the network.
    if (request.signal?.aborted !== true) heard(answer.kind !== 'unreachable');
    return answer;
  };

  const enrol = async (): Promise<boolean> => {
    const body = {
      terminal: terminalId,
      hall: hall.id,
      enrolmentCode: hall.platform.enrolmentCode ?? '',
      publicKey: exportPublicKey(storage.identity.publicKey),
      incarnation: storage.incarnation,
    } satisfies z.infer<typeof enrolRequest>;
    const answer = await once({ method: 'POST', path: WIRE.enrol, body: JSON.stringify(body) });
    if (answer.kind === 'unreachable') return false;
    if (answer.kind === 'refused') {
      audit.write('platform.enrolment-refused', { reason: answer.reason });
      return false;
    }
    const reply = enrolReply.safeParse(answer.json);
    if (!reply.success) return false;
    let offered: KeyObject;
    try {
      offered = importPublicKey(reply.data.platformKey);
    } catch {
      audit.write('platform.enrolment-refused', { reason: 'not-a-key' });
      return false;
    }
    // A key once known stays; only the demonstration, whose platform may be new every day, learns another.
    if (key !== null && !offered.equals(key) && (pinned !== null || !hall.demo)) {
      audit.write('platform.enrolment-refused', { reason: 'other-key' });
      return false;
    }
    key = offered;
    enrolledAs = storage.incarnation;
    storage.transaction(() => {
      setMeta('platform-key', exportPublicKey(offered));
      setMeta('platform-enrolled', storage.incarnation);
      audit.write('platform.enrolled', { incarnation: storage.incarnation });
    });
    return true;
  };

  const enrolled = (): Promise<boolean> => {
    if (enrolledAs === storage.incarnation && key !== null) return Promise.resolve(true);
    enrolling ??= enrol().finally(() => {
      enrolling = null;
    });
    return enrolling;
  };

  return {
    timeoutMs,
    terminalId,
    address,
    sign,
    heard,
    enrolled,
    forgetEnrolment: () => {
      enrolledAs = null;
    },
    platformKey: () => key,
    reachable: () => reachable,
    onReachable: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    request: async (request) => {
      for (const attempt of [1, 2]) {
        if (!(await enrolled())) return { kind: 'unreachable', reason: 'not-enrolled' };
        const answer = await once(request);
        if (answer.kind !== 'refused' || answer.status !== 401) return answer;
        enrolledAs = null;
        if (attempt === 2) break;
      }
      return { kind: 'unreachable', reason: 'not-enrolled' };
    },
  };
};
