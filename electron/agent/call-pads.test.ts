import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../clock/index.ts';
import { apply, emptyDay, type Day } from '../queue/rules/day.ts';
import { decide } from '../queue/rules/decide.ts';
import { AROUND, DAY, NINE, RULES } from '../queue/rules/fixtures.ts';
import type { Command, Outcome, QueueEvent } from '../queue/index.ts';
import { CallPads, createPadDesk, type PadPress } from './call-pads.ts';
import type { Deps } from './deps.ts';

const NEXT: PadPress = { key: 'next', counter: '1', digits: null };

/** Counter 1 with its pad, and so many people. */
const hall = (people: number, clerk: string | null = 'lin') => {
  const clock = new ManualClock(NINE);
  const day: Day = emptyDay(DAY);
  const record: string[] = [];
  const told: string[] = [];
  const happened: QueueEvent[] = [];
  let broken = false;
  const run = async (command: Command): Promise<Outcome> => {
    if (broken) throw new Error('no disk');
    const decision = decide(day, RULES, command, { ...AROUND, now: clock.wall() });
    if (decision.ok) for (const event of decision.events) apply(day, event);
    if (decision.ok) happened.push(...decision.events);
    return decision;
  };
  const pads = createPadDesk({
    run,
    day: () => day,
    rules: () => RULES,
    mayWork: (name) => name !== 'gone',
    clock,
    iso: (at) => new Date(at).toISOString(),
    onPress: (counter) => told.push(counter),
    audit: { pressed: (counter, key, by) => record.push(`${counter} ${key} ${by}`), refused: (counter, refusal, times) => record.push(`${counter} refused ${refusal} ${String(times)}`) },
  });
  const ready = (async () => {
    for (let ticket = 0; ticket < people; ticket += 1) await run({ type: 'take', class: 'insurance', by: 't1', priority: null, item: null, identified: true, ticket: String(ticket).padStart(24, '0') });
    if (clerk !== null) await run({ type: 'open', counter: '1', clerk });
  })();
  const states = (): (string | undefined)[] => [...day.tickets.values()].map(({ state }) => state);
  return { clock, pads, record, told, states, day, run, events: () => happened, ready, breakDisk: () => (broken = true) };
};

