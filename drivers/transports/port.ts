/**
 * The narrow ports through which drivers reach a wire: of bytes (`serial`, `tcp`, `file`, and `hid` where a maker put a
 * stream into reports), or of HID reports. HTTP devices (IPP, eSCL) use `http.ts` beside them.
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
  /**
   * Is the far end still there? Asked where silence means something, and the end of the wire could be silence too. Left out where a
   * loss is heard of at once.
   */
  here?(): Promise<boolean>;
  /** Throws away bytes received and not yet seen; what is still on its way out goes out. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** A HID device: whole reports in and out. Faults as with bytes. */
export interface ReportTransport {
  /** For people and logs: `hid 0c2e:0b61`. */
  readonly description: string;
  readonly isOpen: boolean;
  /** Faults: `disconnected` (not there, or not for this account), `wrong-device`, `bad-input` (two of a make), `timed-out`, `cancelled`. */
  open(options: { signal: AbortSignal; deadlineMs: number }): Promise<Result<void>>;
  /** Output report; byte 0 is its id, 0 where the device numbers none: a report of 64 bytes is 65 here. */
  write(report: Uint8Array): Promise<Result<void>>;
  /** Feature report, id first. A device that does not know it answers `disconnected` with the system's word. */
  setFeature(report: Uint8Array): Promise<Result<void>>;
  /** Feature report, id first. @param length bytes with the id */
  getFeature(id: number, length: number): Promise<Result<Uint8Array>>;
  /** The device's own report descriptor, while open; left out where the wire cannot tell. Fault `wrong-device` where the system does not tell it. */
  descriptor?(): Promise<Result<Uint8Array>>;
  /** Input reports in order while open; byte 0 is the id only where the device numbers its reports. Returns the way to stop listening. */
  onReport(listener: (report: Uint8Array) => void): () => void;
  /** Called once per opening when the device goes away. */
  onClose(listener: (reason: string) => void): () => void;
  close(): Promise<void>;
}
