/** Bytes over TCP: a device server, a network printer on port 9100, an emulator. */
import { connect, type Socket } from 'node:net';
import { fail, ok, type DriverClock, type Result } from '../contract.ts';
import { after } from '../clock.ts';
import { createListeners, reasonOf } from './listeners.ts';
import type { ByteTransport } from './port.ts';
import type { TcpAddress } from './uri.ts';

export const createTcpTransport = (address: TcpAddress, clock: DriverClock): ByteTransport => {
  const listeners = createListeners();
  const description = `tcp ${address.host}:${address.port}`;
  let socket: Socket | null = null;

  const open = async ({ signal, deadlineMs }: { signal: AbortSignal; deadlineMs: number }): Promise<Result<void>> => {
    if (socket !== null) return ok(undefined);
    if (signal.aborted) return fail('cancelled', `${description}: cancelled before connecting`);
    const candidate = connect({ host: address.host, port: address.port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 5000 });
    const ended = new AbortController();
    const outcome = await new Promise<Result<void>>((resolve) => {
      candidate.once('connect', () => resolve(ok(undefined)));
      candidate.once('error', (error) => resolve(fail('disconnected', `${description}: no connection`, { original: reasonOf(error) })));
      signal.addEventListener('abort', () => resolve(fail('cancelled', `${description}: cancelled while connecting`)), { once: true, signal: ended.signal });
      void after(clock, deadlineMs, ended.signal, () => resolve(fail('timed-out', `${description}: no connection in time`)));
    });
    ended.abort();
    if (!outcome.ok) {
      candidate.on('error', () => {});
      candidate.destroy();
      return outcome;
    }
    let reason = 'closed by the device';
    candidate.on('error', (error) => {
      reason = reasonOf(error);
    });
    candidate.on('end', () => candidate.destroy());
    candidate.on('data', (chunk: Buffer) => listeners.data(chunk));
    candidate.on('close', () => {
      if (socket !== candidate) return;
      socket = null;
      listeners.closed(reason);
    });
    socket = candidate;
    return outcome;
  };

  const write = (bytes: Uint8Array): Promise<Result<void>> =>
    new Promise((resolve) => {
      const current = socket;
      if (current === null || current.destroyed) {
        resolve(fail('disconnected', `${description}: not connected`));
        return;
      }
      // The callback of a write does not come when the socket dies with the bytes still queued.
      const lost = (): void => resolve(fail('disconnected', `${description}: connection lost while sending`));
      current.once('close', lost);
      current.write(bytes, (error) => {
        current.removeListener('close', lost);
        resolve(error === undefined || error === null ? ok(undefined) : fail('disconnected', `${description}: cannot send`, { original: reasonOf(error) }));
      });
    });

  return {
    description,
    get isOpen() {
      return socket !== null;
    },
    open,
    write,
    onData: listeners.onData,
    onClose: listeners.onClose,
    // Everything received is handed on at once; nothing waits on this side.
    flush: () => Promise.resolve(),
    close: async () => {
      const current = socket;
      socket = null;
      if (current === null || current.destroyed) return;
      await new Promise<void>((resolve) => {
        current.once('close', () => resolve());
        current.destroy();
      });
    },
  };
};
