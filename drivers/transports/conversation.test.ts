/** A machine on a wire when the program itself gets no processor time. */
import { expect, it } from 'vitest';
import { fail, ok, type DriverClock, type Result } from '../contract.ts';
import { createWire, type Machine } from './conversation.ts';
import type { ByteTransport } from './port.ts';

const ANSWER_MS = 300;

/** Asks one byte, waits {@link ANSWER_MS} for one byte, asks no second time. */
const asks: Machine<null, Uint8Array, never, number> = {
  initial: null,
  next: (state, input) => {
    switch (input.type) {
      case 'start':
        return { state, effects: [{ type: 'send', bytes: Uint8Array.of(1), fresh: true }, { type: 'timer', ms: ANSWER_MS }] };
      case 'message':
        return { state, effects: [{ type: 'done', result: ok(input.message[0] ?? 0) }] };
      case 'written':
        return { state, effects: [] };
      case 'timer':
        return { state, effects: [{ type: 'done', result: fail('not-responding', 'silent') }] };
      case 'closed':
      case 'cancelled':
      case 'deadline':
        return { state, effects: [{ type: 'done', result: fail('timed-out', input.type) }] };
    }
  },
};

/** Time that passes only when a wait ends, each so many milliseconds too late. */
const lateClock = (lateness: number[]) => {
  let now = 0;
  const waits: { ms: number; end: () => void }[] = [];
  const clock: DriverClock = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const wait = { ms, end: () => resolve() };
        waits.push(wait);
        signal?.addEventListener('abort', () => resolve());
      }),
  };
  /** Ends the newest wait of these milliseconds. */
  const end = (ms: number): void => {
    const wait = waits.findLast((one) => one.ms === ms);
    if (wait === undefined) throw new Error(`nobody waits ${ms} ms`);
    waits.splice(waits.indexOf(wait), 1);
    now += ms + (lateness.shift() ?? 0);
    wait.end();
  };
  return { clock, end, waits: () => waits.map(({ ms }) => ms) };
};

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const device = () => {
  let hear: (chunk: Uint8Array) => void = () => undefined;
  const transport: ByteTransport = {
    description: 'a device',
    isOpen: true,
    open: () => Promise.resolve(ok(undefined)),
    write: () => Promise.resolve(ok(undefined)),
    onData: (listener) => {
      hear = listener;
      return () => undefined;
    },
    onClose: () => () => undefined,
    flush: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  return { transport, answer: (byte: number) => hear(Uint8Array.of(byte)) };
};
const decoder = { push: (chunk: Uint8Array) => [chunk], reset: () => undefined };
const context = { signal: new AbortController().signal, deadlineMs: 5_000 };

it('a wait that ended late because the program got no turn is waited again, so that an answer that lay there meanwhile is heard', async () => {
  const { clock, end } = lateClock([900]);
  const { transport, answer } = device();
  const running: Promise<Result<number>> = createWire('', clock, ok(transport)).run(asks, decoder, context);
  await settled();
  end(ANSWER_MS);
  await settled();
  answer(7);
  expect(await running).toEqual({ ok: true, value: 7 });
});

it('a device that is silent is told in its time by a program that runs in time, and after a few waits by one that never does', async () => {
  const prompt = lateClock([]);
  const one = createWire('', prompt.clock, ok(device().transport)).run(asks, decoder, context);
  await settled();
  prompt.end(ANSWER_MS);
  expect(await one).toMatchObject({ ok: false, fault: { code: 'not-responding' } });

  const starved = lateClock(Array.from({ length: 50 }, () => 900));
  const other = createWire('', starved.clock, ok(device().transport)).run(asks, decoder, context);
  await settled();
  let waits = 0;
  while (starved.waits().includes(ANSWER_MS)) {
    starved.end(ANSWER_MS);
    waits += 1;
    await settled();
  }
  expect(await other).toMatchObject({ ok: false, fault: { code: 'not-responding' } });
  expect(waits).toBeGreaterThan(1);
  expect(waits).toBeLessThan(6);
});
