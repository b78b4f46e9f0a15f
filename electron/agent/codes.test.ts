import { expect, test } from 'vitest';
import { ManualClock } from '../clock/index.ts';
import { createCodeRecord } from './codes.ts';

test('a code that leads nowhere is on record by what it was taken for, and a flood of them is two lines', () => {
  const clock = new ManualClock(0);
  const lines: unknown[] = [];
  const record = createCodeRecord({ clock, audit: { write: (event: string, fields: unknown) => lines.push([event, fields]) } as never });
  const shown = { type: 'code-shown', text: 'https://10.0.0.5:8443/ticket/?t=f00d', kind: 'unknown' } as const;
  for (let times = 0; times < 10_000; times += 1) record.saw(shown, { at: 'code', found: 'ticket-over' });
  record.saw(shown, { at: 'check-in', refusal: null });
  record.saw({ type: 'tick' }, { at: 'code', found: 'ticket-over' });
  clock.advance(60_000);
  expect(lines).toEqual([
    ['code.refused', { found: 'ticket-over', times: 1 }],
    ['code.refused', { found: 'ticket-over', times: 9_999 }],
  ]);
});
