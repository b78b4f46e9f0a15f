/** A paper desk for tests: the real driver, the real ledger, and an agent's waits a hundred times as fast. */
import { systemDriverClock } from '../../drivers/clock.ts';
import type { CommandInput, DriverClock } from '../../drivers/contract.ts';
import { createDriver } from '../../drivers/index.ts';
import type { Ledger } from '../printing/index.ts';
import type { SessionEvent, SessionState } from '../session/index.ts';
import type { Deps } from './deps.ts';
import { Mouth } from './mouth.ts';
import { Papers } from './papers.ts';

export interface PaperDesk {
  mouth: Mouth;
  papers: Papers;
  /** Prints a slip of case c1, and waits until that is over. */
  print: () => Promise<void>;
  events: SessionEvent[];
  /** The driver's own word on its printer. */
  look: () => Promise<unknown>;
  close: () => Promise<void>;
}

/** @param uri of the printer */
export const openPaperDesk = (ledger: Ledger, uri: string, options: Record<string, unknown>, clock: DriverClock = systemDriverClock): PaperDesk => {
  const driver = createDriver('receipt-printer', uri, options, clock);
  const events: SessionEvent[] = [];
  const deps = {
    clock: {
      wall: () => Date.now(),
      monotonic: () => performance.now(),
      after: (ms: number, work: () => void) => {
        const timer = setTimeout(work, ms / 100);
        return () => clearTimeout(timer);
      },
    },
    config: { items: [{ id: 'proof' }], terminal: { id: 't', devices: [] }, hall: { id: 'h', timeZone: 'Asia/Shanghai', otherPlaces: [] } },
    ledger,
    printing: {
      doubtSlip: async () => ({ ok: true, value: { parts: [{ type: 'text', text: '0731-6' }, { type: 'cut', mode: 'full' }] } }),
      placesSlip: async () => ({ ok: true, value: { parts: [{ type: 'text', text: 'elsewhere' }, { type: 'cut', mode: 'full' }] } }),
    },
    devices: {
      command: (_: string, command: 'print', input: unknown, how: { deadlineMs: number; signal?: AbortSignal; onProgress?: (progress: { step: 'sent' | 'uncut' }) => void }) =>
        driver.run(command, input as CommandInput<'receipt-printer', 'print'>, { signal: how.signal ?? new AbortController().signal, deadlineMs: how.deadlineMs }, how.onProgress),
    },
    log: { info: () => undefined, warn: () => undefined, error: (fields: object) => { throw new Error(JSON.stringify(fields)); } },
  } as unknown as Deps;
  const mouth = new Mouth(deps);
  const papers = new Papers(deps, (event) => events.push(event), mouth);
  const state = { page: { at: 'fault', doubt: { number: '0731-6', qr: '' }, sheets: null }, flow: null, open: { caseId: 'c1', itemId: 'proof' } } as unknown as SessionState;
  return {
    mouth,
    papers,
    events,
    print: async () => {
      papers.printDoubtSlip(state);
      await papers.idle();
    },
    look: () => driver.run('status', undefined, { signal: new AbortController().signal, deadlineMs: 8_000 }),
    close: async () => {
      await mouth.stop();
      await driver.close();
    },
  };
};
