import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PrintJob } from '../../drivers/contract.ts';
import { sheetsOf, sheetsOut, sheetStates, type JobShape } from './sheets.ts';

const job = (sheetsCompleted: number | null, impressionsCompleted: number | null): PrintJob => ({ jobId: 1, state: 'stopped', stateReasons: [], sheetsCompleted, impressionsCompleted });
const duplex = (pages: number, copies = 1): JobShape => ({ pages, sides: 'two-sided-long-edge', copies });
const simplex = (pages: number, copies = 1): JobShape => ({ pages, sides: 'one-sided', copies });

describe('sheets of a job', () => {
  it('are not its impressions when both sides are printed', () => {
    expect([sheetsOf(simplex(3)), sheetsOf(duplex(3)), sheetsOf(duplex(3, 2)), sheetsOf(duplex(1))]).toEqual([3, 2, 4, 1]);
    expect(sheetsOut(job(null, 3), simplex(5))).toBe(3);
    // Two sheets of two sides and one front: the third sheet is still in the printer.
    expect(sheetsOut(job(null, 5), duplex(6))).toBe(2);
    // A last page that is alone on its sheet, and then the front of the next copy.
    expect(sheetsOut(job(null, 3), duplex(3, 2))).toBe(2);
    expect(sheetsOut(job(null, 4), duplex(3, 2))).toBe(2);
    expect(sheetsOut(job(1, 3), duplex(6))).toBe(1);
    expect(sheetsOut(job(null, null), duplex(6))).toBeNull();
  });

  it('never exceed the job nor go backwards as its impressions go on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4 }), fc.boolean(), (pages, copies, both) => {
        const shape = both ? duplex(pages, copies) : simplex(pages, copies);
        let before = 0;
        for (let impressions = 0; impressions <= pages * copies + 3; impressions += 1) {
          const out = sheetsOut(job(null, impressions), shape) ?? -1;
          expect(out).toBeGreaterThanOrEqual(before);
          expect(out).toBeLessThanOrEqual(sheetsOf(shape));
          before = out;
        }
        expect(before).toBe(sheetsOf(shape));
      }),
    );
  });

  it('have a state each in the ledger', () => {
    expect(sheetStates({ state: 'doubt', sheets: 3, sheetsDone: 1 })).toEqual(['printed', 'in-doubt', 'in-doubt']);
    expect(sheetStates({ state: 'doubt', sheets: 2, sheetsDone: null })).toEqual(['in-doubt', 'in-doubt']);
    expect(sheetStates({ state: 'failed', sheets: 2, sheetsDone: 0 })).toEqual(['not-printed', 'not-printed']);
    expect(sheetStates({ state: 'intended', sheets: 1, sheetsDone: null })).toEqual(['not-printed']);
    expect(sheetStates({ state: 'confirmed', sheets: 2, sheetsDone: 2 })).toEqual(['printed', 'printed']);
  });
});
