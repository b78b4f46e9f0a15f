import { describe, expect, it } from 'vitest';
import { assert, property, string } from 'fast-check';
import { TICKET } from '../session/fixtures.ts';
import { ticketInCode } from './shown-ticket.ts';

const hall = { view: (ticket: string) => (ticket === TICKET.ticket ? TICKET : null), link: (ticket: string) => `https://10.0.0.5:8443/ticket/?t=${ticket}` };

describe('which ticket a code names', () => {
  it('is this hall’s, by its address, by its id alone, and by an address that the hall had before', () => {
    for (const code of [hall.link(TICKET.ticket), TICKET.ticket, `https://10.0.0.9:9443/ticket/?t=${TICKET.ticket}`]) {
      expect(ticketInCode(hall, code)).toEqual({ ticket: TICKET, code: hall.link(TICKET.ticket) });
    }
  });

  it('is over, or of another hall', () => {
    expect(ticketInCode(hall, hall.link('yesterday'))).toBe('over');
    expect(ticketInCode(hall, 'https://elsewhere.example/ticket/?t=abc')).toBe('other-hall');
  });

  it('is none: other addresses, other codes, noise', () => {
    for (const code of ['https://10.0.0.5:8443/board/', 'https://shop.example/?t=1', 'ftp://x/ticket/?t=1', '6901234567892', '', 'x'.repeat(600)]) expect(ticketInCode(hall, code)).toBe(null);
    assert(property(string({ unit: 'binary', maxLength: 700 }), (code) => ticketInCode(hall, code) === null));
  });
});