describe("a counter's own pad", () => {
  it('calls the next, calls again, marks who did not come, as the clerk who sits there', async () => {
    const { clock, pads, record, told, states, ready } = hall(3);
    await ready;
    await pads.press(NEXT);
    expect(states()).toEqual(['called', 'waiting', 'waiting']);
    await pads.press({ ...NEXT, key: 'skip' });
    expect(pads.last('1')).toMatchObject({ key: 'skip', refusal: 'recall-first' });
    await pads.press({ ...NEXT, key: 'recall' });
    await pads.press({ ...NEXT, key: 'skip' });
    expect(pads.last('1')).toMatchObject({ key: 'skip', refusal: null });
    clock.advance(10_000);
    await pads.press(NEXT);
    clock.advance(60_000);
    await pads.press(NEXT);
    expect(states()).toEqual(['missed', 'finished', 'called']);
    expect(record).toEqual(['1 next lin', '1 refused recall-first 1', '1 recall lin', '1 skip lin', '1 next lin', '1 next lin']);
    expect(told).toHaveLength(6);
  });

  it('starts, finishes, sets aside, pauses and goes on, where the pad has keys for it', async () => {
    const { clock, pads, record, states, day, ready } = hall(3);
    await ready;
    const press = async (key: PadPress['key']): Promise<unknown> => {
      await pads.press({ ...NEXT, key });
      clock.advance(10_000);
      return pads.last('1')?.refusal;
    };
    const done: PadPress['key'][] = ['next', 'start', 'finish', 'next', 'park', 'next', 'finish'];
    for (const key of done) expect([key, await press(key)]).toEqual([key, null]);
    expect(states()).toEqual(['finished', 'parked', 'finished']);
    expect(await press('start')).toBe('not-at-this-counter');
    const paused = (): boolean | undefined => day.counters.get('1')?.paused;
    for (const [key, then] of [['pause-resume', true], ['pause-resume', false], ['resume', false], ['pause', true], ['pause', true], ['resume', false]] as const) expect([key, await press(key), paused()]).toEqual([key, null, then]);
    await press('pause');
    expect(await press('next')).toBe('counter-paused');
    expect(record.slice(0, done.length)).toEqual(done.map((key) => `1 ${key} lin`));
  });

  it('pressed where nobody sits, or somebody who may not work here any more: refused, shown for a minute, on record', async () => {
    for (const clerk of [null, 'gone']) {
      const { clock, pads, record, states, ready } = hall(1, clerk);
      await ready;
      await pads.press(NEXT);
      expect(pads.last('1')).toMatchObject({ key: 'next', refusal: 'counter-closed' });
      expect(states()).toEqual(['waiting']);
      expect(record).toEqual(['1 refused counter-closed 1']);
      clock.advance(60_000);
      expect(pads.last('1')).toBeNull();
    }
  });

  it('hammered does not finish who was just called, and fills no record', async () => {
    const { clock, pads, record, states, ready } = hall(3);
    await ready;
    for (let times = 0; times < 20; times += 1) {
      await pads.press(NEXT);
      clock.advance(100);
    }
    expect(states()).toEqual(['called', 'waiting', 'waiting']);
    clock.advance(60_000);
    expect(record).toEqual(['1 next lin', '1 refused pressed-twice 1', '1 refused pressed-twice 18']);
  });

  it('of no counter of this hall: nobody is called', async () => {
    const { pads, record, told, states, ready } = hall(2);
    await ready;
    await pads.press({ ...NEXT, counter: null });
    await pads.press({ ...NEXT, counter: '99' });
    expect(states()).toEqual(['waiting', 'waiting']);
    expect(record).toEqual(['0 refused unknown-counter 1', '99 refused unknown-counter 1']);
    expect(told).toEqual([]);
  });

  it('with a number typed before "next" calls it out of turn, and why is on record', async () => {
    const { clock, pads, events, states, ready } = hall(4);
    await ready;
    const press = async (digits: string): Promise<unknown> => {
      await pads.press({ ...NEXT, digits });
      clock.advance(10_000);
      return pads.last('1')?.refusal;
    };
    expect(await press('3')).toBe(null);
    expect(states()).toEqual(['waiting', 'waiting', 'called', 'waiting']);
    // Whoever was there has been served, as with "next" alone.
    expect(await press('002')).toBe(null);
    expect(states()).toEqual(['waiting', 'called', 'finished', 'waiting']);
    expect(events().filter(({ type }) => type === 'called')).toMatchObject([
      { number: 'A003', counter: '1', clerk: 'lin', reason: '叫号器 call pad' },
      { number: 'A002', reason: '叫号器 call pad' },
    ]);
    expect([await press('3'), await press('2'), await press('77')]).toEqual(['already-over', 'not-waiting', 'unknown-number']);
    expect(states()).toEqual(['waiting', 'called', 'finished', 'waiting']);
  });

  it('a number that several classes have is the counter’s own, or asks for its class before it', async () => {
    const { clock, pads, run, day, ready } = hall(2);
    await ready;
    for (const ticket of ['a', 'b']) await run({ type: 'take', class: 'estate', by: 't1', priority: null, item: null, identified: true, ticket: ticket.repeat(24) });
    const press = async (counter: string, digits: string): Promise<unknown> => {
      await pads.press({ key: 'next', counter, digits });
      clock.advance(10_000);
      return pads.last(counter)?.refusal ?? day.counters.get(counter)?.current;
    };
    // Counter 2 serves both classes, counter 1 only the first.
    await run({ type: 'open', counter: '2', clerk: 'wang' });
    expect([await press('2', '1'), await press('2', '2001'), await press('1', '1'), await press('1', '2002'), await press('1', '9002')]).toEqual(['several-numbers', 'B001', 'A001', 'B002', 'unknown-number']);
  });

  it('sends on to a counter or a class, and says where to when nothing was typed', async () => {
    const { clock, pads, events, day, run, ready } = hall(3);
    await ready;
    const press = async (key: PadPress['key'], digits: string | null): Promise<unknown> => {
      await pads.press({ key, counter: '1', digits });
      clock.advance(10_000);
      return pads.last('1')?.refusal;
    };
    expect(await press('transfer', '3')).toBe('not-at-this-counter');
    await press('next', null);
    expect([await press('transfer', null), await press('transfer', '9'), await press('transfer', '07'), await press('transfer', '0')]).toEqual(['where-to', 'unknown-counter', 'unknown-class', 'unknown-class']);
    expect(day.tickets.get('A001')?.state).toBe('called');
    expect(await press('transfer', '3')).toBe(null);
    await press('next', null);
    expect(await press('transfer', '02')).toBe(null);
    expect(events().filter(({ type }) => type === 'transferred')).toMatchObject([
      { number: 'A001', class: 'insurance', toCounter: '3', note: '', clerk: 'lin' },
      { number: 'A002', class: 'estate', toCounter: null, note: '' },
    ]);
    await run({ type: 'open', counter: '3', clerk: 'wang' });
    await run({ type: 'next', counter: '3', clerk: 'wang' });
    expect(day.counters.get('3')?.current).toBe('A001');
  });

  it('pressed while nothing can be kept says so', async () => {
    const { pads, ready, breakDisk } = hall(1);
    await ready;
    breakDisk();
    await pads.press(NEXT);
    expect(pads.last('1')?.refusal).toBe('not-kept');
  });
});

