/** A driver in a process of its own, started on a bus of emulated HID devices, behind the same contract as any other. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { fail, type DeviceClass, type Driver, type Result } from '../contract.ts';
import type { Held } from './held.ts';
import type { FromDriver, ToDriver } from './messages.ts';
import { root } from './preload.ts';

export interface FarDriver<C extends DeviceClass> extends Driver<C> {
  /** Ends the process; after it every call answers `not-responding`. */
  end: () => Promise<void>;
  /** What its process holds, after a full collection, once it has loaded the driver; null when it has ended. */
  held: () => Promise<Held | null>;
}

/**
 * @param env of the bus or of the device: `startHidBus().env`
 * @param uri the device's address
 */
export const driverOnBus = <C extends DeviceClass>(env: Readonly<Record<string, string>>, deviceClass: C, uri: string, options: Record<string, unknown> = {}): FarDriver<C> => {
  const child = fork(join(root(), 'drivers', 'hid-emulator', 'driver-process.ts'), { env: { ...process.env, ...env }, execArgv: ['--import', 'tsx'], serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const waiting = new Map<number, { resolve: (result: Result<unknown>) => void; onProgress: ((progress: unknown) => void) | undefined }>();
  const measuring = new Map<number, (held: Held | null) => void>();
  const ended = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      for (const answer of measuring.values()) answer(null);
      for (const { resolve: answer } of waiting.values()) answer(fail('not-responding', `the driver's process ended (${signal ?? String(code)})`));
      waiting.clear();
      resolve();
    });
  });
  let last = 0;
  const tell = (message: ToDriver): void => {
    if (child.connected) child.send(message);
  };
  child.on('message', (message: FromDriver) => {
    const one = waiting.get(message.id);
    if (message.type === 'progress') one?.onProgress?.(message.progress);
    else if (message.type === 'held') {
      measuring.get(message.id)?.(message.held);
      measuring.delete(message.id);
    } else {
      waiting.delete(message.id);
      one?.resolve(message.result);
    }
  });
  tell({ type: 'create', deviceClass, uri, options });

  const call = async (what: 'open' | 'run' | 'close', command: string, input: unknown, deadlineMs: number, signal?: AbortSignal, onProgress?: (progress: unknown) => void): Promise<Result<unknown>> => {
    if (!child.connected) return fail('not-responding', "the driver's process has ended");
    last += 1;
    const id = last;
    const cancel = (): void => tell({ type: 'cancel', id });
    const answer = new Promise<Result<unknown>>((resolve) => {
      waiting.set(id, { resolve, onProgress });
    });
    tell({ type: 'call', id, call: what, command, input, deadlineMs, cancelled: signal?.aborted === true });
    signal?.addEventListener('abort', cancel, { once: true });
    const result = await answer;
    signal?.removeEventListener('abort', cancel);
    return result;
  };

  return {
    deviceClass,
    // What comes back is what the same driver answers at the other end.
    open: ({ signal, deadlineMs }) => call('open', '', null, deadlineMs, signal) as ReturnType<Driver<C>['open']>,
    run: ((command: string, input: unknown, { signal, deadlineMs }: { signal: AbortSignal; deadlineMs: number }, onProgress?: (progress: unknown) => void) =>
      call('run', command, input, deadlineMs, signal, onProgress)) as Driver<C>['run'],
    close: async () => {
      await call('close', '', null, 0);
    },
    held: () => {
      if (!child.connected) return Promise.resolve(null);
      last += 1;
      const id = last;
      const answer = new Promise<Held | null>((resolve) => {
        measuring.set(id, resolve);
      });
      tell({ type: 'measure', id });
      return answer;
    },
    end: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
};
