import { describe, expect, it } from 'vitest';
import type { ScanOrder, SessionEvent } from '../session/index.ts';
import type { Deps } from './deps.ts';
import { Scanning } from './scanning.ts';

interface Kept {
  data: string;
  side?: string;
  instead?: string;
}
type What = 'written' | 'empty' | 'broken' | 'no-card';
const PAPER: ScanOrder = { source: 'auto', color: 'color', dpi: 200, side: null, instead: null };
const FRONT: ScanOrder = { ...PAPER, source: 'platen', dpi: 300, side: 'front' };

/** A terminal whose scanner gives these pages, each by what is on it. */
function terminal(stack: readonly What[], end: 'feeder-jam' | null = null) {
  const kept: Kept[] = [];
  const events: SessionEvent[] = [];
  const asked: unknown[] = [];
  const documents: string[] = [];
  const pages: { id: string; side?: string }[] = [];
  const bound = { reason: null as 'too-large' | null };
  const answer = ({ data, kept: as }: { data: Uint8Array; kept?: unknown }): unknown => {
    const what = Buffer.from(data).toString();
    asked.push(as);
    return Promise.resolve(what === 'broken' ? { ok: false, reason: 'not-an-image' } : { ok: true, jpeg: data, findings: what === 'empty' ? ['blank'] : [], empty: what === 'empty' });
  };
  const document = (parts: readonly Uint8Array[]): unknown => Promise.resolve(bound.reason === null ? { ok: true, pdf: Buffer.concat([Buffer.from('%PDF '), ...parts]) } : { ok: false, reason: bound.reason, page: null });
  const deps = {
    printing: {
      straighten: answer,
      cardSide: ({ data, ...how }: { data: Uint8Array; other: Uint8Array | null }) => {
        asked.push({ ...how, other: how.other === null ? null : Buffer.from(how.other).toString() });
        return Promise.resolve(Buffer.from(data).toString() === 'no-card' ? { ok: false, reason: 'no-card' } : { ok: true, jpeg: data, findings: [] });
      },
      idCopy: ({ front, back }: { front: Uint8Array; back: Uint8Array }) => document([front, back]),
      bindPages: document,
    },
    cases: {
      get: () => ({ materials: [{ id: 'contract', pages }] }),
      readPage: (_: string, id: string) => Buffer.from(id),
      addPage: (_: string, __: string, { data, side, instead }: { data: Uint8Array; side?: string; instead?: string }) => ({ id: `p${kept.push({ data: Buffer.from(data).toString(), ...(side === undefined ? {} : { side }), ...(instead === undefined ? {} : { instead }) })}` }),
      keepDocument: (_: string, materialId: string, ids: string[], pdf: Uint8Array) => (ids.includes('gone') ? null : { id: `d${documents.push(Buffer.from(pdf).toString())}`, materialId }),
    },
    devices: {
      command: async (_: string, __: string, request: unknown, { onProgress, signal }: { onProgress: (page: { contentType: string; data: Uint8Array }) => void; signal: AbortSignal }) => {
        asked.push(request);
        for (const what of stack) {
          onProgress({ contentType: 'image/jpeg', data: Buffer.from(what) });
          // A sheet takes its time: whoever has enough can say so.
          for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
          if (signal.aborted) return { ok: false, fault: { code: 'cancelled' } };
        }
        return end === null ? { ok: true, value: { pages: stack.length } } : { ok: false, fault: { code: end } };
      },
    },
    log: { error: () => undefined },
  } as unknown as Deps;
  const scanning = new Scanning(deps, (event) => events.push(event));
  return { scanning, kept, events, asked, documents, pages, bound };
}

async function scan(stack: readonly What[], end: 'feeder-jam' | null = null, order: ScanOrder = PAPER, room = 6): Promise<{ kept: Kept[]; events: SessionEvent[]; asked: unknown[] }> {
  const made = terminal(stack, end);
  made.scanning.start({ caseId: 'c1', materialId: 'contract', order }, room);
  await expect.poll(() => made.events.some(({ type }) => type === 'scan-ended')).toBe(true);
  return made;
}
const data = (kept: readonly Kept[]): string[] => kept.map((one) => one.data);

