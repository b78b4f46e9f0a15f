import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../clock/index.ts';
import type { SessionEvent } from '../session/index.ts';
import { CodeReading } from './code-reading.ts';
import type { Deps } from './deps.ts';

const MILK = '6901234567892';
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};
const running: CodeReading[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) {
    one.want(false);
    await one.idle();
  }
});

/** A scanner that reads what is shown to it, as often as it is asked. */
const scanner = () => {
  const clock = new ManualClock();
  const events: SessionEvent[] = [];
  const audited: unknown[] = [];
  let waiting: ((text: string) => void) | null = null;
  const deps = {
    clock,
    config: { terminal: { devices: [{ id: 'codes', class: 'code-scanner', transport: 'tcp:127.0.0.1:1', options: { kinds: [{ kind: 'appointment', name: 'hall', pattern: 'Y\\d{3}' }] } }] } },
    devices: {
      command: (_class: string, _command: string, _input: unknown, { signal }: { signal: AbortSignal }) =>
        new Promise((resolve) => {
          waiting = (text) => resolve({ ok: true, value: { text, symbology: null } });
          signal.addEventListener('abort', () => resolve({ ok: false, fault: { code: 'cancelled' } }), { once: true });
        }),
    },
    audit: { write: (event: string, fields: unknown) => audited.push([event, fields]) },
    log: { warn: () => undefined, info: () => undefined, error: () => undefined },
  } as unknown as Deps;
  const reading = new CodeReading(deps, (event) => events.push(event));
  running.push(reading);
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await settle();
  };
  const show = async (text: string): Promise<void> => {
    waiting?.(text);
    waiting = null;
    await settle();
  };
  return { reading, events, audited, pass, show, isReading: () => waiting !== null };
};

describe('the code scanner', () => {
  it('reads while the page wants codes, one after another, told by their kind; nothing of a code goes on record', async () => {
    const { reading, events, audited, show, isReading } = scanner();
    expect(isReading()).toBe(false);
    reading.want(true);
    await show('Y123');
    await show(MILK);
    expect(events).toEqual([{ type: 'code-shown', text: 'Y123', kind: 'appointment' }, { type: 'code-shown', text: MILK, kind: 'unknown' }]);
    expect(audited).toEqual([['code.shown', { kind: 'appointment' }], ['code.shown', { kind: 'unknown' }]]);
    reading.want(false);
    await reading.idle();
  });

  it('takes a code that is held there for one showing, however often it is read', async () => {
    const { reading, events, pass, show } = scanner();
    reading.want(true);
    await pass(5_000);
    for (let read = 0; read < 20; read += 1) {
      await show(MILK);
      await pass(250);
    }
    expect(events).toHaveLength(1);
    await pass(3_000);
    await show(MILK);
    expect(events).toHaveLength(2);
  });

  it('is not undone by a telephone that is still held up when the page is home again', async () => {
    const { reading, events, pass, show } = scanner();
    reading.want(true);
    await pass(5_000);
    await show(MILK);
    reading.want(false);
    await pass(60_000);
    reading.want(true);
    await settle();
    await pass(200);
    await show(MILK);
    expect(events).toHaveLength(1);
    await pass(100);
    await show('Y123');
    expect(events).toHaveLength(2);
  });
});
