import { describe, expect, it } from 'vitest';
import { Announcer } from './announcer.ts';
import { ManualClock } from '../clock/index.ts';
import type { Deps } from './deps.ts';

type Call = { id: number; number: string; counter: string; at: number; again: boolean };
const call = (id: number, number: string, counter: string, again = false): Call => ({ id, number, counter, at: 0, again });

interface Device {
  class: string;
  id: string;
  transport: string;
  options: Record<string, unknown>;
}

/** A queue whose calls are made by hand, and devices that remember. */
const hall = (devices: Device[], fails = false) => {
  const done: string[] = [];
  const state = { day: '20261123', callOrder: [] as Call[], counters: new Map<string, { clerk: string | null }>(['1', '3'].map((id) => [id, { clerk: 'ann' }])), fails };
  let tell: () => void = () => undefined;
  let changed: () => void = () => undefined;
  const clock = new ManualClock(0);
  const announcer = new Announcer({
    clock,
    config: { terminal: { devices } },
    devices: {
      command: async (deviceClass: string, command: string, input: { text?: string; number?: string } | undefined, { device }: { device?: string }) => {
        await Promise.resolve();
        done.push(command === 'hush' ? 'hush' : deviceClass === 'sound' ? (input?.text ?? '') : `${device ?? '?'} shows ${input?.number ?? 'nothing'}`);
        return state.fails ? { ok: false, fault: { code: 'disconnected' } } : { ok: true, value: {} };
      },
      health: () => devices.map(({ id, class: deviceClass }) => ({ id, deviceClass, status: { online: !state.fails } })),
      onChange: (listener: () => void) => ((changed = listener), () => undefined),
    },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  } as unknown as Deps);
  announcer.follow({ day: () => state, onChange: (listener: () => void) => ((tell = listener), () => undefined) } as never);
  return { announcer, clock, state, done, tell: () => tell(), changed: () => changed(), made: (...calls: Call[]) => (state.callOrder.push(...calls), tell()) };
};
const SOUND: Device = { class: 'sound', id: 'speaker', transport: 'sound:default', options: {} };
const DISPLAYS: Device[] = ['1', '3'].map((counter) => ({ class: 'window-display', id: `led-${counter}`, transport: `tcp:127.0.0.1:900${counter}`, options: { boards: [{ counter }] } }));

/** Three boards on one line, one command at a time, as a device is: a second one at once is told busy. */
const boardsOnOneLine = () => {
  const shown: Record<string, string> = {};
  const told: string[] = [];
  const dead = new Set<string>();
  const clock = new ManualClock(0);
  let running = 0;
  let most = 0;
  let isAway = false;
  const state = { day: '20261123', callOrder: [] as Call[], counters: new Map(['1', '2', '3'].map((id) => [id, { clerk: 'ann' }])) };
  let tell: () => void = () => undefined;
  const announcer = new Announcer({
    clock,
    config: { terminal: { devices: [{ class: 'window-display', id: 'leds', transport: 'serial:/dev/ttyUSB0?boards=1:1,2:2,3:3', options: {} } satisfies Device] } },
    devices: {
      command: async (_class: string, _command: string, { number, counter }: { number: string; counter: string }) => {
        running += 1;
        most = Math.max(most, running);
        told.push(`${counter} ${number}`);
        await Promise.resolve();
        running -= 1;
        if (isAway || dead.has(counter)) return { ok: false, fault: { code: 'not-responding' } };
        shown[counter] = number;
        return { ok: true, value: {} };
      },
      health: () => [{ id: 'leds', deviceClass: 'window-display', status: { online: !isAway } }],
      onChange: () => () => undefined,
    },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  } as unknown as Deps);
  announcer.follow({ day: () => state, onChange: (listener: () => void) => ((tell = listener), () => undefined) } as never);
  return { announcer, clock, shown, told, dead, away: (now: boolean) => (isAway = now), atOnce: () => most, made: (...calls: Call[]) => (state.callOrder.push(...calls), tell()) };
};

