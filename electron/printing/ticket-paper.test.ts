import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fail, ok, type FaultCode, type Result, type SlipOutcome } from '../../drivers/contract.ts';
import { newHome, openFixture, removeHome, type Fixture } from '../cases/fixture.ts';
import { createTicketPaper, endOfTicket, type TicketEnd, type TicketPaper } from './ticket-paper.ts';

let home: string;
let fixture: Fixture;
let tickets: TicketPaper;
const open = (): void => {
  fixture = openFixture(home);
  tickets = createTicketPaper(fixture.ledger);
};
/** The agent dies here; what is not on disk is gone. */
const kill = async (): Promise<void> => {
  await fixture.close();
  open();
};
beforeEach(() => {
  home = newHome();
  open();
});
afterEach(async () => {
  await fixture.close();
  removeHome(home);
});

const TICKET = { businessDay: '2026-11-23', number: 'B047' };
const delivered = (delivery: SlipOutcome['delivery']): Result<SlipOutcome> => ok({ delivery });
const failed = (code: FaultCode): Result<SlipOutcome> => fail(code, code);
const refused = (): string => {
  try {
    tickets.intend(TICKET);
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return 'none';
};

describe('the paper of a ticket', () => {
  it.each<[string, Result<SlipOutcome>, boolean, TicketEnd]>([
    ['the sensor saw it go', delivered('taken'), true, 'taken'],
    ['no sensor is there', delivered('confirmed-no-sensor'), true, 'given'],
    ['it lies in the mouth', delivered('presented'), true, 'waiting'],
    ['the printer drew it back', delivered('retracted'), true, 'retracted'],
    ['there was no paper before it', failed('paper-out'), false, 'not-printed'],
    ['the paper ended under way', failed('paper-out'), true, 'void'],
    ['the plug was pulled under way', failed('disconnected'), true, 'void'],
    ['the device host died, and nobody knows when', failed('host-crashed'), false, 'void'],
    ['no answer came in time', failed('timed-out'), false, 'void'],
    ['another command was running', failed('busy'), false, 'not-printed'],
  ])('where %s, ends as it was proved', (_when, result, sent, end) => {
    expect(endOfTicket(result, sent)).toBe(end);
    const { id } = tickets.intend(TICKET);
    tickets.sent(id);
    expect(tickets.ended(id, result, sent)).toBe(end);
    // Only what certainly did not come out may be printed under the same number.
    expect(refused()).toBe(end === 'not-printed' ? 'none' : 'already-printed');
    expect(fixture.audit.verify().ok).toBe(true);
  });

  it('has the state that the proof allows', () => {
    const row = (result: Result<SlipOutcome>, number: string) => {
      const { id } = tickets.intend({ ...TICKET, number });
      tickets.sent(id);
      tickets.ended(id, result, true);
      return fixture.ledger.get(id);
    };
    expect(row(delivered('taken'), 'A1')).toMatchObject({ kind: 'ticket', numbered: true, state: 'taken', proof: 'sensor' });
    expect(row(delivered('confirmed-no-sensor'), 'A2')).toMatchObject({ state: 'confirmed', proof: 'none' });
    expect(row(delivered('presented'), 'A3')).toMatchObject({ state: 'confirmed', proof: 'sensor' });
    expect(row(delivered('retracted'), 'A4')).toMatchObject({ state: 'settled', outcome: 'retracted' });
    expect(row(failed('paper-jam'), 'A5')).toMatchObject({ state: 'settled', outcome: 'void', fault: 'paper-jam' });
    expect(fixture.ledger.doubts()).toEqual([]);
  });

  it('that waited in the mouth is taken or drawn back later', () => {
    const waiting = (number: string): string => {
      const { id } = tickets.intend({ ...TICKET, number });
      tickets.sent(id);
      tickets.ended(id, delivered('presented'), true);
      return id;
    };
    const [first, second, third] = [waiting('A1'), waiting('A2'), waiting('A3')];
    expect(tickets.left(first, { delivery: 'taken' })).toBe('taken');
    expect(fixture.ledger.get(first)).toMatchObject({ state: 'taken', proof: 'sensor' });
    expect(tickets.left(second, { delivery: 'retracted' })).toBe('retracted');
    expect(fixture.ledger.get(second)).toMatchObject({ state: 'settled', outcome: 'retracted' });
    expect(tickets.left(third, { delivery: 'presented' })).toBe('waiting');
    expect(fixture.ledger.get(third)).toMatchObject({ state: 'confirmed' });
  });

  it('of the same number on another day is another paper', () => {
    const { id } = tickets.intend(TICKET);
    tickets.sent(id);
    tickets.ended(id, delivered('taken'), true);
    expect(refused()).toBe('already-printed');
    expect(tickets.intend({ ...TICKET, businessDay: '2026-11-24' })).toMatchObject({ state: 'intended' });
  });

  describe('when the agent is killed', () => {
    it('before the first byte was to leave, was not printed, and its number may be', async () => {
      const { id } = tickets.intend(TICKET);
      await kill();
      expect(tickets.recover()).toMatchObject({ void: [], notPrinted: [{ id }] });
      expect(refused()).toBe('none');
    });

    it('after that, is void for ever', async () => {
      const { id } = tickets.intend(TICKET);
      tickets.sent(id);
      await kill();
      expect(tickets.recover()).toMatchObject({ void: [{ id }], notPrinted: [] });
      await kill();
      expect(tickets.recover()).toEqual({ void: [], notPrinted: [] });
      expect(fixture.ledger.get(id)).toMatchObject({ state: 'settled', outcome: 'void', fault: 'host-crashed' });
      expect(refused()).toBe('already-printed');
    });

    it('after its end was kept, is what it was', async () => {
      const { id } = tickets.intend(TICKET);
      tickets.sent(id);
      tickets.ended(id, delivered('presented'), true);
      await kill();
      expect(tickets.recover()).toEqual({ void: [], notPrinted: [] });
      expect(tickets.left(id, { delivery: 'taken' })).toBe('taken');
    });

    it('leaves other papers to those who print them', async () => {
      const other = fixture.ledger.intend({ caseId: null, kind: 'receipt-slip', numbered: false, number: null, sheets: 1 });
      await kill();
      expect(tickets.recover()).toEqual({ void: [], notPrinted: [] });
      expect(fixture.ledger.get(other.id)).toMatchObject({ state: 'intended' });
    });
  });
});
