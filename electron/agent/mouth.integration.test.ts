/** Slips in the mouth of a presenter, and slips that hang uncut, between the real driver, the emulated printer and the real ledger. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startReceiptPrinterEmulator, type ReceiptPrinterEmulator } from '../../drivers/receipt-printer/emulator.ts';
import { interpret } from '../../drivers/receipt-printer/interpreter.ts';
import { hastyClock } from '../../drivers/transports/hasty-clock.ts';
import { newHome, openFixture, removeHome, type Fixture } from '../cases/fixture.ts';
import type { SessionEvent } from '../session/index.ts';
import { openPaperDesk } from './mouth-fixture.ts';

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

/** A paper desk whose slips come out of a presenter that draws back after so long. */
const desk = async (retractMs: number) => {
  printer = await startReceiptPrinterEmulator({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 }, profile: 'pyramid-reliance' });
  closing.push(() => printer.close());
  const opened = openPaperDesk(fixture.ledger, printer.uri, { profile: 'pyramid-reliance', takeMs: 200, retractMs });
  closing.unshift(() => opened.close());
  return opened;
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

  it('waits for one that is still on its way out, and is not refused for it', async () => {
    const { mouth, print } = await desk(RARELY);
    await Promise.all([print(), print()]);
    expect(rows()).toEqual([RETRACTED, { state: 'confirmed', outcome: null, proof: 'sensor' }]);
    printer.takeTicket();
    await mouth.idle();
    expect(rows()).toEqual([RETRACTED, TAKEN]);
  });

  it('that comes out when somebody else has begun goes back at once', async () => {
    const { mouth, print } = await desk(RARELY);
    const coming = print();
    mouth.nextBegins();
    await coming;
    await mouth.idle();
    expect([printer.drawnBack(), printer.inMouth()]).toEqual([1, false]);
    expect(rows()).toEqual([RETRACTED]);
  });

  it('that comes out after its owner has left may be taken for a while, and goes back then', async () => {
    const { mouth, print } = await desk(RARELY);
    const coming = print();
    mouth.ownerLeft('left');
    await coming;
    await mouth.idle();
    expect(rows()).toEqual([RETRACTED]);
  }, 30_000);

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

/** Another agent printed, and was killed: when the slip lay there, or (`taking`) while its printer was still watched for a hand. */
const killed = async (how: 'lying' | 'taking') => {
  printer = await startReceiptPrinterEmulator({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 }, profile: 'pyramid-reliance' });
  closing.push(() => printer.close());
  await fixture.close();
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'mouth-child.ts'), home, printer.uri, how === 'lying' ? '100' : '60000'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) if (line === (how === 'lying' ? 'lies' : 'sent')) break;
  await expect.poll(() => printer.inMouth(), { timeout: 30_000 }).toBe(true);
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  fixture = openFixture(home);
  return () => {
    const opened = openPaperDesk(fixture.ledger, printer.uri, { profile: 'pyramid-reliance', takeMs: 200, retractMs: RARELY });
    closing.unshift(() => opened.close());
    return opened;
  };
};
const LYING = { state: 'confirmed', outcome: null, proof: 'sensor' };

