import { afterEach, describe, expect, it } from 'vitest';
import { fail, ok, type Result } from '../../drivers/contract.ts';
import { ManualClock } from '../clock/index.ts';
import { config } from '../session/fixtures.ts';
import type { SessionView } from '../session/index.ts';
import type { Deps } from './deps.ts';
import { Lamps, lampsOn } from './lamps.ts';

type Screen = SessionView['screen'];
const text = { zh: '', en: '' };
const card = (state: 'waiting' | 'reading'): Screen => ({ kind: 'card', item: null, rail: null, state, fault: null, where: text, forPickUp: false, forNumber: null, codeWhere: null, codeProblem: null });
const takeCard: Screen = { kind: 'take-card' };
const viewOf = (screen: Screen): SessionView => ({ screen }) as SessionView;
const running: Lamps[] = [];
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};
afterEach(async () => {
  for (const lamps of running.splice(0)) await lamps.stop();
});

/** A board with these lamps; `answer` may say otherwise. */
const board = (has: readonly string[], classes: string[] = ['signals']) => {
  const set: string[] = [];
  const warned: unknown[] = [];
  const near: (boolean | null)[] = [];
  const clock = new ManualClock();
  const world = { fault: null as Result<never> | null, report: (_on: boolean): void => undefined, online: true, changed: (): void => undefined };
  const command = (_class: string, name: string, input: { output: string; to: string }, { signal, onProgress }: { signal?: AbortSignal; onProgress?: (level: unknown) => void }): Promise<Result<unknown>> => {
    if (world.fault !== null) return Promise.resolve(world.fault);
    if (name === 'set') {
      if (!has.includes(input.output)) return Promise.resolve(fail('bad-input', 'no such output'));
      set.push(`${input.output} ${input.to}`);
      return Promise.resolve(ok({}));
    }
    if (!has.includes('presence')) return Promise.resolve(fail('bad-input', 'no input has a name'));
    world.report = (on) => onProgress?.({ name: 'presence', on });
    return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(fail('cancelled', 'cancelled'))));
  };
  const deps = {
    clock,
    config: { ...config, terminal: { ...config.terminal, devices: classes.map((one) => ({ id: one, class: one, transport: '', where: text, options: {} })) } },
    devices: {
      command,
      health: () => [{ id: 'signals', deviceClass: 'signals', status: { online: world.online } }],
      onChange: (listener: () => void) => {
        world.changed = listener;
        return () => undefined;
      },
    },
    log: { warn: (fields: unknown) => warned.push(fields), info: () => undefined, error: () => undefined },
  } as unknown as Deps;
  const lamps = new Lamps(deps, (is) => near.push(is));
  running.push(lamps);
  lamps.start();
  return { lamps, set, near, clock, warned, world };
};

describe('the lamp of the slot that waits for a hand', () => {
  it('blinks on its page and goes out with it', async () => {
    const { lamps, set } = board(['card', 'slip', 'a4', 'scanner', 'presence']);
    await settle();
    // What an agent before this one left lit is put out.
    expect(set).toEqual(['card off', 'slip off', 'a4 off', 'scanner off']);
    lamps.show(viewOf(card('waiting')));
    await settle();
    lamps.show(viewOf(card('reading')));
    await settle();
    lamps.show(viewOf({ kind: 'sign' } as Screen));
    await settle();
    expect(set.slice(4)).toEqual(['card blink', 'card on', 'card off']);
  });

  it('is that of the page: reader, slip, A4, scanner', () => {
    const paper = { state: 'take', fault: null, copies: 1, where: text };
    expect(lampsOn(takeCard)).toMatchObject({ card: 'blink' });
    expect(lampsOn({ kind: 'materials', phase: 'insert' } as Screen)).toMatchObject({ scanner: 'blink', card: 'off' });
    expect(lampsOn({ kind: 'done', slip: paper, certificate: null } as Screen)).toMatchObject({ slip: 'blink', a4: 'off' });
    expect(lampsOn({ kind: 'done', slip: { ...paper, state: 'printing' }, certificate: paper } as Screen)).toMatchObject({ slip: 'off', a4: 'blink' });
    expect(lampsOn({ kind: 'home', reader: 'waiting' } as Screen)).toMatchObject({ card: 'on', slip: 'off' });
  });

  it('is set again on a board that was away', async () => {
    const { lamps, set, world } = board(['card']);
    world.changed();
    lamps.show(viewOf(takeCard));
    await settle();
    const before = set.length;
    world.online = false;
    world.changed();
    world.online = true;
    world.changed();
    await settle();
    expect(set.slice(before)).toEqual(['card blink']);
  });

  it('goes out when the agent ends', async () => {
    const { lamps, set } = board(['card']);
    lamps.show(viewOf(takeCard));
    await settle();
    await lamps.stop();
    expect(set.at(-1)).toBe('card off');
  });
});

describe('a board that fails', () => {
  it('is told once, tried again, and holds up nobody', async () => {
    const { lamps, set, clock, warned, world } = board(['card']);
    await settle();
    world.fault = fail('not-responding', 'silent');
    lamps.show(viewOf(takeCard));
    await settle();
    clock.advance(3_000);
    await settle();
    clock.advance(3_000);
    await settle();
    expect([warned.length, set.includes('card blink')]).toEqual([1, false]);
    world.fault = null;
    clock.advance(3_000);
    await settle();
    expect(set.at(-1)).toBe('card blink');
  });

  it('is never asked for on a terminal that has none', async () => {
    const { lamps, set } = board(['card'], ['id-card']);
    lamps.show(viewOf(takeCard));
    await settle();
    expect(set).toEqual([]);
  });
});

it('somebody who comes near is told, and a lamp to be set does not wait for them to go', async () => {
  const { lamps, set, near, world } = board(['card', 'presence']);
  await settle();
  world.report(false);
  world.report(true);
  lamps.show(viewOf(takeCard));
  await settle();
  expect([near, set.at(-1)]).toEqual([[false, true], 'card blink']);
});
