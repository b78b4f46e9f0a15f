/** Certificates on a printer that jams, between the real driver, the emulated printer and the real ledger. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import Pdf from 'pdfkit';
import { createDriver } from '../../drivers/index.ts';
import type { CommandInput } from '../../drivers/contract.ts';
import { SECOND_TRAY, startDocumentPrinterEmulator, type DocumentPrinterEmulator } from '../../drivers/document-printer/emulator.ts';
import { hastyClock } from '../../drivers/transports/hasty-clock.ts';
import { newHome, openFixture, removeHome, type Fixture } from '../cases/fixture.ts';
import { ManualClock } from '../clock/index.ts';
import { sheetStates } from '../printing/index.ts';
import type { SessionEvent, SessionState } from '../session/index.ts';
import type { Deps } from './deps.ts';
import { Papers } from './papers.ts';

let home: string;
let fixture: Fixture;
let printer: DocumentPrinterEmulator;
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

const pdfOf = (pages: number): Promise<Uint8Array> => {
  const doc = new Pdf({ size: 'A4', autoFirstPage: false });
  const parts: Uint8Array[] = [];
  for (let page = 0; page < pages; page += 1) doc.addPage().text(`sheet ${page + 1}`);
  doc.end();
  return new Promise((resolve) => {
    doc.on('data', (part: Uint8Array) => parts.push(part)).on('end', () => resolve(Buffer.concat(parts)));
  });
};

interface Desk {
  papers: Papers;
  events: SessionEvent[];
  /** Prints the certificate and waits until its paper is settled one way or the other. */
  print: () => Promise<void>;
}

/** An agent's paper desk with this certificate; time runs ten times as fast for the driver, so that a minute of waiting is six seconds. */
async function desk(options: { pages: number; sides?: 'one-sided' | 'two-sided-long-edge'; stock?: 'plain' | 'numbered'; counts?: 'sheets' | 'impressions' }): Promise<Desk> {
  const { pages, sides = 'one-sided', stock = 'plain', counts = 'sheets' } = options;
  printer = await startDocumentPrinterEmulator({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 }, msPerSheet: 15, trays: [SECOND_TRAY], counts });
  const driver = createDriver('document-printer', printer.uri, { trays: [{ source: 'tray-2', stock: 'numbered' }] }, hastyClock(10));
  closing.push(
    () => driver.close(),
    () => printer.close(),
  );
  const pdf = await pdfOf(pages);
  const recordOf = (caseId: string) => ({ caseId, itemId: 'proof', certificate: { number: `C-${caseId.slice(1)}` }, caseNumber: 'N-1', at: '2026-11-22T10:00:00+08:00' });
  const events: SessionEvent[] = [];
  const deps = {
    clock: new ManualClock(),
    config: { items: [{ id: 'proof', certificate: { title: { zh: '证明', en: 'Proof' }, numbered: true, blocks: [], foot: [], sides, stock } }], terminal: { id: 't', devices: [] }, hall: { id: 'h', timeZone: 'Asia/Shanghai' } },
    cases: { get: recordOf, submissionOf: () => null, markCertificatePrinted: () => undefined },
    ledger: fixture.ledger,
    printing: { certificate: () => Promise.resolve({ ok: true, value: { pdf, sheets: pages } }) },
    devices: {
      reserve: () => undefined,
      command: (_: string, command: 'createJob', input: unknown, how: { deadlineMs: number; onProgress?: (progress: never) => void }) =>
        driver.run(command, input as CommandInput<'document-printer', 'createJob'>, { signal: new AbortController().signal, deadlineMs: how.deadlineMs }, how.onProgress),
    },
    transaction: <T>(work: () => T): T => fixture.storage.transaction(work),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  } as unknown as Deps;
  const papers = new Papers(deps, (event) => events.push(event));
  const print = async (): Promise<void> => {
    papers.printCertificate('c1', { photo: null } as unknown as SessionState);
    await expect.poll(() => events.some(({ type }) => type === 'certificate-failed' || type === 'certificate-printed'), { timeout: 15_000 }).toBe(true);
    await papers.idle();
    await papers.idle();
  };
  return { papers, events, print };
}
const certificate = (): ReturnType<Fixture['ledger']['ofCase']>[number] => fixture.ledger.ofCase('c1').at(-1)!;
const audited = (name: string): number => (fixture.storage.prepare('SELECT COUNT(*) AS n FROM audit WHERE event = ?').get(name) as { n: number }).n;

