import { describe, expect, it } from 'vitest';
import { fail, ok, type Result } from '../../drivers/contract.ts';
import { ManualClock } from '../clock/index.ts';
import { citizenEvent } from '../session/page-contract.ts';
import type { Deps } from './deps.ts';
import { PadSigning } from './pad-signing.ts';

type Point = { x: number; y: number; t: number; p: number | null };
type Progress = (told: { stroke: number; point: Point }) => void;

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** A pad whose pen the test moves. */
const hall = (transport = 'hid:2e66:5349') => {
  const clock = new ManualClock(0);
  const captures: { signal: AbortSignal; write: Progress; end: (result: Result<unknown>) => void }[] = [];
  const told = { changed: 0, touched: 0 };
  const health = { id: 'pad', deviceClass: 'signature-pad', lastSeen: 'now', status: { online: true, component: 'ready', media: 'no-sensor', conditions: [] as unknown[], supplies: [], model: null } };
  const deps = {
    clock,
    config: { terminal: { devices: [{ id: 'pad', class: 'signature-pad', transport, where: { zh: '下方', en: 'below' }, options: {} }] } },
    devices: {
      health: () => [health],
      command: (_class: string, _command: string, _input: unknown, { signal, onProgress }: { signal: AbortSignal; onProgress: Progress }) =>
        new Promise((resolve) => {
          captures.push({ signal, write: onProgress, end: resolve });
          signal.addEventListener('abort', () => resolve(fail('cancelled', 'cancelled')));
        }),
    },
  } as unknown as Deps;
  const pad = new PadSigning(deps, { changed: () => (told.changed += 1), touched: () => (told.touched += 1) });
  const write = (stroke: number, ...points: [x: number, y: number][]): void => points.forEach(([x, y], index) => captures.at(-1)!.write({ stroke, point: { x, y, t: stroke === 0 ? index * 5 : 100 + index, p: null } }));
  return { pad, clock, captures, told, health, write };
};
const NAME: Point[][] = [[{ x: 1000, y: 1000, t: 0, p: 0.25 }, { x: 6000, y: 3000, t: 5, p: null }]];

describe('a signature on a pad', () => {
  it('is shown as it is written, and signs once the pad says that it is finished', async () => {
    const { pad, clock, captures, told, write } = hall();
    expect([pad.view(), captures.length]).toEqual([{ where: { zh: '下方', en: 'below' }, written: false, strokes: [] }, 0]);
    pad.want(true);
    pad.want(true);
    write(0, [1000, 1000], [1010, 1005], [6000, 3000]);
    write(1, [2000, 500]);
    expect(told).toEqual({ changed: 0, touched: 2 });
    clock.advance(100);
    expect([told.changed, pad.view()]).toEqual([1, { where: { zh: '下方', en: 'below' }, written: false, strokes: [[[10, 10], [60, 30]], [[20, 5]]] }]);
    expect(pad.signed()).toBeNull();
    captures[0]!.end(ok({ widthMm: 120, heightMm: 60, strokes: NAME }));
    await settle();
    expect(pad.view()).toMatchObject({ written: true, strokes: [[[10, 10], [60, 30]]] });
    const signed = pad.signed();
    expect(signed).toEqual({ type: 'sign', widthMm: 120, heightMm: 60, strokes: [[[10, 10, 0, 0.25], [60, 30, 5, 0.5]]] });
    expect(citizenEvent.parse(signed)).toEqual(signed);
    expect(captures).toHaveLength(1);
    pad.want(false);
  });

  it('is nowhere any more when its page is left, finished or not', async () => {
    for (const finished of [false, true]) {
      const { pad, captures, write } = hall();
      pad.want(true);
      write(0, [1000, 1000], [6000, 3000]);
      if (finished) captures[0]!.end(ok({ widthMm: 120, heightMm: 60, strokes: NAME }));
      await settle();
      pad.want(false);
      expect([pad.view()?.strokes, pad.view()?.written, pad.signed()]).toEqual([[], false, null]);
      await pad.idle();
      write(0, [1000, 1000]);
      captures[0]!.end(ok({ widthMm: 120, heightMm: 60, strokes: NAME }));
      await settle();
      expect([JSON.stringify(pad).includes('6000'), pad.view()?.strokes, pad.signed()]).toEqual([false, [], null]);
      // The next person begins with an empty sheet.
      pad.want(true);
      expect([pad.view()?.strokes, captures.length]).toEqual([[], 2]);
      pad.want(false);
    }
  });

  it('is wiped on the page or by the pad\'s own key, and written anew', async () => {
    const { pad, captures, write } = hall();
    pad.want(true);
    captures[0]!.end(ok({ widthMm: 120, heightMm: 60, strokes: NAME }));
    await settle();
    pad.clear();
    await settle();
    expect([pad.view()?.strokes, pad.signed(), captures.length]).toEqual([[], null, 2]);
    write(0, [1000, 1000], [6000, 3000]);
    pad.clear();
    await settle();
    expect([captures[1]!.signal.aborted, captures.length]).toEqual([true, 3]);
    write(0, [1000, 1000], [6000, 3000]);
    write(0, [3000, 3000]);
    expect(pad.view()?.strokes).toEqual([[[30, 30]]]);
    pad.want(false);
  });

  it('takes no more lines than the page may say, and shows no more than an eye needs', async () => {
    const { pad, captures, write } = hall();
    pad.want(true);
    for (let stroke = 0; stroke < 300; stroke += 1) write(stroke, ...Array.from({ length: 50 }, (_, step): [number, number] => [step * 100, stroke * 10]));
    expect(pad.view()!.strokes.flat().length).toBeLessThanOrEqual(3_000);
    captures[0]!.end(ok({ widthMm: 120, heightMm: 60, strokes: Array.from({ length: 250 }, (_, stroke) => Array.from({ length: stroke === 0 ? 5_500 : 1 }, (__, t) => ({ x: t, y: t, t, p: 1 }))) }));
    await settle();
    expect(citizenEvent.safeParse(pad.signed()).success).toBe(true);
    pad.want(false);
  });

  it('begins anew a while after its pad failed, and is not offered while the pad is away', async () => {
    const { pad, clock, captures, health, write } = hall();
    pad.want(true);
    write(0, [1000, 1000], [6000, 3000]);
    captures[0]!.end(fail('disconnected', 'gone'));
    await settle();
    expect([pad.view()?.strokes, captures.length]).toEqual([[], 1]);
    health.status = { ...health.status, online: false };
    expect(pad.view()).toBeNull();
    clock.advance(2_000);
    await settle();
    expect(captures).toHaveLength(2);
    pad.want(false);
  });

  it('is not asked for on a terminal that is signed on its glass', () => {
    const { pad, captures } = hall('page:glass');
    pad.want(true);
    expect([pad.view(), captures.length]).toEqual([null, 0]);
  });
});