describe('pads of the terminal file', () => {
  it('are listened to one by one; the file says whose a pad is, else the pad itself; what comes before the queue is there is dropped', async () => {
    const clock = new ManualClock(NINE);
    const waiting = new Map<string, (result: unknown) => void>();
    const heard: PadPress[] = [];
    const pads = new CallPads({
      config: { terminal: { devices: [{ id: 'pad-a', class: 'call-pad', options: { counter: '3' } }, { id: 'pad-b', class: 'call-pad', options: {} }, { id: 'reader', class: 'id-card', options: {} }] } },
      devices: {
        command: (_class: string, _command: string, _input: unknown, { device, signal }: { device: string; signal: AbortSignal }) =>
          new Promise((resolve) => {
            waiting.set(device, resolve);
            signal.addEventListener('abort', () => resolve({ ok: false, fault: { code: 'cancelled' } }));
          }),
      },
      clock,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    } as unknown as Deps);
    pads.start();
    const says = async (device: string, result: unknown): Promise<void> => {
      await expect.poll(() => waiting.has(device)).toBe(true);
      const answer = waiting.get(device);
      waiting.delete(device);
      answer?.(result);
    };
    const press = { ok: true, value: { key: 'next', counter: '7', digits: null } };
    await says('pad-a', press);
    await expect.poll(() => waiting.has('pad-a')).toBe(true);
    pads.attach({ press: async (one) => void heard.push(one), last: () => null });
    await says('pad-a', press);
    await says('pad-b', press);
    await expect.poll(() => heard.map(({ counter }) => counter)).toEqual(['3', '7']);
    // Nothing pressed is asked again at once; a pad that is away, after a while.
    await says('pad-a', { ok: false, fault: { code: 'no-media' } });
    await says('pad-a', { ok: false, fault: { code: 'disconnected' } });
    await new Promise((resolve) => setImmediate(resolve));
    expect(waiting.has('pad-a')).toBe(false);
    await expect.poll(() => (clock.advance(700), waiting.has('pad-a'))).toBe(true);
    await says('pad-a', press);
    await expect.poll(() => heard.length).toBe(3);
    await pads.stop();
    expect([...waiting.keys()]).not.toContain('reader');
  });

  it('that are away for hours are asked again and again, and nothing is left of each time', async () => {
    const clock = new ManualClock(NINE);
    const signals: AbortSignal[] = [];
    const pads = new CallPads({
      config: { terminal: { devices: [{ id: 'pad-a', class: 'call-pad', options: { counter: '3' } }] } },
      devices: { command: (_class: string, _command: string, _input: unknown, { signal }: { signal: AbortSignal }) => Promise.resolve((signals.push(signal), { ok: false, fault: { code: 'disconnected' } })) },
      clock,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    } as unknown as Deps);
    pads.start();
    await expect.poll(() => (clock.advance(700), signals.length), { timeout: 15_000, interval: 5 }).toBeGreaterThan(20);
    const [signal] = signals;
    expect(signal === undefined ? [] : getEventListeners(signal, 'abort').length).toBeLessThanOrEqual(1);
    await pads.stop();
  });
});
