/**
 * One-time tickets: how a shell proves that it may open the citizen's page. A ticket lives 30 s and is good once;
 * it is traded for a cookie. A second use means that someone copied the address: both the ticket and its cookie are void.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock/index.ts';

export const TICKET_LIFE_MS = 30_000;

export type Redeemed = { ok: true; cookie: string } | { ok: false; reason: 'unknown' | 'expired' | 'used-twice' | 'page-open' };

export class Tickets {
  private readonly issued = new Map<string, { at: number; cookie: string | null }>();
  private cookieDigest: string | null;
  private readonly clock: Clock;
  private readonly keep: (cookieDigest: string | null) => void;

  /**
   * @param kept digest of the cookie that an earlier agent gave out: a page may outlive an agent
   * @param keep stores the digest (never the cookie) for the next agent
   */
  constructor(clock: Clock, kept: string | null = null, keep: (cookieDigest: string | null) => void = () => undefined) {
    this.clock = clock;
    this.cookieDigest = kept;
    this.keep = keep;
  }

  /** A fresh ticket, 32 URL-safe characters. */
  issue(): string {
    const ticket = randomBytes(24).toString('base64url');
    this.issued.set(ticket, { at: this.clock.monotonic(), cookie: null });
    return ticket;
  }

  /** @param pageOpen whether a citizen page is connected now: there is never a second one */
  redeem(ticket: string, pageOpen: boolean): Redeemed {
    const known = this.issued.get(ticket);
    if (known === undefined) return { ok: false, reason: 'unknown' };
    if (known.cookie !== null) {
      if (this.cookieDigest === digestOf(known.cookie)) this.change(null);
      return { ok: false, reason: 'used-twice' };
    }
    if (this.clock.monotonic() - known.at > TICKET_LIFE_MS) return { ok: false, reason: 'expired' };
    if (pageOpen) return { ok: false, reason: 'page-open' };
    known.cookie = randomBytes(24).toString('base64url');
    this.change(digestOf(known.cookie));
    return { ok: true, cookie: known.cookie };
  }

  /** Is this the cookie of the one citizen page? */
  holds(cookie: string | undefined): boolean {
    return cookie !== undefined && this.cookieDigest !== null && timingSafeEqual(Buffer.from(digestOf(cookie)), Buffer.from(this.cookieDigest));
  }

  private change(cookieDigest: string | null): void {
    this.cookieDigest = cookieDigest;
    this.keep(cookieDigest);
  }
}

const digestOf = (cookie: string): string => createHash('sha256').update(cookie).digest('hex');
