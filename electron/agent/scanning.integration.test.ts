/** Papers on real wires: stacks in a feeder and cards on the glass over eSCL, and SANE's own test scanner, until they are the document that is sent. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemDriverClock } from '../../drivers/clock.ts';
import type { Driver, ScannedPage, ScanRequest } from '../../drivers/contract.ts';
import { createScannerDriver } from '../../drivers/scanner/driver.ts';
import { startScannerEmulator, type ScannerEmulator } from '../../drivers/scanner/emulator.ts';
import { newHome, openFixture, people, removeHome, type Fixture } from '../cases/fixture.ts';
import { createJobs } from '../printing/jobs.ts';
import type { ScanOrder, SessionEvent } from '../session/index.ts';
import type { Deps } from './deps.ts';
import { Scanning } from './scanning.ts';

const STACK: ScanOrder = { source: 'auto', color: 'color', dpi: 200, side: null, instead: null };
const LONG = 480_000;
const jobs = createJobs();

let home = '';
let memory: Fixture;
let emulator: ScannerEmulator;
const drivers: Driver<'scanner'>[] = [];

beforeEach(async () => {
  home = newHome();
  memory = openFixture(home);
  emulator = await startScannerEmulator({ listen: { kind: 'tcp', host: '127.0.0.1', port: 0 }, msPerPage: 10 });
});
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.close();
  await emulator.close();
  await memory.close();
  removeHome(home);
});

/** A terminal with this scanner; `onPage` sees each page as it comes from it. */
const terminal = (uri: string, onPage: () => void = () => undefined, options: Record<string, unknown> = {}) => {
  const driver = createScannerDriver(uri, options, systemDriverClock);
  drivers.push(driver);
  const events: SessionEvent[] = [];
  const deps = {
    cases: memory.cases,
    printing: {
      straighten: jobs.straighten,
      cardSide: jobs['card-side'],
      idCopy: jobs['id-copy'],
      bindPages: jobs.bind,
    },
    devices: {
      command: (_: string, __: string, request: ScanRequest, { signal, onProgress }: { signal: AbortSignal; onProgress: (page: ScannedPage) => void }) =>
        driver.run('scan', request, { signal, deadlineMs: LONG }, (page) => {
          onProgress(page);
          onPage();
        }),
    },
    log: { error: (fields: object) => process.stderr.write(`${JSON.stringify(fields)}\n`) },
  } as unknown as Deps;
  const scanning = new Scanning(deps, (event) => events.push(event));
  const { caseId } = memory.cases.openDraft('public-rental-housing', people.zhang);
  const material = (id: string) => memory.cases.get(caseId)?.materials.find((one) => one.id === id);
  return {
    caseId,
    material,
    scan: async (materialId: string, order: ScanOrder, room = 12): Promise<SessionEvent | undefined> => {
      scanning.start({ caseId, materialId, order }, room);
      await scanning.idle();
      return events.at(-1);
    },
    bind: async (materialId: string, kind: 'several-pages' | 'id-copy'): Promise<SessionEvent | undefined> => {
      scanning.bind(caseId, { do: 'bind-material', materialId, kind, pages: material(materialId)?.pages.map(({ id }) => id) ?? [] });
      await scanning.idle();
      return events.at(-1);
    },
  };
};
const pagesOf = async (pdf: Uint8Array): Promise<number> => {
  const document = await (await PDFiumLibrary.init()).loadDocument(pdf);
  const count = document.getPageCount();
  document.destroy();
  return count;
};

