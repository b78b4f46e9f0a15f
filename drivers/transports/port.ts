/**
 * The one narrow port through which drivers reach a wire of bytes. `serial` (serialport) and `tcp` stand behind it;
 * HTTP devices (IPP, eSCL) use `http.ts` beside it.
 */
import type { Result } from '../contract.ts';

export interface ByteTransport {
  /** For people and logs: `serial /dev/ttyUSB0 115200`, `tcp 127.0.0.1:9100`. */
  readonly description: string;
  readonly isOpen: boolean;
  /** Faults: `disconnected` (nothing there), `busy-elsewhere` (another program holds it), `timed-out`. */
  open(options: { signal: AbortSignal; deadlineMs: number }): Promise<Result<void>>;
  /** Resolves when the bytes have been handed to the operating system. Fault `disconnected` when the far end is gone. */
  write(bytes: Uint8Array): Promise<Result<void>>;
  /** Called for every chunk, in order, while open. Returns the way to stop listening. */
  onData(listener: (chunk: Uint8Array) => void): () => void;
  /** Called once per opening when the far end goes away or the port fails. */
  onClose(listener: (reason: string) => void): () => void;
  /** Throws away bytes received and not yet seen. */
  flush(): Promise<void>;
  close(): Promise<void>;
}
