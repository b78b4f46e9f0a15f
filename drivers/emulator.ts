/** What every emulated device offers: the device's own side of the same bytes, with faults to inject. Never travels in a package. */

export interface Emulator {
  /** Where a driver finds it: `tcp:127.0.0.1:40123`, `serial:/path/to/pty?baud=115200`, `ipp://…`, `escl:http://…`. */
  readonly uri: string;
  /** Names of the faults it can play; `inject(null)` ends whatever plays. */
  readonly faults: readonly string[];
  /** @throws RangeError on a name that is not among `faults` */
  inject(fault: string | null): void;
  close(): Promise<void>;
}

/** Where an emulated device listens: a TCP port (0: any) on loopback, or a link to the near end of a new PTY. */
export type Listen = { kind: 'tcp'; host: string; port: number } | { kind: 'pty'; link: string };
