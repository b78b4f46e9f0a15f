import { describe, expect, it } from 'vitest';
import { fail, ok } from '../contract.ts';
import { hastyClock } from './hasty-clock.ts';
import { createTurns } from './turn.ts';

const context = (): { signal: AbortSignal; deadlineMs: number } => ({ signal: new AbortController().signal, deadlineMs: 1000 });

describe('turns on one device', () => {
  it('lets one command run at a time and answers busy to the next', async () => {
    const turns = createTurns(hastyClock(1));
    let finish: () => void = () => undefined;
    const first = turns.take(context(), async () => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return ok('done');
    });
    expect(await turns.take(context(), () => Promise.resolve(ok('never')))).toMatchObject({ ok: false, fault: { code: 'busy' } });
    finish();
    expect(await first).toEqual(ok('done'));
    expect(await turns.take(context(), () => Promise.resolve(ok('next')))).toEqual(ok('next'));
  });

  it('ends what runs when the driver is closed, and waits for it', async () => {
    const turns = createTurns(hastyClock(1));
    const running = turns.take(context(), async (turn) => {
      await new Promise<void>((resolve) => {
        turn.signal.addEventListener('abort', () => resolve());
      });
      return fail('cancelled', 'closed');
    });
    await turns.end();
    expect(await running).toMatchObject({ fault: { code: 'cancelled' } });
    await turns.end();
  });

  it('is free again after a command that threw', async () => {
    const turns = createTurns(hastyClock(1));
    await expect(turns.take(context(), () => Promise.reject(new TypeError('a bug')))).rejects.toThrow('a bug');
    expect(await turns.take(context(), () => Promise.resolve(ok(1)))).toEqual(ok(1));
  });

  it('does not begin what was cancelled before', async () => {
    const turns = createTurns(hastyClock(1));
    expect(await turns.take({ signal: AbortSignal.abort(), deadlineMs: 1 }, () => Promise.resolve(ok(1)))).toMatchObject({ fault: { code: 'cancelled' } });
  });
});