describe('calls in the hall', () => {
  it('of the same moment are spoken one after the other, Chinese and then English, and stand above their counters', async () => {
    const { done, made } = hall([SOUND, ...DISPLAYS]);
    made(call(1, 'A001', '1'), call(2, 'B001', '3'));
    await expect.poll(() => done.length).toBe(6);
    expect(done.filter((one) => !one.includes('shows'))).toEqual(['请A零零一号到一号窗口办理', 'Number A zero zero one, please come to counter one.', '请B零零一号到三号窗口办理', 'Number B zero zero one, please come to counter three.']);
    expect(done.filter((one) => one.includes('shows'))).toEqual(['led-1 shows A001', 'led-3 shows B001']);
  });

  it('stand above their counters again when a display is back: its driver may be another one, and its power may have been away', async () => {
    const { done, state, made, changed } = hall([...DISPLAYS]);
    made(call(1, 'A001', '1'));
    await expect.poll(() => done).toEqual(['led-1 shows A001']);
    state.fails = true;
    changed();
    state.fails = false;
    changed();
    await expect.poll(() => done).toEqual(['led-1 shows A001', 'led-1 shows A001']);
    changed();
    await Promise.resolve();
    expect(done).toHaveLength(2);
  });

  it('a second call is spoken as one, and nothing twice', async () => {
    const { done, made } = hall([SOUND]);
    made(call(1, 'A001', '1'));
    made(call(2, 'A001', '1', true));
    made();
    await expect.poll(() => done.length).toBe(4);
    expect(done[2]).toBe('重新呼叫，请A零零一号马上到一号窗口办理');
  });

  it('a new day begins anew, though its count is lower', async () => {
    const { done, made, state } = hall([SOUND]);
    made(call(8, 'A008', '1'));
    await expect.poll(() => done.length).toBe(2);
    state.day = '20261124';
    state.callOrder = [];
    made(call(1, 'A001', '1'));
    await expect.poll(() => done.slice(2)).toEqual(['hush', '请A零零一号到一号窗口办理', 'Number A zero zero one, please come to counter one.']);
  });

  it('a loudspeaker that is away loses no call of the others and stops nothing', async () => {
    const { done, made, announcer } = hall([SOUND, ...DISPLAYS], true);
    made(call(1, 'A001', '1'));
    made(call(2, 'B001', '3'));
    await expect.poll(() => done.length).toBe(6);
    await announcer.stop();
  });

  it('of sixty counters within one second: every display shows at once, and all are spoken in order though the loudspeaker keeps but few', async () => {
    const clock = new ManualClock(0);
    const said: string[] = [];
    const shown: string[] = [];
    let waits = 0;
    const counters = Array.from({ length: 60 }, (_, index) => String(index + 1));
    // Half of them on a line of their own, half on one line.
    const displays: Device[] = [
      ...counters.slice(0, 30).map((counter) => ({ class: 'window-display', id: `led-${counter}`, transport: 'tcp:127.0.0.1:9001', options: { boards: [{ counter }] } })),
      { class: 'window-display', id: 'led-line', transport: 'tcp:127.0.0.1:9002', options: { boards: counters.slice(30).map((counter, index) => ({ board: index + 1, counter })) } },
    ];
    const announcer = new Announcer({
      clock,
      config: { terminal: { devices: [SOUND, ...displays] } },
      devices: {
        command: async (deviceClass: string, command: string, input: { text?: string; number?: string; counter?: string }) => {
          await Promise.resolve();
          if (deviceClass === 'window-display') return shown.push(`${input.number ?? ''} ${input.counter ?? ''}`), { ok: true, value: {} };
          if (command === 'hush') return { ok: true, value: { dropped: 0 } };
          if (waits >= 32) return { ok: false, fault: { code: 'busy' } };
          waits += 1;
          said.push(input.text ?? '');
          return { ok: true, value: { ahead: waits - 1 } };
        },
        onChange: () => () => undefined,
      },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    } as unknown as Deps);
    const state = { day: '20261123', callOrder: [] as Call[], counters: new Map(counters.map((counter) => [counter, { clerk: 'ann' }])) };
    let tell: () => void = () => undefined;
    announcer.follow({ day: () => state, onChange: (listener: () => void) => ((tell = listener), () => undefined) } as never);
    // All of one transaction, and a foreign sentence in the loudspeaker's queue.
    waits = 32;
    state.callOrder = Array.from({ length: 60 }, (_, index) => call(index + 1, `A${String(index + 1).padStart(3, '0')}`, String(index + 1)));
    tell();
    await expect.poll(() => shown.length).toBe(60);
    expect(said).toEqual([]);
    await expect
      .poll(() => {
        waits = Math.max(0, waits - 4);
        clock.advance(500);
        return said.filter((text) => text.startsWith('请')).length;
      }, { timeout: 30_000, interval: 5 })
      .toBe(60);
    expect(said.filter((text) => text.startsWith('请')).map((text) => text.slice(1, 5)).slice(0, 2)).toEqual(['A零零一', 'A零零二']);
    expect(said.at(-2)).toBe('请A零六零号到六零号窗口办理');
    await announcer.stop();
  });

  it('are over at a counter that closes: its display is dark, and what waits to be spoken for it is not', async () => {
    const { done, made, state, tell, announcer } = hall([SOUND, ...DISPLAYS]);
    made(call(1, 'A001', '1'), call(2, 'B001', '3'));
    state.counters.set('3', { clerk: null });
    tell();
    await expect.poll(() => done).toContain('led-3 shows nothing');
    await expect.poll(() => done.filter((one) => !one.includes('shows'))).toHaveLength(2);
    tell();
    // Opened again, it stays dark until somebody is called there.
    state.counters.set('3', { clerk: 'bob' });
    made(call(3, 'B002', '3'));
    await expect.poll(() => done.filter((one) => !one.includes('shows'))).toHaveLength(4);
    expect(done.filter((one) => one.startsWith('led-3'))).toEqual(['led-3 shows B001', 'led-3 shows nothing', 'led-3 shows B002']);
    expect(done).not.toContain('hush');
    await announcer.stop();
  });

  it('are over when the hall closes: the loudspeaker is silent at once, every display dark, also those that a terminal finds lit when it starts', async () => {
    const { done, made, state, tell, announcer } = hall([SOUND, ...DISPLAYS]);
    made(call(1, 'A001', '1'));
    await expect.poll(() => done.filter((one) => !one.includes('shows'))).toHaveLength(2);
    state.day = '20261124';
    state.callOrder = [];
    state.counters.clear();
    tell();
    await expect.poll(() => done.slice(-3).sort()).toEqual(['hush', 'led-1 shows nothing', 'led-3 shows nothing']);
    tell();
    state.counters.set('1', { clerk: 'ann' });
    made(call(1, 'A001', '1'));
    await expect.poll(() => done.slice(6)).toEqual(['led-1 shows A001', '请A零零一号到一号窗口办理', 'Number A zero zero one, please come to counter one.']);
    await announcer.stop();
    expect(done.at(-1)).toBe('hush');
  });

  it('stand above their counter also when its display was away: the newest is told until it is there', async () => {
    const { done, made, state, clock, announcer } = hall(DISPLAYS, true);
    made(call(1, 'A001', '1'));
    await expect.poll(() => done).toEqual(['led-1 shows A001']);
    await expect.poll(() => (clock.advance(5_000), done.length), { interval: 5 }).toBeGreaterThan(2);
    made(call(2, 'A002', '1'));
    state.fails = false;
    await expect.poll(() => (clock.advance(5_000), done.at(-1)), { interval: 5 }).toBe('led-1 shows A002');
    const shown = done.length;
    clock.advance(60_000);
    await announcer.stop();
    expect(done).toHaveLength(shown);
  });

  it('of several counters on one line go to their boards one at a time, the newest of each, and none is lost', async () => {
    const line = boardsOnOneLine();
    line.made(call(1, 'A001', '1'), call(2, 'B001', '2'), call(3, 'C001', '3'));
    // Called again while the line is at the first: only the newest is shown.
    line.made(call(4, 'B002', '2'));
    await expect.poll(() => line.shown).toEqual({ 1: 'A001', 2: 'B002', 3: 'C001' });
    expect(line.told).toEqual(['1 A001', '2 B002', '3 C001']);
    expect(line.atOnce()).toBe(1);
    await line.announcer.stop();
  });

  it('do not wait for a dead board of their line: it is told once more, then once a minute, and after whoever is called', async () => {
    const line = boardsOnOneLine();
    line.dead.add('2');
    line.made(call(1, 'B001', '2'), call(2, 'A001', '1'), call(3, 'C001', '3'));
    await expect.poll(() => line.shown).toEqual({ 1: 'A001', 3: 'C001' });
    await expect.poll(() => (line.clock.advance(5_000), line.told.filter((one) => one === '2 B001').length), { interval: 5 }).toBe(2);
    line.clock.advance(55_000);
    line.made(call(4, 'A002', '1'), call(5, 'B002', '2'), call(6, 'C002', '3'));
    await expect.poll(() => line.told.slice(-3)).toEqual(['1 A002', '3 C002', '2 B002']);
    expect(line.told.filter((one) => one.startsWith('2 '))).toEqual(['2 B001', '2 B001', '2 B002']);
    line.dead.clear();
    await expect.poll(() => (line.clock.advance(60_000), line.shown), { interval: 5 }).toEqual({ 1: 'A002', 2: 'B002', 3: 'C002' });
    await line.announcer.stop();
  });

  it('are told again to a line that is away as a whole, until it is back', async () => {
    const line = boardsOnOneLine();
    line.away(true);
    line.made(call(1, 'A001', '1'), call(2, 'B001', '2'));
    await expect.poll(() => (line.clock.advance(5_000), line.told.length), { interval: 5 }).toBeGreaterThan(7);
    line.away(false);
    await expect.poll(() => (line.clock.advance(5_000), line.shown), { interval: 5, timeout: 10_000 }).toEqual({ 1: 'A001', 2: 'B001' });
    await line.announcer.stop();
  });

  it('a terminal without such devices has nothing to do', () => {
    expect(hall([]).announcer.wanted).toBe(false);
  });
});
