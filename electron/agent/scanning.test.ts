import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../session/index.ts';
import type { Deps } from './deps.ts';
import { Scanning } from './scanning.ts';

/** A stack in the feeder: each page by what is on it. */
async function scan(stack: readonly ('written' | 'empty' | 'broken')[], end: 'feeder-jam' | null = null): Promise<{ kept: string[]; events: SessionEvent[]; asked: unknown[] }> {
  const kept: string[] = [];
  const events: SessionEvent[] = [];
  const asked: unknown[] = [];
  const deps = {
    printing: {
      straighten: ({ data }: { data: Uint8Array }) => {
        const what = Buffer.from(data).toString();
        return Promise.resolve(what === 'broken' ? { ok: false, reason: 'not-an-image' } : { ok: true, jpeg: data, findings: what === 'empty' ? ['blank'] : [], empty: what === 'empty' });
      },
    },
    cases: { addPage: (_: string, __: string, page: { data: Uint8Array }) => ({ id: `p${kept.push(Buffer.from(page.data).toString())}` }) },
    devices: {
      command: (_: string, __: string, request: unknown, { onProgress }: { onProgress: (page: { contentType: string; data: Uint8Array }) => void }) => {
        asked.push(request);
        for (const what of stack) onProgress({ contentType: 'image/jpeg', data: Buffer.from(what) });
        return Promise.resolve(end === null ? { ok: true, value: { pages: stack.length } } : { ok: false, fault: { code: end } });
      },
    },
    log: { error: () => undefined },
  } as unknown as Deps;
  const scanning = new Scanning(deps, (event) => events.push(event));
  scanning.start('c1', 'contract', 6);
  await expect.poll(() => events.some(({ type }) => type === 'scan-ended')).toBe(true);
  return { kept, events, asked };
}

describe('a stack of paper', () => {
  it('is scanned in one go, and its empty backs are left out and told', async () => {
    const { kept, events, asked } = await scan(['written', 'empty', 'written', 'empty', 'written']);
    expect(asked).toEqual([{ source: 'auto', color: 'color', resolution: 200, maxPages: 6 }]);
    expect(kept).toEqual(['written', 'written', 'written']);
    expect(events.map(({ type }) => type)).toEqual(['page-scanned', 'page-scanned', 'page-scanned', 'scan-ended']);
    expect(events.at(-1)).toEqual({ type: 'scan-ended', fault: null, dropped: 2 });
  });

  it('of which nothing is written on is shown as what the scanner saw: it may lie the wrong way up', async () => {
    const { kept, events } = await scan(['empty', 'empty']);
    expect(kept).toEqual(['empty']);
    expect(events.at(-1)).toEqual({ type: 'scan-ended', fault: null, dropped: 0 });
  });

  it('that jams keeps the pages that came', async () => {
    const { kept, events } = await scan(['written', 'empty'], 'feeder-jam');
    expect(kept).toEqual(['written']);
    expect(events.at(-1)).toEqual({ type: 'scan-ended', fault: 'feeder-jam', dropped: 1 });
  });

  it('with a page that is no picture ends there', async () => {
    const { kept, events } = await scan(['written', 'broken', 'written']);
    expect(kept).toEqual(['written']);
    expect(events.at(-1)).toMatchObject({ type: 'scan-ended', fault: 'media-unreadable' });
  });
});