describe('a stack of paper', () => {
  it('is scanned in one go, and its empty backs are left out and told', async () => {
    const { kept, events, asked } = await scan(['written', 'empty', 'written', 'empty', 'written']);
    expect(asked.slice(0, 2)).toEqual([{ source: 'auto', color: 'color', resolution: 200, maxPages: 13 }, { dpi: 200, color: 'color' }]);
    expect(data(kept)).toEqual(['written', 'written', 'written']);
    expect(events.map(({ type }) => type)).toEqual(['page-scanned', 'page-scanned', 'page-scanned', 'scan-ended']);
    expect(events.at(-1)).toEqual({ type: 'scan-ended', fault: null, dropped: 2, over: false });
  });

  it('of which nothing is written on is shown as what the scanner saw: it may lie the wrong way up', async () => {
    const { kept, events } = await scan(['empty', 'empty']);
    expect(data(kept)).toEqual(['empty']);
    expect(events.at(-1)).toEqual({ type: 'scan-ended', fault: null, dropped: 0, over: false });
  });

  it('that jams keeps the pages that came', async () => {
    const { kept, events } = await scan(['written', 'empty'], 'feeder-jam');
    expect(data(kept)).toEqual(['written']);
    expect(events.at(-1)).toEqual({ type: 'scan-ended', fault: 'feeder-jam', dropped: 1, over: false });
  });

  it('with a page that is no picture ends there', async () => {
    const { kept, events } = await scan(['written', 'broken', 'written']);
    expect(data(kept)).toEqual(['written']);
    expect(events.at(-1)).toMatchObject({ type: 'scan-ended', fault: 'media-unreadable' });
  });

  it('with more written pages than there is room for keeps those that have it, stops the feeder, and says so', async () => {
    const { kept, events } = await scan(['written', 'empty', 'written', 'written', 'written'], null, PAPER, 2);
    expect(data(kept)).toEqual(['written', 'written']);
    expect(events.at(-1)).toEqual({ type: 'scan-ended', fault: null, dropped: 1, over: true });
  });

  it('is scanned in grey and as finely as the item says', async () => {
    const { asked } = await scan(['written'], null, { ...PAPER, color: 'gray', dpi: 300 });
    expect(asked).toEqual([{ source: 'auto', color: 'gray', resolution: 300, maxPages: 13 }, { dpi: 300, color: 'gray' }]);
  });

  it('of which one page is scanned anew is asked for one, and it takes its place', async () => {
    const { kept, events, asked } = await scan(['written'], null, { ...PAPER, instead: 'p7' });
    expect(asked[0]).toMatchObject({ maxPages: 1 });
    expect(kept).toEqual([{ data: 'written', instead: 'p7' }]);
    expect(events[0]).toMatchObject({ type: 'page-scanned', instead: 'p7' });
  });
});

describe('a side of a card', () => {
  it('is cut out of what lies on the glass, beside the other side', async () => {
    const made = terminal(['written']);
    made.pages.push({ id: 'back-page', side: 'back' });
    made.scanning.start({ caseId: 'c1', materialId: 'contract', order: FRONT }, 1);
    await expect.poll(() => made.events.length).toBe(2);
    expect(made.asked).toEqual([{ source: 'platen', color: 'color', resolution: 300, maxPages: 1 }, { from: 'scanner', dpi: 300, color: 'color', other: 'back-page' }]);
    expect(made.kept).toEqual([{ data: 'written', side: 'front' }]);
  });

  it('that is not there is told, with nothing kept', async () => {
    const { kept, events } = await scan(['no-card'], null, FRONT, 1);
    expect(kept).toEqual([]);
    expect(events).toEqual([{ type: 'scan-ended', fault: 'no-media', dropped: 0, over: false }]);
  });

  it('under the camera is cut out of the picture', async () => {
    const made = terminal([]);
    expect(made.scanning.picture({ caseId: 'c1', materialId: 'contract', order: FRONT }, Buffer.from('written'))).toBe(true);
    await expect.poll(() => made.events.at(-1)).toEqual({ type: 'camera-ended', fault: null });
    expect(made.asked).toEqual([{ from: 'camera', dpi: 300, color: 'color', other: null }]);
    expect(made.kept).toEqual([{ data: 'written', side: 'front' }]);
  });
});

describe('pages that the citizen said yes to', () => {
  const effect = { do: 'bind-material', materialId: 'contract', kind: 'several-pages', pages: ['one', 'two'] } as const;
  const bind = async (what: Parameters<Scanning['bind']>[1], made = terminal([])) => {
    made.scanning.bind('c1', what);
    await expect.poll(() => made.events.length).toBe(1);
    return made;
  };

  it('become one document of exactly these pages, kept before it is told', async () => {
    const { documents, events } = await bind({ ...effect, pages: [...effect.pages] });
    expect(documents).toEqual(['%PDF onetwo']);
    expect(events).toEqual([{ type: 'material-bound', materialId: 'contract', document: { id: 'd1', materialId: 'contract' }, fault: null }]);
    expect((await bind({ ...effect, kind: 'id-copy', pages: ['front', 'back'] })).documents).toEqual(['%PDF frontback']);
  });

  it('that are too much for one document are told as that', async () => {
    const made = terminal([]);
    made.bound.reason = 'too-large';
    await bind({ ...effect, pages: [...effect.pages] }, made);
    expect(made.events).toEqual([{ type: 'material-bound', materialId: 'contract', document: null, fault: 'media-too-large' }]);
    expect(made.documents).toEqual([]);
  });

  it('that changed meanwhile are no document, and of someone who left none is kept', async () => {
    expect((await bind({ ...effect, pages: ['one', 'gone'] })).events).toMatchObject([{ document: null }]);
    const left = terminal([]);
    left.scanning.bind('c1', { ...effect, pages: [...effect.pages] });
    left.scanning.cancel();
    await left.scanning.idle();
    expect([left.events, left.documents]).toEqual([[], []]);
  });
});
