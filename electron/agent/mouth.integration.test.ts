/** Slips in the mouth of a presenter, between the real driver, the emulated printer and the real ledger. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandInput } from '../../drivers/contract.ts';
import { systemDriverClock } from '../../drivers/clock.ts';
import { createDriver } from '../../drivers/index.ts';
import { startReceiptPrinterEmulator, type ReceiptPrinterEmulator } from '../../drivers/receipt-printer/emulator.ts';
import { newHome, openFixture, removeHome, type Fixture } from '../cases/fixture.ts';
import type { SessionEvent, SessionState } from '../session/index.ts';
import type { Deps } from './deps.ts';
import { Mouth } from './mouth.ts';
import { Papers } from './papers.ts';

const RARELY = 60_000;
const SOON = 1_500;

let home: string;
let fixture: Fixture;
let printer: ReceiptPrinterEmulator;
const closing: (() => Promise<void>)[] = [];

beforeEach(() => {
  home = newHome();
  fixture = openFixture(home);
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await fixture.close();
  removeHome(home);
});

/** A paper desk whose slips come out of a presenter that draws back after so long; what the agent waits for is over a hundred times as fast. */
const desk = async (retractMs: number) => {
  printer = await startReceiptPrinterEmulator({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 }, profile: 'pyramid-reliance' });
  const driver = createDriver('receipt-printer', printer.uri, { profile: 'pyramid-reliance', takeMs: 200, retractMs }, systemDriverClock);
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
    ledger: fixture.ledger,
    printing: { doubtSlip: async () => ({ ok: true, value: { parts: [{ type: 'text', text: '0731-6' }, { type: 'cut', mode: 'full' }] } }) },
    devices: {
      command: (_: string, command: 'print', input: unknown, how: { deadlineMs: number; signal?: AbortSignal; onProgress?: (progress: { step: 'sent' | 'uncut' }) => void }) =>
        driver.run(command, input as CommandInput<'receipt-printer', 'print'>, { signal: how.signal ?? new AbortController().signal, deadlineMs: how.deadlineMs }, how.onProgress),
    },
    log: { info: () => undefined, warn: () => undefined, error: (fields: object) => { throw new Error(JSON.stringify(fields)); } },
  } as unknown as Deps;
  const mouth = new Mouth(deps);
  const papers = new Papers(deps, (event) => events.push(event), mouth);
  closing.push(
    () => mouth.stop(),
    () => driver.close(),
    () => printer.close(),
  );
  const state = { page: { at: 'fault', doubt: { number: '0731-6', qr: '' }, sheets: null }, flow: null, open: { caseId: 'c1', itemId: 'proof' } } as unknown as SessionState;
  const print = async (): Promise<void> => {
    papers.printDoubtSlip(state);
    await papers.idle();
  };
  return { mouth, print, events };
};
const rows = () => fixture.ledger.ofCase('c1').map(({ state, outcome, proof }) => ({ state, outcome, proof }));
const told = (events: SessionEvent[]): string[] => events.flatMap((event) => (event.type === 'slip-changed' ? [`${event.paper.state} ${event.paper.fault ?? ''}`.trim()] : []));
const audited = (name: string): number => (fixture.storage.prepare('SELECT COUNT(*) AS n FROM audit WHERE event = ?').get(name) as { n: number }).n;
const TAKEN = { state: 'taken', outcome: null, proof: 'sensor' };
const RETRACTED = { state: 'settled', outcome: 'retracted', proof: 'sensor' };

describe('a slip with a name', () => {
  it('is told to be taken while it lies in the mouth, and is taken when the sensor saw it go', async () => {
    const { mouth, print, events } = await desk(RARELY);
    await print();
    expect(told(events)).toEqual(['printing', 'take']);
    expect(rows()).toEqual([{ state: 'confirmed', outcome: null, proof: 'sensor' }]);
    printer.takeTicket();
    await mouth.idle();
    expect(told(events).at(-1)).toBe('confirmed');
    expect(rows()).toEqual([TAKEN]);
    expect(printer.drawnBack()).toBe(0);
  });

  it('that nobody takes is drawn back after the configured time; the page says so, and it is on record', async () => {
    const { mouth, print, events } = await desk(SOON);
    await print();
    await mouth.idle();
    expect(printer.drawnBack()).toBe(1);
    expect(told(events)).toEqual(['printing', 'take', 'failed media-left']);
    expect(rows()).toEqual([RETRACTED]);
    expect(audited('paper.retracted')).toBe(1);
  });

  it('is drawn back at once when its owner is gone', async () => {
    const { mouth, print } = await desk(RARELY);
    await print();
    mouth.ownerLeft('idle');
    await mouth.idle();
    expect([printer.drawnBack(), printer.inMouth()]).toEqual([1, false]);
    expect(rows()).toEqual([RETRACTED]);
  });

  it('may still be taken by whoever says to be leaving, and goes back when that takes long or somebody else begins', async () => {
    const first = await desk(RARELY);
    await first.print();
    first.mouth.ownerLeft('left');
    printer.takeTicket();
    await first.mouth.idle();
    expect(rows()).toEqual([TAKEN]);
    await first.print();
    first.mouth.ownerLeft('left');
    first.mouth.nextBegins();
    await first.mouth.idle();
    expect(rows()).toEqual([TAKEN, RETRACTED]);
    await first.print();
    first.mouth.ownerLeft('left');
    await first.mouth.idle();
    expect(rows()).toEqual([TAKEN, RETRACTED, RETRACTED]);
  }, 30_000);

  it('makes room for the next one, which is not refused for it', async () => {
    const { mouth, print } = await desk(RARELY);
    await print();
    await print();
    expect(rows()).toEqual([RETRACTED, { state: 'confirmed', outcome: null, proof: 'sensor' }]);
    printer.takeTicket();
    await mouth.idle();
    expect(rows()).toEqual([RETRACTED, TAKEN]);
  });

  it('that a full box does not take back stays followed until a hand takes it', async () => {
    const { mouth, print } = await desk(RARELY);
    await print();
    printer.inject('retract-stuck');
    await mouth.clear('receipt-printer');
    expect(printer.inMouth()).toBe(true);
    expect(rows()).toEqual([{ state: 'confirmed', outcome: null, proof: 'sensor' }]);
    printer.takeTicket();
    await mouth.idle();
    expect(rows()).toEqual([TAKEN]);
  }, 30_000);
});
