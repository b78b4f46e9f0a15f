/**
 * One device host as the supervisor sees it: kept alive, listened to, asked. A host that dies is started again at once;
 * one that dies again and again waits a little longer each time.
 */
import type { Result } from '../../drivers/contract.ts';
import type { Clock } from '../clock/index.ts';
import type { HostExit, HostProcess, SpawnHost } from './host-process.ts';
import { waitMs } from './machine.ts';
import { fromHost, type ToHost } from './protocol.ts';
import type { Log } from './types.ts';

/** How one call ended. `hung`: the host is there, but the call did not end with its deadline. */
export type CallEnd = { how: 'answered'; result: Result<unknown> } | { how: 'crashed' } | { how: 'hung' };

type Call =
  | { type: 'open'; device: string; deviceClass: Extract<ToHost, { type: 'open' }>['deviceClass']; uri: string; options: Record<string, unknown>; deadlineMs: number }
  | { type: 'run'; device: string; command: string; input: unknown; deadlineMs: number }
  | { type: 'close'; device: string };

export interface HostLink {
  readonly name: string;
  start(): void;
  /** Ends the process and starts no other. */
  stop(): Promise<void>;
  /** Ends the process the hard way; a new one follows. */
  restart(why: string): void;
  isUp(): boolean;
  pid(): number | null;
  call(call: Call, options?: { signal?: AbortSignal | undefined; onProgress?: ((progress: unknown) => void) | undefined }): Promise<CallEnd>;
}

export interface HostLinkDeps {
  spawn: SpawnHost;
  clock: Clock;
  random: () => number;
  log: Log;
  onUp(pid: number | null): void;
  /** @param planned the supervisor itself ended it */
  onDown(exit: HostExit, planned: boolean): void;
}

/** Beyond its own deadline a call gets this long before the host counts as hung under it, in milliseconds. */
export const GRACE_MS = 3_000;
const PING_MS = 1_000;
/** A host busy with a large page may answer late; one that lets so many pings go by is stuck. Counted, not timed: this process may have stood still itself. */
const DEAF_PINGS = 10;
/** While it loads: on a machine that is short of processor this takes long, and a host ended for it would only load again. */
const LOADING_PINGS = 60;
/** Having lived this long, a host that dies is not a repeat. */
const HEALTHY_MS = 30_000;
const STOP_MS = 2_000;

interface Pending {
  end(end: CallEnd): void;
  progress: ((progress: unknown) => void) | undefined;
}

/** @param name `device-host`, or with the device's id behind it where it has a host of its own */
export const createHostLink = (name: string, deps: HostLinkDeps): HostLink => {
  const { clock, log } = deps;
  const pending = new Map<number, Pending>();
  let host: HostProcess | null = null;
  let up = false;
  let stopping = false;
  let planned = false;
  let lastId = 0;
  let startedAt = 0;
  let crashes = 0;
  let unanswered = 0;
  let cancelBeat = (): void => undefined;
  let cancelStart = (): void => undefined;
  let onceDown: (() => void)[] = [];

  const beat = (): void => {
    cancelBeat = clock.after(PING_MS, () => {
      if (host === null) return;
      if (unanswered >= (up ? DEAF_PINGS : LOADING_PINGS)) {
        log.warn({ host: name, pid: host.pid }, 'device host is deaf, ending it');
        host.kill('SIGKILL');
        return;
      }
      lastId += 1;
      unanswered += 1;
      host.send({ type: 'ping', id: lastId });
      beat();
    });
  };

  const exited = (exit: HostExit): void => {
    cancelBeat();
    host = null;
    up = false;
    const wasPlanned = planned || stopping;
    planned = false;
    const calls = [...pending.values()];
    pending.clear();
    for (const call of calls) call.end({ how: 'crashed' });
    deps.onDown(exit, wasPlanned);
    for (const done of onceDown.splice(0)) done();
    if (stopping) return;
    crashes = clock.monotonic() - startedAt > HEALTHY_MS ? 1 : crashes + 1;
    // The first time at once; only a host that keeps dying has to wait.
    cancelStart = clock.after(crashes < 2 ? 0 : waitMs(crashes - 1, deps.random()), start);
  };

  const heard = (raw: unknown): void => {
    unanswered = 0;
    const parsed = fromHost.safeParse(raw);
    if (!parsed.success) {
      log.warn({ host: name }, 'device host said something that cannot be understood');
      return;
    }
    const message = parsed.data;
    switch (message.type) {
      case 'ready':
        up = true;
        deps.onUp(message.pid);
        return;
      case 'pong':
        return;
      case 'progress':
        pending.get(message.id)?.progress?.(message.progress);
        return;
      case 'result': {
        const call = pending.get(message.id);
        pending.delete(message.id);
        call?.end({ how: 'answered', result: message.result as Result<unknown> });
        return;
      }
    }
  };

  const start = (): void => {
    if (stopping || host !== null) return;
    startedAt = clock.monotonic();
    unanswered = 0;
    host = deps.spawn(name, { message: heard, exit: exited, line: (text) => log.warn({ host: name, line: text }, 'device host wrote') });
    beat();
  };

  return {
    name,
    start,
    isUp: () => up,
    pid: () => host?.pid ?? null,
    restart: (why) => {
      if (host === null) return;
      log.warn({ host: name, pid: host.pid, why }, 'restarting the device host');
      planned = true;
      host.kill('SIGKILL');
    },
    stop: async () => {
      stopping = true;
      cancelStart();
      const running = host;
      if (running === null) return;
      const down = new Promise<void>((resolve) => {
        onceDown.push(resolve);
      });
      running.kill('SIGTERM');
      const cancel = clock.after(STOP_MS, () => running.kill('SIGKILL'));
      await down;
      cancel();
    },
    call: (call, options = {}) =>
      new Promise((resolve) => {
        const target = host;
        if (target === null || !up) {
          resolve({ how: 'crashed' });
          return;
        }
        lastId += 1;
        const id = lastId;
        const deadlineMs = call.type === 'close' ? 5_000 : call.deadlineMs;
        const hung = (): void => {
          if (pending.delete(id)) end({ how: 'hung' });
        };
        let cancelTimer = clock.after(deadlineMs + GRACE_MS, hung);
        const abort = (): void => {
          target.send({ type: 'cancel', id });
          cancelTimer();
          cancelTimer = clock.after(GRACE_MS, hung);
        };
        const end = (how: CallEnd): void => {
          cancelTimer();
          options.signal?.removeEventListener('abort', abort);
          resolve(how);
        };
        pending.set(id, { end, progress: options.onProgress });
        target.send({ ...call, id });
        if (options.signal?.aborted === true) abort();
        else options.signal?.addEventListener('abort', abort, { once: true });
      }),
  };
};
