import { describe, expect, it } from 'vitest';
import { ManualClock } from '../clock/index.ts';
import { Tickets, TICKET_LIFE_MS } from './tickets.ts';

describe('one-time tickets', () => {
  it('a ticket opens the citizen page once', () => {
    const tickets = new Tickets(new ManualClock());
    const redeemed = tickets.redeem(tickets.issue(), false);
    expect(redeemed.ok && tickets.holds(redeemed.cookie)).toBe(true);
  });

  it('a second use voids the ticket and the page that it opened', () => {
    const tickets = new Tickets(new ManualClock());
    const ticket = tickets.issue();
    const first = tickets.redeem(ticket, false);
    expect(tickets.redeem(ticket, true)).toEqual({ ok: false, reason: 'used-twice' });
    expect(first.ok && tickets.holds(first.cookie)).toBe(false);
  });

  it('a ticket older than 30 s opens nothing', () => {
    const clock = new ManualClock();
    const tickets = new Tickets(clock);
    const ticket = tickets.issue();
    clock.advance(TICKET_LIFE_MS + 1);
    expect(tickets.redeem(ticket, false)).toEqual({ ok: false, reason: 'expired' });
  });

  it('no second page opens while one is connected', () => {
    const tickets = new Tickets(new ManualClock());
    expect(tickets.redeem(tickets.issue(), true)).toEqual({ ok: false, reason: 'page-open' });
  });

  it('the page that an earlier agent opened is known again', () => {
    let kept: string | null = null;
    const before = new Tickets(new ManualClock(), null, (digest) => {
      kept = digest;
    });
    const redeemed = before.redeem(before.issue(), false);
    const after = new Tickets(new ManualClock(), kept);
    expect(redeemed.ok && after.holds(redeemed.cookie)).toBe(true);
    expect(after.holds('another')).toBe(false);
  });

  it('an invented ticket opens nothing', () => {
    const tickets = new Tickets(new ManualClock());
    expect(tickets.redeem('x'.repeat(32), false)).toEqual({ ok: false, reason: 'unknown' });
    expect(tickets.holds(undefined)).toBe(false);
  });
});
