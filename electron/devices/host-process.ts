/** One process of the device host, forked; the narrow port behind which tests put a host of their own. */
import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { entry } from '../entry.ts';
import type { ToHost } from './protocol.ts';

export interface HostExit {
  /** Exit code; null when a signal ended it or it never came to be. */
  code: number | null;
  signal: string | null;
  /** It died of itself (native crash, uncaught exception), not by a kill from outside. */
  ownFault: boolean;
}

export interface HostProcess {
  readonly pid: number | null;
  send(message: ToHost): void;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

export interface HostListeners {
  message(message: unknown): void;
  exit(exit: HostExit): void;
  /** A line that the host wrote for technicians. */
  line(text: string): void;
}

export type SpawnHost = (name: string, listeners: HostListeners) => HostProcess;

/** Signals that a process gives itself by a programmer's or a native module's error. */
const OWN_FAULT = new Set(['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP']);

/** The bundled device host. It does nothing until it is told to, and ends itself when the channel to this process is gone. */
const forked = (env: NodeJS.ProcessEnv = process.env): ChildProcess => fork(entry('device-host'), [], { serialization: 'advanced', stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: ['--enable-source-maps'], env });

/** A device host that loads while the agent still reads its configuration: the first one that is asked for is this one. */
export interface EarlyHost {
  spawn: SpawnHost;
  /** No devices will be asked for. */
  dismiss(): void;
}

/** Forks a device host at once; later ones are forked when they are asked for, also when this one has died meanwhile. */
export const startHostEarly = (): EarlyHost => {
  let early: ChildProcess | null = forked();
  early.on('error', () => (early = null));
  early.on('exit', () => (early = null));
  return {
    spawn: (_name, listeners) => {
      const child = early ?? forked();
      early = null;
      return attend(child, listeners);
    },
    dismiss: () => void early?.kill('SIGTERM'),
  };
};

/** Forks a device host when it is asked for. */
export const forkHost: SpawnHost = (_name, listeners) => attend(forked(), listeners);

/** The same with variables beside this process's own: emulated HID devices are plugged in by them, and programs put before the host's. */
export const forkHostWith =
  (env: Readonly<Record<string, string>>): SpawnHost =>
  (_name, listeners) =>
    attend(forked({ ...process.env, ...env }), listeners);

const attend = (child: ChildProcess, listeners: HostListeners): HostProcess => {
  let over = false;
  const exit = (code: number | null, signal: string | null): void => {
    if (over) return;
    over = true;
    listeners.exit({ code, signal, ownFault: signal === null ? code !== null && code !== 0 : OWN_FAULT.has(signal) });
  };
  child.on('message', (message) => listeners.message(message));
  child.on('exit', (code, signal) => exit(code, signal));
  child.on('error', (error) => {
    // Only a process that never came to be has no exit of its own.
    if (child.pid !== undefined) return;
    listeners.line(error.message);
    exit(null, null);
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', (text) => listeners.line(text.slice(0, 2_000)));
  }
  return {
    pid: child.pid ?? null,
    send: (message) => {
      // What is lost with a dying host ends with `host-crashed` when its exit is seen.
      if (child.connected) child.send(message, () => undefined);
    },
    kill: (signal) => void child.kill(signal),
  };
};
