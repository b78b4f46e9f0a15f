/** What every emulated device offers: the device's own side of the same bytes, with faults to inject. Never travels in a package. */
import type { HidBus } from './hid-emulator/device.ts';
import type { HidFraming } from './transports/uri.ts';

export interface Emulator {
  /** Where a driver finds it: `tcp:127.0.0.1:40123`, `serial:/path/to/pty?baud=115200`, `ipp://…`, `escl:http://…`. */
  readonly uri: string;
  /** Names of the faults it can play; `inject(null)` ends whatever plays. */
  readonly faults: readonly string[];
  /** @throws RangeError on a name that is not among `faults` */
  inject(fault: string | null): void;
  close(): Promise<void>;
}

/**
 * Where an emulated device listens: a TCP port (0: any) on loopback, a link to the near end of a new PTY, or a bus of emulated
 * HID devices, whose environment the driver's process must be started with (hid-emulator/README.md). `framing`: how its bytes lie
 * in reports, as in the query of a `hid:` address.
 */
export type Listen = { kind: 'tcp'; host: string; port: number } | { kind: 'pty'; link: string } | HidListen;

export interface HidListen {
  kind: 'hid';
  bus: HidBus;
  vendorId?: number;
  productId?: number;
  serial?: string;
  framing?: Partial<HidFraming>;
}

/** One driver at the far end. */
export interface EmulatedLink {
  send(bytes: Uint8Array): void;
  /** Forgets what a paced line has not sent yet. */
  drop(): void;
}

export interface EmulatedWire {
  readonly uri: string;
  /** Pulls the plug: the driver sees its connection or port go away. */
  unplug(): Promise<void>;
  replug(): Promise<void>;
  close(): Promise<void>;
}

export interface WireSettings {
  /** Baud of the line: part of a serial address, and the speed when `paced`. */
  baud: number;
  /** Send no faster than the line would: ten bits a byte. */
  paced: boolean;
  onLink: (link: EmulatedLink) => { onData: (chunk: Uint8Array) => void; onEnd: () => void };
}
