/**
 * Bytes over a serial port, through `serialport`.
 *
 * Two habits of that library shape this file: an unplugged port is only noticed while a data listener is attached, so one
 * always is; and a write to a closed port is queued for ever, so a port is looked at before each write. A third one is a trap:
 * when the line hangs up just after bytes were read, the library reads nothing again and again, at full speed and for ever,
 * and tells nobody. So the device file is looked at from time to time: it goes away with the adapter.
 */
import { SerialPort } from 'serialport';
import { fail, ok, type DriverClock, type Result } from '../contract.ts';
import { after } from '../clock.ts';
import { identityOf } from './device-file.ts';
import { createListeners, reasonOf } from './listeners.ts';
import type { ByteTransport } from './port.ts';
import type { SerialAddress } from './uri.ts';

const WATCH_MS = 250;

const openFault = ({ path, baud }: SerialAddress, description: string, { message }: Error): { ok: false; fault: ReturnType<typeof fail>['fault'] } => {
  // No plugging in and out mends a speed that this port does not have: it stands in the terminal file.
  if (/baud/i.test(message)) return fail('bad-input', `serial address: ${path} does not take ${baud} baud`, { original: message });
  return /cannot lock port|resource temporarily unavailable|access denied|EBUSY/i.test(message)
    ? fail('busy-elsewhere', `${description}: another program holds the port`, { original: message })
    : fail('disconnected', `${description}: cannot open the port`, { original: message });
};

export const createSerialTransport = (address: SerialAddress, clock: DriverClock): ByteTransport => {
  const listeners = createListeners();
  const description = `serial ${address.path} ${address.baud}`;
  let port: SerialPort | null = null;
  /** Which plugging-in this opening is of. */
  let plugged: string | null = null;
  /** An opening that was given up: it cannot be called back, and holds the lock until it has ended. */
  let givenUp: Promise<void> = Promise.resolve();

  const release = (candidate: SerialPort): Promise<void> =>
    new Promise((resolve) => {
      if (!candidate.isOpen) {
        resolve();
        return;
      }
      // "Port is not open" when it went away in between: closed either way.
      candidate.close(() => resolve());
    });

  const isThere = async (opened: string | null): Promise<boolean> => opened === null || (opened !== 'gone' && (await identityOf(address.path)) === opened);

  const watch = async (candidate: SerialPort, opened: string | null): Promise<void> => {
    if (opened === null) return;
    const closed = new AbortController();
    candidate.once('close', () => closed.abort());
    while (port === candidate) {
      await clock.sleep(WATCH_MS, closed.signal);
      // Gone from the beginning: it went away while it was being opened.
      if (port !== candidate || (await isThere(opened))) continue;
      port = null;
      listeners.closed('the device file went away');
      await release(candidate);
    }
  };

  const open = async ({ signal, deadlineMs }: { signal: AbortSignal; deadlineMs: number }): Promise<Result<void>> => {
    if (port !== null) return ok(undefined);
    if (signal.aborted) return fail('cancelled', `${description}: cancelled before opening`);
    const candidate = new SerialPort({
      path: address.path,
      baudRate: address.baud,
      dataBits: address.dataBits,
      parity: address.parity,
      stopBits: address.stopBits,
      rtscts: address.flow === 'rtscts',
      xon: address.flow === 'xonxoff',
      xoff: address.flow === 'xonxoff',
      autoOpen: false,
    });
    await givenUp;
    const ended = new AbortController();
    let reason = 'the port went away';
    candidate.on('error', (error) => {
      reason = reasonOf(error);
    });
    candidate.on('data', (chunk: Buffer) => listeners.data(chunk));
    const opening = new Promise<Result<void>>((resolve) => {
      candidate.open((error) => resolve(error === null || error === undefined ? ok(undefined) : openFault(address, description, error)));
    });
    const given = new Promise<Result<void>>((resolve) => {
      signal.addEventListener('abort', () => resolve(fail('cancelled', `${description}: cancelled while opening`)), { once: true, signal: ended.signal });
      void after(clock, deadlineMs, ended.signal, () => resolve(fail('timed-out', `${description}: the port did not open in time`)));
    });
    const outcome = await Promise.race([opening, given]);
    ended.abort();
    if (!outcome.ok) {
      givenUp = opening.then(() => release(candidate));
      return outcome;
    }
    candidate.on('close', (error: Error | null) => {
      if (port !== candidate) return;
      port = null;
      listeners.closed(error instanceof Error ? error.message : reason);
    });
    port = candidate;
    plugged = await identityOf(address.path);
    void watch(candidate, plugged);
    return outcome;
  };

  const write = (bytes: Uint8Array): Promise<Result<void>> =>
    new Promise((resolve) => {
      const current = port;
      if (current === null || !current.isOpen) {
        resolve(fail('disconnected', `${description}: the port is closed`));
        return;
      }
      const lost = (): void => resolve(fail('disconnected', `${description}: the port went away while sending`));
      current.once('close', lost);
      current.write(Buffer.from(bytes), (error) => {
        current.removeListener('close', lost);
        resolve(error === null || error === undefined ? ok(undefined) : fail('disconnected', `${description}: cannot send`, { original: reasonOf(error) }));
      });
    });

  return {
    description,
    get isOpen() {
      return port?.isOpen === true;
    },
    open,
    write,
    onData: listeners.onData,
    onClose: listeners.onClose,
    here: async () => port?.isOpen === true && (await isThere(plugged)),
    // Not the library's: that takes back what is still to be sent, too. What has come in is read at once, by nobody.
    flush: () => new Promise((resolve) => setImmediate(resolve)),
    close: async () => {
      const current = port;
      port = null;
      if (current !== null) await release(current);
    },
  };
};
