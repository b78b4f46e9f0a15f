import { EventEmitter } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { liveScreens, type LiveScreens } from './live.ts';

/** What arrived at screens, in order: [screen, view]. */
let arrived: [string, unknown][];
let live: LiveScreens;
let now: Record<string, number>;
let made: string[];

interface Screen {
  raw: { writableLength: number; destroyed: boolean };
  leave: () => void;
}
const open = (screen: string, key: string, pace: 'at-once' | 'in-turn' = 'at-once'): Screen => {
  const request = { raw: new EventEmitter() };
  const raw = {
    writableLength: 0,
    destroyed: false,
    writeHead: () => undefined,
    write: (bytes: Buffer | string) => {
      const data = /data: (.*)\n\n$/.exec(bytes.toString())?.[1];
      if (data !== undefined) arrived.push([screen, JSON.parse(data)]);
      return true;
    },
    destroy: () => {
      raw.destroyed = true;
    },
    end: () => undefined,
  };
  live.open(request as unknown as FastifyRequest, { raw, hijack: () => undefined, getHeaders: () => ({}) } as unknown as FastifyReply, key, () => {
    made.push(key);
    return now[key];
  }, { pace });
  return { raw, leave: () => void request.raw.emit('close') };
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setImmediate', 'clearImmediate', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
  arrived = [];
  made = [];
  now = {};
  live = liveScreens();
});
afterEach(() => {
  live.close();
  vi.useRealTimers();
});

/** Everything changes to `value`. */
const change = (value: number, about: string[] = []): void => {
  for (const key of ['board', 'counter:1', 'counter:2', 'counter:3']) now[key] = value;
  live.changed(about);
};

test('a screen gets a whole view when it comes and after every change; what is the same for many is made once', async () => {
  now['board'] = 0;
  open('a', 'board');
  open('b', 'board');
  await vi.advanceTimersByTimeAsync(100);
  made = [];
  arrived = [];
  change(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(arrived).toEqual([['a', 1], ['b', 1]]);
  expect(made).toEqual(['board']);
});

test('of many changes in a moment the first is told at once, and the last is never left out', async () => {
  now['board'] = 0;
  open('a', 'board');
  await vi.advanceTimersByTimeAsync(100);
  arrived = [];
  for (let value = 1; value <= 10; value += 1) {
    change(value);
    await vi.advanceTimersByTimeAsync(3);
  }
  await vi.advanceTimersByTimeAsync(100);
  expect(arrived[0]).toEqual(['a', 1]);
  expect(arrived.at(-1)).toEqual(['a', 10]);
  expect(arrived.length).toBeLessThanOrEqual(4);
});

test('boards and the counter that it is about come first; the other counters follow within a second, each in its turn', async () => {
  change(0);
  for (const key of ['counter:1', 'counter:2', 'counter:3']) open(key, key, 'in-turn');
  open('board', 'board');
  await vi.advanceTimersByTimeAsync(2_000);
  arrived = [];
  change(1, ['counter:3']);
  await vi.advanceTimersByTimeAsync(1);
  expect(arrived.slice(0, 2)).toEqual(expect.arrayContaining([['board', 1], ['counter:3', 1]]));
  change(2, ['counter:3']);
  await vi.advanceTimersByTimeAsync(21);
  expect(arrived.filter(([, value]) => value === 2).map(([screen]) => screen)).toEqual(expect.arrayContaining(['board', 'counter:3']));
  await vi.advanceTimersByTimeAsync(1_000);
  for (const screen of ['board', 'counter:1', 'counter:2', 'counter:3']) expect(arrived.findLast(([one]) => one === screen)).toEqual([screen, 2]);
});

test('a screen that takes nothing is let go, and one that left is told nothing', async () => {
  now['board'] = 0;
  const slow = open('slow', 'board');
  const gone = open('gone', 'board');
  await vi.advanceTimersByTimeAsync(100);
  arrived = [];
  slow.raw.writableLength = 10_000_000;
  gone.leave();
  change(1);
  await vi.advanceTimersByTimeAsync(100);
  expect(slow.raw.destroyed).toBe(true);
  expect(arrived).toEqual([]);
  expect(live.count()).toBe(1);
});

describe('a view that says where it stands', () => {
  interface Message {
    id: string | undefined;
    asked: string | null;
  }
  let told: Map<string, Message[]>;
  let at: number;
  let viewed: number;
  const join = (screen: string, after: string | null = null): (() => void) => {
    const request = { raw: new EventEmitter() };
    const mine: Message[] = [];
    told.set(screen, mine);
    const raw = {
      writableLength: 0,
      writeHead: () => undefined,
      write: (bytes: Buffer | string) => {
        const [, id, data] = /^(?:id: (.*)\n)?event: view\ndata: (.*)\n\n$/.exec(bytes.toString()) ?? [];
        if (data !== undefined) mine.push({ id, asked: (JSON.parse(data) as { asked: string | null }).asked });
        return true;
      },
      destroy: () => undefined,
      end: () => undefined,
    };
    live.open(request as unknown as FastifyRequest, { raw, hijack: () => undefined, getHeaders: () => ({}) } as unknown as FastifyReply, 'board', (asked) => {
      viewed += 1;
      return { cursor: String(at), asked };
    }, { after });
    return () => void request.raw.emit('close');
  };
  const step = async (): Promise<void> => {
    at += 1;
    live.changed();
    await vi.advanceTimersByTimeAsync(100);
  };
  beforeEach(() => {
    told = new Map();
    at = 5;
    viewed = 0;
  });

  test('is numbered by it, and made from where the one before stood', async () => {
    join('a');
    await step();
    await step();
    expect(told.get('a')).toEqual([{ id: '5', asked: null }, { id: '6', asked: '5' }, { id: '7', asked: '6' }]);
  });

  test('whoever comes back is told from where he stood, and the others nothing twice', async () => {
    join('a');
    await step();
    join('b', '2');
    await step();
    expect(told.get('b')).toEqual([{ id: '6', asked: '2' }, { id: '7', asked: '6' }]);
    expect(told.get('a')?.at(-1)).toEqual({ id: '7', asked: '6' });
  });

  test('whoever comes between a change and its telling misses nothing and nor do those who are there', async () => {
    join('a');
    await step();
    at = 8;
    live.changed();
    join('late', '3');
    await vi.advanceTimersByTimeAsync(100);
    expect(told.get('a')?.at(-1)).toEqual({ id: '8', asked: '6' });
    expect(told.get('late')).toEqual([{ id: '8', asked: '3' }, { id: '8', asked: '6' }]);
  });

  test('boards that come back together are told the same bytes, unless more was told meanwhile', async () => {
    for (const screen of ['a', 'b', 'c']) join(screen, '2');
    join('d', '3');
    expect(viewed).toBe(2);
    expect(['a', 'b', 'c', 'd'].map((screen) => told.get(screen))).toEqual([[{ id: '5', asked: '2' }], [{ id: '5', asked: '2' }], [{ id: '5', asked: '2' }], [{ id: '5', asked: '3' }]]);
    await step();
    join('late', '2');
    expect(told.get('late')).toEqual([{ id: '6', asked: '2' }]);
    await vi.advanceTimersByTimeAsync(200);
    at = 7;
    join('later', '2');
    expect(told.get('later')).toEqual([{ id: '7', asked: '2' }]);
  });

  test('when nobody was there for a while, the next begins where he himself stood', async () => {
    const leave = join('a');
    leave();
    at = 40;
    join('b', '38');
    await step();
    expect(told.get('b')).toEqual([{ id: '40', asked: '38' }, { id: '41', asked: '40' }]);
  });
});
