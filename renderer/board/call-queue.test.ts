import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callQueue, type Voice } from './call-queue.ts';
import type { BoardCall } from './heard.ts';

const NOW = '2026-11-23T10:00:00+08:00';
const AT = '2026-11-23T09:59:59+08:00';
const call = (id: number, number: string, counter = '3', again = false): BoardCall => ({ id, number, counter, at: AT, again, awaited: true });
const view = (day: string, calls: readonly BoardCall[], now = NOW) => ({ day, now, calls: [...calls] });
const recorder = (): { voice: Voice; said: string[] } => {
  const said: string[] = [];
  return { said, voice: { say: async (text, language) => (await Promise.resolve(), said.push(`${language} ${text}`), 'said') } };
};
const quiet = async (queue: { waiting(): number }): Promise<void> => {
  while (queue.waiting() > 0) await new Promise((resolve) => setImmediate(resolve));
};

describe('calls on a board', () => {
  it('are said once each, in the order in which they were made, also when two counters call at once', async () => {
    const { voice, said } = recorder();
    const queue = callQueue(voice, ['zh', 'en']);
    queue.hear(view('20261123', [call(4, 'A001')]));
    queue.hear(view('20261123', [call(6, 'B002', '5'), call(5, 'A002', '1'), call(4, 'A001')]));
    queue.hear(view('20261123', [call(6, 'B002', '5'), call(5, 'A002', '1'), call(4, 'A001')]));
    await quiet(queue);
    expect(said.map((text) => text.slice(0, 10))).toEqual(['zh 请A零零二号到', 'en Number ', 'zh 请B零零二号到', 'en Number '].map((text) => text.slice(0, 10)));
  });

  it('of before the board was switched on are not said', async () => {
    const { voice, said } = recorder();
    const queue = callQueue(voice, ['zh']);
    queue.hear(view('20261123', [call(2, 'A002'), call(1, 'A001')]));
    await quiet(queue);
    expect(said).toEqual([]);
  });

  it('made while the line was away are said when it is back', async () => {
    const { voice, said } = recorder();
    const queue = callQueue(voice, ['zh']);
    queue.hear(view('20261123', []));
    queue.hear(view('20261123', [call(3, 'A003'), call(2, 'A002'), call(1, 'A001', '2', true)]));
    await quiet(queue);
    expect(said).toEqual(['zh 重新呼叫，请A零零一号马上到二号窗口办理', 'zh 请A零零二号到三号窗口办理', 'zh 请A零零三号到三号窗口办理']);
  });

  it('made while the line was away for long: only whoever is still awaited is called, by his newest call, once', async () => {
    const { voice, said } = recorder();
    const queue = callQueue(voice, ['zh']);
    const ago = (minutes: number, made: BoardCall): BoardCall => ({ ...made, at: new Date(Date.parse(NOW) - minutes * 60_000).toISOString() });
    queue.hear(view('20261123', [ago(46, call(1, 'A001'))]));
    const served = { ...ago(5, call(3, 'A003')), awaited: false };
    const before = { ...ago(4, call(4, 'A004', '2')), awaited: false };
    const forgotten = ago(45, call(2, 'A002', '1'));
    const back = view('20261123', [ago(3, call(5, 'A004', '2', true)), before, served, forgotten]);
    queue.hear(back);
    queue.hear(back);
    await quiet(queue);
    expect(said).toEqual(['zh 重新呼叫，请A零零四号马上到二号窗口办理']);
  });

  it('of sixty counters within one second are all said, once each and in order; the second language comes back when the line is short', async () => {
    const { voice, said } = recorder();
    const queue = callQueue(voice, ['zh', 'en']);
    queue.hear(view('d', []));
    queue.hear(view('d', Array.from({ length: 60 }, (_, index) => call(60 - index, `A${String(60 - index).padStart(3, '0')}`, String(60 - index)))));
    await quiet(queue);
    const chinese = said.filter((text) => text.startsWith('zh'));
    expect(chinese).toHaveLength(60);
    expect(chinese[0]).toContain('A零零一');
    expect(chinese.at(-1)).toContain('A零六零');
    expect(said.filter((text) => text.startsWith('en'))).toHaveLength(7);
  });

  it('of a loudspeaker far behind: what a counter has called over goes before anything that still counts', async () => {
    const { voice, said } = recorder();
    const queue = callQueue(voice, ['zh']);
    queue.hear(view('d', []));
    const calls = Array.from({ length: 100 }, (_, index) => call(index + 1, `A${String(index + 1).padStart(3, '0')}`, String((index % 60) + 1)));
    queue.hear(view('d', calls.reverse()));
    await quiet(queue);
    // A hundred calls of sixty counters: the newest of each is said.
    expect(said).toHaveLength(80);
    for (let id = 41; id <= 100; id += 1) expect(said.some((text) => text.includes(`A${[...String(id).padStart(3, '0')].map((digit) => '零一二三四五六七八九'[Number(digit)] ?? '').join('')}号`))).toBe(true);
  });

  it('of more counters than are ever kept waiting are all said: nobody has called them over', async () => {
    const { voice, said } = recorder();
    const queue = callQueue(voice, ['zh']);
    queue.hear(view('d', []));
    queue.hear(view('d', Array.from({ length: 120 }, (_, index) => call(120 - index, `A${String(120 - index).padStart(3, '0')}`, String(120 - index)))));
    await quiet(queue);
    expect(said).toHaveLength(120);
    expect(said[0]).toContain('A零零一');
  });

  it('of a new day begin anew, though their count is lower', async () => {
    const { voice, said } = recorder();
    const queue = callQueue(voice, ['zh']);
    queue.hear(view('20261123', [call(90, 'A090')]));
    queue.hear(view('20261124', [call(1, 'A001')]));
    await quiet(queue);
    expect(said).toHaveLength(1);
  });

  it('go on after a sentence that no voice could say', async () => {
    const ends: string[] = [];
    const queue = callQueue({ say: async (_text, language) => (language === 'zh' ? 'no-voice' : 'said') }, ['zh', 'en'], (said) => ends.push(said));
    queue.hear(view('d', []));
    queue.hear(view('d', [call(2, 'A002'), call(1, 'A001')]));
    await quiet(queue);
    expect(ends).toEqual(['no-voice', 'said', 'no-voice', 'said']);
  });

  it('whatever views come and are missed, none is said twice and none out of turn', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 12 }), async (steps) => {
        const { voice, said } = recorder();
        const queue = callQueue(voice, ['zh']);
        queue.hear(view('d', []));
        const all: BoardCall[] = [];
        for (const step of steps) {
          for (let made = 0; made < step; made += 1) all.unshift(call(all.length + 1, `A${String(all.length + 1).padStart(3, '0')}`));
          queue.hear(view('d', all.slice(0, 12)));
          await quiet(queue);
        }
        expect(said).toHaveLength(all.length);
        expect(new Set(said).size).toBe(said.length);
      }),
      { numRuns: 50 },
    );
  });
});
