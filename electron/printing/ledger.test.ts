import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newHome, openFixture, removeHome, type Fixture } from '../cases/fixture.ts';
import { checkDigit } from '../storage/index.ts';
import type { PaperState } from './types.ts';

let home: string;
let fixture: Fixture;
beforeEach(() => {
  home = newHome();
  fixture = openFixture(home);
});
afterEach(async () => {
  await fixture.close();
  removeHome(home);
});
const slip = { caseId: null, kind: 'receipt-slip' as const, numbered: false, number: null, sheets: 1 };
const certificate = { caseId: null, kind: 'certificate' as const, numbered: true, number: 'C-1', sheets: 2 };
const code = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return 'none';
};

describe('paper', () => {
  it('goes from intended over sent to taken, and ends at confirmed without a sensor', () => {
    const { ledger } = fixture;
    const first = ledger.intend(slip);
    expect(first).toMatchObject({ state: 'intended', copy: 1, sheetsDone: null });
    ledger.sent(first.id, null);
    ledger.confirmed(first.id, { proof: 'sensor', taken: true, sheetsDone: 1 });
    expect(ledger.get(first.id)).toMatchObject({ state: 'taken', proof: 'sensor', sheetsDone: 1 });
    const second = ledger.intend(slip);
    ledger.sent(second.id, 12);
    ledger.confirmed(second.id, { proof: 'none', taken: false, sheetsDone: 1 });
    expect(ledger.get(second.id)).toMatchObject({ state: 'confirmed', proof: 'none', jobId: 12 });
    expect(ledger.unsettled()).toEqual([]);
  });
  it('that bears a number is printed again only when nothing came out for certain', () => {
    const { ledger } = fixture;
    const first = ledger.intend(certificate);
    expect(code(() => ledger.intend(certificate))).toBe('already-printed');
    ledger.sent(first.id, 1);
    ledger.failed(first.id, 'paper-out');
    const second = ledger.intend(certificate);
    ledger.sent(second.id, 2);
    ledger.doubt(second.id, 'paper-jam', 1);
    expect(code(() => ledger.intend(certificate))).toBe('already-printed');
    ledger.settle(second.id, 'clerk-1', 'not-printed');
    const third = ledger.intend(certificate);
    ledger.sent(third.id, 3);
    ledger.doubt(third.id, 'paper-jam', 1);
    ledger.settle(third.id, 'clerk-1', 'printed');
    expect(code(() => ledger.intend(certificate))).toBe('already-printed');
  });
  it('may hang uncut when the last of which bytes may have left did not end well, and not when that came out whole after it', () => {
    const { ledger } = fixture;
    const hangs = (): boolean => ledger.mayHang(['receipt-slip']);
    expect(hangs()).toBe(false);
    const first = ledger.intend(slip);
    expect(hangs()).toBe(false);
    ledger.sent(first.id, null);
    expect(hangs()).toBe(true);
    ledger.doubt(first.id, 'cutter-fault', 1);
    expect(hangs()).toBe(true);
    // Of this one certainly nothing came out: it cut nothing off.
    const second = ledger.intend(slip);
    ledger.sent(second.id, null);
    ledger.failed(second.id, 'cutter-fault');
    expect(ledger.lastOut(['receipt-slip'])?.id).toBe(first.id);
    ledger.settle(first.id, 'clerk-1', 'printed');
    expect(hangs()).toBe(true);
    const third = ledger.intend(slip);
    ledger.sent(third.id, null);
    ledger.confirmed(third.id, { proof: 'sensor', taken: false, sheetsDone: 1 });
    expect(hangs()).toBe(false);
    ledger.retracted(third.id);
    expect(hangs()).toBe(false);
    // Other paper comes out of another printer.
    expect(ledger.mayHang(['ticket'])).toBe(false);
  });
  it('left unfinished by a crash is found at the next start', async () => {
    const intended = fixture.ledger.intend(slip);
    const sent = fixture.ledger.intend(certificate);
    fixture.ledger.sent(sent.id, 9);
    await fixture.close();
    fixture = openFixture(home);
    expect(fixture.ledger.unsettled().map((row) => [row.id, row.state, row.jobId])).toEqual([[intended.id, 'intended', null], [sent.id, 'sent', 9]]);
  });
  it('in doubt bears a number with a check digit that no other open doubt has', () => {
    const numbers = Array.from({ length: 30 }, () => {
      const row = fixture.ledger.intend(slip);
      fixture.ledger.sent(row.id, null);
      return fixture.ledger.doubt(row.id, 'not-responding', null);
    });
    expect(new Set(numbers).size).toBe(30);
    for (const number of numbers) expect(checkDigit(number.slice(0, 4))).toBe(number.slice(5));
    expect(fixture.ledger.doubts().map((row) => row.doubtNumber)).toEqual(numbers);
  });
  it('never goes a way that the ledger does not know, whatever is asked of it', () => {
    const NEXT: Record<string, PaperState[]> = { sent: ['intended'], confirmed: ['sent'], failed: ['intended', 'sent'], doubt: ['sent'], settle: ['doubt'] };
    const THEN: Record<string, PaperState> = { sent: 'sent', confirmed: 'confirmed', failed: 'failed', doubt: 'doubt', settle: 'settled' };
    fc.assert(
      fc.property(fc.array(fc.constantFrom('sent', 'confirmed', 'failed', 'doubt', 'settle'), { maxLength: 8 }), (steps) => {
        const { ledger } = fixture;
        const { id } = ledger.intend(slip);
        let state: PaperState = 'intended';
        const act: Record<string, () => unknown> = {
          sent: () => ledger.sent(id, null),
          confirmed: () => ledger.confirmed(id, { proof: 'none', taken: false, sheetsDone: 1 }),
          failed: () => ledger.failed(id, 'paper-out'),
          doubt: () => ledger.doubt(id, 'paper-jam', null),
          settle: () => ledger.settle(id, 'clerk-1', 'printed'),
        };
        for (const step of steps) {
          const allowed = NEXT[step]!.includes(state);
          expect(code(() => act[step]!())).toBe(allowed ? 'none' : 'wrong-state');
          if (allowed) state = THEN[step]!;
          expect(ledger.get(id)?.state).toBe(state);
        }
      }),
      { numRuns: 25 },
    );
    expect(fixture.audit.verify().ok).toBe(true);
    expect(code(() => fixture.ledger.sent('p0', null))).toBe('unknown-paper');
  });
});