describe('a stack in the feeder', () => {
  it('is scanned until it is empty, its blank page left out, goes on after a jam on page 3, and becomes one PDF that outlives the agent', { timeout: LONG }, async () => {
    emulator.loadFeeder(['contract', 'blank', 'income', 'contract']);
    let seen = 0;
    const here = terminal(emulator.uri, () => {
      seen += 1;
      if (seen === 2) emulator.inject('feeder-jam');
    });
    expect(await here.scan('contract', STACK)).toEqual({ type: 'scan-ended', fault: 'feeder-jam', dropped: 1, over: false });
    expect(here.material('contract')?.pages.map(({ index }) => index)).toEqual([0]);
    expect(emulator.feederSheets()).toBe(2);
    emulator.inject(null);
    expect(await here.scan('contract', STACK, 11)).toEqual({ type: 'scan-ended', fault: null, dropped: 0, over: false });
    const pages = here.material('contract')?.pages ?? [];
    expect(pages.map(({ index, contentType }) => [index, contentType])).toEqual([[0, 'image/jpeg'], [1, 'image/jpeg'], [2, 'image/jpeg']]);
    expect(await here.bind('contract', 'several-pages')).toMatchObject({ type: 'material-bound', fault: null });
    const document = here.material('contract')!.document!;
    await memory.close();
    memory = openFixture(home);
    const again = memory.cases.get(here.caseId)!.materials[0]!;
    expect(again).toMatchObject({ document, pages });
    const pdf = memory.storage.materials.read(here.caseId, document.id);
    expect(await pagesOf(pdf)).toBe(3);
    // What was said yes to is what is sent, byte for byte.
    for (const page of pages) expect(Buffer.from(pdf).includes(Buffer.from(memory.cases.readPage(here.caseId, page.id)))).toBe(true);
    expect(readFileSync(join(home, 'materials', document.id)).includes('%PDF')).toBe(false);
    memory.cases.forget(here.caseId);
    expect(readdirSync(join(home, 'materials'))).toEqual([]);
  });

  it('with more pages than there is room for is stopped, and keeps those that have it', { timeout: LONG }, async () => {
    emulator.loadFeeder(['contract', 'contract', 'contract', 'contract', 'contract', 'contract']);
    const here = terminal(emulator.uri);
    expect(await here.scan('contract', { ...STACK, color: 'gray' }, 2)).toMatchObject({ fault: null, over: true });
    const pages = here.material('contract')?.pages ?? [];
    expect(pages).toHaveLength(2);
    expect((await sharp(memory.cases.readPage(here.caseId, pages[0]!.id)).metadata()).channels).toBe(1);
    expect(emulator.openJobs()).toBe(0);
  });
});

describe("a card on the scanner's glass", () => {
  it('is told when there is none, and both sides become one A4 page of PDF', { timeout: LONG }, async () => {
    const here = terminal(emulator.uri);
    const side = (which: 'front' | 'back'): ScanOrder => ({ source: 'platen', color: 'color', dpi: 300, side: which, instead: null });
    emulator.layOnGlass('contract');
    expect(await here.scan('card', side('front'), 1)).toEqual({ type: 'scan-ended', fault: 'no-media', dropped: 0, over: false });
    expect(here.material('card')).toBeUndefined();
    emulator.layOnGlass('card-front');
    await here.scan('card', side('front'), 1);
    expect(await here.scan('card', side('back'), 1)).toMatchObject({ fault: null });
    expect(here.material('card')?.pages).toMatchObject([{ side: 'front', findings: [] }, { side: 'back', findings: ['same-side'] }]);
    emulator.layOnGlass('card-back');
    await here.scan('card', { ...side('back'), instead: here.material('card')!.pages[1]!.id }, 1);
    const pages = here.material('card')?.pages ?? [];
    expect(pages).toMatchObject([{ side: 'front', findings: [] }, { side: 'back', findings: [] }]);
    expect(await sharp(memory.cases.readPage(here.caseId, pages[0]!.id)).metadata()).toMatchObject({ width: 1011, height: 638, density: 300 });
    await here.bind('card', 'id-copy');
    const pdf = memory.storage.materials.read(here.caseId, here.material('card')!.document!.id);
    expect(await pagesOf(pdf)).toBe(1);
  });
});

describe("SANE's test scanner", () => {
  it.skipIf(!existsSync('/usr/bin/scanimage'))('gives grey pages of its feeder, as many as there is room for, and they become one PDF', { timeout: LONG }, async () => {
    const here = terminal('sane:test:0', undefined, { settings: { 'test-picture': 'Grid' } });
    expect(await here.scan('contract', { ...STACK, color: 'gray' }, 3)).toMatchObject({ fault: null, over: true });
    expect(here.material('contract')?.pages).toHaveLength(3);
    await here.bind('contract', 'several-pages');
    expect(await pagesOf(memory.storage.materials.read(here.caseId, here.material('contract')!.document!.id))).toBe(3);
  });
});
