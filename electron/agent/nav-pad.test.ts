import { expect, it } from 'vitest';
import { NAV_KEYS } from '../../drivers/nav-pad/keys.ts';
import { ManualClock } from '../clock/index.ts';
import type { Deps } from './deps.ts';
import { MEANS, NavPad } from './nav-pad.ts';

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

const pad = (classes: string[]) => {
  const clock = new ManualClock(0);
  const heard: string[] = [];
  const reads: ((result: unknown) => void)[] = [];
  const deps = {
    clock,
    config: { terminal: { devices: classes.map((one) => ({ id: one, class: one, options: {} })) } },
    devices: {
      command: (_class: string, _command: string, _input: unknown, { signal }: { signal: AbortSignal }) =>
        new Promise((resolve) => {
          reads.push(resolve);
          signal.addEventListener('abort', () => resolve({ ok: false, fault: { code: 'cancelled' } }), { once: true });
        }),
    },
  } as unknown as Deps;
  const followed = new NavPad(deps, (key) => heard.push(key));
  const answer = async (result: unknown): Promise<void> => {
    reads.at(-1)?.(result);
    await settle();
  };
  return { followed, clock, heard, reads, answer };
};

it('every key of the pad means something, and no two the same', () => {
  expect(new Set(NAV_KEYS.map((key) => MEANS[key])).size).toBe(NAV_KEYS.length);
});

it('hands on key after key, and goes on when nobody pressed one for long', async () => {
  const { followed, heard, answer } = pad(['sound', 'nav-pad']);
  followed.start();
  await answer({ ok: true, value: { key: 'down' } });
  await answer({ ok: false, fault: { code: 'no-media' } });
  await answer({ ok: true, value: { key: 'up' } });
  expect(heard).toEqual(['next', 'previous']);
  await followed.stop();
});

it('asks a pad that is gone now and then, not all the time', async () => {
  const { followed, clock, reads, heard, answer } = pad(['sound', 'nav-pad']);
  followed.start();
  await answer({ ok: false, fault: { code: 'disconnected' } });
  expect(reads).toHaveLength(1);
  clock.advance(1_000);
  await settle();
  expect(reads).toHaveLength(2);
  await answer({ ok: true, value: { key: 'confirm' } });
  expect(heard).toEqual(['confirm']);
  await followed.stop();
});

it('is left alone on a terminal that cannot speak', () => {
  const { followed, reads } = pad(['nav-pad']);
  followed.start();
  expect(reads).toHaveLength(0);
});