describe('a certificate', () => {
  it('of three sheets that jams at the second leaves a ledger that knows which sheets exist, and is never printed again', async () => {
    const { print, events } = await desk({ pages: 3 });
    printer.inject('jam-mid-job');
    await print();
    expect(certificate()).toMatchObject({ state: 'doubt', fault: 'paper-jam', sheets: 3, sheetsDone: 1 });
    expect(sheetStates(certificate())).toEqual(['printed', 'in-doubt', 'in-doubt']);
    expect(events.at(-1)).toMatchObject({ type: 'certificate-failed', fault: 'paper-jam', sheets: { printed: 1, total: 3 }, doubt: { number: certificate().doubtNumber } });
    // The job was cancelled: cleared, the printer does not go on with it into a stranger's hands.
    printer.inject(null);
    expect(printer.jobs()).toMatchObject([{ state: 'canceled', sheets: 1 }]);
    expect(() => fixture.ledger.intend({ caseId: 'c1', kind: 'certificate', numbered: true, number: 'C-1', sheets: 3 })).toThrow(/never printed again/);
  }, 40_000);

  it('waits for one that is still being printed, whose owner may have left, and is not refused for it', async () => {
    const { papers, events } = await desk({ pages: 2, stock: 'numbered' });
    for (const id of ['c1', 'c2']) papers.printCertificate(id, { photo: null } as unknown as SessionState);
    await expect.poll(() => events.filter(({ type }) => type === 'certificate-failed' || type === 'certificate-printed').length, { timeout: 15_000 }).toBe(2);
    await papers.idle();
    expect([...fixture.ledger.ofCase('c1'), ...fixture.ledger.ofCase('c2')]).toMatchObject([
      { state: 'confirmed', sheetsDone: 2, trayBefore: 100, trayAfter: 98 },
      { state: 'confirmed', sheetsDone: 2, trayBefore: 98, trayAfter: 96 },
    ]);
  }, 40_000);

  it('on both sides is counted in sheets, also by a printer that counts sides', async () => {
    const { print, events } = await desk({ pages: 5, sides: 'two-sided-long-edge', counts: 'impressions' });
    printer.inject('jam-mid-job');
    await print();
    // One sheet is out; of the second the front is printed: three impressions, one sheet.
    expect(certificate()).toMatchObject({ state: 'doubt', fault: 'paper-jam', sheets: 3, sheetsDone: 1 });
    expect(events.filter((event) => event.type === 'certificate-printing').every((event) => event.total === 3)).toBe(true);
  }, 40_000);

  it('that finds no paper certainly did not come out, and is printed when there is some', async () => {
    const { print, events } = await desk({ pages: 2 });
    printer.setTray('main', 0);
    await print();
    expect(certificate()).toMatchObject({ state: 'failed', fault: 'paper-out' });
    printer.setTray('main', 250);
    events.length = 0;
    await print();
    expect(certificate()).toMatchObject({ state: 'confirmed', sheetsDone: 2 });
    expect(printer.jobs()).toHaveLength(1);
  }, 40_000);

  it('on numbered stock is accounted for, and sheets that no job took are told', async () => {
    const { print } = await desk({ pages: 2, stock: 'numbered' });
    await print();
    expect(certificate()).toMatchObject({ state: 'confirmed', tray: 'tray-2', trayBefore: 100, trayAfter: 98, sheetsDone: 2 });
    expect([printer.trayLeft('main'), printer.trayLeft('tray-2')]).toEqual([250, 98]);
    expect([audited('paper.stock'), audited('paper.stock-differs')]).toEqual([1, 0]);
    // Somebody takes five sheets out by hand.
    const next = fixture.ledger.intend({ caseId: 'c2', kind: 'certificate', numbered: true, number: 'C-2', sheets: 1 });
    fixture.ledger.sent(next.id, 2);
    fixture.ledger.drew(next.id, 'tray-2', 93);
    expect(audited('paper.stock-differs')).toBe(1);
    fixture.ledger.confirmed(next.id, { proof: 'none', taken: false, sheetsDone: 1 });
    fixture.ledger.counted(next.id, 92);
    expect(audited('paper.stock-differs')).toBe(1);
  }, 40_000);

  it('does not come out of a tray that lacks the numbered sheets for it', async () => {
    const { print, events } = await desk({ pages: 2, stock: 'numbered' });
    printer.setTray('tray-2', 1);
    await print();
    expect(certificate()).toMatchObject({ state: 'failed', fault: 'paper-out' });
    expect(events.at(-1)).toMatchObject({ type: 'certificate-failed', sheets: { printed: 0, total: 2 }, doubt: null });
    expect(printer.jobs()).toEqual([]);
  }, 40_000);
});