describe('a slip that lay in the mouth when the agent was killed', () => {
  it('is followed to a hand by the next one, where its session goes on', async () => {
    const restart = await killed('lying');
    expect(rows()).toEqual([LYING]);
    const { papers, mouth, events } = restart();
    papers.settleAfterCrash('c1');
    expect(printer.inMouth()).toBe(true);
    printer.takeTicket();
    await mouth.idle();
    // A driver that never saw it cannot know whose hand it was: a sensor that sees nothing is no proof.
    expect([LYING, TAKEN]).toContainEqual(rows()[0]);
    expect(told(events).filter((one) => one !== 'confirmed')).toEqual([]);
  }, 60_000);

  it('is seen there first, and then taken', async () => {
    const restart = await killed('lying');
    const { papers, mouth, look, events } = restart();
    await look();
    papers.settleAfterCrash('c1');
    printer.takeTicket();
    await mouth.idle();
    expect(rows()).toEqual([TAKEN]);
    expect(told(events)).toEqual(['confirmed']);
  }, 60_000);

  it('goes back at once where its session is over', async () => {
    const restart = await killed('lying');
    const { papers, mouth } = restart();
    papers.settleAfterCrash(null);
    await papers.idle();
    await mouth.idle();
    expect([printer.drawnBack(), printer.inMouth()]).toEqual([1, false]);
    expect(rows()).toEqual([RETRACTED]);
    expect(audited('paper.retracted')).toBe(1);
  }, 60_000);

  it('and was not told to have come out, came out: it is not in doubt, and goes back', async () => {
    const restart = await killed('taking');
    expect(rows()).toEqual([{ state: 'sent', outcome: null, proof: null }]);
    const { papers, mouth } = restart();
    papers.settleAfterCrash(null);
    await papers.idle();
    await mouth.idle();
    expect(rows()).toEqual([RETRACTED]);
    expect(fixture.ledger.doubts()).toEqual([]);
  }, 60_000);

  it('and is gone before anybody can look, was on its way as far as anybody knows: it is in doubt', async () => {
    const restart = await killed('taking');
    printer.takeTicket();
    const { papers } = restart();
    papers.settleAfterCrash(null);
    await papers.idle();
    expect(fixture.ledger.doubts()).toMatchObject([{ kind: 'doubt-slip', fault: 'host-crashed', sheetsDone: null }]);
  }, 60_000);
});

describe('a slip that the knife did not cut', () => {
  const cutting = async (speed = 1) => {
    printer = await startReceiptPrinterEmulator({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 } });
    closing.push(() => printer.close());
    const opened = openPaperDesk(fixture.ledger, printer.uri, {}, hastyClock(speed));
    closing.unshift(() => opened.close());
    return opened;
  };
  const texts = () => printer.slips().map(({ bytes }) => interpret(bytes).lines);

  it('is on the paper and hangs there: in doubt until staff looked, with all of its sheets, and never as certainly not printed', async () => {
    const { print, events } = await cutting();
    printer.inject('cutter');
    await print();
    expect(told(events)).toEqual(['printing', 'doubt cutter-fault']);
    expect(fixture.ledger.doubts()).toMatchObject([{ kind: 'doubt-slip', state: 'doubt', fault: 'cutter-fault', sheets: 1, sheetsDone: 1 }]);
    expect(printer.uncut().length).toBeGreaterThan(0);
    // The knife still sticks: of the next one certainly nothing comes out.
    await print();
    expect(rows().map(({ state }) => state)).toEqual(['doubt', 'failed']);
  }, 60_000);

  it('is cut off by itself when the knife is free, and does not come out with the next one', async () => {
    const { print, look } = await cutting(10);
    printer.inject('cutter');
    await print();
    printer.inject(null);
    await expect.poll(async () => (await look(), texts()), { timeout: 30_000 }).toEqual([['0731-6']]);
    await print();
    expect(texts()).toEqual([['0731-6'], ['0731-6']]);
    expect(rows().map(({ state }) => state)).toEqual(['doubt', 'confirmed']);
  }, 60_000);

  it('is cut off before the next one also after a restart: the ledger tells a driver that has seen nothing of it', async () => {
    const torn = fixture.ledger.intend({ caseId: 'c0', kind: 'receipt-slip', numbered: false, number: null, sheets: 1 });
    fixture.ledger.sent(torn.id, null);
    fixture.ledger.doubt(torn.id, 'host-crashed', null);
    const { print } = await cutting();
    await print();
    // What the printer cut off first bore nothing here.
    expect(texts()).toEqual([[], ['0731-6']]);
    await print();
    expect(texts()).toEqual([[], ['0731-6'], ['0731-6']]);
  }, 60_000);

  it('of addresses, which names nobody, is void: nothing for staff to look up', async () => {
    const { papers } = await cutting();
    printer.inject('cutter');
    papers.printPlaces('proof', 'zh');
    await papers.idle();
    expect(fixture.ledger.doubts()).toEqual([]);
    expect(fixture.ledger.lastOut(['places-slip'])).toMatchObject({ state: 'settled', outcome: 'void', fault: 'cutter-fault' });
    expect(fixture.ledger.mayHang(['places-slip'])).toBe(true);
  }, 60_000);
});
