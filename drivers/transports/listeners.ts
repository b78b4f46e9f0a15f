/** Who listens to an open wire; shared by every byte transport. */
import type { ByteTransport } from './port.ts';

export interface WireListeners extends Pick<ByteTransport, 'onData' | 'onClose'> {
  data(chunk: Uint8Array): void;
  closed(reason: string): void;
}

const register = <T>(set: Set<T>, listener: T): (() => void) => {
  set.add(listener);
  return () => {
    set.delete(listener);
  };
};

export const createListeners = (): WireListeners => {
  const data = new Set<(chunk: Uint8Array) => void>();
  const closed = new Set<(reason: string) => void>();
  return {
    onData: (listener) => register(data, listener),
    onClose: (listener) => register(closed, listener),
    data: (chunk) => {
      for (const listener of data) listener(chunk);
    },
    closed: (reason) => {
      for (const listener of closed) listener(reason);
    },
  };
};

/** What a failed system call says, without its stack: `ECONNREFUSED`, else the message. */
export const reasonOf = (error: unknown): string => {
  if (error instanceof Error) return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
  return String(error);
};
