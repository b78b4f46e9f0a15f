/**
 * Bytes through a device file, `/dev/usb/lp0`: a printer-class USB device without a driver of its own. The file is never
 * waited on in the system (a printer out of paper would hold a thread for as long as it likes): it is asked again and again.
 */
import { constants } from 'node:fs';
import { open as openFile, type FileHandle } from 'node:fs/promises';
import { fail, ok, type DriverClock, type Result } from '../contract.ts';
import { identityOf } from './device-file.ts';
import { createListeners, reasonOf } from './listeners.ts';
import type { ByteTransport } from './port.ts';
import type { FileAddress } from './uri.ts';

/** Milliseconds between two looks for status bytes, and between two tries to hand over what the printer's buffer has no room for. */
const ASK_MS = 20;
/** Every so many looks the file itself is looked at: it goes away with the plug. */
const LOOKS_PER_WATCH = 12;
const CHUNK_BYTES = 4096;
/** One write the device takes in one go or in parts; small enough that a closed transport ends soon. */
const PIECE_BYTES = 8192;

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

const openFault = (description: string, error: unknown) => {
  const original = reasonOf(error);
  switch (codeOf(error)) {
    case 'EBUSY':
      return fail('busy-elsewhere', `${description}: another program holds it`, { original });
    case 'EISDIR':
      return fail('bad-input', `${description}: a folder, not a device file`, { original });
    default:
      return fail('disconnected', `${description}: cannot be opened`, { original });
  }
};

interface Opening {
  handle: FileHandle;
  identity: string | null;
  over: AbortController;
  /** Reads come one after the other: the pump's, and a flush's. */
  reading: Promise<void>;
  /** A one-way printer refuses to be read; it is written to all the same. */
  readable: boolean;
}

export const createFileTransport = (address: FileAddress, clock: DriverClock): ByteTransport => {
  const listeners = createListeners();
  const description = `file ${address.path}`;
  let opening: Opening | null = null;

  const lose = (current: Opening, reason: string): void => {
    if (opening !== current) return;
    opening = null;
    listeners.closed(reason);
    void end(current);
  };

  /** Everything that has arrived. No bytes where some should be is no end: some printers answer with nothing. */
  const readAll = (current: Opening, deliver: boolean): Promise<void> => {
    const work = async (): Promise<void> => {
      const buffer = Buffer.alloc(CHUNK_BYTES);
      for (;;) {
        if (opening !== current || !current.readable) return;
        try {
          const { bytesRead } = await current.handle.read(buffer, 0, buffer.length, null);
          if (bytesRead === 0 || opening !== current) return;
          if (deliver) listeners.data(Uint8Array.prototype.slice.call(buffer, 0, bytesRead));
        } catch (error) {
          const code = codeOf(error);
          if (code === 'EAGAIN' || code === 'EINTR') return;
          if (code === 'EINVAL') current.readable = false;
          else lose(current, reasonOf(error));
          return;
        }
      }
    };
    current.reading = current.reading.then(work);
    return current.reading;
  };

  const pump = async (current: Opening): Promise<void> => {
    for (let look = 0; !current.over.signal.aborted; look += 1) {
      await readAll(current, true);
      if (look % LOOKS_PER_WATCH === 0 && (await identityOf(address.path)) !== current.identity) lose(current, 'the device file went away');
      await clock.sleep(ASK_MS, current.over.signal);
    }
  };

  const open = async ({ signal }: { signal: AbortSignal; deadlineMs: number }): Promise<Result<void>> => {
    if (opening !== null) return ok(undefined);
    if (signal.aborted) return fail('cancelled', `${description}: cancelled before opening`);
    const identity = await identityOf(address.path);
    let handle: FileHandle;
    try {
      handle = await openFile(address.path, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOCTTY);
    } catch (error) {
      return openFault(description, error);
    }
    // A mistyped address must not write a receipt into somebody's file.
    if (!(await handle.stat()).isCharacterDevice()) {
      await handle.close();
      return fail('bad-input', `${description}: not a device file`);
    }
    opening = { handle, identity, over: new AbortController(), reading: Promise.resolve(), readable: true };
    void pump(opening);
    return ok(undefined);
  };

  const write = async (bytes: Uint8Array): Promise<Result<void>> => {
    const current = opening;
    if (current === null) return fail('disconnected', `${description}: not open`);
    for (let from = 0; from < bytes.length; ) {
      try {
        const { bytesWritten } = await current.handle.write(bytes, from, Math.min(PIECE_BYTES, bytes.length - from), null);
        from += bytesWritten;
      } catch (error) {
        const code = codeOf(error);
        if (code !== 'EAGAIN' && code !== 'EINTR') {
          lose(current, reasonOf(error));
          return fail('disconnected', `${description}: cannot send`, { original: reasonOf(error) });
        }
        await clock.sleep(ASK_MS, current.over.signal);
      }
      if (opening !== current) return fail('disconnected', `${description}: went away while sending`);
    }
    return ok(undefined);
  };

  return {
    description,
    get isOpen() {
      return opening !== null;
    },
    open,
    write,
    onData: listeners.onData,
    onClose: listeners.onClose,
    flush: async () => {
      if (opening !== null) await readAll(opening, false);
    },
    close: async () => {
      const current = opening;
      opening = null;
      if (current !== null) await end(current);
    },
  };
};

const end = async (current: Opening): Promise<void> => {
  current.over.abort();
  await current.handle.close().catch(() => undefined);
};
